//! The state of the page, and the one function that changes it.

mod acting;
mod as_run;
mod branching;
mod challenging;
mod editing;
mod editor;
mod exploring;
mod exporting;
mod finding;
mod future;
mod grading;
mod lanes;
mod later;
mod learning;
mod loading;
mod moves;
mod opening;
mod panels;
mod passing;
mod playing;
mod plugging;
mod presenting;
mod receiving;
mod rounding;
mod staging;
mod stepping;
mod tables;
mod until;
mod watching;

pub(crate) use as_run::canonical_name;
pub(crate) use editor::plural;
pub(crate) use exploring::{Asked, Exploring, Phase, Way};
use lanes::Lanes;
pub(crate) use loading::with_revision;
pub(crate) use opening::REVIEWED;
pub(crate) use passing::Passed;
pub use playing::{Speed, SpeedChange};
pub use plugging::PlugAction;
pub(crate) use plugging::{MAX_STEPS as MAX_CRASH_STEPS, Plug, Returned};
pub(crate) use stepping::why_not;
pub(crate) use tables::{TABLE_ROWS, all_rows, rows_of};
pub use watching::WatchAction;

use crate::action::{Action, Effect, Future, Layout, Object, Panel, Playback, Shortcuts, Theme};
use crate::branches::Branches;
use crate::editor::Editor;
use crate::later::{LATER, Later};
use crate::link::{Link, MAX_LINK_BYTES};
use crate::run::{Run, Step};
use crate::texts::Texts;
use crate::view::alerts::{NoticeKind, NoticeView};
use crate::view::header::NamedRevision;
use crate::view::keys::{KeyFocus, KeyPress, action_of};
use crate::view::transcript::LONG_RUN;
use crate::view::{Build, Stale, View};
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Choice, Scenario};
use daxscope_museum::Exhibit;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The state of the page.
#[derive(Debug)]
pub struct Session {
    pub(crate) origin: Origin,
    pub(crate) editor: Editor,
    /// The revisions that the exhibit names, read once; none for an own script.
    pub(crate) named: Vec<NamedRevision>,
    /// The script that runs, as text and packed for links.
    running: Running,
    /// The kernel that runs in place of the one that the script says.
    pub(crate) revision: Option<Revision>,
    /// The name under which it was chosen.
    chosen: String,
    pub(crate) run: Run,
    /// The end of the schedule that could not be followed.
    pub(crate) rest: Vec<Choice>,
    /// The run that another script has replaced.
    pub(crate) aside: Option<Box<Link>>,
    /// Every way that was tried.
    pub(crate) branches: Branches,
    /// The branch beside which the one on screen is shown.
    pub(crate) compared_branch: Option<u32>,
    /// Has the browser to be asked for branches?
    wants_branches: bool,
    /// What the browser was last told to keep.
    kept_version: u64,
    /// The run passes where the same schedule broke something on the kernel before.
    pub(crate) passed: Option<Passed>,
    /// The address of the page, without a fragment, once it is known; empty: it has none.
    page: Option<String>,
    /// The address that the reader has set for links.
    pub(crate) base: String,
    pub(crate) notices: Vec<NoticeView>,
    pub(crate) panel: Panel,
    /// What the panel that lies over the picture covers.
    pub(crate) beneath: Panel,
    layout: Layout,
    pub(crate) future: Future,
    /// Which part of the run the lanes show.
    pub(crate) lanes: Lanes,
    playback: Playback,
    speed: Speed,
    /// What a run is to stop at.
    pub(crate) until: until::Asked,
    /// The objects whose values stay in sight.
    pub(crate) watched: Vec<Object>,
    /// Where the plug was pulled.
    pub(crate) plug: Plug,
    pub(crate) shortcuts: Shortcuts,
    theme: Theme,
    pub(crate) screen: presenting::Screen,
    /// Has a step been made since the page was opened?
    pub(crate) has_moved: bool,
    pub(crate) query: String,
    pub(crate) selection: Option<Object>,
    /// Nodes of the tree that are not as open or closed as they would be by themselves: first index and shift.
    pub(crate) toggled_nodes: BTreeSet<(u64, u8)>,
    /// Which rows of page tables are shown.
    pub(crate) tables: tables::Tables,
    /// What is known of the tree that is shown.
    pub(crate) tree_facts: crate::tree_facts::TreeFacts,
    /// What the machine searches and has found.
    pub(crate) exploring: Exploring,
    /// The search that is watched move by move.
    pub(crate) theatre: crate::theatre::Theatre,
    /// The word at which the glossary is open.
    pub(crate) term: Option<String>,
    /// The challenge that is open, and those that are solved.
    pub(crate) challenge: crate::challenge::Challenging,
    /// The lessons.
    pub(crate) learn: crate::learn::Learn,
    /// The recording of a real kernel that is open.
    pub(crate) importing: crate::import::Importing,
    /// The kernel beside which the run is shown, if one was chosen.
    pub(crate) other_revision: Option<Revision>,
    /// Long texts, as far as they have come.
    pub(crate) texts: Texts,
    /// What the first step does not need; only in a browser is there none at first.
    pub(crate) later: Option<&'static Later>,
    /// The link that opened this, if it says something that only comes later.
    pub(crate) link_for_later: Option<String>,
    /// Goes up whenever a recorded step is not the one that it was.
    pub(crate) generation: u64,
    view: View,
    pub(crate) drawn: Drawn,
}

