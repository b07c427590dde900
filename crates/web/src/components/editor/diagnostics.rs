//! What is wrong with the script, as a list whose items lead to the place.

use super::text::select_bytes;
use daxscope_session::view::{DiagnosticView, ScriptView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The text and what is wrong with it.
    pub script: Rc<ScriptView>,
}

/// The list.
#[component]
pub(super) fn Diagnostics(props: &Props) -> Html {
    let script = &props.script;
    html! {
        <ul class="diagnostics" aria-label="What is wrong with the script" hidden={script.diagnostics.is_empty()}>
            { for script.diagnostics.iter().map(diagnostic) }
        </ul>
    }
}

fn diagnostic(diagnostic: &DiagnosticView) -> Html {
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
                    if let Some(suggestion) = &diagnostic.suggestion {
                        <span class="dim">{ format!(" Write {suggestion}?") }</span>
                    }
                </span>
            </button>
        </li>
    }
}
