//! The script editor: a panel beside the picture, so that one sees what a change does.

mod diagnostics;
mod resize;
mod text;

use crate::icons::{self, icon};
use crate::{browser, preferences};
use daxscope_session::Action;
use daxscope_session::view::{EditorState, ScriptView};
use diagnostics::Diagnostics;
use resize::Grip;
use std::rc::Rc;
use text::TextArea;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The text and what is wrong with it.
    pub script: Rc<ScriptView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// Below this width the editor is as wide as the page, so the picture is not beside it.
const PHONE_PX: i32 = 720;

/// The editor.
#[component]
pub fn ScriptPanel(props: &Props) -> Html {
    let Props { script, on } = props;
    let draft = use_memo((), |()| preferences::draft());
    let other_draft =
        draft.as_ref().clone().filter(|draft| **draft != *script.text && script.state == EditorState::Running);
    let run = run(on, script.can_run);
    let close = on.reform(|_: MouseEvent| Action::Close);
    html! {
        <section class="panel grow script" aria-labelledby="script-title">
            <Grip />
            <div class="panel-head">
                <h2 id="script-title">{ "Script" }</h2>
                <span class="spacer"></span>
                <button class="btn quiet icon" aria-label="Close the script" onclick={close}>{ icon(icons::CLOSE) }</button>
            </div>
            <TextArea script={script.clone()} on={on.clone()} run={run.clone()} />
            <Diagnostics script={script.clone()} />
            if let Some(beyond) = &script.beyond {
                <p class="dim hint" role="status">
                    { format!("{beyond} Run starts this text instead; Ctrl+Z brings the run back.") }
                </p>
            }
            <div class="script-foot">
                <button class="btn primary" id="run-script" aria-disabled={(!script.can_run).then_some("true")}
                    onclick={run.reform(|_: MouseEvent| ())} aria-keyshortcuts="Control+Enter">
                    { "Run" }<kbd aria-hidden="true">{ "Ctrl ⏎" }</kbd>
                </button>
                <button class="btn" onclick={on.reform(|_: MouseEvent| Action::FormatScript)}>{ "Format" }</button>
                <button class="btn" onclick={on.reform(|_: MouseEvent| Action::CopyScript)}>{ "Copy as it runs" }</button>
                if let Some(text) = other_draft {
                    <button class="btn" onclick={on.reform(move |_: MouseEvent| Action::EditScript(text.clone()))}>
                        { "Bring back my draft" }
                    </button>
                }
                if script.beyond.is_some() {
                    <button class="btn" id="take-run" onclick={on.reform(|_: MouseEvent| Action::TakeRun)}>
                        { "Take the run into the script" }
                    </button>
                }
                <span class="spacer"></span>
                <span class="dim" role="status" id="script-summary">{ &*script.summary }</span>
            </div>
        </section>
    }
}

/// Runs the text. Where the editor covers the picture it closes, so that the picture can be seen.
fn run(on: &Callback<Action>, can_run: bool) -> Callback<()> {
    let on = on.clone();
    Callback::from(move |()| {
        on.emit(Action::RunScript);
        if can_run && browser::width() <= PHONE_PX {
            on.emit(Action::Close);
        }
    })
}
