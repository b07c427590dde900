//! A script as a C program: mmap, madvise and threads, to be run on a file system that is mounted with `-o dax`.
//!
//! What a script says is done in the order in which its run did it: operations that overlapped in the run are let go at the same time, all others
//! wait for those before them. Markers tell `daxscope import` what no event shows. What cannot be done from a program is refused by name.

mod operations;
mod power_cut;
mod turns;

use daxscope_core::revision::Revision;
use daxscope_core::scenario::{ExtentKind, Operation, Process, Scenario, Schedule, format};
use daxscope_core::units::PMD_PAGES;
use operations::statement;
use power_cut::power_cut;
use std::fmt::Write as _;
use turns::turns;

/// Pages of the largest file that a program makes: 4 GiB.
pub const MOST_PAGES: u64 = 1 << 20;

/// The program. `schedule`: every step of the run that it is to repeat.
///
/// # Errors
/// A sentence that names what a program cannot do.
pub fn c(scenario: &Scenario, schedule: &Schedule) -> Result<String, String> {
    refuse(scenario)?;
    let mut text = heading(scenario, schedule);
    text.push_str(include_str!("head.c"));
    text.push('\n');
    mappings(&mut text, scenario);
    set_up(&mut text, scenario);
    for (at, thread) in scenario.threads.iter().enumerate() {
        let letter = char::from(b'A' + at as u8);
        let _ = writeln!(text, "static void work_{letter}(int number)\n{{\n\tswitch (number) {{");
        for (number, operation) in thread.operations.iter().enumerate() {
            let _ = writeln!(text, "\tcase {number}:");
            for line in statement(scenario, thread.mm, operation)? {
                let _ = writeln!(text, "\t\t{line}");
            }
            let _ = writeln!(text, "\t\tbreak;");
        }
        let _ = writeln!(text, "\t}}\n}}\n");
    }
    tables(&mut text, scenario, schedule);
    text.push_str(include_str!("tail.c"));
    if scenario.threads.len() == 2 {
        text.push_str(include_str!("ltp.c"));
    }
    Ok(text)
}

fn refuse(scenario: &Scenario) -> Result<(), String> {
    if scenario.file.size_pages > MOST_PAGES {
        return Err(format!(
            "a program makes files of at most {MOST_PAGES:#x} pages (4 GiB), and this one has {:#x}: write a smaller `file`",
            scenario.file.size_pages
        ));
    }
    if !scenario.entries.is_empty() {
        return Err("`entries` fill the tree before the first step, and a program cannot: have a thread touch the pages instead".into());
    }
    if !scenario.failures.is_empty() {
        return Err("`fail` makes calls inside the kernel fail, and a program cannot: take these lines out".into());
    }
    if scenario.threads.iter().all(|thread| thread.operations.is_empty()) {
        return Err("no thread does anything: write an operation below `thread A`".into());
    }
    Ok(())
}

fn heading(scenario: &Scenario, schedule: &Schedule) -> String {
    let mut text = String::from(
        "/*\n * Written by daxscope (run --format c) from the script below. SPDX-License-Identifier: GPL-2.0-only\n *\n\
         \x20*   gcc -O1 -Wall -pthread -o workload workload.c\n *\n\
         \x20* In a virtual machine with emulated persistent memory (memmap=2G!4G on the kernel's command line), as root:\n *\n\
         \x20*   mkfs.ext4 -b 4096 /dev/pmem0 && mount -o dax=always /dev/pmem0 /mnt\n\
         \x20*   cd /sys/kernel/tracing && echo mono > trace_clock && echo 1 > events/fs_dax/enable\n\
         \x20*   ./workload /mnt/file && cat /sys/kernel/tracing/trace > trace.txt\n\
         \x20*   daxscope import trace.txt --check\n *\n\
         \x20* Where the file system puts blocks a program cannot say: whether they lie on the grid of 2 MiB is up to mkfs.\n",
    );
    if scenario.threads.len() == 2 {
        text.push_str(
            " * With the headers of LTP and -DLTP it is a test that lets both threads race (tst_fuzzy_sync).\n",
        );
    }
    text.push_str(&power_cut(scenario, schedule));
    text.push_str(" *\n");
    let script = Scenario { schedule: None, ..scenario.clone() };
    for line in format(&script).lines() {
        let _ = writeln!(text, " *   {}", line.replace("*/", "* /"));
    }
    text.push_str(" */\n");
    text
}

/// Does a process need a mapping of that kind? `huge`: with `MADV_HUGEPAGE`.
fn needs(scenario: &Scenario, process: usize, huge: bool) -> bool {
    let is = |(own, operation): (usize, &Operation)| match *operation {
        Operation::Access { huge: of, mm, .. } => {
            of == huge && mm.map_or(own, daxscope_core::units::MmId::index) == process
        }
        // Everything else goes through the mapping for 4 KiB where there are two, or through the only one.
        _ => false,
    };
    let all =
        scenario.threads.iter().flat_map(|thread| thread.operations.iter().map(move |one| (thread.mm.index(), one)));
    let any = all.into_iter().any(is);
    any || (!huge && !all_of(scenario, process))
}

