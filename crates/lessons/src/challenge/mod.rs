//! Challenges: puzzles that the search judges. [`read`](self) has the format, docs/teaching.md the rules.
//!
//! A challenge is a folder of `challenges/`: `challenge.md`, the script `run.dax`, and one script for each assumption of a
//! wrong fix. Nothing in it says that an answer is right: that is what the engine and the search say, and a test holds the
//! claims (`par`, `right`, `solution`) to them.

mod block;
mod guard;
mod list;
mod read;

pub use block::{Block, Until};
pub use guard::{Assumption, Guard, Setting, with_settings};
pub use list::{challenge, challenges, problems};

use daxscope_core::check::Rule;
use daxscope_core::scenario::FailPoint;

/// A puzzle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// The name in links, and of the folder.
    pub id: &'static str,
    /// One line.
    pub title: String,
    /// From 1, easy, to 3, hard.
    pub level: u8,
    /// One sentence: what is to be done.
    pub goal: String,
    /// What to know before, in Markdown.
    pub text: String,
    /// Shown one at a time.
    pub hints: Vec<String>,
    /// What there was to see, in Markdown; shown when it is solved.
    pub why: String,
    /// The exhibit that tells the story.
    pub exhibit: String,
    /// The script; it names the kernel.
    pub script: &'static str,
    /// The rule that is to break, or that breaks as long as nothing is fixed.
    pub rule: Rule,
    /// How many calls may be made to fail.
    pub failures: u32,
    /// Which calls.
    pub fail_points: Vec<FailPoint>,
    /// What kind of puzzle.
    pub kind: Kind,
}

/// What kind of puzzle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Find a schedule that breaks the rule.
    Break {
        /// The fewest context switches of any schedule that does.
        par: usize,
    },
    /// Choose guards so that no schedule breaks any rule.
    Fix {
        /// What can be chosen.
        guards: Vec<Guard>,
        /// The fewest guards that are enough.
        par: usize,
        /// Every smallest set of guards that is enough, by their ids: what the search says, kept for the test.
        right: Vec<Vec<String>>,
    },
    /// Put sections of a schedule into an order that breaks the rule.
    Order {
        /// The sections, in the order in which they are offered.
        blocks: Vec<Block>,
        /// One right order, by their ids. There may be more.
        solution: String,
    },
}

impl Kind {
    /// What it is called in a list.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Kind::Break { .. } => "Break it",
            Kind::Fix { .. } => "Fix it",
            Kind::Order { .. } => "Order it",
        }
    }
}

impl Challenge {
    /// The guards, if it is about guards.
    #[must_use]
    pub fn guards(&self) -> &[Guard] {
        if let Kind::Fix { guards, .. } = &self.kind { guards } else { &[] }
    }

    /// The sections, if it is about their order.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        if let Kind::Order { blocks, .. } = &self.kind { blocks } else { &[] }
    }
}
