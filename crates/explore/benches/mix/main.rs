//! How fast the search is, as tables on standard output. `docs/benches.md` says how to read them.
//!
//! `cargo bench -p daxscope-explore`; behind `--`: `--quick` for small bounds, `--states N` for one bound of all searches.
//! Every search runs in a process of its own ([`measure`]).

mod measure;

use daxscope_explore::Reductions;
use measure::{CHILD, Job, Measured, run_child};
use std::path::Path;

/// The kernels of the mix.
const KERNELS: [&str; 7] = ["fixed", CLEAN_BUT_FOR_DELETE, "4.10.0", "v6", "6.12", "7.3", "7.3-fixed"];
/// Strict invalidation wakes one waiter only, as up to 5.12; all else is corrected.
const CLEAN_BUT_FOR_DELETE: &str = "fixed wake_mode_delete=one";

/// Threads and operations, with the most states that are worth their time: more where that is enough to end.
const SIZES: [(&str, usize); 8] = [
    ("2x1", 12_000_000),
    ("3x1", 12_000_000),
    ("4x1", 12_000_000),
    ("5x1", 2_000_000),
    ("2x2", 12_000_000),
    ("3x2", 12_000_000),
    ("4x2", 2_000_000),
    ("5x2", 2_000_000),
];

/// Figures for an abstract model of the mix (a section under `tree_lock` is one transition), 4 threads with 2 operations,
/// 1,462,998 states: CPU seconds. Given with the task, not measured here.
const ABSTRACT_MODEL: [(&str, &str); 4] = [
    ("packed by hand, Rust", "0.41"),
    ("Stateright 0.31, depth first", "0.74 to 1.16"),
    ("SPIN 6.5.2", "1.75 to 1.83"),
    ("TLC", "33.5"),
];

/// States of `--quick`.
const QUICK: usize = 50_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == CHILD) {
        return run_child(&words[1..]);
    }
    // `cargo test --all-targets` runs this too, without the argument.
    if !words.iter().any(|word| word == "--bench") {
        return;
    }
    let given = words.iter().position(|word| word == "--states").and_then(|at| words.get(at + 1)?.parse().ok());
    let most = if words.iter().any(|word| word == "--quick") { Some(QUICK) } else { given };
    mix(most);
    shortest_lost_wakeups(most);
    raw_speed(most);
    reductions(most);
}

fn script(size: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/mix").join(size).with_extension("dax");
    std::fs::read_to_string(path).expect("a file of the mix")
}

const fn job<'a>(script: &'a str, kernel: &'a str, states: usize) -> Job<'a> {
    Job {
        script,
        kernel,
        depth_first: false,
        reductions: Reductions::ALL,
        any_failures: true,
        lost_wakeup_only: false,
        states,
    }
}

/// The columns that all tables share.
const COLUMNS: &str = "     states  transitions  finals    CPU s   states/s  MB states  MB all";

fn columns(measured: &Measured) -> String {
    let Measured { states, transitions, finals, cpu_seconds, state_bytes, peak_bytes, .. } = *measured;
    let speed = states as f64 / cpu_seconds;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let (mine, all) = (megabytes(state_bytes), megabytes(peak_bytes));
    format!("{states:>11}{transitions:>13}{finals:>8}{cpu_seconds:>9.3}{speed:>11.0}{mine:>11.1}{all:>8.1}")
}

/// The mix: every size, kernel and order.
fn mix(most: Option<usize>) {
    println!("The mix: any call may fail; all reductions");
    println!("{:<5}{:<28}{:<8}{:<26}{COLUMNS}", "size", "kernel", "order", "verdict");
    for (size, enough) in SIZES {
        let script = script(size);
        for kernel in KERNELS {
            for (order, depth_first) in [("breadth", false), ("depth", true)] {
                let measured = Job { depth_first, ..job(&script, kernel, most.unwrap_or(enough)) }.measure();
                println!("{size:<5}{kernel:<28}{order:<8}{:<26}{}", measured.verdict, columns(&measured));
            }
        }
    }
    println!("\nGiven, for an abstract model of 4x2 with 1,462,998 states on two shared cores: CPU s");
    ABSTRACT_MODEL.iter().for_each(|(program, seconds)| println!("{program:<32}{seconds}"));
}

