//! Pull the plug: the contract of fsync as a rule and as a picture, which must say the same; exhibits as losses, and their
//! mended switches proved; platforms; what a synchronous mapping vouches for.

mod crash_lines;

use daxscope_core::check::Rule;
use daxscope_core::crash::{Content, Device, Loss};
use daxscope_core::event::Event;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Operation, Platform, Scenario, Schedule, StepSize, parse, parse_revision};
use daxscope_core::units::{PageIndex, ThreadId};
use daxscope_explore::crash::{Crash, pull_the_plug, syncs_returned};
use daxscope_explore::mix::Random;
use daxscope_explore::self_check::Case;
use daxscope_explore::{Bounds, Options, Search, Verdict};
use std::sync::Arc;

fn scenario(text: &str) -> Arc<Scenario> {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    Arc::new(parsed.scenario)
}

fn on(scenario: &Arc<Scenario>, kernel: &str) -> Arc<Scenario> {
    let revision = parse_revision(kernel).expect(kernel);
    Arc::new(Scenario { revision, schedule: None, ..Scenario::clone(scenario) })
}

/// The whole search for lost durability, and nothing else.
fn verdict(scenario: &Arc<Scenario>) -> Verdict {
    let bounds = Bounds { rules: vec![Rule::LostDurability], ..Bounds::default() };
    let mut search = Search::new(Arc::clone(scenario), Options { bounds, ..Options::default() });
    loop {
        match search.advance(100_000).clone() {
            Verdict::Running => {}
            verdict => return verdict,
        }
    }
}

/// What is found is a loss that can be shown: the plug is pulled behind the step that breaks the rule.
fn loss(scenario: &Arc<Scenario>) -> Crash {
    let Verdict::Violation(found) = verdict(scenario) else { panic!("nothing is lost: {}", scenario.title) };
    let crash = pull_the_plug(scenario, &found.schedule, found.schedule.choices.len()).expect("a run");
    assert!(!crash.losses.is_empty(), "{}: the rule is broken, and the picture shows no loss", scenario.title);
    for loss in &crash.losses {
        let row = crash.left.rows.iter().find(|row| (row.first..row.first + row.count).contains(&loss.broken.page));
        let row = row.expect("the page is shown");
        assert!(row.is_lost() && matches!(row.before, Content::Store(_)), "{row:?}");
    }
    crash
}

/// The pages that the events of a run say an fsync has left, at its return in the last step.
fn left_unflushed(run: &Run) -> Vec<PageIndex> {
    let last = run.steps.last().expect("a step");
    let events = last.record.events().filter_map(|event| match event {
        Event::LeftUnflushed { index, .. } => Some(*index),
        _ => None,
    });
    events.collect()
}

/// Rule and picture are made by different code. At every return of every fsync of random runs they say the same, page by page.
#[test]
fn the_picture_breaks_a_promise_exactly_where_the_rule_is_broken() {
    let (mut returns, mut broken) = (0, 0);
    for seed in 0..400 {
        let mut case = if seed % 2 == 0 { Case::random(seed) } else { Case::random_of_xarray(seed) };
        let threads = &mut Arc::make_mut(&mut case.scenario).threads;
        threads.iter_mut().for_each(|thread| thread.operations.push(Operation::Fsync { first: 0, count: None }));
        for (walk, platform) in Platform::ALL.into_iter().enumerate() {
            let scenario = Arc::new(Scenario { platform, schedule: None, ..Scenario::clone(&case.scenario) });
            let mut random = Random::new(seed * 3 + walk as u64);
            let mut run = Run::new(Arc::clone(&scenario));
            let mut device = Device::new(&run.machine.world);
            for number in 1..400 {
                let enabled: Vec<ThreadId> = run.machine.enabled().collect();
                if enabled.is_empty() {
                    break;
                }
                let thread = enabled[random.below(enabled.len() as u64) as usize];
                let before = run.machine.world.clone();
                let record = run.step(Choice::run(thread), StepSize::Section).expect("it can run").record.clone();
                device.step(&before, number, &record);
                let world = &run.machine.world;
                let returned = |at: usize| {
                    let promise = &device.promises()[at];
                    promise.returned == Some(number) && promise.by.thread == thread
                };
                let shown = device.broken(world).into_iter();
                let shown = shown.filter(|it| it.loss == Loss::NotFlushed && returned(it.promise)).map(|it| it.page);
                let (shown, told) = (shown.collect::<Vec<_>>(), left_unflushed(&run));
                assert_eq!(shown, told, "seed {seed}, {platform:?}, step {number}: {}", case.text());
                returns += usize::from(device.promises().iter().any(|promise| promise.returned == Some(number)));
                broken += usize::from(!told.is_empty());
                assert!(platform != Platform::Eadr || told.is_empty());
                let commits = device.broken(world).iter().filter(|it| it.loss == Loss::NotCommitted).count();
                assert_eq!(commits, 0, "seed {seed}, step {number}: an extent that was vouched for is not committed");
            }
        }
    }
    assert!(returns > 200 && broken > 20, "too little was looked at: {returns} returns, {broken} broken");
}

