//! What a page fault tells its caller.

use std::fmt;

/// `VM_FAULT_*` flags of a page fault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FaultFlags(u16);

impl FaultFlags {
    /// No flag: the fault is handled, nothing to say.
    pub const NONE: FaultFlags = FaultFlags(0);
    /// `VM_FAULT_OOM`.
    pub const OOM: FaultFlags = FaultFlags(1);
    /// `VM_FAULT_SIGBUS`.
    pub const SIGBUS: FaultFlags = FaultFlags(2);
    /// `VM_FAULT_MAJOR`.
    pub const MAJOR: FaultFlags = FaultFlags(4);
    /// `VM_FAULT_WRITE`.
    pub const WRITE: FaultFlags = FaultFlags(8);
    /// `VM_FAULT_NOPAGE`.
    pub const NOPAGE: FaultFlags = FaultFlags(16);
    /// `VM_FAULT_LOCKED`.
    pub const LOCKED: FaultFlags = FaultFlags(32);
    /// `VM_FAULT_RETRY`.
    pub const RETRY: FaultFlags = FaultFlags(64);
    /// `VM_FAULT_FALLBACK`.
    pub const FALLBACK: FaultFlags = FaultFlags(128);
    /// `VM_FAULT_DONE_COW`.
    pub const DONE_COW: FaultFlags = FaultFlags(256);

    /// `VM_FAULT_NEEDDSYNC`.
    pub const NEEDDSYNC: FaultFlags = FaultFlags(512);

    const NAMES: [(FaultFlags, &'static str); 10] = [
        (Self::OOM, "OOM"),
        (Self::SIGBUS, "SIGBUS"),
        (Self::MAJOR, "MAJOR"),
        (Self::WRITE, "WRITE"),
        (Self::NOPAGE, "NOPAGE"),
        (Self::LOCKED, "LOCKED"),
        (Self::RETRY, "RETRY"),
        (Self::FALLBACK, "FALLBACK"),
        (Self::DONE_COW, "DONE_COW"),
        (Self::NEEDDSYNC, "NEEDDSYNC"),
    ];

    /// What the kernel would do after a fault that failed so, which is not modelled: here the access ends.
    #[must_use]
    pub const fn afterwards(self) -> &'static str {
        match self.has(Self::OOM) {
            // pagefault_out_of_memory(), then back to the instruction.
            true => "the kernel would try the access again or kill the process, which is not modelled",
            false => "the kernel would send SIGBUS, which is not modelled",
        }
    }

    /// Is any of `flags` set?
    #[must_use]
    pub const fn has(self, flags: FaultFlags) -> bool {
        self.0 & flags.0 != 0
    }

    /// `VM_FAULT_ERROR`: OOM or SIGBUS.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.has(FaultFlags(Self::OOM.0 | Self::SIGBUS.0))
    }
}

impl std::ops::BitOr for FaultFlags {
    type Output = FaultFlags;

    fn bitor(self, other: FaultFlags) -> FaultFlags {
        FaultFlags(self.0 | other.0)
    }
}

impl fmt::Display for FaultFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == FaultFlags::NONE {
            return f.write_str("0");
        }
        let names: Vec<_> = Self::NAMES.iter().filter(|(flag, _)| self.has(*flag)).map(|(_, name)| *name).collect();
        f.write_str(&names.join("|"))
    }
}

impl fmt::Debug for FaultFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
