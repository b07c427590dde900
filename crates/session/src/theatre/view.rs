//! What is drawn of the theatre.

use super::place::Place;
use super::played::{Alone, End, Move, Played, Sameness};
use super::words;
use super::{MOST_DRAWN, MOST_STATES, SAMPLES, Theatre, Tried};
use crate::search::{Policy, REDUCTIONS, Reductions};
use crate::view::Text;
use daxscope_core::narrate::grouped;
use daxscope_core::units::ThreadId;
use std::rc::Rc;

/// Moves that are listed beside the picture.
const RECENT: usize = 8;

/// The theatre.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TheatreView {
    /// What is searched: `the script on screen, kernel v6`.
    pub subject: Text,
    /// Which of the samples; `None`: the script on screen.
    pub sample: Option<usize>,
    /// What to do with it.
    pub about: Text,
    /// By reduction of [`REDUCTIONS`], whether it is on.
    pub reductions: [bool; REDUCTIONS.len()],
    /// Does the search go deepest first?
    pub deepest_first: bool,
    /// Why nothing can be searched now.
    pub why_not: Option<Text>,
    /// Is the search being made?
    pub is_running: bool,
    /// Why it ended early.
    pub problem: Option<Text>,
    /// The picture; `None` before the first search.
    pub drawn: Option<Rc<Drawn>>,
    /// The searches that were made, the last one last.
    pub tried: Rc<[TriedView]>,
}

/// The picture, up to the move that is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawn {
    /// Width of the picture.
    pub width: i32,
    /// Height of the picture.
    pub height: i32,
    /// What is there already.
    pub nodes: Rc<[NodeView]>,
    /// What was not looked at.
    pub stubs: Rc<[StubView]>,
    /// Where the move that is shown happens.
    pub here: Place,
    /// The state that it leads back to.
    pub again: Option<Place>,
    /// How many moves are shown.
    pub at: usize,
    /// How many there are.
    pub total: usize,
    /// What the move does.
    pub sentence: Text,
    /// The last moves, oldest first, each with its number.
    pub recent: Rc<[(usize, Text)]>,
    /// All moves, if they are asked for.
    pub all: Option<Rc<[Text]>>,
    /// What is on the picture, in numbers.
    pub counted: Text,
    /// The search is larger than the picture: what to do.
    pub too_large: Option<Text>,
    /// The steps to the state that is shown: `A3 B`.
    pub way: Text,
}

/// How a state looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// The start.
    Start,
    /// It waits to be looked at.
    Waits,
    /// It was looked at.
    Done,
    /// The search went on at once.
    Passed,
    /// Nobody can run there.
    Final,
    /// A state that was there before.
    Again(Sameness),
    /// A rule is broken.
    Broken,
    /// The kernel is dead, or a bound was hit.
    Over,
}

/// A node of the picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeView {
    /// Its number.
    pub node: usize,
    /// Where it stands.
    pub place: Place,
    /// Where the node stands that it was reached from.
    pub from: Place,
    /// Who led there; `None` at the start.
    pub thread: Option<ThreadId>,
    /// By a failing call?
    pub fail: bool,
    /// How it looks.
    pub look: Look,
    /// Is it on the way to the state that is shown?
    pub is_on_way: bool,
}

/// Why a thread was not looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Left {
    /// Another one goes alone.
    Persistent,
    /// No more calls may fail.
    Budget,
}

/// A thread that was not looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StubView {
    /// In which node.
    pub from: Place,
    /// Where it stands.
    pub place: Place,
    /// Which thread.
    pub thread: ThreadId,
    /// Why.
    pub why: Left,
    /// What it would have done.
    pub would: Text,
}

/// A search that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TriedView {
    /// With which reductions, and in which order.
    pub name: Text,
    /// States.
    pub states: Text,
    /// Steps.
    pub transitions: Text,
    /// What it says.
    pub verdict: Text,
    /// Is it the one in the picture?
    pub is_shown: bool,
}

