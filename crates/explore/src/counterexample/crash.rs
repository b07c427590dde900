//! Pull the plug at a step of a run: what is left, whose promise that breaks, and by whose lock.
//!
//! What is left says [`daxscope_core::crash`]. Why an fsync missed a page is asked of the same clues that explain a broken rule
//! ([`super::durability`]), so the two cannot disagree.

use super::durability::{Clue, ClueKind, clues};
use super::replay::Replay;
use daxscope_core::crash::{Broken, Content, Device, Left, Loss, Mark, PageRow, Promise, PromiseKind, Store, Torn};
use daxscope_core::event::Event;
use daxscope_core::machine::StepRecord;
use daxscope_core::narrate::{operation, page, with_process_names};
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, Operation, Platform, Scenario, Schedule, StepSize, Without};
use daxscope_core::units::{PageIndex, ThreadId};
use daxscope_core::world::World;
use std::sync::Arc;

/// A power failure behind a step of a run.
#[derive(Clone, Debug)]
pub struct Crash {
    /// The steps that were made before, 0 for none.
    pub step: usize,
    /// The file before the failure and after recovery.
    pub left: Left,
    /// Pages of which it may spare some lines and not others, one way for each: the first page of a row of [`Left::rows`].
    pub torn: Vec<(PageIndex, Torn)>,
    /// Promises that it breaks.
    pub losses: Vec<LossTold>,
    /// What it takes or undoes that nobody has promised: a sentence for each row of [`Left::rows`] of that kind.
    pub unpromised: Vec<String>,
    /// The syncs that have returned success by then, in words.
    pub returned: Vec<String>,
    /// The flushes that were made by then, in words, each with what it found in the caches.
    pub flushes: Vec<String>,
}

/// A promise that is broken, told.
#[derive(Clone, Debug)]
pub struct LossTold {
    /// Which promise, which page, and what is lost.
    pub broken: Broken,
    /// Who has promised.
    pub promise: Promise,
    /// Who had the entry locked when fsync passed over it, if that is the reason, and since when.
    pub holder: Option<Mark>,
    /// Store, missing flush and cause in one sentence.
    pub sentence: String,
}

/// The steps of a schedule behind which a sync has just returned success, from 1; none if it cannot be followed.
#[must_use]
pub fn syncs_returned(scenario: &Arc<Scenario>, schedule: &Schedule) -> Vec<usize> {
    let mut run = Run::new(Arc::clone(scenario));
    if run.follow(schedule).is_err() {
        return Vec::new();
    }
    let (device, _) = Device::after(scenario, run.steps.iter().map(|step| &step.record));
    let mut steps: Vec<usize> = device.promises().iter().filter_map(|promise| promise.returned).collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// Pulls the plug behind the first `step` steps of a schedule; `None` if it cannot be followed that far.
#[must_use]
pub fn pull_the_plug(scenario: &Arc<Scenario>, schedule: &Schedule, step: usize) -> Option<Crash> {
    let choices = schedule.choices.get(..step)?;
    let replay = Replay::whole(scenario, choices, schedule.step_size)?;
    let (device, world) = Device::after(scenario, replay.run.steps.iter().map(|step| &step.record));
    let teller = Teller { scenario, schedule, replay: &replay, device: &device };
    let left = device.left(&world);
    let losses: Vec<LossTold> = device.broken(&world).into_iter().map(|broken| teller.loss(broken)).collect();
    let is_promised =
        |row: &PageRow| losses.iter().any(|loss| (row.first..row.first + row.count).contains(&loss.broken.page));
    let others = left.rows.iter().filter(|row| row.is_lost() && !is_promised(row));
    let unpromised = others.map(|row| teller.unpromised(row)).collect();
    let mut given: Vec<&Promise> = device.promises().iter().filter(|promise| promise.returned.is_some()).collect();
    given.sort_by_key(|promise| promise.returned);
    let returned = given.into_iter().map(|promise| teller.returned(promise)).collect();
    let flushes = flushes(&replay);
    let torn = torn(&device, &left);
    Some(Crash { step, left, torn, losses, unpromised, returned, flushes })
}

/// The pages that are still the file's after recovery, with what may be left of each of their lines.
fn torn(device: &Device, left: &Left) -> Vec<(PageIndex, Torn)> {
    let mut all = Vec::new();
    for row in left.rows.iter().filter(|row| !row.uncommitted && row.first < left.size_after) {
        let torn = row.block.as_ref().and_then(|&(block, _)| device.torn(block));
        all.extend(torn.map(|torn| (row.first, torn)));
    }
    all
}

/// Every flush of a run, and how much of it was in the caches.
fn flushes(replay: &Replay) -> Vec<String> {
    let mut all = Vec::new();
    let mut device = Device::new(&replay.worlds[0]);
    for (at, before) in replay.worlds[..replay.run.steps.len()].iter().enumerate() {
        let record = replay.record(at);
        // A step has one flush at most: it is visible.
        for event in record.events() {
            let Event::Flush { block, count } = *event else { continue };
            let within = |at: u64| (block..block.saturating_add(count)).contains(&at);
            let dirty = device.blocks().filter(|(at, state)| within(*at) && !state.pending.is_empty()).count();
            let what = match dirty {
                0 => "nothing of it was in the caches: redundant in this run".to_owned(),
                1 => "1 page of it was in the caches".to_owned(),
                dirty => format!("{dirty} pages of it were in the caches"),
            };
            let (thread, pages) = (record.choice.thread, if count == 1 { "block" } else { "blocks from" });
            let count = if count == 1 { String::new() } else { format!(" ({count})") };
            all.push(format!("step {}: {thread} flushes {pages} {block:#x}{count}; {what}", at + 1));
        }
        device.step(before, at + 1, record);
    }
    all
}

/// What a page holds, in a few words.
#[must_use]
pub fn content(content: Content) -> String {
    match content {
        Content::BeyondEnd => "nothing: beyond the end".into(),
        Content::Zeroes => "zeroes".into(),
        Content::Before => "what lay there before".into(),
        Content::Store(Store { by: None, .. }) => "a store from before step 1".into(),
        Content::Store(Store { by: Some(by), .. }) => format!("{}'s store, step {}", by.thread, by.step),
    }
}

/// What the device has of a row, in a few words: where the store is, and since when.
#[must_use]
pub fn device_state(row: &PageRow) -> String {
    let Some((block, state)) = &row.block else { return "no block".into() };
    let extent = if row.uncommitted { ", extent not committed" } else { "" };
    let Some(state) = state else { return format!("block {block:#x}{extent}") };
    let of = |by: Mark| format!("{} in step {}", by.thread, by.step);
    let on_the_way = state.on_the_way.iter().find(|flight| flight.upto.order == state.newest.order);
    let store = match (state.durable == Content::Store(state.newest), state.flushed, state.fenced) {
        (true, Some(flushed), Some(fenced)) => format!("flushed by {}, fenced in step {}", of(flushed), fenced.step),
        (true, ..) if state.newest.mapped => "safe in the caches".into(),
        (true, ..) => "stored around the caches".into(),
        (false, ..) => match on_the_way {
            Some(flight) => format!("flushed by {}, not fenced yet", of(flight.by)),
            None => "in the caches only".into(),
        },
    };
    format!("block {block:#x}, {store}{extent}")
}

/// What sentences are made of.
struct Teller<'a> {
    scenario: &'a Arc<Scenario>,
    schedule: &'a Schedule,
    replay: &'a Replay,
    device: &'a Device,
}

