//! The script editor without a page: text, undo, drafts, templates, help, and what is shown of it.

mod drafts;
mod help;
mod history;
mod lines;
mod templates;

pub use drafts::{Draft, MAX_DRAFTS};
pub use help::{Help, help_at};
pub use lines::{LineView, Mark, Piece, lines_from};
pub use templates::{TEMPLATES, Template};

use daxscope_core::scenario::parse;
pub use daxscope_core::scenario::{Completions, Edit, Flag, WordKind};
use daxscope_core::scenario::{Parsed, completions};
use drafts::Drafts;
pub(crate) use drafts::name as draft_name;
use history::History;
use std::ops::Range;

/// What a person does in the editor, besides typing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EditorAction {
    /// Takes the last change of the text back.
    Undo,
    /// Makes it again.
    Redo,
    /// An empty script.
    New,
    /// Begins with the template of that name.
    Template(&'static str),
    /// The text of a file.
    Open {
        /// The name of the file.
        name: String,
        /// What is in it.
        text: String,
    },
    /// The bytes of a file: a text, or a picture with a run in it.
    File {
        /// The name of the file.
        name: String,
        /// What is in it.
        bytes: Vec<u8>,
    },
    /// A file could not be read, and why.
    CannotOpen(String),
    /// Offers the text as a file.
    Save,
    /// Writes something in place of a part of the text: a completion, a suggestion.
    Replace {
        /// The part, in bytes.
        bytes: Range<usize>,
        /// What is written there.
        text: String,
    },
    /// A text that was pasted.
    Paste {
        /// The text.
        text: String,
        /// In place of which part of the script, in bytes; `None`: outside of the editor.
        place: Option<Range<usize>>,
    },
    /// A change that a control makes.
    Change(Box<Edit>),
    /// An operation as words: the last of a thread if there is no index.
    Operation {
        /// The thread, from 0.
        thread: usize,
        /// Which operation, from 0; `None`: a further one.
        index: Option<usize>,
        /// The line without its process, such as `read 2M at 0`.
        words: String,
        /// Through which process, from 0.
        via: Option<usize>,
    },
    /// Opens a draft.
    OpenDraft(String),
    /// Deletes a draft.
    ForgetDraft(String),
    /// The drafts that the browser has kept, and a number above all of theirs.
    Restore(Vec<Draft>, u64),
    /// This draft was being typed when the page was loaded anew: it is offered, unless it is what runs.
    WasTyping(String),
    /// The browser could not keep a draft.
    StorageFull,
}

/// The script in the editor.
#[derive(Debug)]
pub(crate) struct Editor {
    pub(crate) text: String,
    pub(crate) parsed: Parsed,
    pub(crate) history: History,
    pub(crate) drafts: Drafts,
}

impl Editor {
    /// Nothing yet.
    pub(crate) fn new() -> Editor {
        Editor { text: String::new(), parsed: parse(""), history: History::default(), drafts: Drafts::default() }
    }

    /// Puts another text in, as one change that can be taken back. `typed`: a key press, which may belong to the one before it.
    pub(crate) fn set(&mut self, text: String, parsed: Parsed, typed: bool) {
        self.history.record(&self.text, &text, typed);
        (self.text, self.parsed) = (text, parsed);
    }

    /// Takes the last change back, or makes it again. Returns what is to be selected.
    pub(crate) fn walk(&mut self, back: bool) -> Option<Range<usize>> {
        let (text, selection) = if back { self.history.undo(&self.text) } else { self.history.redo(&self.text) }?;
        self.parsed = parse(&text);
        self.text = text;
        Some(selection)
    }
}

/// What could be written at a byte of a script. Reads the script anew: asked when somebody stops typing or asks for it.
#[must_use]
pub fn completions_at(text: &str, at: usize) -> Completions {
    completions(text, at, &parse(text))
}
