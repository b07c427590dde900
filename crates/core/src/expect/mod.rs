//! Is what a script expects so? The judge of `expect` lines.
//!
//! Facts about page tables and entries are asked of the world when a run has ended. How an operation ended is judged by
//! the thread itself when it is over ([`unexpected`], as [`Event::Unexpected`]): whoever searches all interleavings meets
//! that in the step in which it happens, and need not remember it.

mod ended;

pub use ended::{asks_for_fallbacks, unexpected};

use crate::entry::{Entry, EntrySize, Slot, XEntry};
use crate::event::{Event, OpResult};
use crate::mm::Pmd;
use crate::narrate;
use crate::run::{Run, fell_back};
use crate::scenario::{EndedHow, EntryKind, Expectation, Fact, MappedHow, ResultWord, format_pages};
use crate::tree::xarray::Mark;
use crate::units::{MmId, PageIndex, ThreadId};
use crate::world::World;

/// An expectation that was not met.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmet {
    /// Which, by its place in [`crate::scenario::Scenario::expectations`].
    pub expectation: usize,
    /// A sentence: what was expected, and what is.
    pub sentence: String,
}

/// The expectations that a run does not meet, as it stands now.
#[must_use]
pub fn unmet(run: &Run) -> Vec<Unmet> {
    let scenario = run.machine.scenario();
    let all = scenario.expectations.iter().enumerate().filter(|(at, one)| !is_met(run, *at, one));
    all.map(|(expectation, one)| {
        let sentence = format!("Expected `{}`, but {}.", one.words(scenario), instead(run, one));
        Unmet { expectation, sentence }
    })
    .collect()
}

/// The facts about page tables and entries that are not as expected in a world, by their places in
/// [`crate::scenario::Scenario::expectations`].
pub fn unmet_facts(world: &World) -> impl Iterator<Item = usize> + '_ {
    let all = world.scenario.expectations.iter().enumerate();
    all.filter(|(_, one)| match one {
        Expectation::Fact { fact: Fact::Ended { .. }, .. } | Expectation::Clean | Expectation::Violation(_) => false,
        Expectation::Fact { holds, fact } => is_so(world, fact) != *holds,
    })
    .map(|(at, _)| at)
}

fn is_met(run: &Run, at: usize, expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Clean => run.violations().next().is_none(),
        Expectation::Violation(rule) => run.violations().any(|(_, found)| rule.is_none_or(|rule| found.rule == rule)),
        Expectation::Fact { holds, fact: Fact::Ended { thread, operation, .. } } => {
            let broken = |event: &Event| *event == Event::Unexpected(at as u8);
            let is_over = match (thread, operation) {
                (Some(thread), Some(number)) => results(run, *thread).count() > usize::from(*number),
                _ => true,
            };
            !run.steps.iter().flat_map(|step| step.record.events()).any(broken) && (is_over || !holds)
        }
        Expectation::Fact { holds, fact } => is_so(&run.machine.world, fact) == *holds,
    }
}

/// The results of a thread's operations that are over.
fn results(run: &Run, thread: ThreadId) -> impl Iterator<Item = OpResult> + '_ {
    let own = run.steps.iter().filter(move |step| step.record.choice.thread == thread);
    own.flat_map(|step| step.record.events()).filter_map(|event| match event {
        Event::Result(result) => Some(*result),
        _ => None,
    })
}

/// Is a fact about page tables or entries so?
fn is_so(world: &World, fact: &Fact) -> bool {
    match *fact {
        Fact::Mapped { how, page, mm } => {
            let mms = world.scenario.process_ids().filter(|one| mm.is_none_or(|mm| mm == *one));
            mms.flat_map(|mm| mapped(world, mm, page)).any(|(huge, writable)| match how {
                MappedHow::Huge => huge,
                MappedHow::AtAll => true,
                MappedHow::Writable => writable,
            })
        }
        Fact::Entry { page, size, kind } => entries(world, page).into_iter().any(|((its_size, its_kind), _)| {
            size.is_none_or(|size| size == its_size) && kind.is_none_or(|kind| kind == its_kind)
        }),
        Fact::Dirty { page } => entries(world, page).into_iter().any(|(_, dirty)| dirty),
        Fact::Ended { .. } => true,
    }
}

/// The mappings of a process, or the one of a file page: is it huge, is it writable?
fn mapped(world: &World, mm: MmId, page: Option<PageIndex>) -> Vec<(bool, bool)> {
    let tables = &world.page_tables[mm.index()];
    let Some(page) = page else {
        let all = tables.ranges().iter().flat_map(|(_, pmd)| match pmd {
            Pmd::None => Vec::new(),
            Pmd::Huge { writable, .. } => vec![(true, *writable)],
            Pmd::Table(ptes) => ptes.iter().map(|(_, pte)| (false, pte.writable)).collect(),
        });
        return all.collect();
    };
    let at = page + world.scenario.processes[mm.index()].mapping.skew;
    match tables.pmd(at) {
        Pmd::Huge { writable, .. } => vec![(true, *writable)],
        _ => tables.pte(at).map(|pte| (false, pte.writable)).into_iter().collect(),
    }
}

/// Size and kind of an entry, and is it tagged dirty?
type Found = ((EntrySize, EntryKind), bool);

