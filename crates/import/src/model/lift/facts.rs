//! What a scenario rests on: size, kernel, extents, and what was left out.

use super::{Fact, Lifter};
use crate::kernel::Kernel;
use crate::model::extents;
use crate::model::lanes::{Act, Did};
use crate::model::window::Window;
use crate::snapshot::Snapshot;
use daxscope_core::scenario::limits::{MAX_FILE_PAGES, MAX_PROCESSES};
use daxscope_core::units::PMD_PAGES;

impl Lifter<'_> {
    pub(super) fn tell(&mut self, window: &Window, found: &extents::Found, kernel: &Kernel) {
        let mut tell = |words: String, line: Option<u64>, how| self.facts.push(Fact { words, line, how });
        let advice = if kernel.is_exact() { "" } else { "; --kernel names it" };
        tell(format!("kernel: {}, modelled as {}{advice}", kernel.words(), kernel.nearest_model()), None, "inferred");
        match found.line {
            Some(line) => tell("extents: as a marker tells them".into(), Some(line), "seen"),
            None if found.extents.is_empty() => tell("extents: none, no fault found blocks".into(), None, "inferred"),
            None => tell(
                "extents: where faults found blocks; their place on the device is not known".into(),
                None,
                "inferred",
            ),
        }
        if self.mappings.all.iter().any(|seen| !seen.is_bounded) {
            tell("a mapping without 2 MiB faults maps the whole file".into(), None, "assumed");
        }
        if self.mappings.all.len() > 1 {
            tell("each mapping stands as a process of its own".into(), None, "assumed");
        }
        tell("the tree was empty at the beginning".into(), None, "assumed");
        let dropped = self.mappings.all.len().saturating_sub(MAX_PROCESSES);
        for (count, what) in [
            (window.outside, "faults and calls on this file outside of the window"),
            (window.of_others, "faults and calls on other files"),
            (self.left_out, "operations beyond what a script can hold"),
            (found.left_out, "extents beyond what a script can hold"),
            (dropped, "mappings beyond what a script can hold"),
        ] {
            if count > 0 {
                tell(format!("{count} {what}"), None, "left out");
            }
        }
    }
}

/// Pages of the file at the beginning.
pub(super) fn first_size(acts: &[Act], snapshots: &[Snapshot], is_last_page: bool, facts: &mut Vec<Fact>) -> u64 {
    let mut most = 0;
    let mut told: Option<(u64, u64, &str)> = None;
    for act in acts {
        match &act.what {
            Did::Said(text) if told.is_none() => {
                let size = text.strip_prefix("file:").and_then(|rest| rest.rsplit_once(" size ")).map(|(_, size)| size);
                let bytes =
                    size.and_then(|size| crate::scan::number(size.trim().as_bytes())).filter(|bytes| *bytes > 0);
                told = bytes.map(|bytes| (bytes.div_ceil(4096), act.line, "a marker"));
                let tag = text.strip_prefix("dump:").map(str::trim);
                let snapshot = tag.and_then(|tag| snapshots.iter().find(|snapshot| snapshot.tag == tag));
                if let Some(bytes) = snapshot.and_then(|snapshot| snapshot.size) {
                    told = told.or(Some((bytes.div_ceil(4096), act.line, "a snapshot")));
                }
            }
            Did::Access(access) => {
                most = most.max(access.page + 1);
                if let Some(bounds) = access.bounds {
                    let pages = bounds.max_page.saturating_add(u64::from(is_last_page));
                    told = told.or(Some((pages, act.line, "a 2 MiB fault")));
                }
            }
            _ => {}
        }
    }
    let (size, line, how, by) = match told.filter(|(size, ..)| *size <= MAX_FILE_PAGES) {
        Some((size, line, by)) => (size, Some(line), "seen", format!("as {by} tells")),
        None => (
            most.next_multiple_of(PMD_PAGES).min(MAX_FILE_PAGES),
            None,
            "assumed",
            "up to the last 2 MiB with a fault".into(),
        ),
    };
    facts.push(Fact { words: format!("the file has {size:#x} pages, {by}"), line, how });
    size
}

pub(super) fn title(window: &Window, range: Option<u64>) -> String {
    let ino = window.file.ino;
    match (window.around, range) {
        (Some(line), Some(range)) => {
            format!("trace of inode {ino:#x}: line {line}, 2 MiB from page {:#x} on", range * PMD_PAGES)
        }
        (Some(line), None) => format!("trace of inode {ino:#x}: line {line}"),
        _ => format!("trace of inode {ino:#x}"),
    }
}
