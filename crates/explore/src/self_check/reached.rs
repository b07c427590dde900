//! The "sometimes" catalogue: which rules and which branches of the kernel code some scenario is known to reach.
//!
//! The engine marks nothing. Every operation says the source line that asks for it, so a run of the machine says which
//! lines it has come to and what they were answered; and the text of the kernel code, which the core embeds for the page,
//! says which lines there are. A *branch* is a line that asks for an operation, with one of the answers that the code can
//! tell apart. What nothing reaches is untested, whatever a search says of it.

use super::Case;
use crate::mix::Random;
use daxscope_core::check::{Rounds, Rule, violations};
use daxscope_core::entry::Slot;
use daxscope_core::kernel::{SOURCES, source_of};
use daxscope_core::machine::{Machine, StepRecord};
use daxscope_core::op::Outcome;
use daxscope_core::scenario::{Choice, Schedule, StepSize, parse};
use daxscope_core::units::ThreadId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A line of kernel code that asks for an operation, and one kind of answer.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Branch {
    /// The file in `crates/core/src/kernel`.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The answer; empty: any.
    pub answer: &'static str,
}

impl Branch {
    /// The text of the line, without indentation.
    #[must_use]
    pub fn text(&self) -> &'static str {
        let source = SOURCES.iter().find(|(file, _)| *file == self.file).map_or("", |(_, text)| text);
        source.lines().nth(self.line as usize - 1).unwrap_or_default().trim()
    }
}

/// A branch that nothing is expected to reach, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreached {
    /// The file in `crates/core/src/kernel`.
    pub file: &'static str,
    /// The answer; empty: any.
    pub answer: &'static str,
    /// The text of the line.
    pub text: &'static str,
    /// One sentence.
    pub reason: &'static str,
}

/// The branches that nothing is expected to reach: `unreached.txt`, one a line, with a reason each.
#[must_use]
pub fn unreached() -> Vec<Unreached> {
    let lines = include_str!("unreached.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let of = |line: &'static str| {
        let mut fields = line.split(" | ").map(str::trim);
        let mut next = || fields.next().unwrap_or_default();
        Unreached { file: next(), answer: next().trim_matches('-'), text: next(), reason: next() }
    };
    lines.map(of).collect()
}

impl Unreached {
    /// Is it this one?
    #[must_use]
    pub fn is(&self, branch: &Branch) -> bool {
        (self.file, self.answer, self.text) == (branch.file, branch.answer, branch.text())
    }
}

/// Small scenes for branches that random scripts seldom come to.
pub const SCENES: &[(&str, &str)] = &[
    (
        "two faults of 4.6 on one hole",
        "revision fixed entry_locks=off\nfile 1p\nthread A\n read 4K at 0\nthread B\n read 4K at 0\n",
    ),
    (
        "two faults of 4.6 beside a punch",
        "revision fixed entry_locks=off\nfile 1p\nfs_lock off\nprocess P\nprocess Q\nthread A in P\n read 4K at 0\nthread B in Q\n \
         read 4K at 0\nthread C\n punch 0..1p\n",
    ),
    (
        "a fault of 4.6 that the device fails",
        "revision fixed entry_locks=off\nfile 1p\nextent 0..1p mapped at 16M\nthread A\n write 4K at 0\nfail direct_access 1\n",
    ),
    (
        "two private stores to one page",
        "revision fixed\nfile 1p\nextent 0..1p mapped at 16M\nprocess P private\nthread A in P\n read 4K at 0\n write 4K at 0\n\
         thread B in P\n read 4K at 0\n write 4K at 0\n",
    ),
    (
        "two private stores to one hole",
        "revision fixed\nfile 1p\nprocess P private\nthread A in P\n read 4K at 0\n write 4K at 0\n\
         thread B in P\n read 4K at 0\n write 4K at 0\n",
    ),
    (
        "two fsyncs of 4.9",
        "revision fixed writeback_locks_entry=off\nfile 1p\nextent 0..1p mapped at 16M\nthread A\n write 4K at 0\n fsync\nthread B\n fsync\n",
    ),
    (
        "a page that two invalidations want",
        "revision fixed\nfile 1p\nfs_lock off\nthread A\n read 4K at 0\n invalidate2\nthread B\n invalidate\nthread C\n invalidate2\n",
    ),
    (
        "a page that nobody maps any more",
        "revision fixed\nfile 1p\nthread A\n read 4K at 0\n munmap\n invalidate\nthread B\n invalidate\nthread C\n invalidate2\n",
    ),
    (
        "an unmapped page that is read and dropped",
        "revision fixed\nfile 1p\nprocess P\nprocess Q\nthread A in P\n read 4K at 0\n munmap\n invalidate\nthread B in Q\n \
         read 4K at 0\n",
    ),
    (
        "a store replaces a page that is invalidated",
        "revision fixed\nfile 1p\nthread A\n read 4K at 0\n write 4K at 0\nthread B\n invalidate2\nthread C\n read 4K at 0\n",
    ),
    (
        "a store replaces a page that is punched",
        "revision fixed\nfile 1p\nfs_lock off\nthread A\n read 4K at 0\n write 4K at 0\nthread B\n punch 0..1p\n",
    ),
    (
        "a page that is punched and invalidated",
        "revision fixed\nfile 1p\nfs_lock off\nthread A\n read 4K at 0\n punch 0..1p\nthread B\n invalidate2\nthread C\n read 4K at 0\n",
    ),
    (
        "a huge mapping of other blocks at fsync",
        "revision 4.10.0\nfile 4M\nextent 0..4M mapped at 16M\nprocess P skew 1p\nprocess Q\nthread A in Q\n write 2M at 0\n fsync\n\
         thread B in P\n write 2M at 0\n fsync\n",
    ),
];

