//! What a person can do.

pub use crate::effect::{Effect, FocusTarget};
pub use daxscope_core::scenario::StepSize;

use crate::challenge::ChallengeAction;
use crate::editor::EditorAction;
use crate::import::ImportAction;
use crate::learn::LearnAction;
use crate::parts::Part;
use crate::search::{Kind, Options};
use crate::session::{PlugAction, SpeedChange, WatchAction};
use crate::texts::TextId;
use crate::theatre::TheatreAction;
use crate::until::UntilAction;
use daxscope_core::event::LockId;
use daxscope_core::radix::Tag;
use daxscope_core::units::{MmId, PageId, ThreadId};

/// Something a person did, or a clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Action {
    // What runs.
    /// Opens an exhibit by its id.
    LoadExhibit(String),
    /// The same, with its story beside the picture.
    ReadExhibit(String),
    /// The text in the editor changed. The machine keeps what it runs until [`Action::RunScript`].
    EditScript(String),
    /// Runs the text in the editor, if it has no errors.
    RunScript,
    /// Rewrites the text in the editor in canonical form.
    FormatScript,
    /// Writes kernel, steps and position of the run on screen into the text in the editor.
    TakeRun,
    /// Runs the same schedule under another kernel: the name of a preset, or `None` for what the script says.
    SetRevision(Option<String>),
    /// Opens what the address says, from a new page or after going back in the browser's history.
    LoadLink(String),

    // Time.
    /// One step of this thread; in the middle of a run with another thread than before it begins a branch.
    StepThread(ThreadId),
    /// One step of this thread in which the first call that can fail does.
    FailNext(Option<ThreadId>),
    /// The next recorded step, or, at the end, one of the first thread that can run.
    StepDefault,
    /// One step back.
    Back,
    /// The same as [`Action::StepDefault`].
    Forward,
    /// To the state after that many steps.
    GoTo(usize),
    /// Before the first step.
    Home,
    /// Behind the last step.
    End,
    /// Runs this thread until it blocks, is done, or breaks something.
    RunThreadUntilBlocked(ThreadId),
    /// Follows the recorded steps, then runs on, until something is broken or nobody can run.
    RunUntilViolation,
    /// To the next step that broke something.
    NextViolation,
    /// To the previous step that broke something.
    PreviousViolation,
    /// To where the run begins to go round for ever; there, a step further round.
    WalkRound,
    /// To the next step that has to do with the lock of this one, or with the selected one.
    NextSameLock,
    /// To the previous one.
    PreviousSameLock,
    /// How far one step goes. The steps already made are replayed in the new size, and the position moves with them.
    SetStepSize(StepSize),
    /// Goes back to the branch before, or brings back one that was deleted.
    UndoBranch,
    /// Does again what was undone.
    RedoBranch,
    /// Goes to a branch, by its number.
    OpenBranch(u32),
    /// Gives a branch a name; an empty one takes it away.
    RenameBranch(u32, String),
    /// Deletes a branch that is not on screen.
    DeleteBranch(u32),
    /// Shows a branch beside the one on screen.
    CompareBranch(u32),
    /// What the browser kept of the branches of this script.
    RecallBranches(String),
    /// Shows or hides what is recorded behind the step that is shown.
    SetFuture(Future),
    /// The other of the two.
    ToggleFuture,
    /// Shows another part of the run in the lanes.
    MoveLanes(LanesMove),
    /// Shows the rows of a process's page tables before those that are shown, or, if `true`, those behind them.
    MoveTable(MmId, bool),
    /// The page has room for that many steps in its lanes.
    SetLanesRoom(usize),
    /// Switches the lanes of the locks.
    ShowLocks(LocksShown),
    /// Begins to play.
    Play,
    /// Stops playing.
    Pause,
    /// Plays or stops.
    TogglePlay,
    /// The clock of playing: one step.
    Tick,
    /// Plays faster or slower.
    ChangeSpeed(SpeedChange),
    /// Runs until a condition holds, or to a line of the listing.
    Until(UntilAction),
    /// Something in the watch list.
    Watch(WatchAction),
    /// The crash mark.
    Plug(PlugAction),

    // The machine searches.
    /// Changes what the next search is asked.
    AskFor(Box<Options>),
    /// Begins a search, or the table of reductions, in place of whatever goes on.
    StartSearch(Kind),
    /// Opens the broken kernel of the exhibit, asks for the rule that it breaks, and begins the search.
    FindInExhibit,
    /// Stops what goes on.
    StopSearch,
    /// A message from the worker.
    SearchReported(String),
    /// The worker is gone, and why.
    SearchFailed(String),
    /// Puts the way that was found on the timeline.
    StepThroughFound,
    /// Runs the smaller scenario in which the same rule breaks.
    OpenSmaller,
    /// Goes to a step of the way that was found, counted from 1.
    GoToFound(usize),
    /// Copies what was asked and what was found.
    CopyCertificate,
    /// The kernel beside which the run is shown; `None`: the first that the exhibit names as mended.
    SetOtherRevision(Option<String>),

    // What is shown.
    /// Searches the transcript; an empty text ends the search.
    Search(String),
    /// To the next hit of the search.
    NextHit,
    /// To the previous hit of the search.
    PreviousHit,
    /// Shows the history of an object; `None` closes it.
    Select(Option<Object>),
    /// Opens or closes a node of the tree that is too large to show whole.
    ToggleNode {
        /// The first index of the node.
        first_index: u64,
        /// Its shift, with [`crate::view::GROUP`] for a row of several nodes.
        shift: u8,
    },
    /// Opens a panel in place of another.
    OpenPanel(Panel),
    /// Closes the panel; without one, the selection; without one, the notices.
    Close,
    /// Removes one notice.
    DismissNotice(usize),
    /// Switches single-key shortcuts.
    SetShortcuts(Shortcuts),
    /// Switches the colours.
    SetTheme(Theme),
    /// Enters or leaves presenter mode.
    TogglePresenter,
    /// Puts a part of the page on screen, or away.
    TogglePart(Part),
    /// Blanks the screen of presenter mode, or ends that.
    ToggleBlank,
    /// The choice of parts that this person made last: [`crate::Session::parts_line`].
    RestoreParts(String),

    /// Something in the script editor besides typing.
    Editor(EditorAction),
    /// Something in a challenge.
    Challenge(ChallengeAction),
    // Texts that are fetched.
    /// A text has come.
    TextArrived(TextId, String),
    /// A text cannot come, and why.
    TextFailed(TextId, String),
    /// Tries again to fetch a text that has failed.
    FetchText(TextId),
    /// Opens the glossary at a word; an empty one, at its beginning.
    ShowTerm(String),
    /// Something in the lessons.
    Learn(LearnAction),
    /// Something about a recording of a real kernel.
    Import(ImportAction),
    /// Something in the search theatre.
    Theatre(TheatreAction),

    // What leaves the page.
    /// Copies the address.
    CopyLink,
    /// Copies the run as a table of 78 columns for a mail.
    CopyTable,
    /// Copies the script as it runs: with its kernel, every step that was made, and the position.
    CopyScript,
    /// Saves the run as JSON.
    ExportJson,
    /// Saves the run as a Mermaid sequence diagram.
    ExportMermaid,
    /// Saves the table of [`Action::CopyTable`].
    ExportTable,
    /// Copies the table with only the steps that matter ([`daxscope_core::narrate::matters()`]).
    CopyShortTable,
    /// Saves that table.
    ExportShortTable,
    /// Copies the run as the diagram of commit messages, 72 columns.
    CopyCommit,
    /// Saves that diagram.
    ExportCommit,
    /// The page says its own address, without a fragment, for links in texts; empty: it has none that others could open.
    KnowAddress(String),
    /// The address that this person has set with [`Action::SetBase`] before.
    RestoreBase(String),
    /// The address of a page that links are to lead to in place of this one; empty: this one.
    SetBase(String),
    /// Saves the page with scenario and position as one HTML file.
    SaveOneFile,
    /// What the browser could not do, in a sentence for everybody.
    Tell(String),
}

