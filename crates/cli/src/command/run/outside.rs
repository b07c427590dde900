//! Runs in forms that other tools read: fs_dax events as text, profiles, programs in C.

mod firefox;
mod harmless;

use super::{Ran, RunFormat, made};
use crate::failure::Failure;
use daxscope_import::written;

pub(super) fn text(all: &[Ran], format: RunFormat) -> Result<String, Failure> {
    let [ran] = all else {
        return Err(Failure::usage(format!("--format {} is one run: name one script", format.name())));
    };
    let (scenario, schedule) = (&ran.source.scenario, made(&ran.run, ran.size));
    match format {
        RunFormat::Ftrace => Ok(written::ftrace(scenario, &schedule)),
        RunFormat::FirefoxProfile => Ok(firefox::profile(&ran.run)),
        _ => {
            harmless::check(scenario, &ran.run)?;
            written::c(scenario, &schedule).map_err(|why| Failure::usage(format!("{}: {why}", ran.source.name)))
        }
    }
}
