//! Where a bug is: which function and line goes wrong, and with what kind of object. Two ways into a broken rule are one bug
//! only if they agree about this.

use super::replay::Replay;
use daxscope_core::check::{Finding, Level, MappingFault, Rule, findings, operation_violations};
use daxscope_core::digest::Digest;
use daxscope_core::entry::{EntrySize, Slot};
use daxscope_core::event::{Bug, Event, LockId};
use daxscope_core::machine::{Blocked, Performed};
use daxscope_core::op::{Op, RadixOp};
use daxscope_core::standstill::{Reason, Standstill, is_locked_behind};
use daxscope_core::sync::{LockMode, WaitKey};
use daxscope_core::units::{PageIndex, ThreadId};
use daxscope_core::world::World;

/// Where a bug is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Site {
    /// What it is about.
    kind: Kind,
    /// The kernel function that goes wrong.
    pub(super) function: &'static str,
    /// The source file that says so, and its line.
    file: &'static str,
    line: u32,
}

/// What a bug is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// The kernel dies of it.
    Bug(Bug),
    /// The kernel warns in that function.
    Warning(&'static str),
    /// A mapping contradicts file or tree.
    Mapping(MappingFault, bool),
    /// An entry, a page or nothing in the tree: `2 MiB empty`.
    Slot(&'static str, EntrySize),
    /// A page or nothing.
    Other(&'static str),
    /// Who waits for whom: the kinds of waits and the functions that wait, whatever their order.
    Standstill(Digest),
}

/// A step and which of its operations, both counted from 0.
type Place = (usize, usize);

impl Site {
    /// Where the rule that the last step broke goes wrong.
    pub(super) fn of(run: &Replay, rule: Rule) -> Site {
        match rule {
            Rule::LostWakeup | Rule::Deadlock => standstill(run, rule),
            Rule::StaleMapping | Rule::LostDirtyTag | Rule::Accounting => quiet(run, rule),
            Rule::LeftLocked => left_locked(run),
            _ => by_step(run, rule),
        }
    }

    fn at(run: &Replay, (step, operation): Place, kind: Kind) -> Site {
        let stop = &run.record(step).performed[operation].stop;
        let function = stop.frames.last().map_or("", |frame| frame.function);
        Site { kind, function, file: stop.at.file(), line: stop.at.line() }
    }

    /// `dax_insert_mapping_entry (insert.rs, line 61)`.
    pub(super) fn words(&self) -> String {
        let file = self.file.rsplit(['/', '\\']).next().unwrap_or_default();
        format!("{} ({file}, line {})", self.function, self.line)
    }
}

/// The operation of the last step that breaks the rule.
fn by_step(run: &Replay, rule: Rule) -> Site {
    let step = run.run.steps.len() - 1;
    let (record, before) = (run.record(step), &run.worlds[step]);
    let within = run.worlds_within(step);
    let breaks = |&at: &usize| {
        let world = if at == 0 { before } else { &within[at - 1] };
        let broken = operation_violations(world, record.choice.thread, &record.performed[at], &within[at]);
        broken.iter().any(|violation| violation.rule == rule)
    };
    let goes_round = |performed: &Performed| performed.events.iter().any(Event::goes_round);
    let at = match rule {
        Rule::Livelock => record.performed.iter().position(goes_round),
        _ => (0..record.performed.len()).find(breaks),
    };
    let at = at.unwrap_or(record.performed.len() - 1);
    let world = if at == 0 { before } else { &within[at - 1] };
    Site::at(run, (step, at), kind_of(&record.performed[at], world))
}

/// What an operation is about.
fn kind_of(performed: &Performed, before: &World) -> Kind {
    let told = performed.events.iter().find_map(|event| match event {
        Event::Bug(bug) => Some(Kind::Bug(*bug)),
        Event::Warn(function) | Event::VmBug(function) => Some(Kind::Warning(function)),
        _ => None,
    });
    let index = match performed.stop.op {
        Op::Radix(
            RadixOp::Lookup { index }
            | RadixOp::LockSlot { index }
            | RadixOp::UnlockSlot { index }
            | RadixOp::Insert { index, .. }
            | RadixOp::Delete { index }
            | RadixOp::Replace { index, .. }
            | RadixOp::TagSet { index, .. }
            | RadixOp::TagClear { index, .. },
        ) => Some(index),
        _ => None,
    };
    told.or_else(|| index.map(|index| slot(before.mapping.slot(index)))).unwrap_or(Kind::Other(""))
}

fn slot(slot: Slot) -> Kind {
    match slot {
        Slot::Null => Kind::Other("nothing"),
        Slot::Page(_) => Kind::Other("page"),
        Slot::Entry(entry) if entry.is_block() => Kind::Slot("blocks", entry.size()),
        Slot::Entry(entry) if entry.is_hzp() => Kind::Slot("zeroes", entry.size()),
        Slot::Entry(entry) => Kind::Slot("empty", entry.size()),
    }
}

/// The operation since which something holds, up to the end; the last one if it does not hold there.
fn since(run: &Replay, holds: impl Fn(&World) -> bool) -> Place {
    let steps = run.run.steps.len();
    let last = (steps - 1, run.record(steps - 1).performed.len() - 1);
    let Some(step) = (0..steps).rev().find(|&step| !holds(&run.worlds[step])) else { return (0, 0) };
    if !holds(&run.worlds[steps]) {
        return last;
    }
    let within = run.worlds_within(step);
    let before = within.iter().rposition(|world| !holds(world));
    (step, before.map_or(0, |at| at + 1).min(within.len() - 1))
}

/// The operation since which what is wrong when all is quiet has been wrong.
fn quiet(run: &Replay, rule: Rule) -> Site {
    let wrong = findings(&run.run.machine.world).into_iter().find(|finding| breaks(finding, rule));
    let Some(wrong) = wrong else { return by_step(run, rule) };
    let kind = match wrong {
        Finding::Mapping { fault, level, .. } => Kind::Mapping(fault, level == Level::Pmd),
        other => Kind::Other(other.name()),
    };
    // Of a huge mapping, which page is wrong first may change.
    let is_it = |finding: &Finding| match (*finding, wrong) {
        (
            Finding::Mapping { fault, mm, level, page },
            Finding::Mapping { fault: same, mm: of, level: at, page: same_page },
        ) => fault == same && mm == of && level == at && (level == Level::Pmd || page == same_page),
        (one, other) => one == other,
    };
    Site::at(run, since(run, |world| findings(world).iter().any(is_it)), kind)
}

const fn breaks(finding: &Finding, rule: Rule) -> bool {
    match finding {
        Finding::Mapping { fault: MappingFault::WritableButNotDirtyTagged, .. } => matches!(rule, Rule::LostDirtyTag),
        Finding::Mapping { .. } | Finding::EntrySectorStale { .. } => matches!(rule, Rule::StaleMapping),
        Finding::PageRefcount { .. } => matches!(rule, Rule::Accounting),
        _ => false,
    }
}

/// Where the thread took what it has left behind.
fn left_locked(run: &Replay) -> Site {
    let step = run.run.steps.len() - 1;
    let thread = run.record(step).choice.thread;
    let world = &run.run.machine.world;
    let held: Option<PageIndex> = world.mapping.owners.iter().find(|&&(_, owner)| owner == thread).map(|held| held.0);
    if let Some(first) = held {
        let kind = slot(world.mapping.slot(first));
        return Site::at(run, since(run, |world| world.mapping.owner(first) == Some(thread)), kind);
    }
    if world.threads[thread.index()].preloads > 0 {
        let place = since(run, |world| world.threads[thread.index()].preloads > 0);
        return Site::at(run, place, Kind::Other("preload"));
    }
    by_step(run, Rule::LeftLocked)
}

/// Who waits for whom; of a lost wake-up, the operation since which nothing locked is behind the key.
fn standstill(run: &Replay, rule: Rule) -> Site {
    let machine = &run.run.machine;
    let last = run.run.steps.len() - 1;
    let last = (last, run.record(last).performed.len() - 1);
    let Some(standstill) = Standstill::of(machine) else { return by_step(run, rule) };
    let waits_in = |thread: ThreadId| {
        let frames = machine.position(thread).stop().map(|stop| stop.frames.clone()).unwrap_or_default();
        frames.iter().map(|frame| frame.function).collect::<Vec<_>>()
    };
    if rule == Rule::LostWakeup
        && let Some(&thread) = standstill.lost.first()
    {
        let kind = Kind::Standstill(Digest::of(&waits_in(thread)));
        let place = match machine.blocked(thread) {
            Some(Blocked::Entry { key, .. }) => {
                let is_asleep = |world: &World| world.waits.key_of(thread) == Some(key);
                let is_orphan = |world: &World| {
                    if let Some(entry) = world.mapping.entry(key.0) {
                        return !entry.is_locked() || WaitKey::of_xarray(key.0, Some(entry)) != key;
                    }
                    let entry = world.mapping.slot(key.0).entry().filter(|entry| entry.is_locked());
                    entry.is_none_or(|entry| WaitKey::new(key.0, entry) != key)
                };
                since(run, |world| is_asleep(world) && is_orphan(world))
            }
            _ => last,
        };
        return Site::at(run, place, kind);
    }
    let mut waits: Vec<NamelessWait> = standstill
        .rings
        .first()
        .map(|ring| ring.iter().map(|wait| describe(wait.reason, waits_in(wait.thread))).collect())
        .unwrap_or_default();
    waits.sort_unstable();
    if waits.is_empty()
        && let Some(&thread) = standstill.abandoned.first()
        && let Some(Blocked::Entry { key, .. }) = machine.blocked(thread)
        && is_locked_behind(machine, key)
    {
        let owner = machine.world.mapping.owner(key.0);
        let kind = Kind::Standstill(Digest::of(&waits_in(thread)));
        return Site::at(run, since(run, |world| world.mapping.owner(key.0) == owner), kind);
    }
    // Whichever thread comes last, it is the same ring.
    Site { kind: Kind::Standstill(Digest::of(&waits)), function: "", file: "", line: 0 }
}

/// The kind of a wait, the kind of lock and how it is wanted, and the functions that wait.
type NamelessWait = (u8, Option<(u8, LockMode)>, Vec<&'static str>);

/// A wait without the names of threads, pages and processes.
fn describe(reason: Reason, functions: Vec<&'static str>) -> NamelessWait {
    let kind = |lock: LockId| match lock {
        LockId::Fs => 0,
        LockId::Inode => 1,
        LockId::Journal => 2,
        LockId::Mm(_) => 3,
        LockId::IMmap => 4,
    };
    match reason {
        Reason::TreeLock => (0, None, functions),
        Reason::Entry(_) => (1, None, functions),
        Reason::Page(_) => (2, None, functions),
        Reason::Pin(_) => (5, None, functions),
        Reason::Held { lock, wanted } => (3, Some((kind(lock), wanted)), functions),
        Reason::Ahead { lock, wanted, .. } => (4, Some((kind(lock), wanted)), functions),
    }
}
