//! Steps, states and ends as the recordings write them.

use super::Fields;
use super::event::{event, flags, kind, pmd_target, pte_target};
use daxscope_core::check::{Finding, Level, MappingFault, findings};
use daxscope_core::entry::Slot;
use daxscope_core::machine::{Blocked, Machine, Position, Status, StepRecord, Stop};
use daxscope_core::mm::{PageTables, Pmd, Pte};
use daxscope_core::units::{ThreadId, pmd_start};
use daxscope_core::world::World;
use serde_json::{Value, json};

/// Writes the parts of the state that changed since it was last asked.
#[derive(Default)]
pub(super) struct Encoder {
    tree: Value,
    pt: Value,
    fs: Value,
    folios: Value,
}

impl Encoder {
    /// `tree`, `pt` and `fs`, as far as they changed.
    pub(super) fn changes(&mut self, machine: &Machine) -> Fields {
        let mut fields = Fields::new();
        let world = &machine.world;
        for (name, last, now) in [
            ("tree", &mut self.tree, tree(world)),
            ("pt", &mut self.pt, page_tables(world)),
            ("fs", &mut self.fs, file(world)),
            ("folios", &mut self.folios, super::xarray::folios(world)),
        ] {
            if *last != now {
                *last = now.clone();
                fields.insert(name.into(), now);
            }
        }
        fields
    }
}

/// A step without the state.
pub(super) fn step(record: &StepRecord, machine: &Machine) -> Fields {
    let mut fields = Fields::new();
    let from = &record.performed[0].stop;
    fields.insert("t".into(), json!(record.choice.thread.0));
    fields.insert("at".into(), json!(from.point_name()));
    fields.insert("fn".into(), json!(from.function()));
    let is_xarray = machine.scenario().revision.is_xarray();
    fields.insert("ev".into(), record.events().filter_map(|it| event(it, is_xarray)).collect());
    let (to, function) = match &record.after {
        Position::At(stop) => (stop.point_name(), stop.function()),
        Position::Finished => ("done", ""),
        Position::Crashed => ("crashed", ""),
    };
    fields.insert("to".into(), json!(to));
    fields.insert("tofn".into(), json!(function));
    if let Some(key) = record.after.stop().and_then(|stop| wait_key(stop, machine, record.choice.thread)) {
        fields.insert("key".into(), json!(key));
    }
    fields
}

/// The key of a sleeping thread: the index waited for, or the page.
fn wait_key(stop: &Stop, machine: &Machine, thread: ThreadId) -> Option<u64> {
    match (stop.point_name(), stop.op) {
        ("wait_entry", _) => machine.world.waits.key_of(thread).map(|key| key.0),
        ("wait_page", daxscope_core::op::Op::Page(daxscope_core::op::PageOp::AwaitPage(page))) => Some(page.0.into()),
        _ => None,
    }
}

/// How a run ended.
pub(super) fn end(machine: &Machine, steps: usize) -> Fields {
    let mut fields = Fields::new();
    let status = machine.status();
    let name = match status {
        Status::Running => "step_limit",
        Status::Done => "done",
        Status::Deadlock => "deadlock",
        Status::Dead(_) => "bug",
    };
    fields.insert("end".into(), json!(name));
    fields.insert("steps".into(), json!(steps));
    if let Status::Dead(bug) = status {
        fields.insert("bug".into(), json!(bug.text()));
    }
    let blocked: Vec<Value> = machine.thread_ids().filter_map(|thread| blocked(machine, thread)).collect();
    fields.insert("blocked".into(), json!(blocked));
    // After a crash the recordings have no findings.
    if !matches!(status, Status::Dead(_)) {
        let found: Vec<Value> = recorded(findings(&machine.world), &machine.world).iter().map(finding).collect();
        fields.insert("inv".into(), json!(found));
    }
    fields.insert("nodes".into(), json!(machine.world.node_count()));
    fields
}

/// Of all findings those that recordings have: one for each mapping, that of its first page with a fault. Of huge mappings the
/// recorder did not ask whether the tree has a hole page there.
fn recorded(found: Vec<Finding>, world: &World) -> Vec<Finding> {
    let mut last = None;
    let mut is_first = |finding: &Finding| match *finding {
        Finding::Mapping { fault: MappingFault::BlockUnderHolePage, level: Level::Pmd, .. } => false,
        Finding::Mapping { mm, page, level, .. } => {
            let at = page + world.scenario.processes[mm.index()].mapping.skew;
            let mapping = (mm, if level == Level::Pmd { pmd_start(at) } else { at });
            last.replace(mapping) != Some(mapping)
        }
        _ => true,
    };
    found.into_iter().filter(|finding| is_first(finding)).collect()
}

