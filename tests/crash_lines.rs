//! Pull the plug, line by line: a flush is not a fence, and a page may be torn. Why no rule has to know of either.

use daxscope_core::check::Rule;
use daxscope_core::crash::{Content, Device, LINES, Loss, Store};
use daxscope_core::event::Event;
use daxscope_core::op::{FileOp, Op, TreeLockOp};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Operation, Platform, Scenario, Schedule, StepSize, parse};
use daxscope_core::units::ThreadId;
use daxscope_explore::crash::{Crash, device_state, pull_the_plug};
use daxscope_explore::mix::Random;
use daxscope_explore::self_check::Case;
use std::sync::Arc;

fn scenario(text: &str) -> Arc<Scenario> {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    Arc::new(parsed.scenario)
}

const A: ThreadId = ThreadId(0);
const B: ThreadId = ThreadId(1);

/// Whatever flushes makes a fence next: no thread has an operation of its own in between. So whoever returns between another
/// thread's flush and its fence could have returned before the flush, and the rule says there what it would say here.
#[test]
fn every_flush_is_followed_by_a_fence_of_its_thread() {
    let (mut flushes, mut arrived) = (0, 0);
    for seed in 0..800 {
        let mut case = if seed % 2 == 0 { Case::random(seed) } else { Case::random_of_xarray(seed) };
        let threads = &mut Arc::make_mut(&mut case.scenario).threads;
        threads.iter_mut().for_each(|thread| thread.operations.push(Operation::Fsync { first: 0, count: None }));
        let scenario = Arc::new(Scenario { schedule: None, ..Scenario::clone(&case.scenario) });
        let mut random = Random::new(seed);
        let mut run = Run::new(Arc::clone(&scenario));
        let mut device = Device::new(&run.machine.world);
        let mut has_flushed = vec![false; scenario.threads.len()];
        for number in 1..600 {
            let enabled: Vec<ThreadId> = run.machine.enabled().collect();
            if enabled.is_empty() {
                break;
            }
            let thread = enabled[random.below(enabled.len() as u64) as usize];
            let before = run.machine.world.clone();
            let record = run.step(Choice::run(thread), StepSize::Atom).expect("it can run").record.clone();
            device.step(&before, number, &record);
            for performed in &record.performed {
                let op = performed.stop.op;
                if std::mem::take(&mut has_flushed[thread.index()]) {
                    assert_eq!(op, Op::TreeLock(TreeLockOp::SpinLock), "seed {seed}, step {number}: {}", case.text());
                }
                if let Op::File(FileOp::Flush { .. }) = op {
                    has_flushed[thread.index()] = true;
                    flushes += 1;
                }
            }
            for (block, state) in device.blocks() {
                let is_of = |thread: ThreadId| state.on_the_way.iter().any(|flight| flight.by.thread == thread);
                let all = (0..scenario.threads.len() as u8).map(ThreadId);
                let early = all.filter(|&thread| is_of(thread) && !has_flushed[thread.index()]).count();
                assert_eq!(early, 0, "seed {seed}, step {number}: block {block:#x} is on its way behind the fence");
                if let (Some(flushed), Some(fenced)) = (state.flushed, state.fenced) {
                    assert!(flushed.thread == fenced.thread && flushed.step < fenced.step, "{state:?}");
                    arrived += usize::from(fenced.step == number);
                }
            }
        }
    }
    assert!(flushes > 200 && arrived > 50, "too little was looked at: {flushes} flushes, {arrived} blocks arrived");
}

/// A run of so many sections by each of these threads in turn; 0: until it is done.
fn followed(scenario: &Arc<Scenario>, turns: &[(ThreadId, usize)]) -> (Run, Schedule) {
    let mut run = Run::new(Arc::clone(scenario));
    for &(thread, steps) in turns {
        let mut made = 0;
        while (steps == 0 || made < steps) && run.machine.is_enabled(thread) {
            run.step(Choice::run(thread), StepSize::Section).expect("it can run");
            made += 1;
        }
    }
    let choices = run.steps.iter().map(|step| step.record.choice).collect();
    (run, Schedule { step_size: StepSize::Section, choices })
}

fn crash(scenario: &Arc<Scenario>, schedule: &Schedule) -> Crash {
    pull_the_plug(scenario, schedule, schedule.choices.len()).expect("a run")
}

/// The sections of A up to its flush.
fn to_the_flush(scenario: &Arc<Scenario>) -> usize {
    let (run, _) = followed(scenario, &[(A, 0)]);
    let flushes = |at: &usize| run.steps[*at].record.events().any(|event| matches!(event, Event::Flush { .. }));
    (0..run.steps.len()).find(flushes).expect("a flush") + 1
}

