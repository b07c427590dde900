//! What to look at after a real power cut: what each sync of the run has promised.

use daxscope_core::crash::{Device, PromiseKind};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, Schedule};
use daxscope_core::units::PAGE_SIZE;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

/// Pages that are named for one sync: who has stored to more looks at these.
const MOST_PAGES: usize = 8;

/// Lines of the comment at the head of the program; none if no sync of the run promises anything.
pub(super) fn power_cut(scenario: &Scenario, schedule: &Schedule) -> String {
    let scenario = Arc::new(Scenario { schedule: None, ..scenario.clone() });
    let mut run = Run::new(Arc::clone(&scenario));
    if run.follow(schedule).is_err() {
        return String::new();
    }
    let (device, _) = Device::after(&scenario, run.steps.iter().map(|step| &step.record));
    let mut lines = BTreeSet::new();
    for promise in device.promises() {
        let (PromiseKind::Fsync, Some(step)) = (promise.kind, promise.returned) else { continue };
        for cover in promise.covers.iter().filter(|cover| cover.store.mapped).take(MOST_PAGES) {
            let offset = cover.page * PAGE_SIZE;
            let what = format!(
                "behind {}'s operation {}: page {:#x} holds x: od -A d -t c -j {offset} -N 1 /mnt/file",
                promise.by.thread,
                promise.operation + 1,
                cover.page
            );
            lines.insert((step, what));
        }
    }
    let mut text = String::new();
    if lines.is_empty() {
        return text;
    }
    text.push_str(
        " *\n * After a real power cut, of a machine with real persistent memory (memmap= forgets everything, a virtual machine nothing), what\n\
         \x20* its syncs have promised is there, unless the file was changed there since:\n",
    );
    for (_, what) in lines {
        let _ = writeln!(text, " *   {what}");
    }
    text
}
