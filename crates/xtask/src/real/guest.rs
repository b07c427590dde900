//! The guest: an initramfs of busybox, modules and programs; QEMU without KVM (nested, its emulator has no BMI2); a trace for each program on the
//! second serial line.

use super::Workload;
use super::modules::Module;
use super::package::Kernel;
use crate::failure::{Explain, Failure, Result};
use crate::process;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The longest that a guest may take: 15 s to boot, and a few for each program.
const PATIENCE: Duration = Duration::from_secs(300);
const TRACE_OF: &str = "=== trace of ";

/// Boots the kernel, runs all programs; the folder with their traces.
pub(super) fn run(kernel: &Kernel, modules: &[Module], workloads: &[Workload], folder: &Path) -> Result<PathBuf> {
    let root = folder.join("root");
    let _ = fs::remove_dir_all(&root);
    fill(&root, modules, workloads)?;
    let archive = folder.join("initrd.gz");
    let mut pack = Command::new("sh");
    pack.args(["-c", "find . | cpio -o -H newc --quiet | gzip -1 > ../initrd.gz"]).current_dir(&root);
    process::run(&mut pack, "Packing the guest")?;
    let (serial, console) = (folder.join("traces.serial"), folder.join("console.txt"));
    let _ = fs::remove_file(&serial);
    boot(kernel, &archive, &serial, &console)?;
    let text = fs::read(&serial).explain(|| format!("{} cannot be read.", serial.display()))?;
    let text = String::from_utf8_lossy(&text).replace('\r', "");
    let traces = folder.join("traces");
    fs::create_dir_all(&traces).explain(|| format!("{} cannot be made.", traces.display()))?;
    let mut missing: Vec<&str> = workloads.iter().map(|workload| workload.name.as_str()).collect();
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

fn fill(root: &Path, modules: &[Module], workloads: &[Workload]) -> Result {
    let cannot = || format!("{} cannot be filled.", root.display());
    for part in ["bin", "dev", "proc", "sys", "mnt", "modules", "work"] {
        fs::create_dir_all(root.join(part)).explain(cannot)?;
    }
    for program in ["busybox", "mke2fs"] {
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
    for module in modules {
        fs::write(root.join("modules").join(format!("{}.ko", module.name)), &module.bytes).explain(cannot)?;
    }
    for workload in workloads {
        fs::copy(&workload.program, root.join("work").join(&workload.name)).explain(cannot)?;
    }
    let init = root.join("init");
    fs::write(&init, script(modules, workloads)).explain(cannot)?;
    process::run(Command::new("chmod").arg("+x").arg(&init), "Making the guest's first program one")
}

/// What the guest does.
fn script(modules: &[Module], workloads: &[Workload]) -> String {
    let mut text = String::from(
        "#!/bin/busybox sh\n/bin/busybox --install -s /bin\nmount -t devtmpfs dev /dev\nmount -t proc proc /proc\nmount -t sysfs sys /sys\n\
         mkdir -p /sys/kernel/tracing\nmount -t tracefs tracing /sys/kernel/tracing\n",
    );
    for module in modules {
        let _ = writeln!(text, "insmod /modules/{}.ko", module.name);
    }
    text.push_str(
        "/bin/mke2fs -q -t ext4 -b 4096 -E stride=512,stripe_width=512 /dev/pmem0\nmount -t ext4 -o dax=always /dev/pmem0 /mnt\n\
         cd /sys/kernel/tracing\necho mono > trace_clock\necho 1 > events/fs_dax/enable\n",
    );
    for workload in workloads {
        let name = &workload.name;
        let _ = writeln!(text, "echo > trace\n/work/{name} /mnt/{name}\necho \"{name} has ended: $?\"");
        let _ = writeln!(text, "echo \"{TRACE_OF}{name}\" > /dev/ttyS1\ncat trace > /dev/ttyS1");
    }
    text.push_str("cd /\numount /mnt\npoweroff -f\n");
    text
}

fn boot(kernel: &Kernel, archive: &Path, serial: &Path, console: &Path) -> Result {
    let cannot = || String::from("QEMU could not start.");
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
    command.arg("-kernel").arg(&kernel.image).arg("-initrd").arg(archive);
    command.args(["-append", "console=ttyS0 memmap=768M!1G nokaslr panic=-1 quiet", "-serial", "stdio", "-serial"]);
    command.arg(format!("file:{}", serial.display()));
    let mut child = command.stdin(Stdio::null()).stdout(log).spawn().explain(cannot)?;
    let begun = Instant::now();
    while child.try_wait().explain(cannot)?.is_none() {
        if begun.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Failure::new(format!(
                "The guest has not ended after {} s; {} says how far it came.",
                PATIENCE.as_secs(),
                console.display()
            )));
        }
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}