fn finding(finding: &Finding) -> Value {
    let name = finding.name();
    match *finding {
        Finding::EntryLeftLocked { index } => json!([name, index]),
        Finding::PageLeftLocked { page } => json!([name, page.0]),
        Finding::EntrySectorStale { index, order, bad_blocks } => json!([name, index, order, bad_blocks]),
        Finding::Mapping { mm, page, level, .. } => {
            json!([name, mm.0, page, if level == Level::Pte { "pte" } else { "pmd" }])
        }
        Finding::PageRefcount { page, actual, expected } => json!([name, page.0, actual, expected]),
        Finding::NrExceptional { counter, actual } | Finding::NrPages { counter, actual } => {
            json!([name, counter, actual])
        }
        Finding::TowriteLeft { index } => json!([name, index]),
        Finding::EntryOrder { index, order } => json!([name, index, order]),
        Finding::EntryFrameStale { index, order, bad_blocks } => json!([name, index, order, bad_blocks]),
        Finding::PageNotAssociated { index, order, count } => json!([name, index, order, count]),
        Finding::PageLeftAssociated { count } => json!([name, count]),
        Finding::FrameReferences { block, actual, expected } | Finding::FrameMappings { block, actual, expected } => {
            json!([name, block, actual, expected])
        }
        Finding::WaiterLeft => json!([name]),
    }
}

fn blocked(machine: &Machine, thread: ThreadId) -> Option<Value> {
    let why = machine.blocked(thread)?;
    let stop = machine.position(thread).stop()?;
    let key = match why {
        Blocked::Entry { key, .. } => key.0,
        Blocked::Page { page, .. } => page.0.into(),
        // Only after a BUG under it; the recordings do not count a spinning thread as blocked.
        Blocked::TreeLock { .. } => return None,
        Blocked::Lock { .. } | Blocked::Idle { .. } => 0,
    };
    Some(json!([thread.0, stop.point_name(), stop.function(), key]))
}

fn tree(world: &World) -> Value {
    if let Some(array) = world.mapping.xarray.get() {
        return super::xarray::tree(world, array);
    }
    let leaves: Vec<Value> = world.mapping.tree.leaves().iter().map(|leaf| tree_leaf(world, leaf)).collect();
    json!({
        "leaves": leaves,
        "nrpages": world.mapping.nrpages,
        "nrexceptional": world.mapping.nrexceptional,
        "rt": world.mapping.tree.root_tags(),
    })
}

fn tree_leaf(world: &World, leaf: &daxscope_core::radix::Leaf) -> Value {
    let tags: String =
        "DWT".chars().enumerate().filter(|(at, _)| leaf.tags >> at & 1 != 0).map(|(_, tag)| tag).collect();
    match Slot::from_word(leaf.word) {
        Slot::Entry(entry) => json!([leaf.index, leaf.order, "x", entry.flags(), entry.sector(), tags]),
        Slot::Page(id) => {
            let page = world.page(id);
            let locked = u8::from(page.locked_by.is_some());
            json!([leaf.index, leaf.order, "page", id.0, locked, page.refcount, page.mapcount, tags])
        }
        Slot::Null => Value::Null,
    }
}

fn page_tables(world: &World) -> Value {
    let all = world.page_tables.iter().enumerate();
    all.flat_map(|(mm, tables)| process_tables(mm, tables)).collect()
}

fn process_tables(mm: usize, tables: &PageTables) -> Vec<Value> {
    let range = |(start, pmd): &(u64, Pmd)| match pmd {
        Pmd::None => Value::Null,
        Pmd::Huge { target, writable, dirty } => {
            json!([mm, start, "huge", pmd_target(*target), flags(*writable, *dirty)])
        }
        Pmd::Table(ptes) => {
            let ptes: Vec<Value> = ptes
                .iter()
                .map(|(page, Pte { target, writable, dirty, .. })| {
                    json!([page, pte_target(*target), flags(*writable, *dirty)])
                })
                .collect();
            json!([mm, start, "table", ptes])
        }
    };
    tables.ranges().iter().map(range).collect()
}

fn file(world: &World) -> Value {
    let extents: Vec<Value> = world
        .file
        .blocks
        .extents()
        .iter()
        .map(|extent| json!([extent.first, extent.count, kind(extent.kind), extent.phys]))
        .collect();
    json!({ "size": world.file.size_pages, "ext": extents })
}
