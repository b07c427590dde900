//! The words that say in which format a report is written, and where.

use super::names::Named;
use crate::failure::Failure;
use crate::output::Target;
use crate::report::Format;
use clap::Args;
use std::path::PathBuf;

/// Where a report goes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Report")]
pub(crate) struct OutputArgs {
    /// Write the report into this file: as a whole when everything is done, or not at all
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl OutputArgs {
    /// Where that is; a mistake is told now, before anything is searched.
    pub(crate) fn target(&self) -> Result<Target, Failure> {
        self.output.as_deref().map_or(Ok(Target::Stdout), Target::file)
    }
}

/// A report in any format.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Report")]
pub(crate) struct ReportArgs {
    /// human (a table for mails), json (docs/report.schema.json), junit or sarif
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    #[arg(value_parser = Named::new(&Format::ALL, Format::name))]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
