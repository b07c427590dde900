//! The switches of both eras.

/// How many exclusive waiters a wake call may wake (`nr_exclusive` of `__wake_up`: 1 or 0).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WakeMode {
    /// The first exclusive waiter of the key.
    One,
    /// Every waiter of the key.
    All,
}

impl WakeMode {
    /// `one` or `all`, as scripts and recordings write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            WakeMode::One => "one",
            WakeMode::All => "all",
        }
    }
}

/// What `dax_mapping_entry_mkclean` looks for in the reverse map.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MkcleanRange {
    /// Mappings of the first page of the entry (before 5.19).
    Head,
    /// Mappings of any page of the entry.
    All,
}

/// What kernels of both eras decide differently.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CommonSwitches {
    /// Whom the deletion of an entry by truncation or strict invalidation wakes.
    pub wake_mode_delete: WakeMode,
    /// What fsync write-protects.
    pub mkclean_range: MkcleanRange,
}

impl CommonSwitches {
    /// As in Linux 4.10.0.
    pub const V4_10: CommonSwitches =
        CommonSwitches { wake_mode_delete: WakeMode::One, mkclean_range: MkcleanRange::Head };

    /// Both mended: since 5.13, and since 5.19.
    pub const MENDED: CommonSwitches =
        CommonSwitches { wake_mode_delete: WakeMode::All, mkclean_range: MkcleanRange::All };
}