/// What exhibits and other scenarios, given with their names, reach together with the scenes and random scripts.
#[must_use]
pub fn reached(scenarios: impl IntoIterator<Item = (String, Case)>) -> Reached {
    const WALKS: u32 = 40;
    const SCRIPTS: u64 = 250;
    const WALKS_OF_SCRIPT: u32 = 16;
    const STEPS: u32 = 800;
    let mut all = Reached::default();
    for (name, case) in scenarios {
        if let Some(schedule) = &case.scenario.schedule {
            all.follow(&name, &case, schedule);
        }
        all.walk(&name, &case, WALKS, STEPS);
    }
    for (name, script) in SCENES {
        let case = Case { scenario: Arc::new(parse(script).scenario), failures: 0 };
        all.walk(name, &case, 10 * WALKS, STEPS);
    }
    for seed in 0..SCRIPTS {
        let case = Case { failures: 2, ..Case::random(seed) };
        all.walk(&format!("random script {seed}"), &case, WALKS_OF_SCRIPT, STEPS);
        let case = Case { failures: 2, ..Case::random_of_xarray(seed) };
        all.walk(&format!("random script {seed} with an XArray"), &case, WALKS_OF_SCRIPT, STEPS);
    }
    all
}

/// What has been reached, each with the first scenario that did.
#[derive(Clone, Default, Debug)]
pub struct Reached {
    /// Rules that were broken.
    pub rules: BTreeMap<Rule, String>,
    /// Branches that were taken.
    pub branches: BTreeMap<Branch, String>,
}

impl Reached {
    /// Makes random runs of a case.
    pub fn walk(&mut self, name: &str, case: &Case, walks: u32, steps: u32) {
        for number in 0..walks {
            let size = if number % 2 == 0 { StepSize::Operation } else { StepSize::Point };
            self.walk_once(name, case, steps, size, Random::new(number.into()));
        }
    }

    /// Steps a schedule as far as it goes.
    pub fn follow(&mut self, name: &str, case: &Case, schedule: &Schedule) {
        let mut machine = Machine::new(Arc::clone(&case.scenario));
        let mut rounds = Rounds::default();
        for &choice in &schedule.choices {
            if !self.step(name, (&mut machine, &mut rounds), choice, schedule.step_size) {
                break;
            }
        }
    }

    fn walk_once(&mut self, name: &str, case: &Case, steps: u32, size: StepSize, mut random: Random) {
        let mut machine = Machine::new(Arc::clone(&case.scenario));
        let mut rounds = Rounds::default();
        let mut last = None;
        for _ in 0..steps {
            let enabled: Vec<ThreadId> = machine.enabled().collect();
            if enabled.is_empty() {
                break;
            }
            let stays = last.filter(|last| enabled.contains(last) && random.below(3) > 0);
            let thread = stays.unwrap_or_else(|| enabled[random.below(enabled.len() as u64) as usize]);
            last = Some(thread);
            let fail = case.failures > 0 && random.below(12) == 0;
            self.step(name, (&mut machine, &mut rounds), Choice { thread, fail }, size);
        }
    }

    /// Makes a step and keeps what it reaches; `false` if the thread cannot make one.
    fn step(
        &mut self,
        name: &str,
        (machine, rounds): (&mut Machine, &mut Rounds),
        choice: Choice,
        size: StepSize,
    ) -> bool {
        let before = machine.world.clone();
        let Some(record) = machine.step(choice, size) else { return false };
        for branch in taken(&record) {
            self.branches.entry(branch).or_insert_with(|| name.to_owned());
        }
        // What made it possible is not asked here, so earlier steps are not kept.
        let round = rounds.step(&record, machine, std::iter::empty());
        for violation in violations(&before, &record, machine).into_iter().chain(round) {
            self.rules.entry(violation.rule).or_insert_with(|| name.to_owned());
        }
        true
    }

