//! One operation of a script as statements of C.

use super::mapping;
use daxscope_core::scenario::{Operation, Scenario, operation_text};
use daxscope_core::units::MmId;

/// The statements; `own`: the process of the thread.
pub(super) fn statement(scenario: &Scenario, own: MmId, operation: &Operation) -> Result<Vec<String>, String> {
    let text = operation_text(scenario, operation);
    let text = text.trim();
    let base = |huge: bool| mapping(scenario, own.index(), huge);
    let of = &scenario.processes[own.index()].mapping;
    let range = |first: u64, count: u64| format!("{first:#x} * PAGE, {count:#x} * PAGE");
    let fallocate = |mode: &str, first: u64, count: u64| {
        format!("check(fallocate(file, {mode}, {}), \"fallocate\");", range(first, count))
    };
    let call = match *operation {
        Operation::Access { page, write, huge, mm } => {
            let base = mapping(scenario, mm.unwrap_or(own).index(), huge);
            return Ok(vec![format!("/* {text} */"), format!("touch({base}, {page:#x}, {});", i32::from(write))]);
        }
        Operation::Punch { first, count } => fallocate("FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE", first, count),
        Operation::Fallocate { first, count } => fallocate("0", first, count),
        Operation::Zero { first, count } => fallocate("FALLOC_FL_ZERO_RANGE", first, count),
        Operation::Collapse { first, count } => fallocate("FALLOC_FL_COLLAPSE_RANGE", first, count),
        Operation::Insert { first, count } => fallocate("FALLOC_FL_INSERT_RANGE", first, count),
        Operation::Truncate { size } => format!("check(ftruncate(file, {size:#x} * PAGE), \"ftruncate\");"),
        Operation::Fsync { first: 0, count: None } => "check(fsync(file), \"fsync\");".into(),
        Operation::Fsync { first, count } => {
            let end = of.start + of.pages;
            let count = count.unwrap_or(end.saturating_sub(first));
            if first < of.start || first + count > end {
                return Err(format!(
                    "`{text}`: a program syncs a range by msync(2), and the mapping of the thread does not hold it"
                ));
            }
            let base = base(false);
            format!("check(msync((void *)({base} + {first:#x} * PAGE), {count:#x} * PAGE, MS_SYNC), \"msync\");")
        }
        Operation::Invalidate { first, count } => {
            let length = count.map_or_else(|| "0".into(), |count| format!("{count:#x} * PAGE"));
            format!("check(-posix_fadvise(file, {first:#x} * PAGE, {length}, POSIX_FADV_DONTNEED), \"fadvise\");")
        }
        Operation::Write { first, count, from } => match from {
            Some(from) => format!("write_pages({first:#x}, {count:#x}, {}, {from:#x});", base(true)),
            None => format!("write_pages({first:#x}, {count:#x}, 0, 0);"),
        },
        Operation::Read { first, count } => format!("read_pages({first:#x}, {count:#x});"),
        Operation::Dontneed { first, count } => {
            let count = count.unwrap_or((of.start + of.pages).saturating_sub(first));
            return Ok(said(text, drop_of(scenario, own.index(), first, count)));
        }
        // The mapping itself stays usable in scripts.
        Operation::Munmap { mm } => {
            let process = mm.unwrap_or(own).index();
            let of = &scenario.processes[process].mapping;
            return Ok(said(text, drop_of(scenario, process, of.start, of.pages)));
        }
        Operation::Invalidate2 { .. }
        | Operation::Pin { .. }
        | Operation::Unpin
        | Operation::Layout { .. }
        | Operation::Hold { .. } => {
            return Err(format!("`{text}` is done inside the kernel, and a program has no call for it: take it out"));
        }
    };
    Ok(said(text, vec![call]))
}

/// The marker stands before the call: no event shows that it was made.
fn said(text: &str, calls: Vec<String>) -> Vec<String> {
    let mut lines = vec![format!("say(\"op: {}\");", text.replace(['"', '\\', '%'], ""))];
    lines.extend(calls);
    lines
}

/// Drops what the page tables have of a range, in both mappings of a process if it has two.
fn drop_of(scenario: &Scenario, process: usize, first: u64, count: u64) -> Vec<String> {
    let mut names = vec![mapping(scenario, process, true), mapping(scenario, process, false)];
    names.dedup();
    let drop = |base: String| {
        format!("check(madvise((void *)({base} + {first:#x} * PAGE), {count:#x} * PAGE, MADV_DONTNEED), \"madvise\");")
    };
    names.into_iter().map(drop).collect()
}
