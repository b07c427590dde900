//! Counterexamples become as small as the known ones, whatever stood around them; every claim is replayed, and the
//! sentences say what the replays show.

use daxscope_core::check::Rule;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Operation, Scenario, StepSize, format, parse, parse_revision};
use daxscope_core::units::ThreadId;
use daxscope_explore::counterexample::{Effort, Explained, Stage, SwitchKind, render};
use daxscope_explore::{Bounds, Counterexample, Found, Options, Reductions, Search, Verdict};
use daxscope_museum::{Exhibit, exhibits};
use std::sync::Arc;

/// The lost wake-up of revision 5 (exhibit A4), with a thread, operations, an extent, a process and a failure that do not
/// matter.
const A4_AND_MORE: &str = "\
revision v5
file     8M
extent   2M..4M mapped at 0x1007p
extent   6M..8M mapped at 32M
process  P
process  Q
thread A in P
  read 4K at 6M
  read 2M at 0x202p
  read 4K at 0x202p
thread B in P
  read 4K at 0x203p
thread C in P
  read 4K at 0x204p
thread D in Q
  read 4K at 5p
fail     hzp_alloc 1 in D
";

const A4: &str = "\
revision v5
file     4M
extent   2M..4M mapped at 0x1007p
thread A
  read 2M at 0x202p
thread B
  read 4K at 0x203p
thread C
  read 4K at 0x204p
";

/// The reviewed line of revision 6 (exhibit A5), likewise.
const A5_AND_MORE: &str = "\
revision v6
file     4M
process  P
process  Q
thread A in P
  read 4K at 1p
thread B in Q
  read 4K at 5p
  write 4K at 0x203p
  fsync
fail     preload 1 in B with ENOMEM
fail     page_alloc 3
";

const ZEROES: &str = "revision 4.10.0\nfile 4M\nthread A\n read 4K at 3p\nthread B\n write(2) 3p..4p\n";

const OVERWRITTEN: &str =
    "revision 4.10.0\nextent 0..2M mapped at 16M\nthread A\n read 4K at 1p\nthread B\n read 2M at 0\n";

fn scenario(script: &str) -> Arc<Scenario> {
    let parsed = parse(script);
    assert_eq!(parsed.diagnostics, []);
    Arc::new(parsed.scenario)
}

fn find(scenario: &Arc<Scenario>, options: &Options) -> Found {
    let mut search = Search::new(Arc::clone(scenario), options.clone());
    loop {
        match search.advance(100_000) {
            Verdict::Running => {}
            Verdict::Violation(found) => return found.clone(),
            other => panic!("{other:?}"),
        }
    }
}

fn finish(mut counterexample: Counterexample, budget: u64) -> Explained {
    while !counterexample.is_done() {
        counterexample.advance(budget);
    }
    match counterexample.stage() {
        Stage::Done(explained) => Explained::clone(explained),
        other => panic!("{other:?}"),
    }
}

fn explain_with(script: &str, options: &Options) -> Explained {
    let scenario = scenario(script);
    let found = find(&scenario, options);
    let explained = finish(Counterexample::new(scenario, options.clone(), &found), 100_000);
    check(&explained);
    explained
}

fn explain(script: &str) -> Explained {
    explain_with(script, &Options::default())
}

/// What must hold of every counterexample.
fn check(explained: &Explained) {
    let size = explained.size;
    assert_eq!(explained.schedule.step_size, StepSize::Section);
    let mut run = Run::new(Arc::new(explained.scenario.clone()));
    run.follow(&explained.schedule).expect("the way can be stepped");
    let breaks: Vec<usize> =
        run.violations().filter(|(_, violation)| violation.rule == explained.rule).map(|(step, _)| step).collect();
    assert!(!breaks.is_empty() && breaks.iter().all(|&step| step == size.steps), "at the last step, not before");
    assert!(run.steps[size.steps - 1].violations.contains(&explained.violation));
    assert_eq!(run.steps.len(), size.steps);

    let choices = &explained.schedule.choices;
    let changes: Vec<usize> =
        (1..choices.len()).filter(|&at| choices[at].thread != choices[at - 1].thread).map(|at| at + 1).collect();
    let told: Vec<usize> = explained.switches.iter().map(|switch| switch.step).collect();
    assert_eq!((told.as_slice(), told.len()), (changes.as_slice(), size.switches), "every switch has its reason");
    let mut before = Run::new(Arc::new(explained.scenario.clone()));
    for (at, &choice) in choices.iter().enumerate() {
        if let Some(switch) = explained.switches.iter().find(|switch| switch.step == at + 1) {
            let can_go_on = before.machine.is_enabled(switch.from);
            assert_eq!(can_go_on, switch.kind != SwitchKind::Forced, "{}", switch.sentence);
        }
        before.step(choice, StepSize::Section);
    }

    let script = format(&explained.scenario);
    assert_eq!(parse(&script).scenario, explained.scenario, "it can be written down:\n{script}");
    assert!(explained.key_steps.is_sorted_by_key(|key| key.step));
    assert_eq!(explained.key_steps.last().map(|key| key.step), Some(size.steps));
    let (found, now) = (explained.found, size);
    assert!((now.threads, now.operations, now.failures) <= (found.threads, found.operations, found.failures));
    assert!(render(explained).lines().all(|line| line.chars().count() <= 100), "{}", render(explained));
}

