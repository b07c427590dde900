//! Tools that cargo compiles, each in a directory of its own version under the user's cache.

use crate::failure::{Explain, Failure, Result};
use crate::process::{self, executable};
use crate::versions::reported_version;
use crate::workspace;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often a running installation tells how far it is.
const PROGRESS_EVERY: Duration = Duration::from_secs(15);

/// A tool at an exact version.
pub(super) struct CargoTool {
    package: &'static str,
    version: String,
    /// The programs of it that are used here; the first answers `--version`.
    programs: &'static [&'static str],
    /// Further arguments for `cargo install`.
    arguments: &'static [&'static str],
    /// The packages whose speed is felt; all others are compiled without optimisation, which takes
    /// a third of the time.
    optimised: &'static [&'static str],
    purpose: &'static str,
    usual_time: &'static str,
}

/// wasm-pack, which compiles the page and runs its tests.
pub(super) fn wasm_pack(version: &str) -> CargoTool {
    CargoTool {
        package: "wasm-pack",
        version: version.to_owned(),
        programs: &["wasm-pack"],
        arguments: &[],
        optimised: &[],
        purpose: "builds the page and runs its tests",
        usual_time: "1 to 2 minutes",
    }
}

/// wasm-split, which takes the module apart.
pub(super) fn wasm_split(version: &str) -> CargoTool {
    CargoTool {
        package: "wasm_split_cli_support",
        version: version.to_owned(),
        programs: &["wasm-split-cli"],
        arguments: &["--features", "build-binary"],
        optimised: &[],
        purpose: "takes the page's WebAssembly apart, so that the first view loads less",
        usual_time: "1 to 2 minutes",
    }
}

/// The wasm-bindgen tools, which wasm-pack calls.
pub(super) fn wasm_bindgen(version: &str) -> CargoTool {
    CargoTool {
        package: "wasm-bindgen-cli",
        version: version.to_owned(),
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        // TLS would only serve a remote WebDriver, and means compiling C.
        arguments: &["--no-default-features", "--bin", "wasm-bindgen", "--bin", "wasm-bindgen-test-runner"],
        optimised: &["walrus", "gimli", "id-arena"],
        purpose: "writes the JavaScript that loads the page's WebAssembly",
        usual_time: "1 to 2 minutes",
    }
}

impl CargoTool {
    /// The directory with the programs, if they are on this machine.
    pub(super) fn present(&self) -> Result<Option<PathBuf>> {
        let bin = self.home()?.join("bin");
        Ok(if self.is_complete(&bin) { Some(bin) } else { self.on_path() })
    }

    fn home(&self) -> Result<PathBuf> {
        Ok(tools_directory()?.join(self.name()))
    }

    fn is_complete(&self, bin: &Path) -> bool {
        self.programs.iter().all(|program| bin.join(executable(program)).is_file())
    }

    fn name(&self) -> String {
        format!("{}-{}", self.package, self.version)
    }

    /// A directory on `PATH` that has the programs at the right version.
    fn on_path(&self) -> Option<PathBuf> {
        let first = process::find_on_path(self.programs.first()?)?;
        let printed = process::output(Command::new(&first).arg("--version"))?;
        let bin = first.parent()?;
        (self.is_complete(bin) && reported_version(&printed)? == self.version).then(|| bin.to_path_buf())
    }

    /// Compiles the programs and returns their directory.
    pub(super) fn install(&self) -> Result<PathBuf> {
        let home = self.home()?;
        eprintln!(
            "setup: installing {} {}, which {}; this usually takes {}, once per machine",
            self.package, self.version, self.purpose, self.usual_time
        );
        let started = Instant::now();
        let partial = home.with_file_name(format!("{}.partial", self.name()));
        let log = home.with_file_name(format!("{}.log", self.name()));
        fs::create_dir_all(&partial).explain(|| {
            format!("{} could not be created; make it writable or set XDG_CACHE_HOME.", partial.display())
        })?;
        let mut status = self.cargo_install(&partial, &log, true)?;
        if !status.success() && locked_dependency_is_missing(&read(&log)) {
            // The lock file of a fresh release can name a version that a mirror of the registry
            // does not have yet.
            eprintln!(
                "setup: {} is resolved anew, because the registry lacks a version in its lock file",
                self.package
            );
            status = self.cargo_install(&partial, &log, false)?;
        }
        if !status.success() {
            return Err(self.failed(&log));
        }
        // Complete or absent: an interrupted installation is never taken for a tool.
        let _ = fs::remove_dir_all(&home);
        fs::rename(partial.join("root"), &home)
            .explain(|| format!("{} could not be put in place; run `cargo xtask setup` again.", home.display()))?;
        let _ = fs::remove_dir_all(&partial);
        let _ = fs::remove_file(&log);
        eprintln!("setup: {} {} is installed ({} s)", self.package, self.version, started.elapsed().as_secs());
        Ok(home.join("bin"))
    }

