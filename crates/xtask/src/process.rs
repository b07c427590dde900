//! Running other programs.

use crate::failure::{Explain, Failure, Result};
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Runs a command on the terminal; `what` names the work for the failure's sentence.
pub(crate) fn run(command: &mut Command, what: &str) -> Result {
    let status = command.status().explain(|| cannot_start(command, what))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("{what} failed ({status}); the lines above say why. Command: {}", line(command))))
}

/// What a command prints on its standard output, if it could be run and succeeded.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a command on the terminal and keeps a copy of its standard output.
pub(crate) fn tee(command: &mut Command, what: &str) -> Result<(ExitStatus, String)> {
    let mut child = command.stdout(Stdio::piped()).spawn().explain(|| cannot_start(command, what))?;
    let copy = match child.stdout.take() {
        Some(stdout) => copy_lines(stdout, &mut io::stdout()),
        None => String::new(),
    };
    let status = child.wait().explain(|| format!("{what} could not be waited for; run it again."))?;
    Ok((status, copy))
}

/// Passes each line on as it arrives, and returns them all.
fn copy_lines(from: impl Read, to: &mut impl Write) -> String {
    let mut reader = BufReader::new(from);
    let (mut line, mut copy) = (Vec::new(), String::new());
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // A closed terminal must not keep the tests from being counted.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        copy.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    copy
}

fn cannot_start(command: &Command, what: &str) -> String {
    let program = command.get_program().to_string_lossy();
    format!(
        "{what} could not start: '{program}' is missing or cannot be run. `cargo xtask setup` installs what it can."
    )
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Where `PATH` finds a program.
pub(crate) fn find_on_path(name: &str) -> Option<PathBuf> {
    let file = executable(name);
    env::split_paths(&env::var_os("PATH")?).map(|directory| directory.join(&file)).find(|path| path.is_file())
}

/// The file name of a program on this system.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// `PATH` with more directories in front.
pub(crate) fn path_with(first: &[&Path]) -> OsString {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = first.iter().map(|path| path.to_path_buf()).chain(env::split_paths(&rest));
    // Only a directory with the separator in its name cannot be joined; then PATH stays as it is.
    env::join_paths(all).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_passed_on_and_kept() {
        let mut seen = Vec::new();
        let kept = copy_lines(&b"one\ntwo\xff\nthree"[..], &mut seen);
        assert_eq!(seen, b"one\ntwo\xff\nthree");
        assert_eq!(kept, "one\ntwo\u{fffd}\nthree");
    }

    #[test]
    fn a_command_reads_as_typed() {
        assert_eq!(line(Command::new("npm").args(["ci", "--no-audit"])), "npm ci --no-audit");
    }

    #[test]
    fn a_missing_program_is_a_sentence() {
        let failure = run(&mut Command::new("no-such-program"), "Nothing").unwrap_err().to_string();
        assert!(failure.starts_with("Nothing could not start: 'no-such-program' is missing"), "{failure}");
    }
}