/// Is the process used by any access?
fn all_of(scenario: &Scenario, process: usize) -> bool {
    scenario.threads.iter().any(|thread| {
        thread.operations.iter().any(|operation| match *operation {
            Operation::Access { mm, .. } => mm.unwrap_or(thread.mm).index() == process,
            _ => false,
        })
    })
}

/// The name of a mapping: `map_0_huge`.
pub(super) fn mapping(scenario: &Scenario, process: usize, huge: bool) -> String {
    let huge = if needs(scenario, process, huge) { huge } else { !huge };
    format!("map_{process}_{}", if huge { "huge" } else { "small" })
}

fn mappings(text: &mut String, scenario: &Scenario) {
    for process in 0..scenario.processes.len() {
        for huge in [true, false] {
            if needs(scenario, process, huge) {
                let _ = writeln!(text, "static uintptr_t {};", mapping(scenario, process, huge));
            }
        }
    }
    text.push('\n');
}

fn set_up(text: &mut String, scenario: &Scenario) {
    let _ = writeln!(text, "/* Size and blocks of the file. */\nstatic void fill(void)\n{{");
    for extent in &scenario.file.extents {
        let is_written = match extent.kind {
            ExtentKind::Hole => continue,
            ExtentKind::Mapped => 1,
            ExtentKind::Unwritten => 0,
        };
        let _ = writeln!(text, "\tblocks({:#x}, {:#x}, {is_written});", extent.first, extent.count);
    }
    let _ = writeln!(
        text,
        "\tif (ftruncate(file, {:#x} * PAGE) || fsync(file))\n\t\tstop(\"the size of the file\");\n}}\n",
        scenario.file.size_pages
    );
    let _ = writeln!(
        text,
        "static void set_up(void)\n{{\n\tstruct stat status;\n\n\tsay(\"workload: daxscope\");\n\tfill();"
    );
    let _ = writeln!(text, "\tif (fstat(file, &status))\n\t\tstop(\"fstat\");");
    let _ = writeln!(
        text,
        "\tsay(\"file: ino 0x%llx size 0x%llx\", (unsigned long long)status.st_ino, (unsigned long long)status.st_size);"
    );
    let _ = writeln!(text, "\ttell_file_system();\n\ttell_extents();");
    for (at, process) in scenario.processes.iter().enumerate() {
        for huge in [true, false] {
            if needs(scenario, at, huge) {
                let _ = writeln!(
                    text,
                    "\t{} = {};",
                    mapping(scenario, at, huge),
                    call_of_map(process, huge, &scenario.revision)
                );
            }
        }
    }
    let _ = writeln!(text, "}}\n");
}

fn call_of_map(process: &Process, huge: bool, revision: &Revision) -> String {
    let mapping = &process.mapping;
    let protection = if mapping.writable { "PROT_READ | PROT_WRITE" } else { "PROT_READ" };
    let flags = match (mapping.shared, mapping.sync && revision.is_xarray()) {
        (true, true) => "MAP_SHARED_VALIDATE | MAP_SYNC",
        (true, false) => "MAP_SHARED",
        (false, _) => "MAP_PRIVATE",
    };
    let (first, pages, colour) = (mapping.start, mapping.pages, mapping.skew % PMD_PAGES);
    format!("map({first:#x}, {pages:#x}, {colour}, {protection}, {flags}, {})", i32::from(huge))
}

fn tables(text: &mut String, scenario: &Scenario, schedule: &Schedule) {
    let turns = turns(scenario, schedule);
    let _ = writeln!(text, "struct thread {{\n\tvoid (*work)(int number);\n\tconst int *turns;\n\tint count;\n}};\n");
    let list = |numbers: &[usize]| {
        let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
        if numbers.is_empty() { "0".into() } else { numbers.join(", ") }
    };
    for (at, of) in turns.of_threads.iter().enumerate() {
        let letter = char::from(b'A' + at as u8);
        let _ = writeln!(text, "static const int turns_{letter}[] = {{ {} }};", list(of));
    }
    let _ = writeln!(
        text,
        "/* How many threads take part in each turn. */\nstatic const int members[] = {{ {} }};",
        list(&turns.members)
    );
    let _ =
        writeln!(text, "#define THREADS {}\nstatic const struct thread threads[THREADS] = {{", turns.of_threads.len());
    for (at, of) in turns.of_threads.iter().enumerate() {
        let letter = char::from(b'A' + at as u8);
        let _ = writeln!(text, "\t{{ work_{letter}, turns_{letter}, {} }},", of.len());
    }
    let _ = writeln!(text, "}};");
}
