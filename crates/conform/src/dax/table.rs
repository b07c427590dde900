//! The interleaving of a run as plain text: one row per step, one column per thread.

use super::Fields;
use serde_json::Value;

/// Characters of a column; what is longer is cut.
const WIDTH: usize = 40;

/// What each of `steps` did, in the column of its thread: the point it began at, the function, and the events that say
/// how the run goes.
pub(super) fn interleaving(threads: usize, steps: &[Fields]) -> String {
    let mut table = String::from("step");
    for thread in 0..threads {
        table.push_str("  ");
        push_cell(&mut table, &format!("thread {thread}"), thread + 1 == threads);
    }
    for (number, step) in steps.iter().enumerate() {
        // What is recorded there may be any number.
        let thread = step.get("t").and_then(Value::as_u64).unwrap_or(0).min(threads as u64) as usize;
        table.push_str(&format!("\n{number:4}  {}", " ".repeat(thread * (WIDTH + 2))));
        push_cell(&mut table, &cell(step), true);
    }
    table
}

fn push_cell(table: &mut String, text: &str, last: bool) {
    let text: String = text.chars().take(WIDTH).collect();
    if last { table.push_str(&text) } else { table.push_str(&format!("{text:WIDTH$}")) }
}

fn cell(step: &Fields) -> String {
    let text = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut cell = match text("fn") {
        "" => text("at").to_owned(),
        function => format!("{} {function}", text("at")),
    };
    for event in step.get("ev").and_then(Value::as_array).into_iter().flatten() {
        let part = |at: usize| event.get(at).map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned));
        if let Some(name @ ("wake" | "result" | "warn" | "bug" | "inject")) = part(0).as_deref() {
            cell.push_str(&format!("; {name} {}", part(1).unwrap_or_default()));
        }
    }
    cell
}
