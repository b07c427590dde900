//! The state as plain data for whoever draws it: one file for each panel, public fields, no behaviour.
//!
//! A [`View`] is cheap to clone and to compare: its parts are shared, and the same `Rc` comes back as long as a part
//! has not changed, so `Rc::ptr_eq` is enough to leave a component alone.

pub mod alerts;
mod both_eras;
pub mod branches;
pub(crate) mod certificate;
pub mod challenge;
pub mod controls;
pub mod crash;
mod entry_bits;
pub mod expectations;
pub mod explore;
mod exporting;
mod frames;
pub mod gallery;
pub mod glossary;
pub mod grades;
pub mod handout;
pub mod header;
pub mod intro;
pub mod keys;
pub mod learn;
mod lock_lanes;
pub mod locks;
pub mod page_tables;
pub mod plug;
pub mod pmem;
pub(crate) mod recorded_tree;
pub mod script;
pub mod selection;
pub mod side_by_side;
pub mod source;
pub mod step;
pub mod threads;
pub mod timeline;
pub mod transcript;
pub mod tree;
mod tree_leaves;
mod tree_nodes;
mod tree_rows;
pub mod until;
mod wait_graph;
pub mod watch;

pub use alerts::{AlertView, NoticeKind, NoticeView};
pub use branches::{BranchEnd, BranchRow, BranchesView};
pub use challenge::{ChallengeItem, ChallengeView, ChallengesView, GuardChoice, RestView, SectionView, Standing};
pub use controls::{ControlsView, ExtentControl, FailureControl, OperationControl, ProcessControl, ThreadControl};
pub use controls::{operations, pages_of, presets, switches};
pub use crash::{CrashRow, CrashView, Fate, TornView};
pub(crate) use entry_bits::xarray_bits;
pub use entry_bits::{BitView, BitsNumber, EntryBitsView, decode_word};
pub use expectations::ExpectationView;
pub use explore::{
    Agreement, CardView, CertificateLine, CounterView, ExploreView, GuardView, SearchView, TableRowView, Tone,
};
pub use exporting::ExportView;
pub use frames::{FrameRow, FramesView, IdleWait};
pub use gallery::ExhibitCard;
pub use glossary::GlossaryView;
pub use grades::{ComparedView, CountedOption, GradeCell, GradeColumn, GradeRow, TeachersView};
pub use handout::{HandoutQuestion, HandoutStep, HandoutView};
pub use header::{BranchUndo, CompareRow, ExhibitItem, HeaderView, RevisionGroup, RevisionItem, StoryView, Verdict};
pub use intro::IntroView;
pub use keys::{Does, Held, KEYS, KeyBinding, KeyFocus, KeyGroup, KeyPress, Modifiers};
pub use learn::{LearnPage, LessonItem, LessonStepView, ListView, OptionState, OptionView, QuestionView, TaskView};
pub use lock_lanes::{Holders, LockBar, LockLane};
pub use locks::{LockHolder, LockView, WaitQueueView, WaiterView};
pub use page_tables::{PmdKind, PmdView, ProcessView, PteView};
pub use plug::{PlugMark, PlugPlace, PlugView};
pub use pmem::{AreaView, FrameView, LinkView, PmemView, SegmentKind, SegmentView};
pub use script::{DiagnosticView, DraftView, EditorState, ScriptView};
pub use selection::{HistoryItem, HistoryKind, SelectionView};
pub use side_by_side::{Difference, Divergence, End, PairRow, SideBySideView, SideStep};
pub use source::{SourceMark, SourceView};
pub use step::{ChangeArea, ChangeView, StepView};
pub use threads::{HeldLock, OperationState, OperationView, ThreadStatus, ThreadView};
pub use timeline::{Bar, BarKind, LaneView, OverviewBar, TimelineView, WakeArrow};
pub use transcript::{TranscriptRow, TranscriptView};
pub use tree::{
    Counters, EdgeView, EntryKind, GROUP, GhostView, LeafView, NodeView, RunKind, SlotRun, TagBits, TreeView,
};
pub use until::{Choice, Field, UntilView};
pub use wait_graph::{WaitEdge, WaitGraphView, WaitNode};
pub use watch::{WatchMark, WatchRow};

use crate::action::{Future, Layout, Object, Panel, Playback, Shortcuts, Theme};
use crate::parts::Parts;
use crate::run::{Run, Step};
use crate::session::{Session, Speed};
use daxscope_core::machine::Machine;
use daxscope_core::world::World;
use std::collections::HashSet;
use std::rc::Rc;

/// Text that is cheap to clone.
pub type Text = Rc<str>;

