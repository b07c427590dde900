//! The search theatre: a small search, move by move, forwards and backwards, with what each reduction leaves out.
//!
//! The Worker makes the search with an observer ([`daxscope_explore::trail`]) and tells what it saw ([`tell`]); the page keeps that
//! ([`played`]), lays it out once ([`place`]) and shows it up to the move at which the reader is ([`view`]).

mod place;
mod played;
mod samples;
mod tell;
mod view;
mod words;

pub use place::{Place, Places};
pub use played::{Alone, End, Move, Played, Sameness, Step};
pub use samples::{SAMPLES, Sample};
pub(crate) use tell::tell;
pub use view::{Drawn, Left, Look, NodeView, StubView, TheatreView, TriedView};

use crate::search::{Bounds, Options, Policy, Reductions};
use std::rc::Rc;

/// Most states that are drawn, stored and passed ones together.
pub const MOST_DRAWN: usize = 500;
/// Most states that are stored: without caching there is no end to them.
pub const MOST_STATES: usize = 20_000;
/// Most searches that are kept to be compared.
const MOST_TRIED: usize = 8;

/// What somebody does in the theatre.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TheatreAction {
    /// Opens it, and begins the search of the script on screen if there is none yet.
    Open,
    /// Searches the script on screen (`None`), or one of [`SAMPLES`].
    Choose(Option<usize>),
    /// Switches one of [`crate::search::REDUCTIONS`], and searches again.
    Switch(usize, bool),
    /// The order in which states are looked at: deepest first?
    DeepestFirst(bool),
    /// Searches again.
    Again,
    /// So many moves further, or back.
    Move(isize),
    /// To the state of the search after so many moves.
    GoTo(usize),
    /// To the move that made this node.
    GoToNode(usize),
    /// Puts the way to the state that is shown on the timeline of the page.
    Follow,
    /// Shows or hides every move as text.
    ToggleText,
    /// Forgets the searches that were compared.
    ForgetTried,
}

/// A search that was made, to be compared with others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Tried {
    pub(crate) reductions: Reductions,
    pub(crate) policy: Policy,
    pub(crate) states: u64,
    pub(crate) transitions: u64,
    /// In a few words.
    pub(crate) verdict: String,
}

/// The theatre.
#[derive(Debug)]
pub(crate) struct Theatre {
    /// Which of the samples; `None`: the script on screen.
    pub(crate) sample: Option<usize>,
    pub(crate) reductions: Reductions,
    pub(crate) policy: Policy,
    /// What was searched: the script, and the kernel.
    pub(crate) searched: (String, String),
    pub(crate) played: Option<Rc<Played>>,
    pub(crate) places: Rc<Places>,
    /// How many moves are shown.
    pub(crate) at: usize,
    pub(crate) tried: Vec<Tried>,
    pub(crate) shows_text: bool,
}

impl Default for Theatre {
    fn default() -> Theatre {
        Theatre {
            sample: None,
            reductions: Reductions::SHORTEST,
            policy: Policy::BreadthFirst,
            searched: (String::new(), String::new()),
            played: None,
            places: Rc::default(),
            at: 0,
            tried: Vec::new(),
            shows_text: false,
        }
    }
}

impl Theatre {
    /// What the search is asked; `asked` is what the panel of searches asks about the script on screen.
    pub(crate) fn options(&self, asked: &Options) -> Options {
        let bounds = match self.sample {
            None => Bounds { states: MOST_STATES, seconds: None, memory: None, ..asked.bounds.clone() },
            Some(at) => Bounds {
                states: MOST_STATES,
                failures: SAMPLES.get(at).map_or(0, |sample| sample.failures),
                ..Bounds::default()
            },
        };
        Options { bounds, policy: self.policy, reductions: self.reductions }
    }

    /// The search that was asked for is there.
    pub(crate) fn show(&mut self, played: Played, tried: Tried) {
        self.places = Rc::new(Places::of(&played));
        self.at = 0;
        self.played = Some(Rc::new(played));
        self.tried.retain(|known| (known.reductions, known.policy) != (tried.reductions, tried.policy));
        if self.tried.len() == MOST_TRIED {
            self.tried.remove(0);
        }
        self.tried.push(tried);
    }

    /// Another script: nothing that was made before is about it.
    pub(crate) fn forget(&mut self) {
        (self.played, self.places, self.at) = (None, Rc::default(), 0);
        self.tried.clear();
    }

    /// The node of the move that is shown.
    pub(crate) fn node(&self) -> usize {
        let made = self.played.as_ref().and_then(|played| played.moves.get(self.at.checked_sub(1)?));
        made.map_or(0, Move::node)
    }
}

impl Move {
    /// The node that it is about.
    #[must_use]
    pub fn node(&self) -> usize {
        match self {
            Move::Looks { at, .. } | Move::Ends(at, _) => *at,
            Move::Goes(node) => *node,
        }
    }
}

impl Played {
    /// The steps from the start to a node: numbers of [`Played::steps`].
    #[must_use]
    pub fn way(&self, node: usize) -> Vec<usize> {
        let mut way = Vec::new();
        let mut at = node;
        while let Some(step) = at.checked_sub(1).and_then(|number| self.steps.get(number)) {
            way.push(at - 1);
            at = step.from;
        }
        way.reverse();
        way
    }
}
