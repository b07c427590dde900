//! `daxscope compare`: one scenario on several kernels, of both eras, side by side by operation of the script.

use crate::args::output::OutputArgs;
use crate::failure::Failure;
use crate::input;
use clap::Args;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::parse_revision;
use daxscope_session::by_operation::{ByOperation, MAX_KERNELS, by_operation};
use serde_json::json;
use std::process::ExitCode;

/// Run one script on several kernels, side by side by operation of the script
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// The script; `-` reads from standard input
    #[arg(value_name = "FILE")]
    file: String,
    /// The kernels, of either era, with commas between: `4.10.0,6.12,7.3`
    #[arg(long, value_name = "LIST", default_value = "4.10.0,6.12,7.3")]
    kernels: String,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let target = words.output.target()?;
    let kernels = kernels(&words.kernels)?;
    let scenario = input::scenario(&words.file)?;
    let compared = by_operation(&scenario, &kernels);
    target.write(&if words.json { to_json(&compared) } else { to_text(&compared) })?;
    let is_broken = compared.ends.iter().any(|end| end.is_broken);
    Ok(if is_broken { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn kernels(list: &str) -> Result<Vec<Revision>, Failure> {
    let mut kernels = Vec::new();
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let Ok(revision) = parse_revision(name) else {
            return Err(Failure::usage(format!(
                "There is no kernel `{name}`. docs/script.md lists them under `revision`."
            )));
        };
        kernels.push(revision);
    }
    match kernels.len() {
        2..=MAX_KERNELS => Ok(kernels),
        count => Err(Failure::usage(format!("--kernels takes 2 to {MAX_KERNELS} kernels, and here are {count}"))),
    }
}

/// One part for each operation, with a line for each kernel; then how each kernel came out.
fn to_text(compared: &ByOperation) -> String {
    let wide = |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| text.chars().count()).max().unwrap_or(0);
    let name = wide(&mut compared.kernels.iter().map(String::as_str));
    let mut text = String::new();
    for row in &compared.rows {
        let same = if row.is_same { "" } else { "    differs" };
        text.push_str(&format!("{} {}. {}{same}\n", row.thread, row.number, row.operation));
        let result = wide(&mut row.cells.iter().map(|cell| cell.result.as_str()));
        for (kernel, cell) in compared.kernels.iter().zip(&row.cells) {
            let broken = cell.broken.as_ref().map_or(String::new(), |broken| format!("  ! {broken}"));
            let line = format!("  {kernel:name$}  {:result$}  {}{broken}", cell.result, cell.tree);
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text.push_str("\nEnd, with whole operations in turn: what only their overlap breaks is not seen here; `daxscope explore` tries every order.\n");
    for (kernel, end) in compared.kernels.iter().zip(&compared.ends) {
        text.push_str(&format!("  {kernel:name$}  {}\n", end.sentence));
    }
    text
}

fn to_json(compared: &ByOperation) -> String {
    let mut rows = Vec::new();
    for row in &compared.rows {
        let mut cells = Vec::new();
        for cell in &row.cells {
            cells.push(json!({ "result": cell.result, "tree": cell.tree, "broken": cell.broken }));
        }
        rows.push(json!({
            "thread": row.thread.to_string(),
            "number": row.number,
            "operation": row.operation,
            "same": row.is_same,
            "on": cells,
        }));
    }
    let mut ends = Vec::new();
    for end in &compared.ends {
        ends.push(json!({ "broken": end.is_broken, "sentence": end.sentence }));
    }
    let all = json!({ "version": 1, "kernels": compared.kernels, "operations": rows, "ends": ends });
    format!("{all:#}\n")
}
