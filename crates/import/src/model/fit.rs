//! Which file system it was: as a marker or the user says, else the one on which the model does what was seen.
//!
//! No event of fs_dax names it. ext4 and XFS print the same for faults; they differ in `fallocate(2)`: what is flushed, and on 7.3 whether a
//! plain one takes all entries away.

use super::follow::{Followed, follow};
use super::lanes::{Act, Did};
use super::lift::{Fact, Lifted, lift};
use super::window::Wanted;
use crate::kernel::Kernel;
use crate::snapshot::Snapshot;
use daxscope_core::scenario::FsKind;
use std::collections::HashMap;

/// What our own programs write: `file system: xfs`.
const MARKER: &str = "file system:";

/// The scenario of acts, and how far the model goes the way that was seen.
///
/// # Errors
/// A sentence, if there is nothing to make a scenario of.
pub fn fit(
    acts: Vec<Act>,
    names: &HashMap<u32, String>,
    kernel: &Kernel,
    snapshots: &[Snapshot],
    wanted: Wanted,
) -> Result<(Lifted, Followed), String> {
    let said = said(&acts);
    let known = wanted.fs.map(|fs| (fs, None)).or(said);
    let on = |acts: Vec<Act>, fs: FsKind| -> Result<(Lifted, Followed), String> {
        let lifted = lift(acts, names, kernel, snapshots, Wanted { fs: Some(fs), ..wanted })?;
        let followed = follow(&lifted, snapshots);
        Ok((lifted, followed))
    };
    if let Some((fs, line)) = known {
        let (mut lifted, followed) = on(acts, fs)?;
        let how = if line.is_some() { "seen" } else { "named" };
        lifted.facts.push(Fact { words: format!("the file system is {}", fs.name()), line, how });
        return Ok((lifted, followed));
    }
    let (mut usual, as_usual) = on(acts.clone(), FsKind::Ext4)?;
    if fits(&as_usual) != Fits::Whole && usual.depends_on_file_system() {
        let (mut other, as_other) = on(acts, FsKind::Xfs)?;
        if fits(&as_other) > fits(&as_usual) {
            let words = "the file system is XFS: on ext4 the model does something else".into();
            other.facts.push(Fact { words, line: None, how: "inferred" });
            return Ok((other, as_other));
        }
    }
    usual.facts.push(Fact { words: "the file system is ext4".into(), line: None, how: "assumed" });
    Ok((usual, as_usual))
}

/// How well; the more the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fits {
    /// There is no way that was seen.
    Nowhere,
    /// So many places differ, told as less than nothing.
    But(i64),
    /// Everything is the same.
    Whole,
}

fn fits(followed: &Followed) -> Fits {
    match (followed.fits.as_ref().is_some_and(|found| found.first.is_none()), followed.differing()) {
        (true, _) => Fits::Nowhere,
        (false, 0) => Fits::Whole,
        (false, differing) => Fits::But(-i64::try_from(differing).unwrap_or(i64::MAX)),
    }
}

/// The file system that a marker names, with its line.
fn said(acts: &[Act]) -> Option<(FsKind, Option<u64>)> {
    acts.iter().find_map(|act| match &act.what {
        Did::Said(text) => {
            let name = text.strip_prefix(MARKER)?.trim();
            FsKind::ALL.into_iter().find(|fs| fs.name() == name).map(|fs| (fs, Some(act.line)))
        }
        _ => None,
    })
}