impl Theatre {
    /// What is drawn. `on_screen`: the script of the page and its kernel.
    pub(crate) fn view(
        &self,
        on_screen: &str,
        why_not: Option<String>,
        running: bool,
        problem: Option<String>,
    ) -> TheatreView {
        let mut reductions = [false; REDUCTIONS.len()];
        for (at, reduction) in REDUCTIONS.iter().enumerate() {
            reductions[at] = (reduction.get)(&self.reductions);
        }
        let sample = self.sample.and_then(|at| SAMPLES.get(at));
        let mut tried = Vec::new();
        for one in &self.tried {
            tried.push(one.view((one.reductions, one.policy) == (self.reductions, self.policy)));
        }
        TheatreView {
            subject: sample.map_or(on_screen, |sample| sample.name).into(),
            sample: self.sample,
            about: sample
                .map_or("What you run in the page, with the failures that the search may use.", |sample| sample.about)
                .into(),
            reductions,
            deepest_first: self.policy == Policy::DepthFirst,
            why_not: why_not.filter(|_| sample.is_none()).map(Into::into),
            is_running: running,
            problem: problem.map(Into::into),
            drawn: self.played.as_ref().map(|played| Rc::new(self.drawn(played))),
            tried: tried.into(),
        }
    }

    fn drawn(&self, played: &Played) -> Drawn {
        let places = &*self.places;
        let shown = &played.moves[..self.at.min(played.moves.len())];
        let mut picture = Picture { theatre: self, played, nodes: Vec::new(), stubs: Vec::new() };
        picture.draw(shown);
        let here = self.node();
        let again = played.steps.get(here.wrapping_sub(1)).and_then(|step| match step.end {
            End::Known(before, _) => places.nodes.get(before?).copied(),
            _ => None,
        });
        let first = shown.len().saturating_sub(RECENT);
        let mut recent = Vec::new();
        for (at, made) in shown.iter().enumerate().skip(first) {
            recent.push((at + 1, words::of_move(played, places, made).into()));
        }
        let mut all = Vec::new();
        if self.shows_text {
            for made in &played.moves {
                all.push(words::of_move(played, places, made).into());
            }
        }
        let sentence = shown.last().map_or_else(
            || "Nothing has been looked at yet: the start waits. Press Right, or move the slider.".into(),
            |made| words::of_move(played, places, made),
        );
        Drawn {
            width: places.width,
            height: places.height,
            counted: picture.counted(shown).into(),
            nodes: picture.nodes.into(),
            stubs: picture.stubs.into(),
            here: places.nodes.get(here).copied().unwrap_or_default(),
            again,
            at: shown.len(),
            total: played.moves.len(),
            sentence: sentence.into(),
            recent: recent.into(),
            all: self.shows_text.then(|| all.into()),
            too_large: played.is_full.then(|| too_large().into()),
            way: way_words(played, here).into(),
        }
    }
}

fn too_large() -> String {
    format!(
        "Only the first {MOST_DRAWN} states are drawn. For a picture of the whole search take a thread or an operation out of the script, switch more reductions on, or choose one of the small scripts."
    )
}

/// The steps to a node: `A3 B`.
fn way_words(played: &Played, node: usize) -> String {
    let mut text = String::new();
    let mut run: Option<(u8, bool, usize)> = None;
    let mut flush = |run: Option<(u8, bool, usize)>| {
        let Some((thread, fail, count)) = run else { return };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&ThreadId(thread).to_string());
        if fail {
            text.push('!');
        } else if count > 1 {
            text.push_str(&count.to_string());
        }
    };
    for step in played.way(node) {
        let step = &played.steps[step];
        run = match run {
            Some((thread, false, count)) if thread == step.thread && !step.fail => Some((thread, false, count + 1)),
            before => {
                flush(before);
                Some((step.thread, step.fail, 1))
            }
        };
    }
    flush(run);
    text
}

/// The picture while it is drawn.
struct Picture<'a> {
    theatre: &'a Theatre,
    played: &'a Played,
    nodes: Vec<NodeView>,
    stubs: Vec<StubView>,
}

