//! What is left for the browser to do.

use crate::texts::TextId;

/// What only the browser can do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// `history.replaceState` with this fragment, without `#`.
    ReplaceUrl(String),
    /// `history.pushState` with this fragment, without `#`.
    PushUrl(String),
    /// Puts text on the clipboard, then announces that it did.
    CopyText {
        /// The text; where `is_fragment`, what stands behind the `#` of the page's address.
        text: String,
        /// Has the address of the page to be put in front?
        is_fragment: bool,
        /// What to announce when it is done.
        done: String,
    },
    /// Offers a file for saving.
    Download {
        /// Its name.
        name: String,
        /// Its media type.
        mime: &'static str,
        /// Its contents.
        text: String,
    },
    /// Offers the page as one HTML file that opens with this fragment.
    SaveOneFile {
        /// The name of the file.
        name: String,
        /// What stands in its title.
        title: String,
        /// Without `#`.
        fragment: String,
    },
    /// Says to a screen reader (`aria-live=polite`) what everybody else sees change on the page: where the run stands.
    Announce(String),
    /// Shows a sentence for a moment, and says it to a screen reader: what was pressed did nothing, or did something that
    /// cannot be seen.
    Tell(String),
    /// Keeps the branches of a script in the browser.
    KeepBranches {
        /// Under this name.
        key: String,
        /// In this text.
        text: String,
    },
    /// Keeps the address that was set for links for the next visit; nothing if it is empty.
    KeepBase(String),
    /// Moves the keyboard focus.
    Focus(FocusTarget),
    /// Gives the worker this message, after it has stopped whatever it does.
    StartSearch(String),
    /// Stops the worker.
    StopSearch,
    /// Keeps a draft of a script under this key, and says if it cannot; without a text, forgets it.
    KeepDraft {
        /// The key.
        key: String,
        /// The text.
        text: String,
    },
    /// Selects a part of the script, in bytes, when it is drawn.
    SelectScript(std::ops::Range<usize>),
    /// Keeps what is solved of the challenges for the next visit.
    KeepChallenges(String),
    /// Fetches a text, then sends [`Action::TextArrived`] or [`Action::TextFailed`].
    FetchText(TextId),
    /// Keeps what was pasted for as long as the window is open, reloads included.
    KeepPasted(String),
    /// Reads the recording that the page keeps, with this request, in place of whatever is read; then sends
    /// [`crate::import::ImportAction::Reported`].
    StartImport(String),
    /// Stops the reading.
    StopImport,
    /// Fetches a recording that comes with the page, keeps it, and opens it as if it had been dropped.
    FetchRecording(&'static str),
    /// Prints the page.
    Print,
    /// Keeps what is answered and reached in the lessons for the next visit; nothing if it is empty.
    KeepProgress(String),
}

/// Where the keyboard focus goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FocusTarget {
    /// The panel that was opened.
    Panel,
    /// The script editor.
    Script,
    /// The search field.
    Search,
    /// The first violation.
    Alert,
    /// The button that begins a search.
    Start,
    /// The button that runs until a condition.
    RunUntil,
    /// The button that makes a step.
    Step,
    /// What came of an answer.
    Verdict,
    /// The lanes of a recording.
    Lanes,
    /// The script that was made of a recording.
    Recorded,
    /// Where the focus was before the panel opened; the step button if that is unknown.
    Return,
}
