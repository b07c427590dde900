//! The state as plain data for whoever draws it: one file for each panel, public fields, no behaviour.
//!
//! A [`View`] is cheap to clone and to compare: its parts are shared, and the same `Rc` comes back as long as a part
//! has not changed, so `Rc::ptr_eq` is enough to leave a component alone.

pub mod alerts;
pub mod header;
pub mod keys;
pub mod locks;
pub mod page_tables;
pub mod pmem;
pub mod script;
pub mod selection;
pub mod source;
pub mod step;
pub mod threads;
pub mod timeline;
pub mod transcript;
pub mod tree;

pub use alerts::{AlertView, NoticeKind, NoticeView};
pub use header::{BranchUndo, CompareRow, ExhibitItem, HeaderView, RevisionItem, StoryView, Verdict};
pub use keys::{KEYS, KeyBinding, KeyGroup};
pub use locks::{LockHolder, LockView, WaitQueueView, WaiterView};
pub use page_tables::{PmdKind, PmdView, ProcessView, PteView};
pub use pmem::{AreaView, FrameView, LinkView, PmemView, SegmentKind, SegmentView};
pub use script::{DiagnosticView, EditorState, ScriptView};
pub use selection::{HistoryItem, HistoryKind, SelectionView};
pub use source::{SourceMark, SourceView};
pub use step::{ChangeArea, ChangeView, StepView};
pub use threads::{HeldLock, OperationState, OperationView, ThreadStatus, ThreadView};
pub use timeline::{Bar, BarKind, LaneView, TimelineView, WakeArrow};
pub use transcript::{TranscriptRow, TranscriptView};
pub use tree::{EdgeView, EntryKind, GhostView, LeafView, NodeView, RunKind, SlotRun, TagBits, TreeView};

use crate::action::{Layout, Panel, Playback, Shortcuts, Theme};
use std::rc::Rc;

/// Text that is cheap to clone.
pub type Text = Rc<str>;

/// Everything there is to see.
#[derive(Clone, PartialEq, Debug)]
pub struct View {
    /// Menus of the head line.
    pub header: Rc<HeaderView>,
    /// What is broken in the state that is shown.
    pub alerts: Rc<[AlertView]>,
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
    /// Every step as a sentence.
    pub transcript: Rc<TranscriptView>,
    /// The script editor.
    pub script: Rc<ScriptView>,
    /// The story of the exhibit, if it is one.
    pub story: Option<Rc<StoryView>>,
    /// The same schedule under every revision; empty unless [`Panel::Compare`] is open.
    pub compare: Rc<[CompareRow]>,
    /// The history of the selected object.
    pub selection: Option<Rc<SelectionView>>,
    /// The panel that is open.
    pub panel: Panel,
    /// How much of the page there is.
    pub layout: Layout,
    /// Does the run go on by itself?
    pub playback: Playback,
    /// Do single keys act?
    pub shortcuts: Shortcuts,
    /// The colours.
    pub theme: Theme,
}