/// What can lie over or beside the picture. One at a time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Panel {
    /// Nothing.
    #[default]
    None,
    /// The script editor.
    Script,
    /// The story of the exhibit.
    Story,
    /// The same schedule under every kernel revision.
    Compare,
    /// The search over all schedules.
    Explore,
    /// Lessons and challenges.
    Learn,
    /// All exhibits.
    Gallery,
    /// The run beside the same schedule on another kernel.
    SideBySide,
    /// Every way that was tried.
    Branches,
    /// The transcript with its search field.
    Transcript,
    /// Everything that leaves the page.
    Export,
    /// The list of keys.
    Help,
    /// The command palette.
    Palette,
    /// The dialog in which a condition is chosen.
    Until,
    /// A recording of a real kernel: a trace, or snapshots of a tree.
    Import,
    /// What a power failure at the step on screen leaves.
    Crash,
    /// A small search, move by move.
    Theatre,
}

impl Panel {
    /// All panels, with their names in links.
    pub const NAMES: [(Panel, &'static str); 17] = [
        (Panel::None, "none"),
        (Panel::Script, "script"),
        (Panel::Story, "story"),
        (Panel::Compare, "compare"),
        (Panel::Explore, "explore"),
        (Panel::Learn, "learn"),
        (Panel::Gallery, "gallery"),
        (Panel::SideBySide, "side-by-side"),
        (Panel::Branches, "branches"),
        (Panel::Transcript, "transcript"),
        (Panel::Export, "export"),
        (Panel::Help, "help"),
        (Panel::Palette, "palette"),
        (Panel::Until, "until"),
        (Panel::Import, "import"),
        (Panel::Crash, "crash"),
        (Panel::Theatre, "theatre"),
    ];

    /// The name in links.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(panel, _)| *panel == self).map_or("none", |&(_, name)| name)
    }