/// What the parts of the view that depend on the whole run were built from.
#[derive(Debug, Default)]
pub(crate) struct Drawn {
    generation: Option<u64>,
    /// Where everything ends.
    told_steps: usize,
    lanes: Lanes,
    watched: Vec<Object>,
    compared_branch: Option<u32>,
    /// Does the reader stand at the end of the run?
    is_at_end: bool,
    query: String,
    panel: Panel,
    other_revision: Option<Revision>,
    texts: u32,
}

/// Where the script that runs comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    /// The museum.
    Exhibit(&'static Exhibit),
    /// The reader, or a link.
    Own,
}

/// The script that runs.
#[derive(Debug)]
struct Running {
    text: String,
    packed: String,
    /// The kernel as its `revision` line names it.
    revision_name: Option<String>,
    scenario: Arc<Scenario>,
}

/// What an action means for the address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Address {
    /// Nothing that a link tells is different.
    Same,
    /// Another view of the same run.
    Replace,
    /// Another run: worth a place in the browser's history.
    Push,
}

impl Session {
    /// The page at a fragment (with or without its `#`); an empty one opens on a rich picture (`opening.rs`).
    ///
    /// Never fails: what cannot be read is told in a notice.
    #[must_use]
    pub fn open(fragment: &str) -> Session {
        Session::open_with(fragment, Texts::default(), Some(&LATER))
    }

    /// The same where no text is there before it was fetched.
    #[must_use]
    pub fn open_without_texts(fragment: &str) -> Session {
        Session::open_with(fragment, Texts::absent(), Some(&LATER))
    }

    /// The same as in a browser: without texts, and without parts until [`Session::equip`].
    #[must_use]
    pub fn open_bare(fragment: &str) -> Session {
        Session::open_with(fragment, Texts::absent(), None)
    }

    fn open_with(fragment: &str, texts: Texts, later: Option<&'static Later>) -> Session {
        let mut session = Session::empty(texts, later);
        session.load_link(fragment);
        session.refresh();
        session
    }

    /// Is the history of an object shown?
    #[must_use]
    pub fn has_selection(&self) -> bool {
        self.selection.is_some()
    }

    /// What is left for the browser when the page has just been opened.
    pub fn begin(&mut self) -> Vec<Effect> {
        self.texts.take_wanted().into_iter().map(Effect::FetchText).collect()
    }