fn size(explained: &Explained) -> (usize, usize, usize, usize, usize) {
    let size = explained.size;
    (size.threads, size.operations, size.failures, size.steps, size.switches)
}

#[test]
fn the_lost_wakeup_is_as_small_as_the_exhibit() {
    for script in [A4, A4_AND_MORE] {
        let explained = explain(script);
        assert_eq!(explained.rule, Rule::LostWakeup);
        assert_eq!(size(&explained), (3, 3, 0, 59, 4));
        let claims = [&explained.smallest, &explained.shortest, &explained.fewest_switches];
        assert!(claims.iter().all(|claim| claim.is_proved()), "{claims:?}");
        let kinds: Vec<_> = explained.switches.iter().map(|switch| switch.kind).collect();
        assert_eq!(kinds.iter().filter(|&&kind| kind == SwitchKind::Needed).count(), 1);
        assert_eq!(kinds.iter().filter(|&&kind| kind == SwitchKind::Forced).count(), 3);
    }
}

#[test]
fn its_switches_are_explained_by_what_the_replays_show() {
    let explained = explain(A4);
    let sentences: Vec<&str> = explained.switches.iter().map(|switch| switch.sentence.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "Without this switch (A goes on instead of B at step 20) the bug vanishes: A deletes the locked 2 MiB empty \
             entry at 0x0 first, so B finds nothing at page 0x2, where with the switch it finds the locked 2 MiB empty \
             entry at page 0x2 (step 27); B does not go to sleep. Every thread ends, and no rule is broken.",
            "Forced: B is asleep on key 0x0, exclusive, first in line; A holds the entry, so another thread has to run.",
            "Forced: C is asleep on key 0x0, exclusive, second in line; A holds the entry, so another thread has to run.",
            "Forced: A is done, so another thread has to run.",
        ]
    );
    assert_eq!(
        explained.story,
        "A: 2 MiB read, page 0x1. B: 4 KiB read, page 0x2. C: 4 KiB read, page 0x3. It takes 59 steps, with 4 context \
         switches, 3 of them forced. What matters: A locks the 2 MiB empty entry at 0x0 (step 18); then B queues on key \
         0x0 as exclusive waiter, first in line (step 27); then C queues on key 0x0 as exclusive waiter, second in line \
         (step 35); then A deletes the locked 2 MiB empty entry at 0x0 (step 36); then A wakes one waiter on key 0x0: B; \
         C stays asleep (step 37). After step 59 nobody can run. C sleeps on key 0x0 for an entry that no longer exists. \
         Nobody who can still run will wake that key."
    );
    assert_eq!(
        format(&explained.scenario),
        "revision v5\nfile     2M\nextent   0..2M mapped at 7p\nthread A\n  read 2M at 1p\nthread B\n  read 4K at 2p\n\
         thread C\n  read 4K at 3p\nschedule by section A19 B8 C8 A12 B12\n"
    );
}

#[test]
fn what_does_not_matter_goes() {
    let explained = explain(A4_AND_MORE);
    assert_eq!((explained.found.threads, explained.found.operations, explained.found.failures), (4, 6, 1));
    let extents = explained.scenario.file.extents.len();
    assert_eq!((explained.scenario.processes.len(), extents, explained.scenario.file.size_pages), (1, 1, 512));

    let explained = explain(A5_AND_MORE);
    assert_eq!((explained.rule, size(&explained)), (Rule::KernelBug, (1, 1, 1, 10, 0)));
    assert_eq!(explained.threads, [ThreadId(1)], "A was B");
    assert_eq!(
        format(&explained.scenario),
        "revision v6\nfile     2M\nthread A\n  read 4K at 0\nfail     preload 1 in A with ENOMEM\nschedule by section A10\n"
    );
}

