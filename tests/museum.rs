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
            id,
            title,
            about,
            revisions,
            broken,
            expect,
            length,
            confirmed,
            leaves_out,
            known_failure,
            source,
            script,
            ..
        } = exhibit;
        assert!(
            [title, about, confirmed, leaves_out, source, &exhibit.story()].iter().all(|text| !text.is_empty()),
            "{id}"
        );
        assert!(expect.is_some(), "{id}: `expect` is no rule");
        assert!(length.is_some() || known_failure.is_some(), "{id}: no `length`");
        assert!((1..revisions.len()).contains(broken), "{id} needs broken and fixed revisions");
        assert_eq!(&format_text(script), script, "{id}: daxscope fmt would change the script");
        let written = parse(script).scenario.revision;
        assert_eq!(Ok(written), parse_revision(revisions[0]), "{id}: the script runs the broken one");
        for how in confirmed.split(", ") {
            assert!(["mail", "code", "inferred"].contains(&how), "{id}: confirmed by `{how}`");
        }
    }
}

/// Those that can be shown.
fn shown() -> impl Iterator<Item = &'static Exhibit> {
    exhibits().iter().filter(|exhibit| exhibit.known_failure.is_none())
}

#[test]
fn the_fixed_revisions_pass_the_schedule_of_the_broken_one() {
    for exhibit in shown() {
        for revision in &exhibit.revisions[exhibit.broken..] {
            let run = run(exhibit, revision);
            let rules = run.violations().map(|(_, violation)| violation.rule);
            let broken: Vec<_> = rules.filter(|rule| !exhibit.besides.contains(rule)).collect();
            assert_eq!(broken, [], "{} on {revision}", exhibit.id);
            assert_eq!(run.machine.status(), Status::Done, "{} on {revision}", exhibit.id);
        }
    }
}

#[test]
fn the_schedule_ends_at_the_violation() {
    for exhibit in shown() {
        let scenario = scenario(exhibit, exhibit.revisions[0]);
        let schedule = scenario.schedule.clone().expect("a schedule");
        let mut run = Run::new(Arc::new(scenario));
        run.follow(&schedule).expect("the broken revision follows its own schedule");
        let expect = exhibit.expect.expect("a rule");
        let first = run.violations().find(|(_, violation)| violation.rule == expect).map(|(number, _)| number);
        assert_eq!(first, Some(schedule.choices.len()), "{}", exhibit.id);
    }
}
