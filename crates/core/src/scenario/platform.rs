//! What a power failure leaves, and whether the kernel flushes.

/// The machine around the persistent memory (docs/script.md, `platform`).
///
/// Source: drivers/nvdimm/region_devs.c (`nvdimm_has_cache`, `persistence_domain`) and drivers/dax/super.c (`dax_flush`,
/// `write_cache`) of v4.13 to v7.3.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Platform {
    /// What the CPU caches hold is lost; what the memory controller has is not (asynchronous DRAM refresh). The kernel flushes.
    #[default]
    Adr,
    /// The caches are saved as well: nothing that was stored is lost.
    Eadr,
    /// As `adr`, but the kernel has been told that the device has no write cache (`dax/write_cache` is 0): `dax_flush` does nothing.
    NoWriteCache,
}

impl Platform {
    /// All of them.
    pub const ALL: [Platform; 3] = [Platform::Adr, Platform::Eadr, Platform::NoWriteCache];

    /// The word in scripts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Platform::Adr => "adr",
            Platform::Eadr => "eadr",
            Platform::NoWriteCache => "no-write-cache",
        }
    }

    /// Does a power failure take what only the CPU caches hold?
    #[must_use]
    pub const fn loses_caches(self) -> bool {
        !matches!(self, Platform::Eadr)
    }

    /// Does `dax_flush` write caches back?
    #[must_use]
    pub const fn flushes(self) -> bool {
        !matches!(self, Platform::NoWriteCache)
    }
}
