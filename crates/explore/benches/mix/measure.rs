//! One search in a process of its own, so that its CPU time and peak of memory are its own.

use cpu_time::ProcessTime;
use daxscope_core::check::Rule;
use daxscope_core::op::{Op, TreeLockOp};
use daxscope_core::run::Run;
use daxscope_core::scenario::{FailPoint, Scenario, Schedule, parse, parse_revision};
use daxscope_explore::{Bounds, Options, Policy, Reductions, Search, Verdict};
use std::process::Command;
use std::sync::Arc;

/// A search to be measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job<'a> {
    /// The script.
    pub(crate) script: &'a str,
    /// The kernel, as the `revision` statement has it.
    pub(crate) kernel: &'a str,
    /// Depth first instead of breadth first?
    pub(crate) depth_first: bool,
    /// Each reduction in the order of [`Reductions`]' fields, on or off.
    pub(crate) reductions: Reductions,
    /// May any call fail at any time?
    pub(crate) any_failures: bool,
    /// Look for lost wake-ups only?
    pub(crate) lost_wakeup_only: bool,
    /// Most states.
    pub(crate) states: usize,
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// `complete`, `lost-wakeup after 37` or `bound: states`.
    pub(crate) verdict: String,
    /// States that were stored.
    pub(crate) states: u64,
    /// Steps from state to state in all rounds.
    pub(crate) transitions: u64,
    /// States in which nobody can run.
    pub(crate) finals: u64,
    /// CPU time of the whole process.
    pub(crate) cpu_seconds: f64,
    /// What the search says that its states take.
    pub(crate) state_bytes: u64,
    /// The most memory that the process had, as Linux says; 0 on other systems.
    pub(crate) peak_bytes: u64,
    /// How many sections under `tree_lock` the way into the broken rule has.
    pub(crate) tree_lock_sections: usize,
}

/// The word that makes this program run one search instead of the bench.
pub(crate) const CHILD: &str = "--one-search";

impl Job<'_> {
    /// Runs the search in a process of its own.
    pub(crate) fn measure(&self) -> Measured {
        let Reductions { caching, merging, bisimulation, critical_sections, persistent_sets, symmetry } =
            self.reductions;
        let switches = [
            self.depth_first,
            self.any_failures,
            self.lost_wakeup_only,
            caching,
            merging,
            bisimulation,
            critical_sections,
            persistent_sets,
            symmetry,
        ];
        let switches: String = switches.iter().map(|&on| if on { '1' } else { '0' }).collect();
        let this = std::env::current_exe().expect("this program");
        let output = Command::new(this)
            .args([CHILD, self.script, self.kernel, &switches, &self.states.to_string()])
            .output()
            .expect("it can start itself");
        let text = String::from_utf8_lossy(&output.stdout);
        read(text.trim_end()).unwrap_or_else(|| {
            panic!(
                "a search of {} ended with {}: {}",
                self.kernel,
                output.status,
                String::from_utf8_lossy(&output.stderr)
            )
        })
    }
}

/// What [`run_child`] has printed.
fn read(line: &str) -> Option<Measured> {
    let mut fields = line.split('\t');
    let mut number = || fields.next()?.parse::<u64>().ok();
    Some(Measured {
        states: number()?,
        transitions: number()?,
        finals: number()?,
        cpu_seconds: number()? as f64 / 1e9,
        state_bytes: number()?,
        peak_bytes: number()?,
        tree_lock_sections: number()? as usize,
        verdict: fields.next()?.to_owned(),
    })
}

/// Runs the search that the words describe and prints what came of it.
pub(crate) fn run_child(words: &[String]) {
    let [script, kernel, switches, states] = words else { panic!("not called by the bench") };
    let on: Vec<bool> = switches.chars().map(|switch| switch == '1').collect();
    let revision = parse_revision(kernel).expect("a kernel");
    let scenario = Arc::new(Scenario { revision, schedule: None, ..parse(script).scenario });
    let bounds = Bounds {
        states: states.parse().expect("a number"),
        failures: if on[1] { Bounds::ANY_FAILURES } else { 0 },
        rules: if on[2] { vec![Rule::LostWakeup] } else { Vec::new() },
        fail_points: if revision.is_xarray() {
            vec![FailPoint::NodeAlloc, FailPoint::NodeAllocWait]
        } else {
            Bounds::default().fail_points
        },
        ..Bounds::default()
    };
    let bounded = Options { bounds, ..Options::default() };
    let policy = if on[0] { Policy::DepthFirst } else { Policy::BreadthFirst };
    let reductions = Reductions {
        caching: on[3],
        merging: on[4],
        bisimulation: on[5],
        critical_sections: on[6],
        persistent_sets: on[7],
        symmetry: on[8],
    };
    let options = Options { policy, reductions, ..bounded };
    let start = ProcessTime::now();
    let mut search = Search::new(Arc::clone(&scenario), options);
    while *search.advance(1_000_000) == Verdict::Running {}
    let cpu = start.elapsed();
    let (verdict, sections) = match search.verdict() {
        Verdict::Running => unreachable!("it was waited for"),
        Verdict::Complete => ("complete".to_owned(), 0),
        Verdict::BoundHit(bound) => (format!("bound: {}", bound.name()), 0),
        Verdict::Violation(found) => {
            let rules: Vec<_> = found.rules.iter().map(|rule| rule.name()).collect();
            let verdict = format!("{} after {}", rules.join("+"), found.schedule.choices.len());
            (verdict, tree_lock_sections(&scenario, &found.schedule))
        }
    };
    let counts = search.counts();
    let numbers =
        [counts.states, counts.all_transitions, counts.finals, cpu.as_nanos() as u64, counts.bytes, peak_bytes()];
    let numbers: Vec<String> = numbers.iter().map(u64::to_string).collect();
    println!("{}\t{sections}\t{verdict}", numbers.join("\t"));
}

/// How often `tree_lock` is taken on the way.
fn tree_lock_sections(scenario: &Arc<Scenario>, schedule: &Schedule) -> usize {
    let mut run = Run::new(Arc::clone(scenario));
    run.follow(schedule).expect("the machine goes the way that the search has found");
    let performed = run.steps.iter().flat_map(|step| &step.record.performed);
    performed.filter(|performed| matches!(performed.stop.op, Op::TreeLock(TreeLockOp::SpinLock))).count()
}

/// `VmHWM` of this process.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}
