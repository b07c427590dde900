//! The guest: an initramfs of busybox, modules and programs; QEMU without KVM (nested, its emulator has no BMI2); a trace for each program on the
//! second serial line.

use super::Workload;
use super::filesystem::FileSystem;
use super::modules::Module;
use super::package::Kernel;
use super::trees::{Drgn, Line};
use crate::failure::{Explain, Failure, Result};
use crate::process;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that a guest may take: 15 s to boot, and a few for each program.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often a guest that nobody answers is waited for, a fifth of a second each.
const UNHEARD: u32 = 50;
const TRACE_OF: &str = "=== trace of ";

/// What runs, and on what.
pub(super) struct Guest<'a> {
    pub(super) kernel: &'a Kernel,
    pub(super) modules: &'a [Module],
    pub(super) workloads: &'a [Workload],
    /// What reads trees; without it there are none.
    pub(super) drgn: Option<&'a Drgn>,
    pub(super) file_system: FileSystem,
}

/// Boots the kernel, runs all programs; the folder with their traces and trees.
pub(super) fn run(guest: &Guest<'_>, folder: &Path) -> Result<PathBuf> {
    let root = folder.join("root");
    let _ = fs::remove_dir_all(&root);
    fill(&root, guest)?;
    let archive = folder.join("initrd.gz");
    let mut pack = Command::new("sh");
    pack.args(["-c", "find . | cpio -o -H newc --quiet | gzip -1 > ../initrd.gz"]).current_dir(&root);
    process::run(&mut pack, "Packing the guest")?;
    let (serial, console) = (folder.join("traces.serial"), folder.join("console.txt"));
    let _ = fs::remove_file(&serial);
    let traces = folder.join("traces");
    let _ = fs::remove_dir_all(&traces);
    fs::create_dir_all(&traces).explain(|| format!("{} cannot be made.", traces.display()))?;
    boot(guest, &archive, &serial, &console, &traces)?;
    let text = fs::read(&serial).explain(|| format!("{} cannot be read.", serial.display()))?;
    let text = String::from_utf8_lossy(&text).replace('\r', "");
    let mut missing: Vec<&str> = guest.workloads.iter().map(|workload| workload.name.as_str()).collect();
    for part in text.split(TRACE_OF).skip(1) {
        let Some((name, trace)) = part.split_once('\n') else { continue };
        missing.retain(|of| *of != name);
        let file = traces.join(format!("{name}.txt"));
        fs::write(&file, trace).explain(|| format!("{} cannot be written.", file.display()))?;
    }
    if missing.is_empty() {
        return Ok(traces);
    }
    Err(Failure::new(format!(
        "The guest has sent no trace of {}; {} says how far it came.",
        missing.join(", "),
        console.display()
    )))
}

fn fill(root: &Path, guest: &Guest<'_>) -> Result {
    let cannot = || format!("{} cannot be filled.", root.display());
    for part in ["bin", "dev", "proc", "sys", "mnt", "modules", "work"] {
        fs::create_dir_all(root.join(part)).explain(cannot)?;
    }
    for program in ["busybox", guest.file_system.maker()] {
        let Some(path) = process::find_on_path(program)
            .or_else(|| Some(PathBuf::from(format!("/usr/sbin/{program}"))).filter(|path| path.is_file()))
        else {
            return Err(Failure::new(format!("There is no {program}.")));
        };
        fs::copy(&path, root.join("bin").join(program)).explain(cannot)?;
        for library in process::output(Command::new("ldd").arg(&path))
            .unwrap_or_default()
            .split_whitespace()
            .filter(|word| word.starts_with('/'))
        {
            let to = root.join(library.trim_start_matches('/'));
            fs::create_dir_all(to.parent().unwrap_or(root)).explain(cannot)?;
            fs::copy(library, to).explain(cannot)?;
        }
    }
    for module in guest.modules {
        fs::write(root.join("modules").join(format!("{}.ko", module.name)), &module.bytes).explain(cannot)?;
    }
    for workload in guest.workloads {
        fs::copy(&workload.program, root.join("work").join(&workload.name)).explain(cannot)?;
    }
    let init = root.join("init");
    fs::write(&init, script(guest)).explain(cannot)?;
    process::run(Command::new("chmod").arg("+x").arg(&init), "Making the guest's first program one")
}