/// Everything there is to see.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct View {
    /// Menus of the head line.
    pub header: Rc<HeaderView>,
    /// What this is and what to press, until a step has been made.
    pub intro: Option<Rc<IntroView>>,
    /// What is broken in the state that is shown.
    pub alerts: Rc<[AlertView]>,
    /// The same schedule broke a rule on the kernel before, and breaks none on this one: so says this sentence.
    pub passed: Option<Text>,
    /// What the script expects of the run.
    pub expectations: Rc<[ExpectationView]>,
    /// Sentences about what the page could not do.
    pub notices: Rc<[NoticeView]>,
    /// The threads.
    pub threads: Rc<[ThreadView]>,
    /// The kernel function on screen.
    pub source: Rc<SourceView>,
    /// The radix tree.
    pub tree: Rc<TreeView>,
    /// The wait table: only keys that somebody waits for.
    pub waits: Rc<[WaitQueueView]>,
    /// Pages and folios of the device, and who waits until they are idle (from 4.20 on).
    pub frames: Rc<FramesView>,
    /// Who waits for whom, where nobody can run.
    pub wait_graph: Option<Rc<WaitGraphView>>,
    /// All locks but the page-table locks.
    pub locks: Rc<[LockView]>,
    /// The page tables of each process.
    pub page_tables: Rc<[ProcessView]>,
    /// The file and the memory behind it.
    pub pmem: Rc<PmemView>,
    /// The step that led here, and where this is.
    pub step: Rc<StepView>,
    /// One lane for each thread.
    pub timeline: Rc<TimelineView>,
    /// Every way that was tried.
    pub branches: Rc<BranchesView>,
    /// Every step as a sentence.
    pub transcript: Rc<TranscriptView>,
    /// The script editor.
    pub script: Rc<ScriptView>,
    /// The story of the exhibit, if it is one.
    pub story: Option<Rc<StoryView>>,
    /// The same schedule under every revision; empty unless [`Panel::Compare`] is open.
    pub compare: Rc<[CompareRow]>,
    /// The scenario on kernels of both eras; empty while the panel is closed.
    pub both_eras: Rc<crate::by_operation::ByOperation>,
    /// The search over all interleavings.
    pub explore: Rc<ExploreView>,
    /// The challenges; empty unless [`Panel::Learn`] is open.
    pub challenges: Rc<ChallengesView>,
    /// The lessons; `None` unless [`Panel::Learn`] is open.
    pub learn: Option<Rc<LearnPage>>,
    /// The glossary, for who looks into it.
    pub glossary: Rc<GlossaryView>,
    /// All exhibits.
    pub gallery: Rc<[ExhibitCard]>,
    /// What a power failure leaves; `None` unless [`Panel::Crash`] is open.
    pub crash: Option<Rc<CrashView>>,
    /// A search, move by move; `None` unless [`Panel::Theatre`] is open.
    pub theatre: Option<Rc<crate::theatre::TheatreView>>,
    /// The row of the timeline that says where the power fails; `None` where nobody syncs and the plug was not pulled.
    pub plug: Option<Rc<PlugView>>,
    /// The run beside the same schedule on another kernel; `None` unless [`Panel::SideBySide`] is open.
    pub side_by_side: Option<Rc<SideBySideView>>,
    /// The list of exports; `None` unless [`Panel::Export`] is open.
    pub export: Option<Rc<ExportView>>,
    /// The objects that are watched.
    pub watch: Rc<[WatchRow]>,
    /// A recording of a real kernel; `None` unless [`Panel::Import`] is open.
    pub import: Option<Rc<crate::import::ImportView>>,
    /// The dialog in which a condition is chosen; `None` unless [`Panel::Until`] is open.
    pub until: Option<Rc<UntilView>>,
    /// The history of the selected object.
    pub selection: Option<Rc<SelectionView>>,
    /// The panel that is open.
    pub panel: Panel,
    /// How much of the page there is.
    pub layout: Layout,
    /// Is what is recorded behind the step that is shown to be seen?
    pub future: Future,
    /// Which parts of it are on screen, beside the tree.
    pub parts: Parts,
    /// Is the screen of presenter mode blank?
    pub is_blank: bool,
    /// Does the run go on by itself?
    pub playback: Playback,
    /// How fast.
    pub speed: Speed,
    /// Do single keys act?
    pub shortcuts: Shortcuts,
    /// The colours.
    pub theme: Theme,
}

/// What of a session the builders of the parts look at.
pub(crate) struct Build<'s> {
    session: &'s Session,
    /// What the step that is shown changed.
    changes: &'s [Object],
    changed: HashSet<Object>,
    /// Nodes of the tree that this step created: first index and shift.
    new_nodes: HashSet<(u64, u8)>,
}

