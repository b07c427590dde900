//! What searches have found, as people and other programs read it.

mod advice;
mod asked;
pub(crate) mod certificate;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod judged;
mod junit;
pub(crate) mod model;
pub(crate) mod necessity;
mod sarif;
pub(crate) mod table;

use crate::failure::Failure;
use crate::output::{Target, print};
pub(crate) use asked::Asked;
pub(crate) use model::{Case, Counterexample, Expected, Report, Suite};
use std::time::SystemTime;

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Human,
    /// docs/report.schema.json.
    Json,
    /// JUnit XML.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
}

impl Format {
    /// All of them.
    pub(crate) const ALL: [Format; 4] = [Format::Human, Format::Json, Format::Junit, Format::Sarif];

    /// Its name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Junit => "junit",
            Format::Sarif => "sarif",
        }
    }
}

/// Writes the report in that format to where it should go; `human` writes it for people. If it goes into a file, the
/// verdicts are printed all the same.
pub(crate) fn deliver(
    report: &Report,
    format: Format,
    human: fn(&Report) -> String,
    target: &Target,
) -> Result<(), Failure> {
    target.write(&match format {
        Format::Human => human(report),
        Format::Json => json::write(report),
        Format::Junit => junit::write(report, SystemTime::now())
            .map_err(|error| Failure::usage(format!("the report cannot be written: {error}")))?,
        Format::Sarif => sarif::write(report),
    })?;
    if target.is_elsewhere() { print(&verdicts(report)) } else { Ok(()) }
}

/// One line for each search.
fn verdicts(report: &Report) -> String {
    let line = |(suite, case): (&Suite, &Case)| {
        format!("{}, {}: {}\n", suite.name, case.scenario.revision.name(), case.sentence())
    };
    report.cases().map(line).collect()
}
