//! Every exhibit shows its bug in the broken revisions and does not in the fixed ones, under the same schedule.

use daxscope_core::machine::Status;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Scenario, format_text, parse, parse_revision};
use daxscope_museum::{Exhibit, exhibits};
use std::sync::Arc;

fn scenario(exhibit: &Exhibit, revision: &str) -> Scenario {
    let parsed = parse(exhibit.script);
    assert_eq!(parsed.diagnostics, [], "{}", exhibit.id);
    Scenario { revision: parse_revision(revision).expect(exhibit.id), ..parsed.scenario }
}

/// Follows the schedule as far as it goes, then lets everybody run.
fn run(exhibit: &Exhibit, revision: &str) -> Run {
    let scenario = scenario(exhibit, revision);
    let schedule = scenario.schedule.clone().expect(exhibit.id);
    let mut run = Run::new(Arc::new(scenario));
    let step_size = schedule.step_size;
    // Another kernel may end before the schedule does.
    let _ = run.follow(&schedule);
    assert!(run.run_on(step_size, 10_000), "{} does not end on {revision}", exhibit.id);
    run
}

#[test]
fn exhibits_are_complete() {
    assert_eq!(exhibits()[0].id, "a5", "the reviewed bug comes first");
    for exhibit in exhibits() {
        let Exhibit {
            id, title, about, revisions, broken, expect, confirmed, leaves_out, source, story, script, ..
        } = exhibit;
        assert!([title, about, confirmed, leaves_out, source, story].iter().all(|text| !text.is_empty()), "{id}");
        assert!(expect.is_some(), "{id}: `expect` is no rule");
        assert!((1..revisions.len()).contains(broken), "{id} needs broken and fixed revisions");
        assert_eq!(&format_text(script), script, "{id}: daxscope fmt would change the script");
        let written = parse(script).scenario.revision;
        assert_eq!(Ok(written), parse_revision(revisions[0]), "{id}: the script runs the broken one");
        for how in confirmed.split(", ") {
            assert!(["mail", "code", "inferred"].contains(&how), "{id}: confirmed by `{how}`");
        }
    }
}

#[test]
fn broken_revisions_break_the_rule_and_fixed_ones_do_not() {
    for exhibit in exhibits() {
        for (at, revision) in exhibit.revisions.iter().enumerate() {
            let run = run(exhibit, revision);
            let broken: Vec<_> = run.violations().map(|(_, violation)| violation.rule).collect();
            if at < exhibit.broken {
                assert_eq!(broken, [exhibit.expect.expect("a rule")], "{} on {revision}", exhibit.id);
            } else {
                assert_eq!(broken, [], "{} on {revision}", exhibit.id);
                assert_eq!(run.machine.status(), Status::Done, "{} on {revision}", exhibit.id);
            }
        }
    }
}

#[test]
fn the_schedule_ends_at_the_violation() {
    for exhibit in exhibits() {
        let scenario = scenario(exhibit, exhibit.revisions[0]);
        let schedule = scenario.schedule.clone().expect("a schedule");
        let mut run = Run::new(Arc::new(scenario));
        run.follow(&schedule).expect("the broken revision follows its own schedule");
        let last = run.violations().last().map(|(number, _)| number);
        assert_eq!(last, Some(schedule.choices.len()), "{}", exhibit.id);
    }
}