/// Which of the parts that only depend on the whole run have to be built again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stale {
    pub(crate) timeline: bool,
    pub(crate) transcript: bool,
    pub(crate) compare: bool,
    pub(crate) side_by_side: bool,
    pub(crate) expectations: bool,
}

impl<'s> Build<'s> {
    pub(crate) fn new(session: &'s Session) -> Build<'s> {
        let (before, after) = (session.run.world_before(), session.run.world());
        let changes = session.run.changes();
        let changed = changes.iter().copied().collect();
        Build { session, changes, changed, new_nodes: crate::changes::new_nodes(before, after) }
    }

    /// Brings a view up to date. Parts that come out equal stay the very same.
    pub(crate) fn update(&self, view: &mut View, stale: Stale) {
        keep(&mut view.header, self.header());
        keep_option(&mut view.intro, self.intro());
        keep_list(&mut view.alerts, self.alerts());
        view.passed = self.session.passed_sentence().map(Into::into);
        keep_list(&mut view.notices, self.session.notices.clone());
        keep_list(&mut view.threads, self.threads());
        keep(&mut view.source, self.source());
        keep(&mut view.tree, self.tree());
        keep_list(&mut view.waits, self.waits());
        keep(&mut view.frames, self.kept_frames());
        keep_option(&mut view.wait_graph, self.wait_graph());
        keep_list(&mut view.locks, self.locks());
        keep_list(&mut view.page_tables, self.page_tables());
        keep(&mut view.pmem, self.pmem());
        keep_list(&mut view.watch, self.watch());
        keep(&mut view.step, self.step());
        if stale.timeline {
            keep(&mut view.timeline, self.timeline());
        }
        if stale.transcript {
            let transcript = self.transcript(&view.transcript);
            keep(&mut view.transcript, transcript);
        }
        if stale.expectations {
            keep_list(&mut view.expectations, self.expectations());
        }
        keep_option(&mut view.story, self.story());
        if let Some(later) = self.session.later {
            (later.draw)(self, view, stale);
        }
    }

    /// The rest of it: what can lie over or beside the picture.
    pub(crate) fn draw_later(&self, view: &mut View, stale: Stale) {
        if stale.compare {
            keep_list(&mut view.compare, self.compare());
            keep(&mut view.both_eras, self.both_eras());
        }
        if stale.side_by_side {
            keep_option(&mut view.side_by_side, self.side_by_side());
        }
        keep_option(&mut view.crash, self.crash());
        keep_option(&mut view.theatre, self.theatre());
        keep_option(&mut view.plug, self.plug());
        keep(&mut view.branches, self.branches());
        keep(&mut view.explore, self.explore());
        keep(&mut view.challenges, self.challenges());
        keep_option(&mut view.learn, self.learn());
        keep(&mut view.glossary, self.glossary());
        keep_list(&mut view.gallery, self.gallery());
        keep(&mut view.script, self.script());
        keep_option(&mut view.selection, self.selection());
        let export = self.exporting(&view.timeline);
        keep_option(&mut view.export, export);
        keep_option(&mut view.until, self.until());
        keep_option(&mut view.import, self.import());
    }

    /// The recording that is open, while its panel is.
    fn import(&self) -> Option<crate::import::ImportView> {
        (self.session.panel == Panel::Import).then(|| self.session.importing.view())
    }

    /// The search theatre, while it is open.
    fn theatre(&self) -> Option<crate::theatre::TheatreView> {
        (self.session.panel == Panel::Theatre).then(|| self.session.theatre_view())
    }

    fn run(&self) -> &'s Run {
        &self.session.run
    }

    /// The steps that may be told of.
    fn told(&self) -> &'s [Step] {
        &self.run().steps()[..self.session.told_steps()]
    }

    fn machine(&self) -> &'s Machine {
        self.run().here()
    }

    fn world(&self) -> &'s World {
        self.run().world()
    }

    fn is_changed(&self, object: Object) -> bool {
        self.changed.contains(&object)
    }
}

fn keep<T: PartialEq>(part: &mut Rc<T>, new: T) {
    if **part != new {
        *part = Rc::new(new);
    }
}

fn keep_list<T: PartialEq>(part: &mut Rc<[T]>, new: Vec<T>) {
    if **part != *new {
        *part = new.into();
    }
}

fn keep_option<T: PartialEq>(part: &mut Option<Rc<T>>, new: Option<T>) {
    if part.as_deref() != new.as_ref() {
        *part = new.map(Rc::new);
    }
}

/// A sentence from its beginning: `waits for x` becomes `Waits for x.`
fn sentence(clause: &str) -> String {
    let mut chars = clause.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_ascii_uppercase(), chars.as_str()),
        None => String::new(),
    }
}