impl Picture<'_> {
    fn draw(&mut self, shown: &[Move]) {
        let places = &*self.theatre.places;
        let way = self.played.way(self.theatre.node());
        self.nodes.push(NodeView {
            node: 0,
            place: places.nodes[0],
            from: places.nodes[0],
            thread: None,
            fail: false,
            look: Look::Start,
            is_on_way: true,
        });
        for made in shown {
            match made {
                Move::Goes(node) => {
                    let step = &self.played.steps[node - 1];
                    self.nodes.push(NodeView {
                        node: *node,
                        place: places.nodes[*node],
                        from: places.nodes[step.from],
                        thread: Some(ThreadId(step.thread)),
                        fail: step.fail,
                        look: look_of(&step.end),
                        is_on_way: way.contains(&(node - 1)),
                    });
                    if let End::Passed(alone) = &step.end {
                        self.leave(*node, Some(alone), &[]);
                    }
                }
                Move::Looks { at, only, spared } => {
                    self.change(*at, Look::Done);
                    self.leave(*at, only.as_ref(), spared);
                }
                Move::Ends(at, _) => self.change(*at, Look::Final),
            }
        }
    }

    /// The look of a node changes, but of the start.
    fn change(&mut self, node: usize, look: Look) {
        // Nodes are drawn in the order of their numbers.
        if let Ok(at) = self.nodes.binary_search_by_key(&node, |drawn| drawn.node)
            && node > 0
        {
            self.nodes[at].look = look;
        }
    }

    fn leave(&mut self, node: usize, only: Option<&Alone>, spared: &[u8]) {
        let places = &*self.theatre.places;
        let from = places.nodes[node];
        let mut stubs = Vec::new();
        for (thread, would) in only.iter().flat_map(|only| &only.left) {
            stubs.push((*thread, Left::Persistent, would.as_str()));
        }
        for thread in spared {
            stubs.push((*thread, Left::Budget, "let a call fail"));
        }
        for ((thread, why, would), &place) in stubs.into_iter().zip(&places.left[node]) {
            self.stubs.push(StubView { from, place, thread: ThreadId(thread), why, would: would.into() });
        }
    }

    /// What is on the picture, in numbers.
    fn counted(&self, shown: &[Move]) -> String {
        let count = |is: fn(Look) -> bool| self.nodes.iter().filter(|node| is(node.look)).count();
        let stored = count(|look| matches!(look, Look::Start | Look::Waits | Look::Done | Look::Final));
        let passed = count(|look| look == Look::Passed);
        let again = count(|look| matches!(look, Look::Again(_)));
        let steps = shown.iter().filter(|made| matches!(made, Move::Goes(_))).count();
        let mut text = format!("{steps} steps, {stored} states stored");
        if passed > 0 {
            text.push_str(&format!(", {passed} passed at once"));
        }
        text.push_str(&format!(", {again} pruned as known"));
        if !self.stubs.is_empty() {
            text.push_str(&format!(", {} never tried", self.stubs.len()));
        }
        text
    }
}

const fn look_of(end: &End) -> Look {
    match end {
        End::Stored => Look::Waits,
        End::Passed(_) => Look::Passed,
        End::Known(_, same) => Look::Again(*same),
        End::Broken(_) => Look::Broken,
        End::Dead | End::Bound => Look::Over,
    }
}

impl Tried {
    fn view(&self, is_shown: bool) -> TriedView {
        let most = if self.states >= MOST_STATES as u64 { "more than " } else { "" };
        TriedView {
            name: with_words(&self.reductions, self.policy).into(),
            states: format!("{most}{}", grouped(self.states)).into(),
            transitions: format!("{most}{}", grouped(self.transitions)).into(),
            verdict: self.verdict.as_str().into(),
            is_shown,
        }
    }
}

/// `all but symmetry`.
fn with_words(reductions: &Reductions, policy: Policy) -> String {
    let (mut on, mut off) = (Vec::new(), Vec::new());
    for reduction in REDUCTIONS {
        if (reduction.get)(reductions) { on.push(reduction.name) } else { off.push(reduction.name) }
    }
    let mut text = match (on.len(), off.len()) {
        (_, 0) => "all".into(),
        (0, _) => "none".into(),
        (many, few) if few < many => format!("all but {}", off.join(", ")),
        _ => on.join(", "),
    };
    if policy == Policy::DepthFirst {
        text.push_str("; deepest first");
    }
    text
}
