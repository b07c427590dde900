//! The list of words that could be written at the caret.

use daxscope_session::editor::{Completions, EditorAction};
use yew::prelude::*;

/// Words that are listed at once.
const MOST_WORDS: usize = 40;

/// An open list.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct List {
    /// The words.
    pub(super) found: Completions,
    /// Which of them is chosen.
    pub(super) chosen: Option<usize>,
    /// Where the word begins: line and column from 0.
    pub(super) line: usize,
    pub(super) column: usize,
}

impl List {
    /// What is offered while somebody types: nothing, if the word is whole or not begun.
    pub(super) fn while_typing(found: Completions, text: &str) -> Option<List> {
        let is_news = found.words.len() > 1 || found.words.first().is_some_and(|word| *word != found.typed);
        if found.typed.is_empty() || !is_news { None } else { List::new(found, None, text) }
    }

    /// What is offered when somebody asks.
    pub(super) fn asked(found: Completions, text: &str) -> Option<List> {
        if found.words.is_empty() { None } else { List::new(found, Some(0), text) }
    }

    fn new(mut found: Completions, chosen: Option<usize>, text: &str) -> Option<List> {
        found.words.truncate(MOST_WORDS);
        let before = text.get(..found.replaces.start)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let (line, column) = (before.matches('\n').count(), before[start..].chars().count());
        Some(List { found, chosen, line, column })
    }

    /// Writes a word of the list.
    pub(super) fn accept(&self, at: usize) -> EditorAction {
        let text = self.found.words.get(at).cloned().unwrap_or_default();
        EditorAction::Replace { bytes: self.found.replaces.clone(), text }
    }
}

/// The list below the caret.
pub(super) fn listbox(list: &List, accept: &Callback<EditorAction>) -> Html {
    let mut words = Vec::new();
    for (at, word) in list.found.words.iter().enumerate() {
        let is_chosen = list.chosen == Some(at);
        let action = list.accept(at);
        // Before the text field loses the focus, and with it the list.
        let press = accept.reform(move |event: MouseEvent| {
            event.prevent_default();
            action.clone()
        });
        words.push(html! {
            <div role="option" id={format!("script-word-{at}")} key={at} aria-selected={is_chosen.to_string()} onmousedown={press}>
                { word }
            </div>
        });
    }
    let (line, column) = (list.line, list.column);
    html! {
        <div class="words-frame" style={format!("--line:{line};--column:{column}")}>
            <div class="words" role="listbox" id="script-words" aria-label="Words that fit here">{ for words }</div>
        </div>
    }
}
