//! The state of the page, and the one function that changes it.

mod as_run;
mod beneath;
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
mod passing;
mod playing;
mod presenting;
mod receiving;
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
pub(crate) use stepping::why_not;
pub(crate) use tables::{TABLE_ROWS, all_rows, rows_of};
pub use watching::WatchAction;

use crate::action::{Action, Effect, FocusTarget, Future, Layout, Object, Panel, Playback, Shortcuts, Theme};
use crate::branches::Branches;
use crate::editor::Editor;
use crate::later::{LATER, Later, comes_later};
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
    /// The word at which the glossary is open.
    pub(crate) term: Option<String>,
    /// The challenge that is open, and those that are solved.
    pub(crate) challenge: crate::challenge::Challenging,
    /// The lessons.
    pub(crate) learn: crate::learn::Learn,
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
        if self.panel.is_over() && press.focus != KeyFocus::Dialog && press.focus != KeyFocus::Text {
            return self.key_past_a_dialog(&press);
        }
        self.presenting_key(&press).or_else(|| action_of(press, self.shortcuts))
    }

    fn act(&mut self, action: Action, effects: &mut Vec<Effect>) -> Address {
        if !moves::plays_on(&action) {
            self.playback = Playback::Paused;
        }
        if comes_later(&action) {
            return self.later.map_or(Address::Same, |later| (later.act)(self, action, effects));
        }
        match action {
            Action::LoadExhibit(id) => self.load_exhibit(&id, effects),
            Action::ReadExhibit(id) => self.read_exhibit(&id, effects),
            Action::SetRevision(name) => self.set_revision(name.as_deref(), effects),
            Action::LoadLink(fragment) => {
                self.load_link(&fragment);
                self.stop_search(effects);
                effects.push(Effect::Announce(format!("Opened: {}.", self.title())));
                Address::Same
            }
            Action::StepThread(thread) => self.step(Choice::run(thread), effects),
            Action::FailNext(thread) => self.fail_next(thread, effects),
            Action::StepDefault | Action::Forward => self.forward(effects),
            Action::Back => self.go_to(self.run.position().saturating_sub(1), effects),
            Action::GoTo(number) => self.go_to(number, effects),
            Action::Home => self.go_to(0, effects),
            Action::End => self.go_to(self.run.len(), effects),
            Action::RunThreadUntilBlocked(thread) => self.run_until_blocked(thread, effects),
            Action::RunUntilViolation => self.run_until_violation(effects),
            Action::NextViolation => self.next_violation(effects),
            Action::PreviousViolation => self.previous_violation(effects),
            Action::NextSameLock => self.next_same_lock(effects),
            Action::PreviousSameLock => self.previous_same_lock(effects),
            Action::SetStepSize(size) => self.set_step_size(size, effects),
            Action::UndoBranch => self.undo_branch(effects),
            Action::RedoBranch => self.redo_branch(effects),
            Action::OpenBranch(id) => self.open_branch(id, effects),
            Action::RenameBranch(id, name) => self.rename_branch(id, &name, effects),
            Action::DeleteBranch(id) => self.delete_branch(id, effects),
            Action::CompareBranch(id) => self.compare_branch(id, effects),
            Action::RecallBranches(text) => self.recall_branches(&text),
            Action::SetFuture(future) => self.set_future(future, effects),
            Action::ToggleFuture => self.toggle_future(effects),
            Action::MoveLanes(to) => self.move_lanes(to),
            Action::MoveTable(mm, is_later) => self.move_table(mm, is_later),
            Action::SetLanesRoom(steps) => self.set_lanes_room(steps),
            Action::ShowLocks(shown) => self.show_locks(shown),
            Action::Play => self.play(true, effects),
            Action::Pause => self.play(false, effects),
            Action::TogglePlay => self.play(self.playback == Playback::Paused, effects),
            Action::Tick => self.tick(effects),
            Action::ChangeSpeed(change) => self.change_speed(change, effects),
            Action::Until(action) => self.until(action, effects),
            Action::Watch(action) => self.watch(action, effects),
            Action::SetOtherRevision(name) => self.set_other_revision(name.as_deref()),
            Action::Search(query) => {
                self.query = query.chars().take(200).collect();
                Address::Same
            }
            Action::NextHit => self.next_hit(effects),
            Action::PreviousHit => self.previous_hit(effects),
            Action::Select(object) => {
                self.selection = object;
                Address::Same
            }
            Action::ToggleNode { first_index, shift } => {
                let node = (first_index, shift);
                if !self.toggled_nodes.remove(&node) {
                    self.toggled_nodes.insert(node);
                }
                Address::Same
            }
            Action::OpenPanel(panel) => self.open_panel(panel, effects),
            Action::Close => self.close(effects),
            Action::DismissNotice(at) => {
                if at < self.notices.len() {
                    self.notices.remove(at);
                }
                Address::Same
            }
            Action::SetShortcuts(shortcuts) => {
                self.shortcuts = shortcuts;
                Address::Same
            }
            Action::TogglePresenter | Action::TogglePart(_) | Action::ToggleBlank | Action::RestoreParts(_) => {
                self.present(&action, effects)
            }
            Action::SetTheme(theme) => {
                self.theme = theme;
                Address::Same
            }
            Action::TextArrived(text, content) => {
                self.texts.arrived(text, content);
                Address::Same
            }
            Action::TextFailed(text, why) => {
                self.texts.failed(text, why);
                Address::Same
            }
            Action::FetchText(text) => {
                self.texts.again(text);
                Address::Same
            }
            Action::Tell(sentence) => {
                effects.push(Effect::Tell(sentence));
                Address::Same
            }
            Action::KnowAddress(page) => {
                self.page = Some(page);
                Address::Same
            }
            Action::RestoreBase(address) => {
                self.base = address;
                Address::Same
            }
            // Those of the parts went above.
            _ => Address::Same,
        }
    }

    fn open_panel(&mut self, panel: Panel, effects: &mut Vec<Effect>) -> Address {
        if panel == Panel::Story && !matches!(self.origin, Origin::Exhibit(_)) {
            let why = "Only exhibits have a story, and this is a script of your own. The key g lists the exhibits.";
            effects.push(Effect::Tell(why.into()));
            return Address::Same;
        }
        if panel == Panel::Until {
            self.prepare_question();
        }
        self.cover(panel);
        self.panel = panel;
        self.compared_branch = None;
        effects.push(Effect::Focus(match panel {
            Panel::None => FocusTarget::Return,
            Panel::Script => FocusTarget::Script,
            Panel::Transcript => FocusTarget::Search,
            Panel::Explore => FocusTarget::Start,
            Panel::Until => FocusTarget::RunUntil,
            _ => FocusTarget::Panel,
        }));
        Address::Replace
    }

    fn close(&mut self, effects: &mut Vec<Effect>) -> Address {
        if self.term.take().is_some() {
            effects.push(Effect::Focus(FocusTarget::Return));
            return Address::Same;
        }
        if self.panel != Panel::None {
            let beneath = if self.panel.is_over() { self.beneath } else { Panel::None };
            return self.open_panel(beneath, effects);
        }
        if self.selection.take().is_none() {
            self.notices.clear();
        }
        Address::Same
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
