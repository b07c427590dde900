//! Writing recordings of our own: the scenario, and a run of it.

use super::encode::{self, Encoder};
use super::scenario::operation_parts;
use super::signature::Signature;
use daxscope_core::machine::Machine;
use daxscope_core::revision::{Preset, Revision};
use daxscope_core::scenario::{
    Choice, Extent, FsKind, InjectedFailure, Layouts, Process, Scenario, StepSize, ThreadScript,
};
use daxscope_core::units::ThreadId;
use serde_json::{Value, json};
use std::sync::Arc;

/// A run of our own under `schedule`, as an object of the recordings' format.
///
/// It ends where the schedule does, or at a thread that cannot run. The id is the title of the scenario. What the
/// scheduler makes fail cannot be said in this format: let the scenario inject it.
#[must_use]
pub fn record_run(scenario: &Arc<Scenario>, schedule: &[ThreadId]) -> Value {
    let mut machine = Machine::new(Arc::clone(scenario));
    let mut encoder = Encoder::default();
    let mut signature = Signature::default();
    let init = encoder.changes(&machine);
    let (mut sched, mut steps) = (Vec::new(), Vec::new());
    for &thread in schedule {
        let Some(record) = machine.step(Choice::run(thread), StepSize::Point) else { break };
        let mut fields = encode::step(&record, &machine);
        fields.append(&mut encoder.changes(&machine));
        signature.add_step(&fields);
        sched.push(thread.0);
        steps.push(Value::Object(fields));
    }
    let end = encode::end(&machine, steps.len());
    json!({
        "id": if scenario.title.is_empty() { "own" } else { &scenario.title },
        "class": "own",
        "variant": variant(&scenario.revision),
        "scenario": scenario_object(scenario, steps.len()),
        "sched": sched,
        "sig": signature.finish(&end),
        "init": init,
        "steps": steps,
        "end": end,
    })
}

/// The name of a revision that [`super::Recording`] reads back: a release or a revision of the series, and the
/// switches that differ from it.
#[must_use]
pub fn variant(revision: &Revision) -> String {
    let changes = |preset: &Preset| -> String {
        let differing =
            revision.switches().iter().filter(|switch| (switch.get)(revision) != (switch.get)(&preset.revision));
        differing.map(|switch| format!("+{}={}", switch.name, (switch.get)(revision))).collect()
    };
    let base = |preset: &Preset| match preset.name {
        "4.10.0" => "v4.10".to_owned(),
        name if name.starts_with(|first: char| first.is_ascii_digit()) => format!("v{name}"),
        name if name.starts_with('v') => format!("v4.10+series={name}"),
        name => name.to_owned(),
    };
    let names = revision.presets().iter().map(|preset| base(preset) + &changes(preset));
    // The shortest description; a switch of 4.10 rather than a revision of the series.
    let is_base = |name: &String| name.starts_with("v4.10+") || name.starts_with("v6.12+");
    let length = |name: &String| (name.matches('+').count(), name.contains("series="), !is_base(name));
    names.min_by_key(length).unwrap_or_default()
}

fn scenario_object(scenario: &Scenario, steps: usize) -> Value {
    let file = &scenario.file;
    let mut object = json!({
        "size": file.size_pages,
        "blocks": file.block_count,
        "ext": file.extents.iter().map(extent).collect::<Vec<_>>(),
        "alloc": {
            "next": scenario.allocator.next,
            "align": u8::from(scenario.allocator.align),
            "max": scenario.allocator.max,
        },
        "dev": { "blocks": scenario.device.blocks, "devmap": u8::from(scenario.device.devmap) },
        "fslock": u8::from(scenario.fs_lock),
        "mms": scenario.processes.iter().map(process).collect::<Vec<_>>(),
        "inject": scenario.failures.iter().map(failure).collect::<Vec<_>>(),
        "threads": scenario.threads.iter().map(thread).collect::<Vec<_>>(),
        "max_steps": steps,
    });
    if scenario.i_mmap_rwsem {
        object["i_mmap_rwsem"] = json!(1);
    }
    let layouts = match scenario.layouts {
        Layouts::None => 0,
        Layouts::Whole => 1,
        Layouts::Range => 2,
    };
    if scenario.revision.is_xarray() {
        object["layouts"] = json!(layouts);
        if !scenario.recorded {
            object["script"] = json!(1);
        }
    }
    if scenario.fs == FsKind::Xfs {
        object["xfs"] = json!(1);
    }
    if scenario.journal {
        object["journal"] = json!(1);
    }
    object
}

fn extent(extent: &Extent) -> Value {
    json!([extent.first, extent.count, super::event::kind(extent.kind), extent.phys])
}

fn process(process: &Process) -> Value {
    let vma = process.mapping;
    let mut object = json!({
        "shared": u8::from(vma.shared),
        "writable": u8::from(vma.writable),
        "start": vma.start,
        "pages": vma.pages,
        "skew": vma.skew,
    });
    if vma.sync {
        object["sync"] = json!(1);
    }
    object
}

fn failure(failure: &InjectedFailure) -> Value {
    let mut object = json!({ "what": failure.what.name(), "nth": failure.nth, "err": -i32::from(failure.errno.0) });
    if let Some(ThreadId(thread)) = failure.thread {
        object["thread"] = json!(thread);
    }
    object
}

fn thread(thread: &ThreadScript) -> Value {
    json!({ "mm": thread.mm.0, "ops": thread.operations.iter().map(operation_parts).collect::<Vec<_>>() })
}