    /// The branches that nothing has taken and for which no reason is listed.
    #[must_use]
    pub fn unexplained(&self) -> Vec<Branch> {
        let listed = unreached();
        let never = self.branches_never_taken().into_iter();
        never.filter(|branch| !listed.iter().any(|known| known.is(branch))).collect()
    }

    /// The rules that nothing has broken.
    #[must_use]
    pub fn rules_never_broken(&self) -> Vec<Rule> {
        Rule::ALL.into_iter().filter(|rule| !self.rules.contains_key(rule)).collect()
    }

    /// The branches that nothing has taken: lines that nobody came to, and answers that nobody got where another one
    /// shows that they are possible.
    #[must_use]
    pub fn branches_never_taken(&self) -> Vec<Branch> {
        let mut wanted: BTreeSet<Branch> = BTreeSet::new();
        for branch in self.branches.keys() {
            let others = ANSWERS.iter().filter(|answers| answers.contains(&branch.answer)).flat_map(|all| all.iter());
            wanted.extend(others.map(|&answer| Branch { answer, ..branch.clone() }));
        }
        let came_to =
            |site: &Branch| self.branches.keys().any(|known| (known.file, known.line) == (site.file, site.line));
        wanted.extend(sites().into_iter().filter(|site| !came_to(site)));
        wanted.into_iter().filter(|branch| !self.branches.contains_key(branch)).collect()
    }
}

/// Answers that kernel code tells apart: where one of a row is given, the others can be.
const ANSWERS: &[&[&str]] = &[&["yes", "no"], &["ok", "error"]];

const fn answer(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Bool(true) => "yes",
        Outcome::Bool(false) => "no",
        Outcome::Status(Ok(_)) | Outcome::Iomap(Ok(_)) | Outcome::Length(Ok(_)) => "ok",
        Outcome::Status(Err(_)) | Outcome::Iomap(Err(_)) | Outcome::Length(Err(_)) => "error",
        Outcome::Slot(Slot::Null) => "nothing",
        Outcome::Slot(Slot::Page(_)) => "page",
        Outcome::Slot(Slot::Entry(_)) => "entry",
        _ => "",
    }
}

/// The branches that a step has taken.
fn taken(record: &StepRecord) -> Vec<Branch> {
    let of = |done: &daxscope_core::machine::Performed| {
        let (file, _) = source_of(done.stop.at)?;
        Some(Branch { file, line: done.stop.at.line(), answer: answer(&done.outcome) })
    };
    record.performed.iter().filter_map(of).collect()
}

/// What is awaited and is no operation but kernel code that asks for some.
const CALLS: [&str; 3] = ["call", "enter", "within"];

/// The lines of the kernel code that ask for an operation, by their text: a method of the task that is awaited there, or
/// handed on to be awaited as a part of `within`.
#[must_use]
pub fn sites() -> Vec<Branch> {
    let mut found = Vec::new();
    for &(file, text) in SOURCES {
        for (at, _) in text.match_indices("task.") {
            let in_line = line_up_to(text, at);
            if !in_line.contains("//") && asks_for_an_operation(&text[at + "task.".len()..], in_line) {
                found.push(Branch { file, line: line_of(text, at), answer: "" });
            }
        }
        for (at, name) in STATE_CALLS.iter().flat_map(|name| text.match_indices(name)) {
            let in_line = line_up_to(text, at);
            let is_awaited = behind_call(&text[at + name.len() - 1..]).trim_start().starts_with(".await");
            if !in_line.contains("//") && !in_line.contains("fn ") && is_awaited {
                found.push(Branch { file, line: line_of(text, at), answer: "" });
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

/// What asks the array for an operation by way of a state, or is told to stand where its caller does.
const STATE_CALLS: [&str; 10] = [
    "xas.find_conflict(",
    "xas.load(",
    "xas.find(",
    "xas.find_marked(",
    "xas.store(",
    "xas.set_mark(",
    "xas.clear_mark(",
    "xas.get_mark(",
    "dax_lock_entry(",
    "dax_wake_entry(",
];

fn line_up_to(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    &text[start..at]
}

fn line_of(text: &str, at: usize) -> u32 {
    text[..at].matches('\n').count() as u32 + 1
}

/// `lock_slot(index).await`, `perform::<bool>(op)`.
fn asks_for_an_operation(code: &str, before_in_line: &str) -> bool {
    let name = code.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
    let is_awaited = || behind_call(code).trim_start().starts_with(".await");
    name == "perform" || !CALLS.contains(&name) && (is_awaited() || before_in_line.contains("within("))
}

/// What stands behind the parenthesis that closes the first call.
fn behind_call(code: &str) -> &str {
    let mut depth = 0;
    for (at, c) in code.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return &code[at + 1..],
            ')' => depth -= 1,
            ';' | '{' if depth == 0 => return "",
            _ => {}
        }
    }
    ""
}