/// The entries of the tree, or the one of a file page.
fn entries(world: &World, page: Option<PageIndex>) -> Vec<Found> {
    let covers = |first: u64, order: u8| page.is_none_or(|page| page >> order == first >> order);
    let mut found = Vec::new();
    if let Some(array) = world.mapping.xarray.get() {
        for leaf in array.leaves() {
            if let Some(entry) =
                XEntry::from_word(leaf.word).filter(|entry| covers(leaf.index, entry.size().order() as u8))
            {
                found.push((xarray_shape(entry), leaf.marks & Mark::Dirty.bit() != 0));
            }
        }
    } else {
        for leaf in world.mapping.tree.leaves() {
            if covers(leaf.index, leaf.order) {
                found.push((shape(Slot::from_word(leaf.word)), leaf.tags & 1 != 0));
            }
        }
    }
    found
}

const fn xarray_shape(entry: XEntry) -> (EntrySize, EntryKind) {
    let kind = match (entry.is_zero(), entry.is_empty()) {
        (true, _) => EntryKind::Zero,
        (_, true) => EntryKind::Empty,
        _ => EntryKind::Block,
    };
    (entry.size(), kind)
}

fn shape(slot: Slot) -> (EntrySize, EntryKind) {
    match slot.entry() {
        Some(entry) if entry.is_block() => (entry.size(), EntryKind::Block),
        Some(entry) if entry.is_hzp() => (entry.size(), EntryKind::Zero),
        Some(entry) => (Entry::size(entry), EntryKind::Empty),
        None => (EntrySize::Pte, EntryKind::Page),
    }
}

/// What is the case instead of what was expected, behind `but`.
fn instead(run: &Run, expectation: &Expectation) -> String {
    let scenario = run.machine.scenario();
    match *expectation {
        Expectation::Clean => {
            let rules: Vec<_> =
                run.violations().map(|(step, found)| format!("{} (step {step})", found.rule.name())).collect();
            format!("a rule is broken: {}", rules.join(", "))
        }
        Expectation::Violation(_) => {
            let rules: Vec<_> = run.violations().map(|(_, found)| found.rule.name()).collect();
            if rules.is_empty() {
                "no rule is broken".into()
            } else {
                format!("the broken rule is {}", rules.join(", "))
            }
        }
        Expectation::Fact { holds: false, fact: Fact::Mapped { .. } | Fact::Entry { .. } | Fact::Dirty { .. } } => {
            "it is so".into()
        }
        Expectation::Fact { fact: Fact::Mapped { page: Some(page), mm, .. }, .. } => {
            let mms = scenario.process_ids().filter(|one| mm.is_none_or(|mm| mm == *one));
            let each = mms.map(|one| {
                let title = scenario.process_title(one);
                match mapped(&run.machine.world, one, Some(page)).first() {
                    None => format!("{title} maps nothing there"),
                    Some((huge, writable)) => {
                        let (size, how) =
                            (if *huge { "2 MiB" } else { "4 KiB" }, if *writable { "writable" } else { "read-only" });
                        format!("{title} maps {size} there, {how}")
                    }
                }
            });
            each.collect::<Vec<_>>().join(", ")
        }
        Expectation::Fact { fact: Fact::Entry { page: Some(page), .. } | Fact::Dirty { page: Some(page) }, .. } => {
            let mapping = &run.machine.world.mapping;
            let dirty = entries(&run.machine.world, Some(page)).first().is_some_and(|(_, dirty)| *dirty);
            let tagged = if dirty { "dirty" } else { "not dirty" };
            match (mapping.entry(page), mapping.slot(page)) {
                (Some(entry), _) => format!("{} is there, {tagged}", narrate::xarray_entry(entry)),
                (None, Slot::Null) => format!("there is no entry at {}", format_pages(page)),
                (None, slot) => format!("{} is there, {tagged}", narrate::slot(slot)),
            }
        }
        Expectation::Fact { fact: Fact::Ended { how, thread, operation }, holds } => {
            ended(run, how, thread, operation, holds)
        }
        Expectation::Fact { .. } => "nothing is".into(),
    }
}

fn ended(run: &Run, how: EndedHow, thread: Option<ThreadId>, operation: Option<u16>, holds: bool) -> String {
    if !holds {
        return "an operation did end so".into();
    }
    let (thread, number) = (thread.unwrap_or(ThreadId(0)), usize::from(operation.unwrap_or(0)));
    let Some(result) = results(run, thread).nth(number) else {
        return format!("operation {} of {thread} is not over", number + 1);
    };
    match how {
        EndedHow::Result(_) => format!("operation {} of {thread} ended with {}", number + 1, ResultWord::of(result)),
        EndedHow::Fallback(_) => {
            let records = run.steps.iter().map(|step| &step.record);
            let reasons: Vec<_> = fell_back(records)
                .iter()
                .filter(|fell| fell.thread == thread && fell.number == number)
                .map(|fell| fell.reason.name())
                .collect();
            match reasons.as_slice() {
                [] => format!("no 2 MiB fault of operation {} of {thread} fell back", number + 1),
                _ => format!("operation {} of {thread} fell back for {}", number + 1, reasons.join(", ")),
            }
        }
    }
}