/// The shortest way into a lost wake-up where strict invalidation wakes one waiter, or that there is none.
fn shortest_lost_wakeups(most: Option<usize>) {
    println!("\nLost wake-ups on {CLEAN_BUT_FOR_DELETE}, shortest first (breadth first, no persistent sets)");
    println!("{:<5}{:<26}{:<22}{COLUMNS}", "size", "verdict", "tree_lock sections");
    for (size, enough) in SIZES.into_iter().filter(|(size, _)| !["5x2"].contains(size)) {
        let script = script(size);
        let job = job(&script, CLEAN_BUT_FOR_DELETE, most.unwrap_or(enough));
        let measured = Job { reductions: Reductions::SHORTEST, lost_wakeup_only: true, ..job }.measure();
        let sections = match measured.tree_lock_sections {
            0 => String::new(),
            sections => sections.to_string(),
        };
        println!("{size:<5}{:<26}{sections:<22}{}", measured.verdict, columns(&measured));
    }
}

/// States a second where each is looked at once, and bytes for each.
fn raw_speed(most: Option<usize>) {
    let a4 = daxscope_museum::exhibits().iter().find(|exhibit| exhibit.id == "a4").expect("exhibit a4");
    let (small, large) = (script("3x2"), script("4x1"));
    println!(
        "\nRaw speed: plain state caching (no persistent sets), one core; goals: 1,000,000 states/s, 24 bytes/state"
    );
    println!("{:<34}{:<26}{COLUMNS}  bytes/state", "scenario", "verdict");
    for (name, script, kernel) in
        [("a4 on v6", a4.script, "v6"), ("3x2 on fixed", &*small, "fixed"), ("4x1 on fixed", &*large, "fixed")]
    {
        for (order, depth_first) in [("breadth", false), ("depth", true)] {
            let job = job(script, kernel, most.unwrap_or(3_000_000));
            let measured = Job { depth_first, reductions: Reductions::SHORTEST, ..job }.measure();
            let bytes = measured.state_bytes as f64 / measured.states as f64;
            let name = format!("{name}, {order} first");
            println!("{name:<34}{:<26}{}{bytes:>13.1}", measured.verdict, columns(&measured));
        }
    }
}

/// Three identical threads of one process: what symmetry is for.
const EQUAL: &str =
    "revision fixed\nfile 4M\nthread A\n  write 4K at 1p\nthread B\n  write 4K at 1p\nthread C\n  write 4K at 1p\n";

/// What each reduction brings: the rows above and one more.
fn reductions(most: Option<usize>) {
    const CACHING: Reductions = Reductions { caching: true, ..Reductions::NONE };
    const MERGING: Reductions = Reductions { merging: true, ..CACHING };
    const BISIMULATION: Reductions = Reductions { bisimulation: true, ..MERGING };
    const SECTIONS: Reductions = Reductions { critical_sections: true, ..BISIMULATION };
    const PERSISTENT: Reductions = Reductions { persistent_sets: true, ..SECTIONS };
    let rows = [
        ("none", Reductions::NONE),
        ("+ state caching", CACHING),
        ("+ merged places", MERGING),
        ("+ bisimulation", BISIMULATION),
        ("+ critical sections", SECTIONS),
        ("+ persistent sets", PERSISTENT),
        ("+ symmetry", Reductions { symmetry: true, ..PERSISTENT }),
    ];
    println!("\nWhat each reduction brings: breadth first, any call may fail");
    println!("{:<22}{:<22}{:<26}{COLUMNS}", "scenario", "reductions", "verdict");
    let (small, large) = (script("2x1"), script("3x1"));
    for (scenario, script) in [("2x1 on fixed", &*small), ("3x1 on fixed", &*large), ("identical threads", EQUAL)] {
        for (name, reductions) in rows {
            let measured = Job { reductions, ..job(script, "fixed", most.unwrap_or(1_000_000)) }.measure();
            println!("{scenario:<22}{name:<22}{:<26}{}", measured.verdict, columns(&measured));
        }
    }
}
