//! The steps on which the broken rule depends: the last ones that changed what it names.
//!
//! Each is found in the run itself, by asking the worlds between the steps; nothing is guessed from sentences.

use super::durability;
use super::explained::KeyStep;
use super::replay::Replay;
use daxscope_core::check::{Finding, Rule, Violation, findings};
use daxscope_core::event::Event;
use daxscope_core::machine::Blocked;
use daxscope_core::mm::{Pmd, Pte};
use daxscope_core::narrate;
use daxscope_core::op::{FolioOp, LockOp, Op, PageOp, PageTableOp, RadixOp, WaitOp};
use daxscope_core::standstill::{Reason, waits};
use daxscope_core::sync::WaitKey;
use daxscope_core::units::{MmId, PageIndex, ThreadId, VirtualPage};
use daxscope_core::world::World;

/// An operation: its step, and which one of it, both counted from 0.
pub(super) type Place = (usize, usize);

/// The steps, in order; the last one breaks the rule.
pub(super) fn key_steps(run: &Replay, violation: &Violation) -> Vec<KeyStep> {
    let last = run.run.steps.len() - 1;
    let mut marks = Marks { run, found: Vec::new() };
    for (step, operation) in places(run).filter(|&(step, at)| run.record(step).performed[at].was_made_to_fail()) {
        marks.add(Some((step, operation)), "the call that fails");
    }
    match violation.rule {
        Rule::LostWakeup | Rule::Deadlock => run.run.machine.thread_ids().for_each(|thread| marks.stuck(thread)),
        Rule::StaleMapping | Rule::LostDirtyTag | Rule::Accounting => marks.findings(),
        Rule::Livelock => {
            // All of the step is told: what matters is the change that it makes in the end.
            let cause = violation.round.and_then(|round| round.cause);
            marks.add(cause.map(|step| (step - 1, usize::MAX)), "the step that makes it possible");
        }
        Rule::LeftLocked => violation.thread.into_iter().for_each(|thread| marks.left_locked(thread)),
        Rule::LostDurability => marks.found.extend(durability::missed(run)),
        _ => marks.touched(last),
    }
    let mut found = marks.found;
    found.retain(|&((step, _), _)| step < last);
    found.sort_by_key(|&(place, _)| place);
    found.dedup_by_key(|&mut (place, _)| place);
    let key_step = |((step, operation), why)| KeyStep { step: step + 1, why, what: what(run, step, Some(operation)) };
    let mut key_steps: Vec<KeyStep> = found.into_iter().map(key_step).collect();
    let why = match violation.rule {
        Rule::LostWakeup | Rule::Deadlock => "the last step that anybody can make",
        Rule::Livelock => "the end of the round: all is as it was before it",
        Rule::LostDurability if durability::is_fsync(run) => {
            "fsync returns 0 and has not flushed what was stored before it"
        }
        _ => "the step that breaks the rule",
    };
    let why = why.to_owned();
    key_steps.push(KeyStep { step: last + 1, why, what: what(run, last, None) });
    key_steps
}

/// All operations of a run.
fn places(run: &Replay) -> impl DoubleEndedIterator<Item = Place> + '_ {
    (0..run.run.steps.len()).flat_map(|step| (0..run.record(step).performed.len()).map(move |at| (step, at)))
}

/// What an operation did, or a whole step.
fn what(run: &Replay, step: usize, operation: Option<usize>) -> String {
    let record = run.record(step);
    let performed = operation.and_then(|at| record.performed.get(at));
    let clauses = performed.map(|performed| narrate::clauses(&run.worlds[step], performed)).unwrap_or_default();
    match clauses.as_slice() {
        [] => run.run.steps[step].sentence.trim_end_matches('.').to_owned(),
        clauses => format!("{} {}", record.choice.thread, clauses.join(" and ")),
    }
}

/// The last operation before a step that changed a value.
pub(super) fn last_change<V: PartialEq>(run: &Replay, before: usize, value: impl Fn(&World) -> V) -> Option<Place> {
    let step = (0..before).rev().find(|&step| value(&run.worlds[step]) != value(&run.worlds[step + 1]))?;
    let within = run.worlds_within(step);
    let values: Vec<V> = std::iter::once(&run.worlds[step]).chain(&within).map(value).collect();
    let operation = values.windows(2).rposition(|pair| pair[0] != pair[1]).unwrap_or(0);
    Some((step, operation))
}