#[test]
fn a_failure_that_the_search_chose_counts_as_one() {
    let script = "revision v6\nfile 2M\nthread A\n read 4K at 1p\nthread B\n read 4K at 2p\n";
    let bounds = Bounds { failures: 3, ..Bounds::default() };
    let explained = explain_with(script, &Options { bounds, ..Options::default() });
    assert_eq!((explained.rule, size(&explained)), (Rule::KernelBug, (1, 1, 1, 10, 0)));
    assert_eq!(explained.schedule.choices.iter().filter(|choice| choice.fail).count(), 1);
}

#[test]
fn a_switch_without_which_the_bug_comes_later_is_told_apart() {
    let explained = explain(OVERWRITTEN);
    let told: Vec<_> = explained.switches.iter().map(|switch| (switch.kind, switch.sentence.as_str())).collect();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].0, SwitchKind::Needed);
    assert!(told[0].1.contains("A makes sure of a page table first, so B reads the pmd: a page table"), "{told:?}");
    assert_eq!(told[1].0, SwitchKind::OtherWay);
    assert!(told[1].1.contains("the bug still happens, but later (step 20, not 17)"), "{told:?}");
    let key = &explained.key_steps[0];
    assert!(key.what.starts_with("B maps 512 frames"), "{key:?}");
}

#[test]
fn stale_zeroes_name_block_entry_and_mapping() {
    let explained = explain(ZEROES);
    assert_eq!((explained.rule, size(&explained)), (Rule::StaleMapping, (2, 2, 0, 29, 2)));
    let whys: Vec<_> = explained.key_steps.iter().map(|key| key.why.as_str()).collect();
    assert_eq!(
        whys,
        [
            "the last change of the block behind 0x0",
            "the last change of the entry at 0x0",
            "the last change of the mapping",
            "the step that breaks the rule"
        ]
    );
    assert!(
        explained.switches[0].sentence.contains("so B reads nrpages: 1, where with the switch it reads nrpages: 0")
    );
}

#[test]
fn the_result_does_not_depend_on_budgets_or_on_how_it_was_found() {
    for script in [A4, A5_AND_MORE, ZEROES, OVERWRITTEN] {
        let whole = explain(script);
        let scenario = scenario(script);
        let found = find(&scenario, &Options::default());
        let in_pieces = finish(Counterexample::new(Arc::clone(&scenario), Options::default(), &found), 777);
        assert_eq!(in_pieces, whole);

        let options = Options { reductions: Reductions::SHORTEST, ..Options::default() };
        let other = explain_with(script, &options);
        assert_eq!(size(&other), size(&whole), "{script}");
    }
}

#[test]
fn what_is_beyond_the_effort_is_not_called_proved() {
    let scenario = scenario(A4);
    let found = find(&scenario, &Options::default());
    let effort = Effort { search_states: 50, walk_states: 50 };
    let explained = finish(Counterexample::with_effort(scenario, Options::default(), &found, effort), 1000);
    check(&explained);
    for claim in [&explained.smallest, &explained.shortest, &explained.fewest_switches] {
        assert!(!claim.is_proved() && claim.sentence().contains("bound on states was hit"), "{claim:?}");
    }
    assert!(explained.size.switches < explained.found.switches, "moving blocks finds fewer all the same");
}

#[test]
fn what_is_not_true_is_not_confirmed() {
    let scenario = scenario(A4);
    let mut found = find(&scenario, &Options::default());
    found.schedule.choices.truncate(10);
    let counterexample = Counterexample::new(scenario, Options::default(), &found);
    assert!(matches!(counterexample.stage(), Stage::NotConfirmed(_)), "{:?}", counterexample.stage());
}

#[test]
fn the_text_has_the_reasons_between_the_steps() {
    let text = render(&explain(ZEROES));
    let switch = text.find(">> Without this switch").expect("a reason");
    let before = text.find("   7 learns").expect("the step before");
    let after = text.find("   8   ").expect("the step after");
    assert!(before < switch && switch < after, "{text}");
    assert!(text.contains("shortest  proved by "), "{text}");
    assert!(text.ends_with("schedule by section A7 B6 A16\n"), "{text}");
}

