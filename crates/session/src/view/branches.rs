//! Every way that was tried: a tree of branches, each with where it parts, how long it is and how it ends.

use super::{Build, Text};
use crate::action::Panel;
use crate::branches::{Branch, Ending, MAX_BRANCHES, MAX_STEPS};
use crate::run::follow;
use crate::session::{plural, with_revision};
use daxscope_core::scenario::{Choice, Schedule, StepSize};
use std::rc::Rc;

/// The branches.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BranchesView {
    /// Parents before what leaves them; empty unless the panel is open.
    pub rows: Rc<[BranchRow]>,
    /// The longest branch, for a common scale.
    pub longest: usize,
    /// Can a going be undone?
    pub can_undo: bool,
    /// Can one be done again?
    pub can_redo: bool,
    /// What is kept, in a sentence.
    pub limit: Text,
}

/// A branch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BranchRow {
    /// Its number, for actions.
    pub id: u32,
    /// Its name, or `Branch 2`.
    pub name: Text,
    /// Has it a name of its own?
    pub is_named: bool,
    /// Is it on screen?
    pub is_current: bool,
    /// How many branches lie above it in the tree.
    pub depth: usize,
    /// After how many steps it leaves the one above it; `None`: it stands alone.
    pub parts_at: Option<usize>,
    /// The name of the one above it.
    pub parts_from: Text,
    /// Its steps.
    pub length: usize,
    /// What it does behind the parting: `C2 B1`.
    pub own: Text,
    /// How it ends.
    pub end: BranchEnd,
    /// The same in a few words.
    pub end_text: Text,
    /// Its kernel and step size, where they are others than those on screen.
    pub elsewhere: Text,
}

/// How a branch ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BranchEnd {
    /// Every thread is done.
    Done,
    /// Nobody can run.
    Deadlock,
    /// A rule was broken.
    Broken,
    /// It can go on.
    Open,
    /// It is hidden, or too long to be run only to be listed.
    Unknown,
}

/// The most steps that are run to see how kept branches end.
const MOST_LOOKED_AT: usize = 20_000;
/// Runs of one thread that are written out.
const MAX_TURNS: usize = 8;

impl Build<'_> {
    pub(super) fn branches(&self) -> BranchesView {
        let branches = &self.session.branches;
        let mut rows = Vec::new();
        if self.session.panel == Panel::Branches {
            let mut budget = MOST_LOOKED_AT;
            let all: Vec<(&Branch, usize)> = in_order(branches.all());
            for (branch, depth) in all {
                rows.push(self.branch(branch, depth, &mut budget));
            }
        }
        BranchesView {
            longest: rows.iter().map(|row: &BranchRow| row.length).max().unwrap_or(0),
            rows: rows.into(),
            can_undo: branches.can_undo(),
            can_redo: branches.can_redo(),
            limit: format!(
                "Kept in this browser, for this script: up to {MAX_BRANCHES} branches with {MAX_STEPS} steps together."
            )
            .into(),
        }
    }

    fn branch(&self, branch: &Branch, depth: usize, budget: &mut usize) -> BranchRow {
        let session = self.session;
        let is_current = branch.id == session.branches.current_id();
        let is_hidden = session.hides_future();
        let seen = if is_current { session.told_steps() } else { branch.seen.min(branch.choices.len()) };
        let length = if is_hidden { seen } else { branch.choices.len() };
        let is_whole = length == branch.choices.len();
        let (end, end_text) = match self.ending(branch, budget) {
            _ if is_hidden && (!is_whole || is_current) => (BranchEnd::Unknown, "its end is hidden".into()),
            ending => told(ending),
        };
        let parts_at = branch.origin.map(|(_, at)| at.min(length));
        let own = &branch.choices[parts_at.unwrap_or(0)..length];
        BranchRow {
            id: branch.id,
            name: session.branch_name(branch.id).into(),
            is_named: !branch.name.is_empty(),
            is_current,
            depth,
            parts_at,
            parts_from: branch.origin.map_or_else(Text::default, |(from, _)| session.branch_name(from).into()),
            length,
            own: turns(own).into(),
            end,
            end_text: end_text.into(),
            elsewhere: self.elsewhere(branch).into(),
        }
    }

    /// How it ends: as known, or by running it.
    fn ending(&self, branch: &Branch, budget: &mut usize) -> Option<Ending> {
        if branch.ending.is_some() || branch.choices.len() > *budget {
            return branch.ending.clone();
        }
        *budget -= branch.choices.len();
        let schedule = Schedule { step_size: branch.size, choices: branch.choices.clone() };
        Some(Ending::of(&follow(with_revision(self.run().scenario(), branch.revision), &schedule).run))
    }

    fn elsewhere(&self, branch: &Branch) -> String {
        let mut words = Vec::new();
        if branch.revision != self.run().scenario().revision {
            words.push(format!("on {}", branch.revision.name()));
        }
        if branch.size != self.run().size() {
            words.push(
                match branch.size {
                    StepSize::Operation => "by operation",
                    StepSize::Point => "by point",
                    StepSize::Section => "by section",
                    StepSize::Atom => "by atom",
                }
                .into(),
            );
        }
        words.join(", ")
    }
}

fn told(ending: Option<Ending>) -> (BranchEnd, String) {
    match ending {
        None => (BranchEnd::Unknown, "open it to see how it ends".into()),
        Some(Ending::Done) => (BranchEnd::Done, "all done".into()),
        Some(Ending::Deadlock) => (BranchEnd::Deadlock, "nobody can run".into()),
        Some(Ending::Broken(what, step)) => (BranchEnd::Broken, format!("{what} at step {step}")),
        Some(Ending::Open) => (BranchEnd::Open, "can go on".into()),
    }
}

/// Each branch behind the one that it leaves, with how many lie above it.
fn in_order(all: &[Branch]) -> Vec<(&Branch, usize)> {
    let mut ordered = Vec::new();
    let is_root = |branch: &&Branch| branch.origin.is_none_or(|(from, _)| all.iter().all(|other| other.id != from));
    let mut stack: Vec<(&Branch, usize)> = all.iter().filter(is_root).map(|branch| (branch, 0)).rev().collect();
    while let Some((branch, depth)) = stack.pop() {
        ordered.push((branch, depth));
        if ordered.len() > all.len() {
            break;
        }
        for child in all.iter().rev() {
            if child.origin.is_some_and(|(from, _)| from == branch.id) && child.id != branch.id {
                stack.push((child, depth + 1));
            }
        }
    }
    ordered
}

/// `C2 B1`, and how many steps more.
fn turns(choices: &[Choice]) -> String {
    let mut words = Vec::new();
    let mut written = 0;
    for run in choices.chunk_by(|a, b| a == b).take(MAX_TURNS) {
        let fails = if run[0].fail { "!" } else { "" };
        words.push(format!("{}{}{fails}", run[0].thread, run.len()));
        written += run.len();
    }
    if written < choices.len() {
        words.push(format!("and {} more", plural(choices.len() - written, "step")));
    }
    words.join(" ")
}