struct Marks<'r> {
    run: &'r Replay,
    found: Vec<(Place, String)>,
}

impl Marks<'_> {
    fn add(&mut self, place: Option<Place>, why: impl Into<String>) {
        self.found.extend(place.map(|place| (place, why.into())));
    }

    /// The last operation before a step that changed a value.
    fn last_change<V: PartialEq>(&self, before: usize, value: impl Fn(&World) -> V) -> Option<Place> {
        last_change(self.run, before, value)
    }

    fn steps(&self) -> usize {
        self.run.run.steps.len()
    }

    /// The last operation of a thread that is one of those.
    fn last_operation(&self, thread: ThreadId, is_it: impl Fn(&Op) -> bool) -> Option<Place> {
        self.last_operation_before((self.steps(), 0), thread, is_it)
    }

    fn last_operation_before(&self, end: Place, thread: ThreadId, is_it: impl Fn(&Op) -> bool) -> Option<Place> {
        let of_thread = |&(step, at): &Place| (step, at) < end && self.run.record(step).choice.thread == thread;
        places(self.run).rev().filter(of_thread).find(|&(step, at)| is_it(&self.run.record(step).performed[at].stop.op))
    }

    /// Why a thread cannot go on, if it cannot.
    fn stuck(&mut self, thread: ThreadId) {
        match self.run.run.machine.blocked(thread) {
            Some(Blocked::Entry { key, .. }) => self.asleep(thread, key),
            Some(Blocked::Page { page, .. }) => {
                self.add(
                    self.last_change(self.steps(), |world| world.pages.get(page.index()).map(|page| page.locked_by)),
                    format!("the last change of the lock that {thread} waits for"),
                );
                let locks = |op: &Op| matches!(op, Op::Page(PageOp::LockPage(wanted) | PageOp::AwaitPage(wanted)) if *wanted == page);
                self.add(self.last_operation(thread, locks), format!("where {thread} begins to wait"));
            }
            Some(Blocked::Lock { lock, .. }) => {
                let takes = |op: &Op| matches!(op, Op::Lock(LockOp::Acquire { lock: wanted, .. }) if *wanted == lock);
                self.add(self.last_operation(thread, takes), format!("where {thread} begins to wait"));
                for wait in waits(&self.run.run.machine, thread) {
                    let does = match wait.reason {
                        Reason::Ahead { .. } => "queues for",
                        _ => "takes",
                    };
                    let held = self.last_operation(wait.on, takes);
                    self.add(held, format!("where {} {does} the lock that {thread} waits for", wait.on));
                }
            }
            Some(Blocked::Idle { block, .. }) => {
                let waits = |op: &Op| matches!(op, Op::Folio(FolioOp::PrepareToWait(wanted)) if *wanted == block);
                self.add(self.last_operation(thread, waits), format!("where {thread} begins to wait"));
            }
            Some(Blocked::TreeLock { .. }) | None => {}
        }
    }

    /// A thread sleeps on a key: who locked what it saw, who woke others, and what became of the entry.
    fn asleep(&mut self, thread: ThreadId, key: WaitKey) {
        let slot = |world: &World| (world.mapping.slot(key.0), world.mapping.entry(key.0));
        let queues = |op: &Op| matches!(op, Op::Wait(WaitOp::PrepareToWait { key: wanted }) if *wanted == key);
        let Some(queued) = self.last_operation(thread, queues) else { return };
        self.add(self.last_change(queued.0, slot), format!("the change after which {thread} has to wait"));
        self.add(Some(queued), format!("where {thread} begins to wait"));
        let wakes = |&(step, at): &Place| {
            let events = &self.run.record(step).performed[at].events;
            events.iter().any(|event| matches!(event, Event::WakeCall { key: woken, .. } if *woken == key))
        };
        let missed: Vec<Place> = places(self.run).filter(|&(step, _)| step > queued.0).filter(wakes).collect();
        for place in missed {
            self.add(Some(place), format!("the wake-up that does not reach {thread}"));
            for event in &self.run.record(place.0).performed[place.1].events {
                if let Event::Wake(other) = event {
                    let begins = self.last_operation_before(place, *other, queues);
                    self.add(begins, format!("where {other} begins to wait, which is woken in place of {thread}"));
                }
            }
        }
        let changed = self.last_change(self.steps(), slot).filter(|&(step, _)| step > queued.0);
        self.add(changed, format!("the last change of what {thread} waits for"));
    }

    /// What is wrong when all is quiet.
    fn findings(&mut self) {
        let run = self.run;
        for finding in findings(&run.run.machine.world) {
            match finding {
                Finding::Mapping { mm, page, .. } => {
                    let skew = run.run.machine.scenario().processes[mm.index()].mapping.skew;
                    let at = page.saturating_add(skew);
                    self.add(self.last_change(self.steps(), mapping(mm, at)), "the last change of the mapping");
                    self.file_and_tree(page);
                }
                Finding::EntrySectorStale { index, .. } => self.file_and_tree(index),
                Finding::PageRefcount { page, .. } => self.add(
                    self.last_change(self.steps(), |world| world.pages.get(page.index()).map(|page| page.refcount)),
                    format!("the last change of the references of {page}"),
                ),
                _ => {}
            }
        }
    }

    fn file_and_tree(&mut self, page: PageIndex) {
        let name = narrate::page(page);
        let slot = |world: &World| world.mapping.slot(page);
        self.add(self.last_change(self.steps(), slot), format!("the last change of the entry at {name}"));
        let dirty = |world: &World| world.mapping.tree.tag_get(page, daxscope_core::radix::Tag::Dirty);
        self.add(self.last_change(self.steps(), dirty), format!("the last change of the DIRTY tag at {name}"));
        let blocks = |world: &World| world.file.blocks.at(page);
        self.add(self.last_change(self.steps(), blocks), format!("the last change of the block behind {name}"));
    }

    /// What the thread still holds, and where it took it.
    fn left_locked(&mut self, thread: ThreadId) {
        let world = &self.run.run.machine.world;
        let held: Vec<PageIndex> =
            world.mapping.owners.iter().filter(|&&(_, owner)| owner == thread).map(|&(first, _)| first).collect();
        for first in held {
            let owner = |world: &World| world.mapping.owner(first);
            let why = format!("where {thread} locks the entry at {}", narrate::page(first));
            self.add(self.last_change(self.steps(), owner), why);
        }
        let preloads = |world: &World| world.threads[thread.index()].preloads;
        if preloads(world) > 0 {
            self.add(self.last_change(self.steps(), preloads), "where preemption goes off");
        }
    }

    /// Who last changed the entries that the operations of a step name.
    fn touched(&mut self, step: usize) {
        for performed in &self.run.record(step).performed {
            if let Some((mm, page)) = mapped_page(&performed.stop.op) {
                let why = format!("the last change of the page table for virtual page {}", narrate::page(page));
                self.add(self.last_change(step, mapping(mm, page)), why);
            }
            let index = match performed.stop.op {
                Op::Radix(
                    RadixOp::Lookup { index }
                    | RadixOp::FindGetEntry { index }
                    | RadixOp::LockSlot { index }
                    | RadixOp::UnlockSlot { index }
                    | RadixOp::Insert { index, .. }
                    | RadixOp::Delete { index }
                    | RadixOp::Replace { index, .. }
                    | RadixOp::TagSet { index, .. },
                ) => index,
                _ => continue,
            };
            let slot = |world: &World| world.mapping.slot(index);
            let why = format!("the last change of the entry at {} before", narrate::page(index));
            self.add(self.last_change(step, slot), why);
        }
    }
}

/// The place in a page table that an operation changes.
const fn mapped_page(op: &Op) -> Option<(MmId, VirtualPage)> {
    match op {
        Op::PageTable(
            PageTableOp::InsertPfn { mm, page, .. }
            | PageTableOp::SetPte { mm, page, .. }
            | PageTableOp::PteFault { mm, page, .. }
            | PageTableOp::FinishMkwrite { mm, page, .. }
            | PageTableOp::CopyPte { mm, page, .. }
            | PageTableOp::InsertPfnPmd { mm, page, .. }
            | PageTableOp::SetHugeZero { mm, page }
            | PageTableOp::PmdTransUnstable { mm, page }
            | PageTableOp::MkcleanPte { mm, page, .. },
        ) => Some((*mm, *page)),
        _ => None,
    }
}

/// What a page is mapped to: its pmd if that is no table, else its pte.
fn mapping(mm: MmId, page: VirtualPage) -> impl Fn(&World) -> (Option<Pmd>, Option<Pte>) {
    move |world| {
        let tables = &world.page_tables[mm.index()];
        let pmd = tables.pmd(page);
        (if matches!(pmd, Pmd::Table(_)) { None } else { Some(pmd.clone()) }, tables.pte(page))
    }
}
