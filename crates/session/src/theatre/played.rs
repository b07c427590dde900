//! What a search did, as the Worker tells it to the page: the steps that it made, the moves in which it made them, and what it did
//! not look at.

use crate::search::message::Writer;

/// A search, move by move.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Played {
    /// The steps; the one at `n` leads to the node `n + 1`, and node 0 is the start.
    pub steps: Vec<Step>,
    /// The moves, in order.
    pub moves: Vec<Move>,
    /// Is there more than is told?
    pub is_full: bool,
}

/// A step that the search made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The node from which it was made.
    pub from: usize,
    /// Who made it.
    pub thread: u8,
    /// Was a call in it made to fail?
    pub fail: bool,
    /// What came of it.
    pub end: End,
    /// What the thread did, as a sentence.
    pub sentence: String,
}

/// What came of a step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// A new state.
    Stored,
    /// A state from which the search goes on at once.
    Passed(Alone),
    /// A state that was there before: its node, as far as that is told, and in how far it is the same.
    Known(Option<usize>, Sameness),
    /// The kernel is dead.
    Dead,
    /// A rule is broken: its headline.
    Broken(String),
    /// A bound was hit.
    Bound,
}

/// In how far a state is one that was there before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sameness {
    /// In everything: world, and every answer that a thread has received.
    Exact,
    /// Up to answers that the threads have forgotten.
    Merged,
    /// Up to what can no longer change what a thread does.
    Alike,
    /// Up to the names of identical threads.
    Swapped,
}

/// Why only one thread is looked at, and who is not.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Alone {
    /// The thread that goes.
    pub thread: u8,
    /// What its next step looks at or changes, in words.
    pub touches: String,
    /// Threads that could run as well, and what each would do.
    pub left: Vec<(u8, String)>,
}

/// A move.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Move {
    /// A state is taken out of those that wait.
    Looks {
        /// Its node.
        at: usize,
        /// Only one thread has to be looked at.
        only: Option<Alone>,
        /// Threads in whose step a call could fail, if more might fail than have failed.
        spared: Vec<u8>,
    },
    /// The step to this node is made.
    Goes(usize),
    /// Nobody can run in the state of this node; are all threads done?
    Ends(usize, bool),
}

impl Sameness {
    const NAMES: [(Sameness, &'static str); 4] = [
        (Sameness::Exact, "exact"),
        (Sameness::Merged, "merged"),
        (Sameness::Alike, "alike"),
        (Sameness::Swapped, "swapped"),
    ];

    fn name(self) -> &'static str {
        Sameness::NAMES.iter().find(|(known, _)| *known == self).map_or("exact", |&(_, name)| name)
    }

    fn from_name(name: &str) -> Option<Sameness> {
        Sameness::NAMES.iter().find(|&&(_, known)| known == name).map(|&(known, _)| known)
    }
}

/// Between the parts of a line that may hold anything but this.
const BREAK: char = '\t';

impl Alone {
    fn words(&self) -> String {
        let mut text = format!("{}{BREAK}{}", self.thread, self.touches);
        for (thread, would) in &self.left {
            text.push_str(&format!("{BREAK}{thread} {would}"));
        }
        text
    }

    fn from_words<'a>(mut parts: impl Iterator<Item = &'a str>) -> Option<Alone> {
        let mut alone = Alone { thread: parts.next()?.parse().ok()?, touches: parts.next()?.into(), left: Vec::new() };
        for part in parts {
            let (thread, would) = part.split_once(' ')?;
            alone.left.push((thread.parse().ok()?, would.into()));
        }
        Some(alone)
    }
}

impl Played {
    /// Writes it as lines.
    pub(crate) fn write(&self, lines: &mut Writer) {
        lines.line("played", self.is_full);
        for step in &self.steps {
            let Step { from, thread, fail, sentence, .. } = step;
            lines.line("step", format!("{from} {thread} {fail} {sentence}"));
            match &step.end {
                End::Stored => {}
                End::Passed(alone) => lines.line("end", format!("passed{BREAK}{}", alone.words())),
                End::Known(before, same) => {
                    let before = before.map_or_else(|| "-".into(), |before| before.to_string());
                    lines.line("end", format!("known{BREAK}{before}{BREAK}{}", same.name()));
                }
                End::Dead => lines.line("end", "dead"),
                End::Broken(headline) => lines.line("end", format!("broken{BREAK}{headline}")),
                End::Bound => lines.line("end", "bound"),
            }
        }
        for made in &self.moves {
            match made {
                Move::Looks { at, only, spared } => {
                    let spared: Vec<_> = spared.iter().map(u8::to_string).collect();
                    lines.line("looks", format!("{at} {}", spared.join(" ")));
                    if let Some(only) = only {
                        lines.line("only", only.words());
                    }
                }
                Move::Goes(node) => lines.line("goes", node),
                Move::Ends(at, done) => lines.line("ends", format!("{at} {done}")),
            }
        }
    }

    /// Reads a line of [`Played::write`]; `None` if it is something else.
    pub(crate) fn read(&mut self, key: &str, value: &str) -> Option<()> {
        let mut words = value.splitn(4, ' ');
        match key {
            "played" => self.is_full = value.parse().ok()?,
            "step" => {
                let (from, thread) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
                let (fail, sentence) = (words.next()?.parse().ok()?, words.next()?.into());
                // Nodes come before what is made from them.
                (from <= self.steps.len()).then_some(())?;
                self.steps.push(Step { from, thread, fail, end: End::Stored, sentence });
            }
            "end" => self.steps.last_mut()?.end = end_of(value)?,
            "looks" => {
                let mut words = value.split_whitespace();
                let at = self.node(words.next()?)?;
                let mut spared = Vec::new();
                for word in words {
                    spared.push(word.parse().ok()?);
                }
                self.moves.push(Move::Looks { at, only: None, spared });
            }
            "only" => match self.moves.last_mut()? {
                Move::Looks { only, .. } => *only = Some(Alone::from_words(value.split(BREAK))?),
                _ => return None,
            },
            "goes" => {
                let node = self.node(value).filter(|&node| node > 0)?;
                self.moves.push(Move::Goes(node));
            }
            "ends" => {
                let at = self.node(words.next()?)?;
                self.moves.push(Move::Ends(at, words.next()?.parse().ok()?));
            }
            _ => return None,
        }
        Some(())
    }

    fn node(&self, word: &str) -> Option<usize> {
        word.parse().ok().filter(|&node| node <= self.steps.len())
    }
}

fn end_of(value: &str) -> Option<End> {
    let mut parts = value.split(BREAK);
    Some(match parts.next()? {
        "passed" => End::Passed(Alone::from_words(parts)?),
        "known" => {
            let before = parts.next()?;
            let before = if before == "-" { None } else { Some(before.parse().ok()?) };
            End::Known(before, Sameness::from_name(parts.next()?)?)
        }
        "dead" => End::Dead,
        "broken" => End::Broken(parts.next()?.into()),
        "bound" => End::Bound,
        _ => return None,
    })
}
