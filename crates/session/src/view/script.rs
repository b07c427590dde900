//! The script editor.

use super::Build;
use super::Text;
use super::controls::{ControlsView, controls};
use crate::action::Panel;
use crate::editor::{Editor, draft_name};
use crate::session::plural;
use crate::texts::{MissingText, TextId};
use daxscope_core::scenario::{Diagnostic, Severity, render};
use std::rc::Rc;

/// The script editor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
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
    /// What the run on screen has that no script says: a sentence. [`Action::TakeRun`](crate::Action::TakeRun) writes it into
    /// the text.
    pub beyond: Option<Text>,
    /// Can a change be taken back?
    pub can_undo: bool,
    /// Can a change be made again?
    pub can_redo: bool,
    /// What was typed and is kept, the newest first.
    pub drafts: Rc<[DraftView]>,
    /// Why drafts are not kept; empty if they are.
    pub storage: Text,
    /// docs/script.md, from which help is taken, once it is there and the editor is open.
    pub reference: Option<&'static str>,
    /// Why it is not there.
    pub missing: Option<MissingText>,
    /// The same script as controls; empty unless the editor is open.
    pub controls: Rc<ControlsView>,
}

/// A text that was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DraftView {
    /// Its key.
    pub key: Text,
    /// Its title or first line.
    pub name: Text,
    /// Is it in the editor?
    pub is_current: bool,
}

/// How the text stands to what runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EditorState {
    /// It is what runs.
    #[default]
    Running,
    /// It is the scenario that runs, but the run on screen has another kernel or other steps than it says.
    OtherRun,
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
    /// What was expected there; may be empty.
    pub expected: Text,
    /// What to write instead, where there is a good guess.
    pub suggestion: Option<Text>,
    /// Message, source line and carets, as three lines of plain text.
    pub rendered: Text,
}

impl Build<'_> {
    pub(super) fn script(&self) -> ScriptView {
        let editor = &self.session.editor;
        let parsed = &editor.parsed;
        let can_run = parsed.is_ok();
        let beyond = self.session.told_beyond_script();
        let state = match (self.session.editor_is_of_what_runs(), can_run) {
            (_, false) => EditorState::Broken,
            (true, true) if beyond.is_some() => EditorState::OtherRun,
            (true, true) => EditorState::Running,
            (false, true) => EditorState::Edited,
        };
        let count = |severity| parsed.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let counts = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")];
        let counts = counts.into_iter().filter(|&(count, _)| count > 0).map(|(count, noun)| plural(count, noun));
        let mut summary: Vec<String> = counts.collect();
        if can_run {
            summary.push(plural(parsed.scenario.threads.len(), "thread"));
            summary.extend(match (state, parsed.scenario.threads.is_empty()) {
                (EditorState::Running, _) => Some("this is what runs".into()),
                (EditorState::OtherRun, false) => Some("the run on screen is another".into()),
                (_, true) => Some("nothing to run: add a line `thread A`".into()),
                (_, false) => Some("ready to run".into()),
            });
        }
        let reference = match self.session.panel {
            Panel::Script => Some(self.session.texts.part(TextId::Script, "script.md")),
            _ => None,
        };
        ScriptView {
            reference: reference.as_ref().and_then(|it| it.as_ref().ok().copied()),
            missing: reference.and_then(Result::err),
            text: editor.text.as_str().into(),
            state,
            diagnostics: parsed.diagnostics.iter().map(|one| diagnostic(one, &editor.text)).collect(),
            summary: summary.join(", ").into(),
            can_run,
            beyond: beyond.map(|what| format!("The run on screen has {what}.").into()),
            can_undo: editor.history.can_undo(),
            can_redo: editor.history.can_redo(),
            drafts: drafts(editor),
            storage: if editor.drafts.is_storage_full { STORAGE_FULL.into() } else { Text::default() },
            controls: match self.session.panel {
                Panel::Script => Rc::new(controls(&editor.text, parsed)),
                _ => Rc::default(),
            },
        }
    }
}

const STORAGE_FULL: &str = "The storage of this browser is full or forbidden: what you type is lost when the page closes. Save it as a \
                            file, or delete drafts.";

fn drafts(editor: &Editor) -> Rc<[DraftView]> {
    let mut drafts = Vec::new();
    for draft in editor.drafts.all.iter().rev() {
        drafts.push(DraftView {
            key: draft.key.as_str().into(),
            name: draft_name(&draft.text).into(),
            is_current: editor.drafts.is_current(&draft.key),
        });
    }
    drafts.into()
}

fn diagnostic(diagnostic: &Diagnostic, text: &str) -> DiagnosticView {
    let span = &diagnostic.span;
    DiagnosticView {
        is_error: diagnostic.severity == Severity::Error,
        line: span.line,
        column: span.start,
        end_column: span.end,
        start_byte: span.bytes.start,
        end_byte: span.bytes.end,
        message: diagnostic.message.as_str().into(),
        expected: diagnostic.expected.as_str().into(),
        suggestion: diagnostic.suggestion.as_deref().map(Into::into),
        rendered: render(diagnostic, text).into(),
    }
}
