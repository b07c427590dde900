//! The answers as JSON; docs/import.md has its shape.

use super::{Imported, What};
use daxscope_import::answer::RangeFindings;
use daxscope_import::answer::range::{Caused, Counts, Store};
use daxscope_import::answer::suspect::{Mark, PassedLocked, TakenAway};
use daxscope_import::answer::sync::Sync;
use daxscope_import::answer::task::TaskFindings;
use daxscope_import::event::File;
use daxscope_import::snapshot::{Entry, Snapshot};
use daxscope_import::tell::reasons;
use daxscope_import::tell::trace::warnings;
use daxscope_import::{Diagnosis, Findings};
use serde_json::{Value, json};

pub(super) fn report(all: &[Imported]) -> String {
    let (mut traces, mut trees) = (Vec::new(), Vec::new());
    for imported in all {
        match &imported.what {
            What::Trace(findings, diagnosis) => traces.push(trace(&imported.name, findings, diagnosis)),
            What::Snapshots(found) => {
                let snapshots: Vec<Value> = found.iter().map(snapshot).collect();
                trees.push(json!({ "name": imported.name, "snapshots": snapshots }));
            }
        }
    }
    format!("{:#}\n", json!({ "version": 1, "traces": traces, "trees": trees }))
}

fn snapshot(snapshot: &Snapshot) -> Value {
    json!({
        "tag": snapshot.tag,
        "line": snapshot.line,
        "ino": snapshot.ino,
        "bytes": snapshot.size,
        "nrpages": snapshot.pages,
        "nrexceptional": snapshot.exceptional,
        "entries": snapshot.entries.iter().map(entry).collect::<Vec<_>>(),
        "differences": snapshot.differences(),
    })
}

fn entry(entry: &Entry) -> Value {
    json!({
        "index": entry.index,
        "raw": format!("{:#x}", entry.raw),
        "is": entry.decoded().words(),
        "marks": entry.marks,
        "refcount": entry.page.and_then(|page| page.references),
        "mapcount": entry.page.and_then(|page| page.mappings),
    })
}

fn trace(name: &str, findings: &Findings, diagnosis: &Diagnosis) -> Value {
    let mut fallbacks = Vec::new();
    for reason in reasons(findings) {
        let mut first = caused(reason.first);
        first["file"] = file(reason.file);
        fallbacks.push(json!({ "count": reason.count, "ranges": reason.ranges, "first": first }));
    }
    let kernel = &diagnosis.kernel;
    let contradiction = kernel.contradiction().map(|(one, other)| [one.words(), other.words()]);
    let shown: Vec<Value> =
        diagnosis.shown.iter().map(|line| json!({ "line": line.line, "text": line.text, "why": line.why })).collect();
    json!({
        "name": name,
        "total": counts(&findings.total),
        "fallbacks": fallbacks,
        "ranges": findings.ranges.iter().map(range).collect::<Vec<_>>(),
        "tasks": findings.tasks.iter().map(task).collect::<Vec<_>>(),
        "syncs": {
            "count": findings.sync_count,
            "flushed": { "huge": findings.flushed.0, "small": findings.flushed.1 },
            "first": findings.syncs.iter().map(sync).collect::<Vec<_>>(),
        },
        "suspects": {
            "takenAway": { "count": findings.taken_count, "first": findings.taken.iter().map(taken).collect::<Vec<_>>() },
            "passedLocked": { "count": findings.passed_count, "first": findings.passed.iter().map(passed).collect::<Vec<_>>() },
            "notFlushed": findings.unflushed.0,
            "deletedWithoutFsync": findings.deleted_dirty,
        },
        "kernel": {
            "words": kernel.words(),
            "because": kernel.because(),
            "nearestModel": kernel.nearest_model(),
            "contradiction": contradiction,
        },
        "read": {
            "tool": diagnosis.tool.map(|tool| tool.name()),
            "bytes": diagnosis.bytes,
            "lines": diagnosis.lines,
            "events": diagnosis.events,
            "probes": diagnosis.probes,
            "markers": diagnosis.markers,
            "switches": diagnosis.switches,
            "others": diagnosis.others,
            "otherNames": diagnosis.other_names,
            "comments": diagnosis.comments,
            "blank": diagnosis.blank,
            "callChains": diagnosis.frames,
            "notUnderstood": { "count": diagnosis.not_understood, "first": shown },
            "warnings": warnings(findings, diagnosis),
        },
    })
}

fn file(file: File) -> Value {
    json!({ "major": file.major, "minor": file.minor, "ino": file.ino })
}

fn counts(counts: &Counts) -> Value {
    json!({
        "accesses": counts.accesses,
        "handlers": counts.handlers,
        "asked": counts.asked,
        "huge": counts.huge,
        "hugeZero": counts.huge_zero,
        "fellBack": counts.fell_back,
        "notAsked": counts.not_asked,
        "pageTable": counts.page_table,
        "small": counts.small,
        "copied": counts.copied,
        "failed": counts.failed,
        "otherWasFaster": counts.taken,
        "downgrades": counts.downgrades,
        "refaults": counts.refaults,
        "unfinished": counts.unfinished,
    })
}

fn caused(caused: &Caused) -> Value {
    json!({
        "reason": caused.cause.reason.map(|reason| reason.name()),
        "certainty": caused.cause.certainty.name(),
        "because": caused.cause.because,
        "remedy": caused.cause.reason.map(|reason| reason.remedy()),
        "count": caused.count,
        "line": caused.line,
        "task": caused.task,
        "page": caused.page,
    })
}

fn range(range: &RangeFindings) -> Value {
    let (first, last) = range.pages();
    json!({
        "file": file(range.file),
        "pages": [first, last],
        "counts": counts(&range.counts),
        "causes": range.causes.iter().map(caused).collect::<Vec<_>>(),
        "lines": [range.lines.0, range.lines.1],
        "tree": range.tree,
    })
}

fn task(task: &TaskFindings) -> Value {
    json!({
        "tid": task.tid,
        "tgid": task.tgid,
        "name": task.name,
        "renamed": task.is_renamed,
        "counts": counts(&task.counts),
        "syncs": task.syncs,
        "waits": task.waits,
    })
}

fn sync(sync: &Sync) -> Value {
    json!({
        "line": sync.line,
        "end": sync.end,
        "task": sync.task,
        "file": file(sync.file),
        "pages": [Some(sync.first), sync.last],
        "flushed": { "huge": sync.huge, "small": sync.small },
        "left": sync.left,
    })
}

fn store(store: Store) -> Value {
    json!({ "line": store.line, "page": store.page, "tid": store.tid })
}

fn mark(line: u64, mark: &Mark) -> Value {
    json!({ "line": line, "what": mark.words() })
}

fn taken(taken: &TakenAway) -> Value {
    json!({
        "file": file(taken.file),
        "range": taken.range,
        "store": store(taken.store),
        "marks": taken.marks.iter().map(|(line, of)| mark(*line, of)).collect::<Vec<_>>(),
        "fsync": taken.sync,
        "seen": taken.is_seen,
    })
}

fn passed(passed: &PassedLocked) -> Value {
    json!({
        "file": file(passed.file),
        "range": passed.range,
        "store": store(passed.store),
        "fsync": [passed.sync.0, passed.sync.1],
        "tid": passed.tid,
        "holder": passed.holder,
        "held": [Some(passed.held.0), passed.held.1],
        "seen": passed.is_seen,
    })
}
