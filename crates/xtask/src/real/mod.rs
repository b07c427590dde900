//! `cargo xtask real KERNEL`: the scripts of `tests/real` as programs on a real kernel of Debian, in QEMU with emulated persistent memory; their
//! traces against the model. Outside of the tests: it downloads up to 130 MB, and takes a minute and a half.

mod filesystem;
mod guest;
mod modules;
mod package;
mod trees;

pub(crate) use filesystem::FileSystem;

use crate::failure::{Explain, Failure, Result};
use crate::{process, setup, workspace};
use guest::Guest;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// What `real` was asked for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct RealOptions {
    /// `6.12`.
    pub(crate) kernel: String,
    /// Scripts; none: those of `tests/real`.
    pub(crate) scripts: Vec<PathBuf>,
    /// Leave the trees alone.
    pub(crate) events_only: bool,
    /// What is on the persistent memory.
    pub(crate) file_system: FileSystem,
}

/// A script on its way through the guest.
struct Workload {
    name: String,
    program: PathBuf,
}

/// Runs the scripts on a real kernel and compares. Exit code 1: something differs.
pub(crate) fn run(options: &RealOptions) -> Result<ExitCode> {
    let begun = Instant::now();
    let folder = workspace::target().join("real").join(&options.kernel);
    fs::create_dir_all(&folder).explain(|| format!("{} cannot be made.", folder.display()))?;
    eprintln!(
        "real: needs QEMU, busybox, mke2fs, cpio, xz and a C compiler; a package of Debian's (up to 130 MB, kept in {})",
        folder.display()
    );
    setup::guest_tools(options.file_system.maker())?;
    let drgn = if options.events_only { None } else { Some(trees::Drgn::ready()?) };
    let kernel = package::fetch(&options.kernel, &folder)?;
    eprintln!("real: Linux {} from Debian", kernel.version);
    let file_system = options.file_system;
    let workloads = workloads(options, &folder)?;
    let modules =
        modules::needed(&kernel.modules, &["nd_pmem", "nd_e820", "crc32c_generic", file_system.name(), "qemu_fw_cfg"])?;
    let traces = guest::run(
        &Guest { kernel: &kernel, modules: &modules, workloads: &workloads, drgn: drgn.as_ref(), file_system },
        &folder,
    )?;
    let mut differing = 0;
    for workload in &workloads {
        let trace = traces.join(format!("{}.txt", workload.name));
        let (code, verdict) = check(&trace, &options.kernel)?;
        differing += usize::from(code != 0);
        println!("{:<24} {}", workload.name, verdict.trim());
        if code != 0 {
            println!("{:<24} cargo daxscope import --check --kernel {} {}", "", options.kernel, trace.display());
        }
    }
    println!(
        "Linux {}, {}: {} scripts, {differing} differ, {} s",
        kernel.version,
        file_system.name(),
        workloads.len(),
        begun.elapsed().as_secs()
    );
    Ok(if differing == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The scripts as programs that need no library.
fn workloads(options: &RealOptions, folder: &Path) -> Result<Vec<Workload>> {
    let mut scripts = options.scripts.clone();
    if scripts.is_empty() {
        let all = workspace::root().join("tests/real");
        let files = fs::read_dir(&all).explain(|| format!("{} cannot be read.", all.display()))?;
        scripts = files
            .flatten()
            .map(|file| file.path())
            .filter(|path| path.extension().is_some_and(|of| of == "daxscope"))
            .collect();
        scripts.sort();
    }
    let mut workloads = Vec::new();
    for script in scripts {
        let name = script.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.is_empty() || name.contains(|letter: char| !(letter.is_ascii_alphanumeric() || "-_".contains(letter))) {
            return Err(Failure::new(format!(
                "{}: the name becomes that of a program, so it may hold letters, digits, - and _ only.",
                script.display()
            )));
        }
        let (source, program) = (folder.join(format!("{name}.c")), folder.join(&name));
        let mut write = daxscope();
        write.args(["run", "--format", "c", "--revision", &options.kernel, "--output"]).arg(&source).arg(&script);
        let _ = fs::remove_file(&source);
        let what = format!("Writing {name} as a program");
        let status = write.status().explain(|| format!("{what} could not start."))?;
        // Exit code 1: the run breaks a rule about data, and the program is written all the same.
        if !source.is_file() {
            return Err(Failure::new(format!("{what} failed ({status}); the lines above say why.")));
        }
        let mut compile = Command::new("cc");
        compile.args(["-O1", "-Wall", "-pthread", "-static", "-o"]).arg(&program).arg(&source);
        process::run(&mut compile, &format!("Compiling {name}"))?;
        workloads.push(Workload { name, program });
    }
    Ok(workloads)
}

/// The verdict of `import --check`: exit code and first line.
fn check(trace: &Path, kernel: &str) -> Result<(i32, String)> {
    let mut command = daxscope();
    command.args(["import", "--check", "--kernel", kernel]).arg(trace);
    let output = command.output().explain(|| format!("{} could not start.", process::line(&command)))?;
    let text = if output.stdout.is_empty() { output.stderr } else { output.stdout };
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok((output.status.code().unwrap_or(2), text.lines().next().unwrap_or_default().to_owned()))
}

fn daxscope() -> Command {
    let mut command = Command::new(workspace::cargo());
    command.args(["run", "--quiet", "--package", "daxscope-cli", "--"]).current_dir(workspace::root());
    command
}