impl Teller<'_> {
    fn named(&self, sentence: &str) -> String {
        with_process_names(sentence, self.scenario)
    }

    fn operation(&self, thread: ThreadId, number: usize) -> Option<&Operation> {
        self.scenario.threads.get(thread.index())?.operations.get(number)
    }

    /// `A's store of step 12 (4 KiB write, page 0x3)`.
    fn store(&self, store: Store) -> String {
        let Some(by) = store.by else { return "a store from before the first step".into() };
        let what = self.operation(by.thread, store.operation).map(operation).unwrap_or_default();
        format!("{}'s store of step {} ({what})", by.thread, by.step)
    }

    fn returned(&self, promise: &Promise) -> String {
        let thread = promise.by.thread;
        let step = promise.returned.unwrap_or_default();
        let what = self.operation(thread, promise.operation).map(operation).unwrap_or_default();
        self.named(&match promise.kind {
            PromiseKind::Fsync => format!("step {step}: {thread}'s {what} returns 0"),
            PromiseKind::SyncFault => {
                let at = promise.covers.first().map_or(0, |cover| cover.page);
                format!("step {step}: {thread} stores to page {} through a synchronous mapping", page(at))
            }
        })
    }

    /// What nobody has promised.
    fn unpromised(&self, row: &PageRow) -> String {
        let at = match row.count {
            1 => format!("Page {}", page(row.first)),
            count => format!("Pages {} to {}", page(row.first), page(row.first + count - 1)),
        };
        let (before, after) = (content(row.before), content(row.after));
        let why = match (row.before, &row.block) {
            (Content::Store(store), Some((_, Some(state)))) if state.durable != row.before => {
                format!("{} is only in the caches", self.store(store))
            }
            (Content::Store(store), _) => format!("no commit has written the extent of {}", self.store(store)),
            _ => "no commit has written the change of the file".to_owned(),
        };
        self.named(&format!("{at}: {before} becomes {after}. {why}, and no sync that has returned vouches for it."))
    }

    fn loss(&self, broken: Broken) -> LossTold {
        let promise = self.device.promises()[broken.promise].clone();
        let thread = promise.by.thread;
        let step = promise.returned.unwrap_or_default();
        let at = page(broken.page);
        let store = self.store(broken.store);
        let (cause, holder) = match (promise.kind, broken.loss) {
            (_, Loss::NotCommitted) => ("no commit has written that the block is the file's".to_owned(), None),
            (PromiseKind::Fsync, Loss::NotFlushed) => self.why_not_flushed(&broken, &promise),
            (_, Loss::NotFenced(by)) => {
                (format!("{} has flushed it in step {}, and no fence has followed yet", by.thread, by.step), None)
            }
            (PromiseKind::SyncFault, Loss::NotFlushed) => ("nobody has flushed it".to_owned(), None),
        };
        let vouched = match promise.kind {
            PromiseKind::Fsync => format!("although {thread}'s fsync has returned 0 in step {step}"),
            PromiseKind::SyncFault => {
                format!("although {thread} has stored through a synchronous mapping in step {step}")
            }
        };
        let sentence = self.named(&format!("Page {at} loses {store}, {vouched}: {cause}."));
        LossTold { broken, promise, holder, sentence }
    }

    /// The missing flush, and who is the reason.
    fn why_not_flushed(&self, broken: &Broken, promise: &Promise) -> (String, Option<Mark>) {
        let thread = promise.by.thread;
        if self.scenario.leaves_out(Without::Flush) {
            return ("its flush is left out (`without flush`)".into(), None);
        }
        if self.scenario.platform == Platform::NoWriteCache {
            return ("its flush does nothing, because the device says that it has no write cache".into(), None);
        }
        let step = promise.returned.unwrap_or_default();
        let choices = &self.schedule.choices[..step];
        let covered = promise.covers.iter().find(|cover| cover.block == broken.block);
        let at = covered.map_or(broken.page, |cover| cover.page);
        let replay = Replay::whole(self.scenario, choices, self.schedule.step_size);
        let found = replay.map(|replay| clues(&replay, thread, at)).unwrap_or_default();
        let clue = |wanted: fn(ClueKind) -> bool| found.iter().find(|clue| wanted(clue.kind));
        let mark = |clue: &Clue| {
            let step = clue.place.0 + 1;
            Mark { thread: self.replay.record(clue.place.0).choice.thread, step }
        };
        let entry = format!("the entry of page {}", page(at));
        if let (Some(locks), Some(passes)) =
            (clue(|kind| matches!(kind, ClueKind::Locks(_))), clue(|kind| kind == ClueKind::Passes))
        {
            let holder = mark(locks);
            let doing = self.doing(holder);
            let cause = format!(
                "it passed over {entry} in step {} and flushed nothing, because {} had it locked since step {}{doing}",
                passes.place.0 + 1,
                holder.thread,
                holder.step
            );
            return (cause, Some(holder));
        }
        if let Some(clue) = clue(|kind| kind == ClueKind::TowriteGoes) {
            let by = mark(clue);
            let cause = format!(
                "it found no TOWRITE at {entry}, because {} had taken the mark away in step {}{} and has not flushed yet",
                by.thread,
                by.step,
                self.doing(by)
            );
            return (cause, None);
        }
        if let Some(clue) = clue(|kind| kind == ClueKind::EntryGoes) {
            let by = mark(clue);
            let doing = self.doing(by);
            return (
                format!(
                    "it flushed nothing, because {} had deleted {entry} in step {}{doing}, and DIRTY with it",
                    by.thread, by.step
                ),
                None,
            );
        }
        if let Some(clue) = clue(|kind| kind == ClueKind::DirtyGoes) {
            let by = mark(clue);
            let doing = self.doing(by);
            return (
                format!(
                    "it flushed nothing, because {} had taken DIRTY away from {entry} in step {}{doing} and left a mapping writable: the store did not fault",
                    by.thread, by.step
                ),
                None,
            );
        }
        ("nobody has flushed it".into(), None)
    }

    /// ` (4 KiB read, page 0x3)`: what a thread was about.
    fn doing(&self, mark: Mark) -> String {
        let records = self.replay.run.steps[..mark.step].iter().map(|step| &step.record);
        let of_thread = records.filter(|record| record.choice.thread == mark.thread);
        let begun = of_thread.flat_map(StepRecord::events).filter(|event| matches!(event, Event::Operation(_))).count();
        let operations = begun.checked_sub(1).and_then(|number| self.operation(mark.thread, number));
        operations.map(|it| format!(" ({})", operation(it))).unwrap_or_default()
    }
}

/// The worlds that a crash is asked in are those of a run that breaks rules on its way.
impl Replay {
    /// The run along these choices, whatever breaks; `None` if a thread cannot make its step.
    fn whole(scenario: &Arc<Scenario>, choices: &[Choice], size: StepSize) -> Option<Replay> {
        let mut run = Run::new(Arc::clone(scenario));
        let mut worlds: Vec<World> = vec![run.machine.world.clone()];
        for &choice in choices {
            run.step(choice, size)?;
            worlds.push(run.machine.world.clone());
        }
        Some(Replay::of(run, worlds))
    }
}
