//! Packages of the system's own archive.

use crate::failure::{Failure, Result};
use crate::process;
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Installs packages with apt-get; `by_hand` says what to do where that is not possible.
pub(super) fn install(what: &str, packages: &[&str], by_hand: &str) -> Result {
    let Some(prefix) = root_prefix().filter(|_| process::find_on_path("apt-get").is_some()) else {
        return Err(Failure::new(format!("There is no {what}, and this user cannot install one. {by_hand}")));
    };
    eprintln!("setup: installing {what} with apt-get, for the browser tests; this usually takes a minute");
    let apt_get = |arguments: &[&str]| {
        let mut words =
            prefix.iter().chain(&["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]).chain(arguments);
        let mut command = Command::new(words.next().copied().unwrap_or("env"));
        command.args(words);
        command
    };
    // A list of packages that is a day old is good enough, so a failed update decides nothing.
    let _ = apt_get(&["update"]).status();
    // The recommended packages are desktop integration.
    let arguments = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    process::run(&mut apt_get(&arguments), &format!("Installing {what}"))
        .map_err(|failure| Failure::new(format!("{failure} {by_hand}")))
}

/// The program that an environment variable names.
pub(super) fn chosen(variable: &str) -> Result<Option<PathBuf>> {
    let Some(path) = env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from) else {
        return Ok(None);
    };
    if path.is_file() {
        return Ok(Some(path));
    }
    Err(Failure::new(format!("{variable} names {}, which is not a file; correct or unset it.", path.display())))
}

/// What to put before a command that needs root; nothing when we are root already.
fn root_prefix() -> Option<&'static [&'static str]> {
    let user = process::output(Command::new("id").arg("-u"))?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    process::output(Command::new("sudo").args(["-n", "true"])).map(|_| &["sudo", "-n"][..])
}