    /// Does what a person did; says what is left for the browser.
    ///
    /// Every step ends in a [`Effect::ReplaceUrl`]. Browsers bear about a hundred of them in thirty seconds, so the
    /// page should let the last one of a burst win.
    pub fn update(&mut self, action: Action) -> Vec<Effect> {
        let mut effects = Vec::new();
        let is_step = opening::is_stepping(&action);
        self.has_moved |= is_step;
        self.screen.is_blank &= !is_step;
        let address = self.act(action, &mut effects);
        effects.extend(self.branches_to_keep());
        if let Some(later) = self.later {
            (later.look)(self, &mut effects);
        }
        self.refresh();
        effects.extend(self.begin());
        let fragment = || Some(self.fragment()).filter(|fragment| fragment.len() <= MAX_LINK_BYTES);
        match address {
            Address::Same => {}
            Address::Replace => effects.extend(fragment().map(Effect::ReplaceUrl)),
            Address::Push => effects.extend(fragment().map(Effect::PushUrl)),
        }
        effects
    }

    /// The state as plain data. Cheap: everything in it is shared.
    #[must_use]
    pub fn view(&self) -> View {
        self.view.clone()
    }

    /// What a key press means now; `None`: it is not for the page, and the browser should have it.
    #[must_use]
    pub fn key(&self, press: KeyPress<'_>) -> Option<Action> {
        if let Some(action) = self.theatre_key(&press) {
            return Some(action);
        }
        if self.panel.is_over() && press.focus != KeyFocus::Dialog && press.focus != KeyFocus::Text {
            return self.key_past_a_dialog(&press);
        }
        self.presenting_key(&press).or_else(|| action_of(press, self.shortcuts))
    }

    /// Has the script that runs a schedule of its own?
    pub(crate) fn has_own_schedule(&self) -> bool {
        self.running.scenario.schedule.is_some()
    }

    fn notice(&mut self, kind: NoticeKind, text: impl Into<String>) {
        let notice = NoticeView { kind, text: text.into().into() };
        const MOST: usize = 5;
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
        if self.notices.len() > MOST {
            self.notices.remove(0);
        }
    }

    pub(crate) fn refresh(&mut self) {
        if let Some(branch) = self.branches.current_mut() {
            branch.seen = branch.seen.max(self.run.position());
        }
        if self.panel == Panel::Branches {
            self.keep_branch();
        }
        self.lanes.follow(self.run.position(), self.told_steps());
        self.tree_facts.follow(&self.run.world().mapping);
        self.tables.follow((self.generation, self.run.position()), self.run.world(), self.run.changes());
        let mut view = std::mem::take(&mut self.view);
        let drawn = Drawn {
            generation: Some(self.generation),
            told_steps: self.told_steps(),
            lanes: self.lanes.shown(),
            watched: self.watched.clone(),
            compared_branch: self.compared_branch,
            is_at_end: self.run.is_at_end(),
            query: self.query.clone(),
            panel: self.panel,
            other_revision: self.other_revision,
            texts: self.texts.generation,
        };
        let is_other_run = (drawn.generation, drawn.told_steps) != (self.drawn.generation, self.drawn.told_steps);
        let is_other_panel = drawn.panel != self.drawn.panel;
        let is_long = self.run.len() > LONG_RUN;
        let stale = Stale {
            timeline: is_other_run || (&drawn.lanes, &drawn.watched) != (&self.drawn.lanes, &self.drawn.watched),
            transcript: is_other_run || drawn.query != self.drawn.query || is_long && is_other_panel,
            compare: is_other_run || is_other_panel,
            side_by_side: is_other_run
                || is_other_panel
                || drawn.compared_branch != self.drawn.compared_branch
                || (drawn.other_revision, drawn.texts) != (self.drawn.other_revision, self.drawn.texts),
            expectations: is_other_run || drawn.is_at_end != self.drawn.is_at_end,
        };
        Build::new(self).update(&mut view, stale);
        self.drawn = drawn;
        (view.panel, view.layout, view.playback) = (self.panel, self.layout, self.playback);
        view.speed = self.speed;
        (view.parts, view.is_blank) = (self.parts(), self.is_blank());
        (view.shortcuts, view.theme, view.future) = (self.shortcuts, self.theme, self.future);
        self.view = view;
    }
}

/// Did the step break something?
pub(crate) fn is_violation(step: &Step) -> bool {
    !step.violations.is_empty()
}