    /// The panel of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Panel> {
        Self::NAMES.iter().find(|&&(_, known)| known == name).map(|&(panel, _)| panel)
    }
}

/// How much of the page there is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Layout {
    /// All of it.
    #[default]
    Full,
    /// For slides and books: picture, sentence and step buttons.
    Embedded,
    /// For a projector: the tree fills the screen, the sentence is its caption.
    Presenter,
}

/// Another part of the run in the lanes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LanesMove {
    /// Half as many steps, around the position.
    In,
    /// Twice as many.
    Out,
    /// As many as there is room for.
    Fit,
    /// By half of what is shown, to earlier steps.
    Earlier,
    /// The same to later ones.
    Later,
    /// Around that step.
    To(usize),
    /// So that it begins behind that many steps.
    From(usize),
    /// Half as many steps, with that one where it is.
    InAt(usize),
    /// Twice as many, with that one where it is.
    OutAt(usize),
}

/// Are there lanes of locks?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum LocksShown {
    /// Where there are few threads.
    #[default]
    Auto,
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Is what is recorded behind the step that is shown to be seen?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Future {
    /// Yes.
    #[default]
    Shown,
    /// No: lanes, transcript and every sentence end at the step that is shown.
    Hidden,
}

/// Does the run go on by itself?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Playback {
    /// No.
    #[default]
    Paused,
    /// Yes: the page sends [`Action::Tick`].
    Playing,
}

/// Do single keys act?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Shortcuts {
    /// Yes.
    #[default]
    On,
    /// Only keys that no speech input makes by accident: arrows, Escape, and with Ctrl.
    Off,
}

/// The colours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Something that can be clicked on to see its history.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Object {
    /// What covers a page index in the radix tree.
    Slot(u64),
    /// A tag of the entry that covers a page index.
    Tag(u64, Tag),
    /// `nrexceptional`.
    NrExceptional,
    /// `nrpages`.
    NrPages,
    /// `tree_lock`.
    TreeLock,
    /// A sleeping lock.
    Lock(LockId),
    /// The wait queue of a key.
    WaitKey(u64),
    /// A thread.
    Thread(ThreadId),
    /// A hole page.
    Page(PageId),
    /// The page-table entry of a virtual page.
    Pte(MmId, u64),
    /// The pmd of the range that holds a virtual page.
    Pmd(MmId, u64),
    /// Where a file block lies on the device.
    Block(u64),
    /// `i_size`.
    FileSize,
    /// The `struct page` or folio of a device block, from 4.20 on.
    Frame(u64),
}