const E2: &str = include_str!("losses/e2.dax");
const E3: &str = include_str!("losses/e3.dax");
const E1: &str = include_str!("../crates/museum/exhibits/e1/scenario.dax");
const K1: &str = include_str!("../crates/museum/exhibits/k1/scenario.dax");
const K2: &str = include_str!("../crates/museum/exhibits/k2/scenario.dax");
const K3: &str = include_str!("../crates/museum/exhibits/k3/scenario.dax");

/// An exhibit as a loss.
struct Exhibit {
    name: &'static str,
    script: &'static str,
    /// Kernels that lose something.
    broken: &'static [&'static str],
    /// What the sentence says then.
    says: &'static str,
    /// Kernels on which the search is complete.
    mended: &'static [&'static str],
}

const EXHIBITS: [Exhibit; 6] = [
    Exhibit {
        name: "E1",
        script: E1,
        broken: &["fixed writeback_locks_entry=off"],
        says: "because B had it locked",
        mended: &["fixed", "4.13.4"],
    },
    Exhibit {
        name: "E2",
        script: E2,
        broken: &["4.10.0 mkclean_wrprotects_pmd=off"],
        says: "left a mapping writable",
        mended: &["4.10.0", "fixed"],
    },
    Exhibit {
        name: "E3",
        script: E3,
        broken: &["4.10.0", "4.13.4", "5.10"],
        says: "left a mapping writable",
        mended: &["4.10.0 mkclean_range=all", "fixed", "6.12"],
    },
    Exhibit {
        name: "K1",
        script: K1,
        broken: &["7.3"],
        says: "had deleted the entry of page 0x3",
        mended: &["7.3 layout_break=flushes", "6.12", "7.3-fixed"],
    },
    Exhibit {
        name: "K2",
        script: K2,
        broken: &["7.3", "6.12"],
        says: "because B had it locked",
        mended: &["7.3 writeback_meets_lock=walks_again", "7.3-fixed"],
    },
    Exhibit {
        name: "K3",
        script: K3,
        broken: &["7.3 writeback_meets_lock=walks_again", "4.13.4"],
        says: "found no TOWRITE",
        mended: &["7.3 writeback_meets_lock=walks_again towrite_cleared=after_flush", "7.3-fixed"],
    },
];

/// What an exhibit shows when it is opened is the loss of its story, not that of another bug of the same kernel.
#[test]
fn an_exhibit_shows_its_own_loss() {
    let mut seen = 0;
    for Exhibit { name, script, says, .. } in EXHIBITS {
        let scenario = scenario(script);
        let Some(schedule) = scenario.schedule.clone() else { continue };
        let syncs = syncs_returned(&scenario, &schedule);
        let sentences = syncs.iter().filter_map(|&step| pull_the_plug(&scenario, &schedule, step));
        let sentences: Vec<String> = sentences.flat_map(|crash| crash.losses).map(|loss| loss.sentence).collect();
        assert!(sentences.iter().any(|sentence| sentence.contains(says)), "{name}: {sentences:?}");
        seen += 1;
    }
    assert_eq!(seen, 4);
}

#[test]
fn exhibits_are_losses_and_their_mended_switches_are_proved() {
    for Exhibit { name, script, broken, says, mended } in EXHIBITS {
        let script = scenario(script);
        for kernel in broken {
            let crash = loss(&on(&script, kernel));
            assert!(crash.losses.iter().any(|loss| loss.sentence.contains(says)), "{name} on {kernel}: {crash:#?}");
            let holder = crash.losses.iter().find_map(|loss| loss.holder);
            assert_eq!(holder.is_some(), says.contains("locked"), "{name} on {kernel}: {crash:#?}");
        }
        for kernel in mended {
            assert_eq!(verdict(&on(&script, kernel)), Verdict::Complete, "{name} on {kernel}");
        }
    }
}

