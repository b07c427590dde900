//! The script editor.

use super::Text;
use std::rc::Rc;

/// The script editor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptView {
    /// The text in the editor.
    pub text: Text,
    /// How the text stands to what runs.
    pub state: EditorState,
    /// What is wrong with the text.
    pub diagnostics: Rc<[DiagnosticView]>,
    /// One line: `2 errors, 1 warning` or `3 threads, ready to run`.
    pub summary: Text,
    /// Can it be run?
    pub can_run: bool,
}

/// How the text stands to what runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EditorState {
    /// It is what runs.
    Running,
    /// It was changed and could be run.
    Edited,
    /// It was changed and has errors.
    Broken,
}

/// A mistake in the text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiagnosticView {
    /// Does it keep the script from running?
    pub is_error: bool,
    /// The line, from 1.
    pub line: u32,
    /// The first column in characters, from 1.
    pub column: u32,
    /// The column behind the last one.
    pub end_column: u32,
    /// The same place in bytes of the text.
    pub start_byte: usize,
    /// Its end in bytes of the text.
    pub end_byte: usize,
    /// A sentence.
    pub message: Text,
    /// What to write instead, where there is a good guess.
    pub suggestion: Option<Text>,
    /// Message, source line and carets, as three lines of plain text.
    pub rendered: Text,
}
