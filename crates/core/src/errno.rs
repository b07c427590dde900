//! The error numbers that DAX code returns.

use std::fmt;

/// A kernel error, held as its positive number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Errno(pub u16);

impl Errno {
    /// No entry.
    pub const ENOENT: Errno = Errno(2);
    /// Input/output error.
    pub const EIO: Errno = Errno(5);
    /// Out of memory.
    pub const ENOMEM: Errno = Errno(12);
    /// A bad address of a user's buffer.
    pub const EFAULT: Errno = Errno(14);
    /// Busy.
    pub const EBUSY: Errno = Errno(16);
    /// Exists.
    pub const EEXIST: Errno = Errno(17);
    /// Invalid argument.
    pub const EINVAL: Errno = Errno(22);
    /// Too large a file.
    pub const EFBIG: Errno = Errno(27);
    /// No space left on the device.
    pub const ENOSPC: Errno = Errno(28);
    /// Result out of range: beyond the end of the device.
    pub const ERANGE: Errno = Errno(34);

    /// The name (`ENOMEM`), or `None` for a number that has none here.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            2 => "ENOENT",
            5 => "EIO",
            12 => "ENOMEM",
            14 => "EFAULT",
            16 => "EBUSY",
            17 => "EEXIST",
            22 => "EINVAL",
            27 => "EFBIG",
            28 => "ENOSPC",
            34 => "ERANGE",
            _ => return None,
        })
    }

    /// The one with that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Errno> {
        [2, 5, 12, 14, 16, 17, 22, 27, 28, 34].into_iter().map(Errno).find(|errno| errno.name() == Some(name))
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "-{name}"),
            None => write!(f, "-{}", self.0),
        }
    }
}
