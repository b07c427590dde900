//! QEMU and what its guest is made of.

use super::apt;
use crate::failure::Result;
use crate::process;
use std::path::Path;

const BY_HAND: &str = "Install QEMU for x86-64, busybox (static), e2fsprogs, xfsprogs (for XFS), cpio and xz (Debian: `sudo apt-get install \
    qemu-system-x86 busybox-static e2fsprogs xfsprogs cpio xz-utils`). It needs Debian's apt and dpkg-deb for the kernels, too.";

/// Finds all, or installs them.
pub(super) fn ensure(maker: &str) -> Result {
    let programs = ["qemu-system-x86_64", "busybox", "cpio", "xz", "dpkg-deb", "apt-cache"];
    let has_all = programs.iter().all(|program| process::find_on_path(program).is_some());
    if has_all && (process::find_on_path(maker).is_some() || Path::new("/usr/sbin").join(maker).is_file()) {
        return Ok(());
    }
    let of_maker = if maker == "mkfs.xfs" { "xfsprogs" } else { "e2fsprogs" };
    apt::install("QEMU", &["qemu-system-x86", "busybox-static", of_maker, "cpio", "xz-utils"], BY_HAND)
}
