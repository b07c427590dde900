//! What happened around a line of a trace as a script for the model, and whether the model does the same.

use super::report::{Fact, ScenarioReport};
use daxscope_import::kernel::Kernel;
use daxscope_import::model::{Lanes, Wanted, fit};
use daxscope_import::tell::model::verdict;
use daxscope_import::{Refused, Visitor, import};
use std::io::BufRead;

/// Sees the events, and says how far it is.
struct Watched<'p> {
    lanes: Lanes,
    progress: &'p mut dyn FnMut(u64) -> bool,
}

impl Visitor for Watched<'_> {
    fn event(&mut self, event: &daxscope_import::event::Event<'_>, kernel: &Kernel) {
        self.lanes.event(event, kernel);
    }

    fn progress(&mut self, bytes: u64) -> bool {
        (self.progress)(bytes)
    }
}

/// Makes the script. `around`: the line of an event.
pub(super) fn scenario<R: BufRead>(
    input: R,
    kernel: Kernel,
    around: u64,
    progress: &mut dyn FnMut(u64) -> bool,
) -> Result<ScenarioReport, Refused> {
    let around = (around > 0).then_some(around);
    let mut watched = Watched { lanes: Lanes::around(around), progress };
    let diagnosis = import(input, kernel, &mut watched)?;
    let (acts, names, _) = watched.lanes.finish();
    let wanted = Wanted { around, fs: None };
    let (lifted, followed) = fit(acts, &names, &diagnosis.kernel, &[], wanted).map_err(Refused::Other)?;
    let mut report = ScenarioReport {
        script: lifted.script(followed.is_whole.then_some(&followed.schedule)),
        verdict: verdict(&followed),
        follows: followed.is_whole,
        ..ScenarioReport::default()
    };
    for fact in &lifted.facts {
        report.facts.push(Fact { line: fact.line, words: fact.words.clone(), how: fact.how.to_owned() });
    }
    for row in &followed.rows {
        for difference in &row.differences {
            let known = difference.name.map_or_else(String::new, |name| format!(" (known as {name})"));
            let said = format!(
                "{}: {}{known}. Real: {}. Model: {}.",
                row.what, difference.what, difference.real, difference.model
            );
            report.differences.push((row.line, said));
        }
    }
    report.differences.truncate(20);
    for lane in &lifted.lanes {
        report.lanes.push(format!("{} is {}-{}", lane.thread.letter(), lane.name, lane.tid));
    }
    Ok(report)
}
