//! What leaves the program: text without control characters, files that are whole or not there, and pipes that may be
//! closed at any time.

use crate::failure::Failure;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Where a report goes.
#[derive(Debug)]
pub(crate) enum Target {
    /// Standard output.
    Stdout,
    /// A file that is replaced as a whole.
    File(PathBuf),
    /// Something that cannot be replaced: a device, a pipe.
    Stream(PathBuf),
}

impl Target {
    /// The file of that name; `-`: standard output. A folder that is not there or cannot be written to is told now: a
    /// search of hours would be lost.
    pub(crate) fn file(path: &Path) -> Result<Target, Failure> {
        if path == Path::new("-") {
            return Ok(Target::Stdout);
        }
        // Links are followed: what they point to is replaced, not the link.
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match fs::metadata(&real) {
            Ok(what) if what.is_dir() => Err(cannot_write(path, "it is a folder; name a file in it")),
            Ok(what) if !what.is_file() => Ok(Target::Stream(real)),
            _ => match temporary(&real) {
                Ok(_) => Ok(Target::File(real)),
                Err(error) => Err(cannot_write(path, &error.to_string())),
            },
        }
    }

    /// Is the report somewhere else than where people look?
    pub(crate) const fn is_elsewhere(&self) -> bool {
        !matches!(self, Target::Stdout)
    }

    /// Writes a report, all of it or nothing.
    pub(crate) fn write(&self, text: &str) -> Result<(), Failure> {
        let written = match self {
            Target::Stdout => return print(text),
            Target::File(path) => replace(path, &visible(text)).map_err(|error| (path, error)),
            Target::Stream(path) => {
                let file = OpenOptions::new().write(true).open(path);
                file.and_then(|mut file| file.write_all(visible(text).as_bytes())).map_err(|error| (path, error))
            }
        };
        match written {
            Err((_, error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            Err((path, error)) => Err(cannot_write(path, &error.to_string())),
            Ok(()) => Ok(()),
        }
    }
}

fn cannot_write(path: &Path, why: &str) -> Failure {
    Failure::usage(format!("the report cannot be written to {}: {why}", path.display()))
}

/// A file of no name that others can guess, in the folder of `path`; it is gone when it is dropped.
fn temporary(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".daxscope-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file; the mask of the user takes away what it takes away.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Puts a file with that text in the place of what was there.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut file = temporary(path)?;
    if let Ok(there) = fs::metadata(path) {
        file.as_file().set_permissions(there.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map(|_: File| ()).map_err(|error| error.error)
}

/// Prints. A reader that has gone changes nothing: the exit code is still the verdict. Anything else that keeps the text
/// from being written is a failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    raw(&visible(text))
}

/// Prints a file as it is where a program reads it, and without control characters where a person does.
pub(crate) fn print_file(text: &str) -> Result<(), Failure> {
    if io::stdout().is_terminal() { print(text) } else { raw(text) }
}

fn raw(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::usage(format!("standard output cannot be written: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// A line on standard error. Where nobody can hear it, nothing can be done about it.
pub(crate) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(line));
}

/// The text with every character that would do something to a terminal, or turn the direction of writing, in the form
/// `\u001b`, which JSON has too. Ends of lines and tabs stay.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) {
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    shown
}

fn acts(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}');
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    (c.is_control() && !matches!(c, '\n' | '\t')) || turns || breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_shown_instead() {
        assert_eq!(visible("a\u{1b}[31mb\u{9b}c\u{7f}\r\u{202e}d"), r"a\u001b[31mb\u009bc\u007f\u000d\u202ed");
        assert_eq!(visible("ß\t– 2 MiB\n"), "ß\t– 2 MiB\n");
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report");
        fs::write(&path, "before").expect("a file");
        let target = Target::file(&path).expect("a target");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "before", "asking changes nothing");
        target.write("after\n").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "after\n");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        assert!(Target::file(folder.path()).is_err_and(|failure| failure.to_string().contains("it is a folder")));
        assert!(Target::file(&folder.path().join("no/such")).is_err());
    }
}