/// Where the caches survive nothing is lost; where the kernel does not flush, everything is, whatever was mended.
#[test]
fn the_platform_decides_what_a_power_failure_takes() {
    for Exhibit { name, script, broken, mended, .. } in EXHIBITS {
        for kernel in broken.iter().chain(mended) {
            let with = |platform| {
                let scenario = on(&scenario(script), kernel);
                Arc::new(Scenario { platform, ..Scenario::clone(&scenario) })
            };
            assert_eq!(verdict(&with(Platform::Eadr)), Verdict::Complete, "{name} on {kernel}");
            let crash = loss(&with(Platform::NoWriteCache));
            assert!(crash.losses[0].sentence.contains("no write cache"), "{crash:#?}");
        }
    }
}

/// The plug can be pulled behind any step: what is left is what was flushed and committed by then.
#[test]
fn the_plug_can_be_pulled_behind_any_step() {
    let text = "revision 6.12\nfile 8p\nthread A\n write 4K at 3p\n write(2) 5p..6p\n fsync\n truncate 4p\n";
    let scenario = scenario(text);
    let mut run = Run::new(Arc::clone(&scenario));
    assert!(run.run_on(StepSize::Section, 1_000));
    let choices: Vec<Choice> = run.steps.iter().map(|step| step.record.choice).collect();
    let schedule = Schedule { step_size: StepSize::Section, choices };
    let at = |step: usize| pull_the_plug(&scenario, &schedule, step).expect("a run");
    assert!(at(0).left.rows.is_empty() && pull_the_plug(&scenario, &schedule, run.steps.len() + 1).is_none());
    let returned = syncs_returned(&scenario, &schedule);
    assert_eq!(returned.len(), 1);
    // Until the commit the new blocks are nobody's: stores are lost, though those of write(2) are on the medium.
    let before = at(returned[0] - 3);
    let lost: Vec<PageIndex> = before.left.rows.iter().filter(|row| row.is_lost()).map(|row| row.first).collect();
    assert_eq!((lost, before.losses.len(), before.unpromised.len()), (vec![3, 5], 0, 2), "{before:#?}");
    assert!(before.left.rows.iter().all(|row| row.uncommitted && row.after == Content::Zeroes));
    let after = at(returned[0]);
    assert!(after.left.rows.iter().all(|row| !row.is_lost()) && after.left.rows.len() == 2, "{after:#?}");
    // The truncation is in no commit: the page comes back with what was promised.
    let end = at(run.steps.len());
    assert_eq!((end.left.size_before, end.left.size_after, end.losses.len()), (4, 8, 0), "{end:#?}");
    let back = end.left.rows.iter().find(|row| row.before == Content::BeyondEnd && row.after != Content::Zeroes);
    assert!(matches!(back.expect("page 5").after, Content::Store(_)), "{end:#?}");
}

/// Stores through a synchronous mapping never go to a block that a power failure would take out of the file.
#[test]
fn a_synchronous_fault_keeps_its_promise_on_every_kernel() {
    let text = "revision 6.12\nfile 8p\nprocess P maps 0..8p shared rw sync\nprocess Q\nthread A in P\n write 4K at 3p\n \
                read 4K at 4p\n write 4K at 4p\nthread B in Q\n write 4K at 4p\n fsync\n";
    for kernel in ["5.10", "6.1", "6.12", "7.3", "7.3-fixed"] {
        let bounds = Bounds { rules: vec![Rule::LostDurability], ..Bounds::default() };
        let scenario = on(&scenario(text), kernel);
        let mut search = Search::new(Arc::clone(&scenario), Options { bounds, ..Options::default() });
        while *search.advance(100_000) == Verdict::Running {}
        let verdict = search.verdict().clone();
        // The fsync beside it may be broken (K2, K3), the synchronous faults are not.
        if let Verdict::Violation(found) = &verdict {
            let crash = pull_the_plug(&scenario, &found.schedule, found.schedule.choices.len()).expect("a run");
            assert!(crash.losses.iter().all(|loss| loss.broken.loss == Loss::NotFlushed), "{kernel}: {crash:#?}");
        }
        assert!(kernel != "7.3-fixed" || verdict == Verdict::Complete, "{kernel}: {verdict:?}");
    }
}
