//! What must hold when no operation is under way: kernel-semantics §11 items 9, 10 and 12.

use super::final_state::{Finding, Level, MappingFault, findings};
use super::rule::Rule;
use super::violation::{Violation, at};
use crate::machine::{Machine, Position, StepRecord};
use crate::mm::{Pmd, PmdTarget, PteTarget};
use crate::scenario::ExtentKind;
use crate::tree::xarray::Mark;
use crate::units::{PageIndex, ThreadId, pmd_start};
use crate::world::World;

/// If the step ended the last operation under way: what is wrong with the state. It is told again at the next such
/// step if it still is.
pub(super) fn violations(record: &StepRecord, after: &Machine) -> Vec<Violation> {
    let thread = record.choice.thread;
    let ended = record.events().any(|event| matches!(event, crate::event::Event::Result(_)));
    if !ended || after.world.bug.is_some() || !after.thread_ids().all(|thread| is_between_operations(after, thread)) {
        return Vec::new();
    }
    of_world(&after.world, thread)
}

/// The rules that a world breaks when no operation is under way.
#[must_use]
pub fn quiet_rules(world: &World) -> Vec<Rule> {
    of_world(world, ThreadId(0)).into_iter().map(|violation| violation.rule).collect()
}

fn is_between_operations(machine: &Machine, thread: ThreadId) -> bool {
    match machine.position(thread) {
        Position::Finished => true,
        Position::At(stop) => stop.op.begins_operation(),
        Position::Crashed => false,
    }
}

/// A huge mapping is told once for each fault, at the first page at which the fault breaks a rule.
fn of_world(world: &World, thread: ThreadId) -> Vec<Violation> {
    let mut told = Vec::new();
    let mut is_new = |finding: &Finding| match *finding {
        Finding::Mapping { fault, mm, page, level: Level::Pmd } => {
            let skew = world.scenario.processes[mm.index()].mapping.skew;
            let mapping = (mm, pmd_start(page + skew), fault);
            let new = !told.contains(&mapping);
            told.push(mapping);
            new
        }
        _ => true,
    };
    let breaking = findings(world).into_iter().filter(|finding| breaks_a_rule(world, finding));
    breaking.filter(|finding| is_new(finding)).filter_map(|finding| of_finding(thread, &finding)).collect()
}

/// Zeroes over a block that nobody has stored to show what is there.
fn breaks_a_rule(world: &World, finding: &Finding) -> bool {
    match *finding {
        Finding::Mapping { fault: MappingFault::StaleZero, page, .. } => has_data(world, page),
        // Who is dirty will be written back, and then both marks go.
        Finding::TowriteLeft { index } => {
            world.mapping.xarray.get().is_some_and(|array| !array.get_mark(index, Mark::Dirty))
        }
        // With a radix tree they are told at the step that broke them.
        Finding::NrExceptional { .. } | Finding::NrPages { .. } => world.mapping.xarray.get().is_some(),
        _ => true,
    }
}

fn of_finding(thread: ThreadId, finding: &Finding) -> Option<Violation> {
    let violation = |rule, sentence| Some(Violation::new(rule, Some(thread), sentence));
    match *finding {
        Finding::Mapping { fault, mm, page, level } => {
            let what = match level {
                Level::Pte => "the pte",
                Level::Pmd => "the huge mapping",
            };
            let place = format!("{what} of page {} in process {}", at(page), mm.0 + 1);
            let rule = match fault {
                MappingFault::WritableButNotDirtyTagged => Rule::LostDirtyTag,
                _ => Rule::StaleMapping,
            };
            violation(rule, format!("All is quiet, and {place} {}.", mapping_text(fault)))
        }
        Finding::EntrySectorStale { index, .. } | Finding::EntryFrameStale { index, .. } => violation(
            Rule::StaleMapping,
            format!("All is quiet, and the entry at {} names blocks that are not the file's.", at(index)),
        ),
        Finding::PageRefcount { page, actual, expected } => violation(
            Rule::Accounting,
            format!("All is quiet, and {page} has {actual} references where {expected} are accounted for."),
        ),
        Finding::FrameReferences { block, actual, expected } => violation(
            Rule::Accounting,
            format!(
                "All is quiet, and block {} has {actual} references where {expected} are accounted for.",
                at(block)
            ),
        ),
        Finding::FrameMappings { block, actual, expected } => violation(
            Rule::Accounting,
            format!("All is quiet, and block {} counts {actual} mappings where there are {expected}.", at(block)),
        ),
        Finding::EntryOrder { index, order } => violation(
            Rule::Accounting,
            format!(
                "All is quiet, and the entry at {} takes up slots of order {order}, which is not its own.",
                at(index)
            ),
        ),
        Finding::PageNotAssociated { index, count, .. } => violation(
            Rule::Accounting,
            format!(
                "All is quiet, and {count} pages of the entry at {} do not say that they are the file's.",
                at(index)
            ),
        ),
        Finding::PageLeftAssociated { count } => violation(
            Rule::Accounting,
            format!("All is quiet, and {count} pages say that they are the file's, but no entry names them."),
        ),
        Finding::TowriteLeft { index } => violation(
            Rule::Accounting,
            format!(
                "All is quiet, and the entry at {} is marked TOWRITE but not DIRTY: no fsync comes to it, and no \
                 invalidation takes it.",
                at(index)
            ),
        ),
        Finding::NrExceptional { counter, actual } => violation(
            Rule::Counters,
            format!("All is quiet, and nrexceptional is {counter}, but there are {actual} in the tree."),
        ),
        Finding::NrPages { counter, actual } => violation(
            Rule::Counters,
            format!("All is quiet, and nrpages is {counter}, but there are {actual} in the tree."),
        ),
        // Told by other rules at the step that broke them.
        Finding::EntryLeftLocked { .. } | Finding::PageLeftLocked { .. } | Finding::WaiterLeft => None,
    }
}

const fn mapping_text(fault: MappingFault) -> &'static str {
    match fault {
        MappingFault::BeyondEof => "lies beyond the end of the file",
        MappingFault::StaleZero => "shows zeroes although the block behind it has data",
        MappingFault::StaleBlock => "shows a block that is not the file's there",
        MappingFault::WritableButNotDirtyTagged => {
            "is writable but not tagged DIRTY: the next fsync misses what is written"
        }
        MappingFault::WithoutEntry => "has no entry in the tree: nobody will unmap it or write-protect it",
        MappingFault::BlockUnderZeroOrEmptyEntry => "maps a block where the tree says zeroes",
        MappingFault::BlockUnderHolePage => "maps a block where the tree has a hole page",
        MappingFault::ZeroUnderOtherEntry => "maps zeroes where the tree says something else",
    }
}

/// Was anything stored to the block of that page, by write(2) or through a writable mapping?
fn has_data(world: &World, page: PageIndex) -> bool {
    let (kind, block) = world.file.blocks.at(page);
    if kind != ExtentKind::Mapped {
        return false;
    }
    world.file.is_stored(block)
        || world.page_tables.iter().flat_map(|tables| tables.ranges()).any(|(_, pmd)| match pmd {
            Pmd::Huge { target: PmdTarget::Frames(first), dirty: true, .. } => (*first..first + 512).contains(&block),
            Pmd::Table(ptes) => ptes.iter().any(|(_, pte)| pte.dirty && pte.target == PteTarget::Frame(block)),
            _ => false,
        })
}
