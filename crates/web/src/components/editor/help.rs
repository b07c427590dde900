//! What the word at the caret, or under the pointer, means: docs/script.md says it.

use crate::components::markdown;
use daxscope_session::editor::help_at;
use daxscope_session::view::ScriptView;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The text.
    pub script: Rc<ScriptView>,
    /// The byte of which one wants to know.
    pub at: usize,
}

/// The help.
#[component]
pub(super) fn WordHelp(props: &Props) -> Html {
    let help = props.script.reference.and_then(|reference| help_at(reference, &props.script.text, props.at));
    let (title, text) = match (help, &props.script.missing) {
        (Some(help), _) => (help.title, help.text),
        (None, Some(missing)) => (String::new(), missing.sentence.to_string()),
        (None, None) => (
            String::new(),
            "Ctrl+Space lists the words that fit. Point at a word, or put the caret on it, to read what it means."
                .into(),
        ),
    };
    html! {
        <div class="word-help prose" id="word-help" tabindex="0" role="region" aria-label="What the word means">
            if !title.is_empty() { <p class="word"><code>{ title }</code></p> }
            { markdown::render(&text) }
        </div>
    }
}