    fn cargo_install(&self, partial: &Path, log: &Path, locked: bool) -> Result<ExitStatus> {
        let file = File::create(log).explain(|| format!("{} could not be written.", log.display()))?;
        let mut command = Command::new(workspace::cargo());
        command
            .args(["install", self.package, "--version", &self.version])
            .args(self.arguments)
            .args(
                self.optimised.iter().map(|package| format!("--config=profile.release.package.{package}.opt-level=1")),
            )
            .args(locked.then_some("--locked"))
            .arg("--root")
            .arg(partial.join("root"))
            .current_dir(partial)
            // Its own target directory, so that two installations do not wait for each other.
            .env("CARGO_TARGET_DIR", partial.join("target"))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_BUILD_TARGET")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file);
        let child = command.spawn().explain(|| "cargo could not be started; is Rust installed?".to_owned())?;
        self.watch(child, log)
    }

    /// Waits, and tells from time to time what cargo is doing.
    fn watch(&self, mut child: Child, log: &Path) -> Result<ExitStatus> {
        let started = Instant::now();
        let mut told = started;
        loop {
            let finished = child.try_wait().explain(|| "cargo could not be waited for; run this again.".to_owned())?;
            if let Some(status) = finished {
                return Ok(status);
            }
            if told.elapsed() >= PROGRESS_EVERY {
                told = Instant::now();
                eprintln!("setup: {} {} s: {}", self.package, started.elapsed().as_secs(), progress(&read(log)));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn failed(&self, log: &Path) -> Failure {
        let text = read(log);
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(20)..].join("\n");
        Failure::new(format!(
            "{package} {version} could not be installed:\n{tail}\n\
             Mend that and run `cargo xtask setup` again, or put {package} {version} on PATH yourself \
             (`cargo install {package} --version {version}`).",
            package = self.package,
            version = self.version,
        ))
    }
}

/// Where the tools of this user are kept.
fn tools_directory() -> Result<PathBuf> {
    let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")));
    let cache =
        cache.ok_or_else(|| Failure::new("There is no HOME to keep tools in; set XDG_CACHE_HOME to a directory."))?;
    Ok(cache.join("daxscope").join("tools"))
}

fn read(log: &Path) -> String {
    fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// `cargo install --locked` says so when the index has no such version.
fn locked_dependency_is_missing(log: &str) -> bool {
    log.contains("failed to select a version") && log.contains("(locked to ")
}

/// How far cargo is: the number of crates begun and its last line.
fn progress(log: &str) -> String {
    let crates = log.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
    let last = log.lines().last().map_or("starting", str::trim);
    if crates == 0 { last.to_owned() } else { format!("{crates} crates begun, {last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_counts_crates() {
        assert_eq!(progress(""), "starting");
        assert_eq!(progress("    Updating crates.io index\n"), "Updating crates.io index");
        let log = "   Compiling libc v0.2\n   Compiling walrus v0.27.2\n";
        assert_eq!(progress(log), "2 crates begun, Compiling walrus v0.27.2");
    }

    #[test]
    fn only_a_missing_locked_version_is_tried_again() {
        let log =
            "error: failed to select a version for the requirement `webpki-roots = \"^1.0.10\"` (locked to 1.0.11)\n";
        assert!(locked_dependency_is_missing(log));
        assert!(!locked_dependency_is_missing("error: could not compile `libc`"));
    }
}
