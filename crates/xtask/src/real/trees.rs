//! The trees of the guest's files, read out of its memory while its program waits: QEMU gives the memory to drgn, the kernel describes its types
//! itself (BTF), and `tools/drgn/dax_tree.py` walks the tree. Nothing is compiled for the kernel, and no debug symbols are downloaded.

use crate::failure::{Explain, Failure, Result};
use crate::{process, workspace};
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// What the guest writes before the name of a program and that of a snapshot.
const ASKED: &str = "snapshot ";

/// drgn, in a Python environment of its own.
pub(super) struct Drgn {
    python: PathBuf,
}

impl Drgn {
    /// Installs drgn as `tools/drgn/requirements.txt` names it; once.
    pub(super) fn ready() -> Result<Drgn> {
        let wanted = script("requirements.txt");
        let folder = workspace::target().join("real/drgn");
        let (python, done) = (folder.join("bin/python"), folder.join("requirements.txt"));
        let list = fs::read(&wanted).explain(|| format!("{} cannot be read.", wanted.display()))?;
        if fs::read(&done).is_ok_and(|present| present == list) {
            return Ok(Drgn { python });
        }
        let hint = "Trees are read with drgn, which needs Python 3 with venv and pip (Debian: `sudo apt-get install python3-venv`); `--events-only` \
             goes without.";
        let made = process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder), "Making a place for drgn");
        made.and_then(|()| {
            let mut install = Command::new(&python);
            process::run(install.args(["-m", "pip", "install", "--quiet", "-r"]).arg(&wanted), "Installing drgn")
        })
        .map_err(|failure| Failure::new(format!("{failure} {hint}")))?;
        fs::write(&done, list).explain(|| format!("{} cannot be written.", done.display()))?;
        Ok(Drgn { python })
    }
}

fn script(name: &str) -> PathBuf {
    workspace::root().join("tools/drgn").join(name)
}

/// The ways between the guest and us.
pub(super) struct Line {
    /// A folder of the system's for such things: the name of a socket has 107 bytes at most.
    folder: PathBuf,
    listener: TcpListener,
}

impl Line {
    pub(super) fn new() -> Result<Line> {
        let folder = env::temp_dir().join(format!("daxscope-real-{}", std::process::id()));
        fs::create_dir_all(&folder).explain(|| format!("{} cannot be made.", folder.display()))?;
        let cannot = || String::from("No port of this machine could be opened for the guest.");
        let listener = TcpListener::bind("127.0.0.1:0").explain(cannot)?;
        listener.set_nonblocking(true).explain(cannot)?;
        Ok(Line { folder, listener })
    }

    fn monitor(&self) -> PathBuf {
        self.folder.join("qmp")
    }

    /// What QEMU is told: a monitor that gives memory, the note that says where kernel and page tables are, and a third serial line.
    pub(super) fn options(&self) -> Vec<String> {
        let monitor = format!("unix:{},server=on,wait=off", self.monitor().display());
        let port = self.listener.local_addr().map(|address| address.port()).unwrap_or_default();
        ["-qmp", &monitor, "-device", "vmcoreinfo", "-serial", &format!("tcp:127.0.0.1:{port}")]
            .map(str::to_owned)
            .to_vec()
    }

    /// QEMU's end of the line, once it is there; `None` if the guest has ended before.
    fn accept(&self, has_ended: &AtomicBool) -> Result<Option<TcpStream>> {
        let cannot = || String::from("The line to the guest could not be opened.");
        while !has_ended.load(Ordering::Relaxed) {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false).explain(cannot)?;
                    return Ok(Some(stream));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(Duration::from_millis(50)),
                Err(error) => return Err(error).explain(cannot),
            }
        }
        Ok(None)
    }

    /// Answers the guest until it has ended; snapshots go into `NAME.tree.json`.
    pub(super) fn answer(&self, drgn: &Drgn, folder: &Path, has_ended: &AtomicBool) -> Result {
        let Some(line) = self.accept(has_ended)? else { return Ok(()) };
        let mut guest = line.try_clone().explain(|| String::from("The line to the guest cannot be shared."))?;
        let mut reader = None;
        for text in BufReader::new(line).split(b'\n') {
            // The guest has ended.
            let Ok(text) = text else { break };
            let text = String::from_utf8_lossy(&text).into_owned();
            let asked = text.trim().strip_prefix(ASKED).and_then(|rest| rest.split_once(' '));
            let Some((name, tag)) = asked else { continue };
            let reading = match &mut reader {
                Some(reader) => reader,
                none => none.insert(Reader::start(drgn, &self.monitor())?),
            };
            let snapshot = reading.read(&format!("/mnt/{name}"), tag)?;
            append(&folder.join(format!("{name}.tree.json")), &snapshot)?;
            // If it ends meanwhile, that is told by what is missing.
            let _ = guest.write_all(b"go on\n");
        }
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A file that is a list of snapshots after each of them.
fn append(file: &Path, snapshot: &str) -> Result {
    let before = fs::read_to_string(file).unwrap_or_default();
    let before = before.trim_end().trim_end_matches(']').trim_end();
    let start = if before.is_empty() { String::from("[") } else { format!("{before},") };
    fs::write(file, format!("{start}\n{snapshot}\n]\n")).explain(|| format!("{} cannot be written.", file.display()))
}

/// drgn with the script, which reads one file after another.
struct Reader {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Reader {
    fn start(drgn: &Drgn, monitor: &Path) -> Result<Reader> {
        let mut command = Command::new(&drgn.python);
        command.args(["-m", "drgn", "--quiet", "--no-default-symbols", "--qemu"]).arg(monitor);
        command.arg(script("dax_tree.py")).arg("--asked");
        let cannot = || String::from("drgn could not start.");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().explain(cannot)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(asks), Some(answers)) => Ok(Reader { child, asks, answers: BufReader::new(answers) }),
            _ => Err(Failure::new(cannot())),
        }
    }

    fn read(&mut self, path: &str, tag: &str) -> Result<String> {
        let mut answer = String::new();
        let asked = writeln!(self.asks, "{path}\t{tag}").and_then(|()| self.asks.flush());
        let got = asked.and_then(|()| self.answers.read_line(&mut answer));
        if got.is_ok_and(|length| length > 0) {
            return Ok(answer.trim_end().to_owned());
        }
        Err(Failure::new(format!(
            "drgn gave no tree of {path} ({tag}); the lines above say why. `--events-only` goes without trees."
        )))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_become_one_list() {
        let file = env::temp_dir().join(format!("daxscope-list-{}.json", std::process::id()));
        let _ = fs::remove_file(&file);
        append(&file, "{\"tag\": \"a\"}").expect("written");
        append(&file, "{\"tag\": \"b\", \"entries\": []}").expect("written");
        let list = fs::read_to_string(&file).expect("readable");
        let _ = fs::remove_file(&file);
        assert_eq!(list, "[\n{\"tag\": \"a\"},\n{\"tag\": \"b\", \"entries\": []}\n]\n");
    }
}
