//! Steps, events and states as the recordings write them.

use daxscope_core::check::{Finding, Level, findings};
use daxscope_core::entry::Slot;
use daxscope_core::event::{Event, LockId, OpResult, Value as Returned};
use daxscope_core::machine::{Blocked, Machine, Position, Status, StepRecord, Stop};
use daxscope_core::mm::{PageTables, Pmd, PmdTarget, Pte, PteTarget};
use daxscope_core::scenario::{Choice, ExtentKind, Operation, Scenario, StepSize};
use daxscope_core::units::{MmId, ThreadId};
use daxscope_core::world::World;
use serde_json::{Map, Value, json};
use std::sync::Arc;

type Fields = Map<String, Value>;

/// Writes the parts of the state that changed since it was last asked.
#[derive(Default)]
pub(super) struct Encoder {
    tree: Value,
    pt: Value,
    fs: Value,
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
    fields.insert("ev".into(), record.events().filter_map(event).collect());
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
        ("wait_page", daxscope_core::op::Op::AwaitPage(page)) => Some(page.0.into()),
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
        let found: Vec<Value> = findings(&machine.world).iter().map(finding).collect();
        fields.insert("inv".into(), json!(found));
    }
    fields.insert("nodes".into(), json!(machine.world.node_count()));
    fields
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
        Blocked::Lock { .. } => 0,
    };
    Some(json!([thread.0, stop.point_name(), stop.function(), key]))
}

fn tree(world: &World) -> Value {
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

fn pmd_target(target: PmdTarget) -> Value {
    match target {
        PmdTarget::Frames(frame) => json!(frame),
        PmdTarget::HugeZeroPage => json!("hzp"),
    }
}

fn pte_target(target: PteTarget) -> Value {
    match target {
        PteTarget::Frame(frame) => json!(frame),
        PteTarget::Page(page) => json!(format!("page{}", page.0)),
        PteTarget::Anon(copy) => json!(format!("anon{}", copy.0)),
    }
}

fn flags(writable: bool, dirty: bool) -> &'static str {
    match (writable, dirty) {
        (true, true) => "wd",
        (true, false) => "w",
        (false, true) => "d",
        (false, false) => "",
    }
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

const fn kind(kind: ExtentKind) -> &'static str {
    match kind {
        ExtentKind::Hole => "h",
        ExtentKind::Unwritten => "u",
        ExtentKind::Mapped => "m",
    }
}

/// An event; `None` for those that recordings do not have.
fn event(event: &Event) -> Option<Value> {
    Some(match event {
        Event::Operation(operation) => {
            let (first, second) = operation_arguments(operation);
            json!(["op", operation.name(), first, second])
        }
        Event::Call { function, index } => json!(["call", function, index]),
        Event::Return { function, value } => json!(["ret", function, returned(*value)]),
        Event::WakeCall { index, entry, mode, .. } => {
            json!(["wake_call", index, slot(Slot::Entry(*entry)), mode.name()])
        }
        Event::Wake(thread) => json!(["wake", thread.0]),
        Event::Granted { lock, thread } => {
            let name = match lock {
                LockId::Fs => "fs_lock_granted",
                LockId::Inode => "inode_granted",
                LockId::Mm(_) => "mm_lock_granted",
            };
            json!([name, thread.0])
        }
        Event::Iomap(iomap) => {
            let phys = if iomap.kind == ExtentKind::Hole { -1 } else { iomap.phys as i64 };
            json!(["iomap", iomap.first, iomap.count, kind(iomap.kind), phys])
        }
        Event::Alloc { first, count, phys } => json!(["alloc", first, count, phys]),
        Event::Convert { first, count, phys } => json!(["convert", first, count, phys]),
        Event::FreeBlocks { first, end } => json!(["free_blocks", first, end]),
        Event::SetPte { mm, page, target, writable, dirty } => {
            json!(["set_pte", mm.0, page, pte_target(*target), flags(*writable, *dirty)])
        }
        Event::SetPmd { mm, page, target, writable, dirty } => {
            json!(["set_pmd", mm.0, page, pmd_target(*target), flags(*writable, *dirty)])
        }
        Event::ZapPmd { mm, page } => json!(["zap_pmd", mm.0, page]),
        Event::ZapPtes { mm, first, last, count } => json!(["zap_ptes", mm.0, first, last, count]),
        Event::BadPmdCleared => json!(["bad_pmd_cleared"]),
        Event::PageAlloc(page) => json!(["page_alloc", page.0]),
        Event::PageFree(page) => json!(["page_free", page.0]),
        Event::Flush { block, count } => json!(["flush", block, count]),
        Event::Store { block, count } => json!(["store", block, count]),
        Event::Load { block, count } => json!(["load", block, count]),
        Event::LoadZero { count } => json!(["load_zero", count]),
        Event::Inject { what, errno } => json!(["inject", what.name(), -i32::from(errno.0)]),
        Event::Fault(flags) => json!(["fault", flags.to_string()]),
        Event::Result(result) => op_result(*result),
        Event::Warn(function) => json!(["warn", function]),
        Event::VmBug(function) => json!(["vm_bug", function]),
        Event::SleepWhilePreloaded(what) => json!(["sleep_while_preloaded", what]),
        Event::Corrupt { what, count } => json!(["corrupt", what, count]),
        Event::Bug(bug) => match bug.function() {
            Some(function) => json!(["bug", bug.name(), function]),
            None => json!(["bug", bug.name()]),
        },
        Event::PreemptLeak(count) => json!(["preempt_leak", count]),
    })
}