/// What the guest does.
fn script(guest: &Guest<'_>) -> String {
    let mut text = String::from(
        "#!/bin/busybox sh\n/bin/busybox --install -s /bin\nmount -t devtmpfs dev /dev\nmount -t proc proc /proc\nmount -t sysfs sys /sys\n\
         mkdir -p /sys/kernel/tracing\nmount -t tracefs tracing /sys/kernel/tracing\n",
    );
    for module in guest.modules {
        let _ = writeln!(text, "insmod /modules/{}.ko", module.name);
    }
    let (name, maker, options) = (guest.file_system.name(), guest.file_system.maker(), guest.file_system.options());
    let _ = writeln!(text, "/bin/{maker} {options} /dev/pmem0\nmount -t {name} -o dax=always /dev/pmem0 /mnt");
    text.push_str("cd /sys/kernel/tracing\necho mono > trace_clock\necho 1 > events/fs_dax/enable\n");
    // The line stays open: what comes while nobody has it open is lost.
    if guest.drgn.is_some() {
        text.push_str("stty -F /dev/ttyS2 raw -echo\nexec 3<>/dev/ttyS2\n");
    }
    for workload in guest.workloads {
        let name = &workload.name;
        if guest.drgn.is_some() {
            let _ =
                writeln!(text, "export DAXSCOPE_DUMP='echo \"snapshot {name} $DAXSCOPE_TAG\" >&3; read answer <&3'");
        }
        let _ = writeln!(text, "echo > trace\n/work/{name} /mnt/{name}\necho \"{name} has ended: $?\"");
        let _ = writeln!(text, "echo \"{TRACE_OF}{name}\" > /dev/ttyS1\ncat trace > /dev/ttyS1");
    }
    text.push_str("cd /\numount /mnt\npoweroff -f\n");
    text
}

/// Trees go into the folder `traces`.
fn boot(guest: &Guest<'_>, archive: &Path, serial: &Path, console: &Path, traces: &Path) -> Result {
    let log = fs::File::create(console).explain(|| format!("{} cannot be written.", console.display()))?;
    let mut command = Command::new("qemu-system-x86_64");
    command.args([
        "-accel",
        "tcg,thread=multi",
        "-cpu",
        "max",
        "-m",
        "2048",
        "-smp",
        "2",
        "-net",
        "none",
        "-display",
        "none",
        "-no-reboot",
    ]);
    command.arg("-kernel").arg(&guest.kernel.image).arg("-initrd").arg(archive);
    command.args(["-append", "console=ttyS0 memmap=768M!1G nokaslr panic=-1 quiet", "-serial", "stdio", "-serial"]);
    command.arg(format!("file:{}", serial.display()));
    command.stdin(Stdio::null()).stdout(log);
    let over = AtomicBool::new(false);
    let Some(drgn) = guest.drgn else { return wait(&mut command, console, &over) };
    let line = Line::new()?;
    command.args(line.options());
    thread::scope(|scope| {
        let answering = scope.spawn(|| {
            let answered = line.answer(drgn, traces, &over);
            // Nobody answers any more, so the guest is ended if it has not.
            over.store(true, Ordering::Relaxed);
            answered
        });
        let waited = wait(&mut command, console, &over);
        over.store(true, Ordering::Relaxed);
        // What could not be read is why the guest has waited, so that is told first.
        answering.join().unwrap_or_else(|_| Err(Failure::new("Reading trees ended before the guest did.")))?;
        waited
    })
}

/// Runs QEMU to its end, or until `over` for a few seconds, in which it may end by itself.
fn wait(command: &mut Command, console: &Path, over: &AtomicBool) -> Result {
    let cannot = || String::from("QEMU could not start.");
    let mut child = command.spawn().explain(cannot)?;
    let begun = Instant::now();
    let mut unheard = 0;
    while child.try_wait().explain(cannot)?.is_none() {
        unheard += u32::from(over.load(Ordering::Relaxed));
        if begun.elapsed() > PATIENCE || unheard > UNHEARD {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Failure::new(format!(
                "The guest has not ended after {} s; {} says how far it came.",
                begun.elapsed().as_secs(),
                console.display()
            )));
        }
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}
