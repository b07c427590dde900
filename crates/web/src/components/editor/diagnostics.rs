//! What is wrong with the script, as a list whose items lead to the place, and mend it where the reader knows how.

use super::text::select_bytes;
use daxscope_session::Action;
use daxscope_session::editor::EditorAction;
use daxscope_session::view::{DiagnosticView, ScriptView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The text and what is wrong with it.
    pub script: Rc<ScriptView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The list.
#[component]
pub(super) fn Diagnostics(props: &Props) -> Html {
    let Props { script, on } = props;
    html! {
        <ul class="diagnostics" aria-label="What is wrong with the script" hidden={script.diagnostics.is_empty()}>
            { for script.diagnostics.iter().map(|it| diagnostic(it, on)) }
        </ul>
    }
}

fn diagnostic(diagnostic: &DiagnosticView, on: &Callback<Action>) -> Html {
    let line = diagnostic.line;
    let (start, end) = (diagnostic.start_byte, diagnostic.end_byte);
    let go = move |_: MouseEvent| select_bytes(start, end);
    let kind = if diagnostic.is_error { "error" } else { "warning" };
    html! {
        <li class={kind}>
            <button onclick={go}>
                <span class="mono">{ format!("line {line}") }</span>
                <span>
                    <span class="visually-hidden">{ format!("{kind}: ") }</span>{ &*diagnostic.message }
                    if !diagnostic.expected.is_empty() {
                        <span class="dim">{ format!(" Expected: {}.", diagnostic.expected) }</span>
                    }
                </span>
            </button>
            if let Some(suggestion) = &diagnostic.suggestion {
                { mend(suggestion, start..end, on) }
            }
        </li>
    }
}

/// A button that writes what was probably meant.
fn mend(suggestion: &str, bytes: std::ops::Range<usize>, on: &Callback<Action>) -> Html {
    let text = suggestion.to_owned();
    let press = on.reform(move |_: MouseEvent| {
        Action::Editor(EditorAction::Replace { bytes: bytes.clone(), text: text.clone() })
    });
    let label = if suggestion.is_empty() { "Leave it out".to_owned() } else { format!("Write {}", suggestion.trim()) };
    html! { <button class="mend" onclick={press}>{ label }</button> }
}
