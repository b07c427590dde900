//! The file systems that the guest can put on its persistent memory.

use crate::failure::{Failure, Result};

/// A file system with `dax=always`, which lays files out on the grid of 2 MiB.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum FileSystem {
    /// What the traces in the repository are of.
    #[default]
    Ext4,
    /// The other one that has DAX.
    Xfs,
}

impl FileSystem {
    pub(crate) fn named(name: &str) -> Result<FileSystem> {
        match name {
            "ext4" => Ok(FileSystem::Ext4),
            "xfs" => Ok(FileSystem::Xfs),
            _ => Err(Failure::new(format!("'{name}' is no file system with DAX: write ext4 or xfs."))),
        }
    }

    /// Its name, and that of its module.
    pub(super) const fn name(self) -> &'static str {
        match self {
            FileSystem::Ext4 => "ext4",
            FileSystem::Xfs => "xfs",
        }
    }

    /// The program that makes it.
    pub(super) const fn maker(self) -> &'static str {
        match self {
            FileSystem::Ext4 => "mke2fs",
            FileSystem::Xfs => "mkfs.xfs",
        }
    }

    /// What the maker is given.
    pub(super) const fn options(self) -> &'static str {
        match self {
            FileSystem::Ext4 => "-q -t ext4 -b 4096 -E stride=512,stripe_width=512",
            FileSystem::Xfs => "-q -f -d su=2m,sw=1,extszinherit=512",
        }
    }
}
