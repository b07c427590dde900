//! A section of a schedule.

use daxscope_core::machine::{Blocked, Machine, Position};
use daxscope_core::narrate;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, StepSize};
use daxscope_core::units::ThreadId;

/// A thread, and how far it goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// One small letter: the name in answers.
    pub id: char,
    /// What happens, in one line.
    pub text: String,
    /// Who runs.
    pub thread: ThreadId,
    /// Up to where.
    pub until: Until,
    /// The section that it goes on from, by its letter: without that one before it, its text would tell of what has not been.
    pub after: Option<char>,
    /// What it does on the way, in this order: words of the sentences of its steps. A section that does not is not the one that its
    /// text tells of.
    pub does: Vec<String>,
    /// Does it make no difference? Then why, in a sentence.
    pub idle: Option<String>,
}

/// Up to where a thread runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Until {
    /// The first step whose sentence contains this, from the beginning of a word on, and on to where it gives `tree_lock` back.
    Says(String),
    /// It sleeps or waits.
    Asleep,
    /// It has done all of its script.
    Done,
}

/// Most steps of one section.
const MOST_STEPS: usize = 500;

impl Until {
    /// Reads `says TEXT`, `asleep` or `done`.
    ///
    /// # Errors
    ///
    /// A sentence: what is wrong.
    pub fn read(text: &str) -> Result<Until, String> {
        match text.split_once(' ') {
            Some(("says", said)) if !said.trim().is_empty() => Ok(Until::Says(said.trim().into())),
            None if text == "asleep" => Ok(Until::Asleep),
            None if text == "done" => Ok(Until::Done),
            _ => Err(format!("A section goes on until it `says TEXT`, is `asleep` or `done`, not `{text}`.")),
        }
    }

    /// What a thread does not come to, as a clause behind its letter.
    fn not_met(&self) -> String {
        match self {
            Until::Says(said) => format!("never comes to where it {said}"),
            Until::Asleep => "does not have to wait".into(),
            Until::Done => "does not come to its end".into(),
        }
    }
}

impl Block {
    /// Runs the section, in the steps of the page.
    ///
    /// # Errors
    ///
    /// Why it cannot run there, in a sentence. What could be run has been.
    pub fn run(&self, run: &mut Run) -> Result<(), String> {
        let thread = self.thread;
        let mut is_there = false;
        let mut to_do = self.does.iter().peekable();
        for made in 0..MOST_STEPS {
            let Some(step) = run.step(Choice::run(thread), StepSize::Operation) else {
                return Err(self.stands(&run.machine, made));
            };
            let says = step.sentence.clone();
            while to_do.next_if(|done| contains_words(&says, done)).is_some() {}
            is_there |= match &self.until {
                Until::Says(said) => contains_words(&says, said),
                Until::Asleep => {
                    run.machine.blocked(thread).is_some_and(|blocked| !matches!(blocked, Blocked::TreeLock { .. }))
                }
                Until::Done => matches!(run.machine.position(thread), Position::Finished),
            };
            // Nobody goes on while somebody holds `tree_lock`.
            if is_there && run.machine.world.locks.tree_lock != Some(thread) {
                return match to_do.next() {
                    None => Ok(()),
                    Some(missed) => Err(format!("There {thread} runs otherwise: it never {missed}.")),
                };
            }
            if run.machine.world.bug.is_some() {
                return Err(format!("The kernel dies in {thread} before that."));
            }
        }
        Err(format!("{thread} {} within {MOST_STEPS} steps.", self.until.not_met()))
    }

    /// Why the thread cannot go on, after so many steps of the section.
    fn stands(&self, machine: &Machine, made: usize) -> String {
        let thread = self.thread;
        let why = match narrate::why_blocked(machine, thread) {
            _ if machine.world.bug.is_some() => "the kernel is dead".into(),
            None => format!("{thread} has done all of its script"),
            Some(why) if why.starts_with("asleep") => format!("{thread} is {why}"),
            Some(why) => format!("{thread} {why}"),
        };
        if made == 0 {
            return format!("{thread} cannot run there: {why}.");
        }
        format!("There {thread} {}: after {made} steps {why}.", self.until.not_met())
    }
}

/// `unlocks the entry` does not contain `locks the entry`.
fn contains_words(sentence: &str, words: &str) -> bool {
    let begins_a_word = |at: usize| !sentence[..at].ends_with(char::is_alphanumeric);
    sentence.match_indices(words).any(|(at, _)| begins_a_word(at))
}
