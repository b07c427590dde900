//! `daxscope fmt`: prints a script in its canonical form, comments kept.

use crate::failure::Failure;
use crate::input;
use crate::output::print_file;
use clap::Args;
use daxscope_core::scenario::format_text;
use std::process::ExitCode;

/// Print a script in its canonical form, comments kept
#[derive(Args, Debug)]
pub(crate) struct Words {
    /// A script
    #[arg(value_name = "FILE")]
    file: String,
}

pub(crate) fn run(words: Words) -> Result<ExitCode, Failure> {
    let text = input::script(&words.file)?;
    input::checked(&words.file, &text)?;
    print_file(&format_text(&text))?;
    Ok(ExitCode::SUCCESS)
}
