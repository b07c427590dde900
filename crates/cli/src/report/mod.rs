//! What searches have found, as people and other programs read it.

pub(crate) mod certificate;
pub(crate) mod human;
pub(crate) mod json;
mod junit;
pub(crate) mod model;
pub(crate) mod necessity;
mod sarif;
pub(crate) mod table;

use crate::failure::Failure;
pub(crate) use model::{Asked, Case, Counterexample, Expected, Report, Suite};
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
    const ALL: [Format; 4] = [Format::Human, Format::Json, Format::Junit, Format::Sarif];

    /// The one with that name.
    pub(crate) fn named(name: &str) -> Result<Format, Failure> {
        Format::among(&Format::ALL, name)
    }

    /// The one with that name, if the command has it.
    pub(crate) fn among(known: &[Format], name: &str) -> Result<Format, Failure> {
        known.iter().copied().find(|format| format.name() == name).ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|format| format.name()).collect();
            Failure::usage(format!("--format is one of {}, not `{name}`", names.join(", ")))
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Json => "json",
            Format::Junit => "junit",
            Format::Sarif => "sarif",
        }
    }
}

/// The report in that format; `human` writes it for people.
pub(crate) fn write(report: &Report, format: Format, human: fn(&Report) -> String) -> Result<String, Failure> {
    Ok(match format {
        Format::Human => human(report),
        Format::Json => json::write(report),
        Format::Junit => junit::write(report, SystemTime::now())
            .map_err(|error| Failure::usage(format!("the report cannot be written: {error}")))?,
        Format::Sarif => sarif::write(report),
    })
}