/// Every exhibit of the museum, on the kernels that have its bug.
#[test]
fn every_exhibit_is_as_short_as_its_story_says_and_explained() {
    let effort = Effort { search_states: 70_000, walk_states: 50_000 };
    let mut compared = 0;
    for exhibit in exhibits().iter().filter(|exhibit| exhibit.known_failure.is_none() && !exhibit.slow) {
        for &revision in &exhibit.revisions[..exhibit.broken] {
            let parsed = parse(exhibit.script);
            let revision = parse_revision(revision).expect("a revision");
            let scenario = Arc::new(Scenario { revision, schedule: None, ..parsed.scenario });
            let bounds = Bounds {
                failures: exhibit.failures,
                fail_points: exhibit.fail_points.clone(),
                rules: exhibit.expect.into_iter().collect(),
                ..Bounds::default()
            };
            let options = Options { bounds, ..Options::default() };
            let found = find(&scenario, &options);
            let explained = finish(Counterexample::with_effort(scenario, options, &found, effort), 100_000);
            check(&explained);
            assert_eq!(Some(explained.rule), exhibit.expect, "{}", exhibit.id);
            let is_whole = explained.removed.is_empty() && revision_is_first(exhibit, &explained);
            if is_whole && explained.shortest.is_proved() {
                // The story tells the shortest way into the rule; the same bug may be another form of it.
                assert!(exhibit.length.is_some_and(|least| explained.size.steps as u32 >= least), "{}", exhibit.id);
                compared += 1;
            }
            let needed = explained.switches.iter().filter(|switch| switch.kind != SwitchKind::Forced);
            for switch in needed {
                assert!(switch.sentence.starts_with("Without this switch"), "{}", switch.sentence);
            }
        }
    }
    assert!(compared >= 8, "only {compared} lengths were compared");
}

/// The length in a story is that of the first kernel that has the bug.
fn revision_is_first(exhibit: &Exhibit, explained: &Explained) -> bool {
    parse_revision(exhibit.revisions[0]).ok() == Some(explained.scenario.revision)
}

/// Why an fsync missed a page: the store, where its entry became DIRTY, where that was lost or passed over, and the look that came
/// to nothing; and whether threads have to overlap.
#[test]
fn an_fsync_that_missed_a_page_says_why() {
    const DELETED: &str = "kernel 7.3\nfile 4M\nextent 0..4M mapped at 4M\nthread A\n write 2M at 1p\n \
                           punch 0x258p..0x259p\n fsync\n";
    const ELSEWHERE: &str = "kernel 7.3\nfile 4M\nextent 0..4M mapped at 4M\nthread A\n write 2M at 3p\n fsync\n\
                             thread B\n punch 0x258p..0x259p\n";
    const LOCKED: &str = "kernel 6.12\nfile 2M\nextent 0..2M mapped at 4M\nprocess P\nprocess Q\nthread A in P\n \
                          write 2M at 0\n fsync\nthread B in Q\n write 2M at 16p\n";
    const MARK_TAKEN: &str = "kernel 7.3 writeback_meets_lock=walks_again\nfile 2M\nextent 0..2M mapped at 16M\nthread A\n write 4K at 3p\n fsync\n\
                              thread B\n fsync\n";
    let deleted: &[&str] = &[
        "marks the entry at 0x0 DIRTY",
        "stores to virtual page",
        "and the mark DIRTY with it",
        "finds nothing marked DIRTY",
    ];
    let locked: &[&str] =
        &["marks the entry at 0x0 DIRTY", "stores to virtual page", "locks the 2 MiB entry", "xas_find_conflict()"];
    let taken: &[&str] =
        &["marks the entry at", "stores to virtual page", "clears the mark TOWRITE", "finds no more entries"];
    for (script, steps, is_race) in
        [(DELETED, deleted, false), (ELSEWHERE, deleted, false), (LOCKED, locked, true), (MARK_TAKEN, taken, true)]
    {
        let explained = explain(script);
        assert_eq!(explained.rule, Rule::LostDurability);
        let told: Vec<&str> = explained.key_steps.iter().map(|key| key.what.as_str()).collect();
        assert_eq!(told.len(), steps.len() + 1, "{told:#?}");
        for (what, part) in told.iter().zip(steps) {
            assert!(what.contains(part), "{part}: {told:#?}");
            assert!(explained.story.contains(what), "{}", explained.story);
        }
        assert_eq!(explained.in_turn.is_empty(), is_race, "{}", explained.in_turn);
        if !is_race {
            assert!(
                explained.in_turn.starts_with("no race: it breaks in the order A: 2 MiB write"),
                "{}",
                explained.in_turn
            );
            for cure in ["layout_break=keeps", "layout_break=flushes"] {
                assert!(explained.in_turn.contains(cure), "{}", explained.in_turn);
            }
        }
    }
}

/// What is simpler does not send operations beyond the end of the file where they were inside.
#[test]
fn smaller_files_hold_what_is_done_to_them() {
    let script =
        "kernel 7.3\nfile 4M\nextent 0..4M mapped at 4M\nthread A\n write 2M at 3p\n punch 0x258p..0x259p\n fsync\n";
    let explained = explain(script);
    let size = explained.scenario.file.size_pages;
    let Operation::Punch { first, .. } = explained.scenario.threads[0].operations[1] else { panic!("a punch") };
    assert!(first < size, "{first:#x} of {size:#x}");
    assert!(first >= 512, "it is elsewhere than the store: {first:#x}");
}