fn operation_arguments(operation: &Operation) -> (i64, i64) {
    let count = |count: Option<u64>| count.map_or(-1, |count| count as i64);
    match *operation {
        Operation::Access { page, write, .. } => (page as i64, write.into()),
        Operation::Punch { first, count } | Operation::Write { first, count } | Operation::Read { first, count } => {
            (first as i64, count as i64)
        }
        Operation::Truncate { size } => (size as i64, 0),
        Operation::Fsync { first, count: n }
        | Operation::Invalidate { first, count: n }
        | Operation::Invalidate2 { first, count: n } => (first as i64, count(n)),
        Operation::Munmap { mm } => (mm.map_or(-1, |MmId(mm)| mm.into()), 0),
    }
}

fn returned(value: Returned) -> Value {
    match value {
        Returned::Void => Value::Null,
        Returned::Slot(found) => slot(found),
        Returned::Error(errno) => json!(-i32::from(errno.0)),
        Returned::Fault(flags) => json!(flags.to_string()),
        Returned::Number(number) => json!(number),
    }
}

fn slot(slot: Slot) -> Value {
    match slot {
        Slot::Null => Value::Null,
        Slot::Page(page) => json!(format!("page{}", page.0)),
        Slot::Entry(entry) => json!(format!("{}:{}", entry.flags(), entry.sector())),
    }
}

fn op_result(result: OpResult) -> Value {
    match result {
        OpResult::Accessed { faults } => json!(["result", "OK", faults]),
        OpResult::FaultFailed { flags, faults } => json!(["result", flags.to_string(), faults]),
        OpResult::Segv => json!(["result", "SIGSEGV"]),
        OpResult::Livelock { faults } => json!(["result", "LIVELOCK", faults]),
        OpResult::Done => json!(["result", "OK"]),
        OpResult::Number(number) => json!(["result", number]),
    }
}

/// A run of our own under `schedule`, in the format of the recordings, without its scenario.
pub fn record(scenario: Arc<Scenario>, schedule: &[ThreadId]) -> Value {
    let mut machine = Machine::new(scenario);
    let mut encoder = Encoder::default();
    let init = encoder.changes(&machine);
    let mut steps = Vec::new();
    let mut sched = Vec::new();
    for &thread in schedule {
        let Some(record) = machine.step(Choice::run(thread), StepSize::Point) else { break };
        let mut fields = step(&record, &machine);
        fields.append(&mut encoder.changes(&machine));
        sched.push(thread.0);
        steps.push(Value::Object(fields));
    }
    let end = end(&machine, steps.len());
    json!({ "sched": sched, "init": init, "steps": steps, "end": end })
}