/// B passes over the entry that A has locked (K2), between A's flush and its fence: the picture says so. With A's flush made later
/// the same return breaks the rule, so the search finds it.
#[test]
fn a_return_between_flush_and_fence_is_told() {
    let text =
        "revision 6.12\nfile 8p\nextent 0..8p mapped at 16M\nthread A\n write 4K at 3p\n fsync\nthread B\n fsync\n";
    let scenario = scenario(text);
    let flush = to_the_flush(&scenario);
    let (run, schedule) = followed(&scenario, &[(A, flush), (B, 0)]);
    let unfenced = crash(&scenario, &schedule);
    assert_eq!(unfenced.losses.len(), 1, "{unfenced:#?}");
    assert!(matches!(unfenced.losses[0].broken.loss, Loss::NotFenced(by) if by.thread == A && by.step == flush));
    let says = format!("A has flushed it in step {flush}, and no fence has followed yet");
    assert!(unfenced.losses[0].sentence.contains(&says), "{}", unfenced.losses[0].sentence);
    let on_device = device_state(&unfenced.left.rows[0]);
    assert!(on_device.ends_with(&format!("flushed by A in step {flush}, not fenced yet")), "{on_device}");
    let broken =
        |run: &Run| run.steps.iter().any(|step| step.violations.iter().any(|it| it.rule == Rule::LostDurability));
    assert!(!broken(&run), "the rule has no fences");
    let (run, schedule) = followed(&scenario, &[(A, flush - 1), (B, 0)]);
    assert!(broken(&run));
    assert_eq!(crash(&scenario, &schedule).losses[0].broken.loss, Loss::NotFlushed);
    // A's next section is the fence.
    let (_, schedule) = followed(&scenario, &[(A, flush), (B, 0), (A, 1)]);
    let fenced = crash(&scenario, &schedule);
    assert!(fenced.losses.is_empty() && fenced.torn.is_empty(), "{fenced:#?}");
    let on_device = device_state(&fenced.left.rows[0]);
    let step = schedule.choices.len();
    assert!(on_device.ends_with(&format!("flushed by A in step {flush}, fenced in step {step}")), "{on_device}");
}

/// A store between a flush and its fence is not the flush's.
#[test]
fn a_fence_waits_for_what_was_flushed_before_it() {
    let text = "revision 6.12\nfile 8p\nextent 0..8p mapped at 16M\nprocess P\nthread A in P\n write 4K at 3p\n fsync\n\
                thread B in P\n write 4K at 3p\n";
    let scenario = scenario(text);
    let flush = to_the_flush(&scenario);
    // B's fault has to come before A write-protects the page, or it sleeps on A's lock: it begins first and stores last.
    let (_, schedule) = followed(&scenario, &[(A, flush), (A, 1), (B, 0), (A, 0), (B, 0)]);
    let after = crash(&scenario, &schedule);
    let row = &after.left.rows[0];
    assert!(after.losses.is_empty() && row.is_lost(), "{after:#?}");
    assert!(matches!((row.before, row.after), (Content::Store(b), Content::Store(a)) if by(b) == B && by(a) == A));
    let (at, torn) = &after.torn[0];
    assert_eq!((*at, torn.contents.as_slice()), (3, [row.after, row.before].as_slice()));
}

fn by(store: Store) -> ThreadId {
    store.by.expect("a thread").thread
}

/// Each line is left as the page may be left: with what the medium has, or with one of the stores that are in the caches.
#[test]
fn a_page_is_torn_line_by_line() {
    let text = "revision 6.12\nfile 8p\nextent 0..8p mapped at 16M\nprocess P\nthread A in P\n write 4K at 3p\n write 4K at 5p\n\
                thread B in P\n write 4K at 3p\n";
    let scenario = scenario(text);
    let (_, schedule) = followed(&scenario, &[(A, 0), (B, 0)]);
    let left = crash(&scenario, &schedule);
    assert_eq!(left.torn.iter().map(|(page, _)| *page).collect::<Vec<_>>(), [3, 5]);
    let torn = &left.torn[0].1;
    assert_eq!(torn.contents.len(), 3, "{torn:?}");
    assert_eq!(torn.contents[0], Content::Before);
    assert!(matches!(torn.contents[1..], [Content::Store(a), Content::Store(b)] if (by(a), by(b)) == (A, B)));
    for content in 0..3 {
        let count = torn.lines.iter().filter(|&&line| line == content).count();
        assert!((8..=LINES / 2).contains(&count), "{torn:?}");
    }
    // Where the caches are safe nothing is torn; nor is a page that recovery takes away.
    let safe = Arc::new(Scenario { platform: Platform::Eadr, ..Scenario::clone(&scenario) });
    assert!(crash(&safe, &schedule).torn.is_empty());
    let text = "revision 6.12\nfile 8p\nthread A\n write 4K at 3p\n";
    let scenario = self::scenario(text);
    let (_, schedule) = followed(&scenario, &[(A, 0)]);
    let left = crash(&scenario, &schedule);
    assert!(left.left.rows[0].uncommitted && left.torn.is_empty(), "{left:#?}");
}
