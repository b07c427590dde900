//! The script editor: a panel beside the picture, so that one sees what a change does.

mod completion;
mod controls;
mod diagnostics;
mod files;
mod help;
mod keys;
mod layer;
mod resize;
mod text;

pub use files::listen_to_drops;
pub(crate) use text::select_bytes;

use crate::browser;
use crate::icons::{self, icon};
use controls::Controls;
use daxscope_session::Action;
use daxscope_session::editor::EditorAction;
use daxscope_session::view::{EditorState, ScriptView};
use diagnostics::Diagnostics;
use files::Files;
use help::WordHelp;
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
    let (caret, hover) = (use_state_eq(|| 0_usize), use_state_eq(|| None::<usize>));
    let on_caret = setter(&caret);
    let on_hover = setter(&hover);
    let with_controls = use_state_eq(|| true);
    let toggle = {
        let with_controls = with_controls.clone();
        Callback::from(move |_: MouseEvent| with_controls.set(!*with_controls))
    };
    let run = run(on, script.can_run);
    let close = on.reform(|_: MouseEvent| Action::Close);
    let does = |action: EditorAction| on.reform(move |_: MouseEvent| Action::Editor(action.clone()));
    html! {
        <section class="panel grow script" aria-labelledby="script-title">
            <Grip />
            <div class="panel-head">
                <h2 id="script-title">{ "Script" }</h2>
                <span class="spacer"></span>
                <button class="btn small" aria-label="Undo" title="Undo (Ctrl+Z)" aria-disabled={(!script.can_undo).to_string()}
                    onclick={does(EditorAction::Undo)}>{ "↶" }</button>
                <button class="btn small" aria-label="Redo" title="Redo (Ctrl+Y)" aria-disabled={(!script.can_redo).to_string()}
                    onclick={does(EditorAction::Redo)}>{ "↷" }</button>
                <button class="btn small" aria-pressed={with_controls.to_string()} onclick={toggle}>{ "Controls" }</button>
                <Files script={script.clone()} on={on.clone()} />
                <button class="btn quiet icon" aria-label="Close the script" onclick={close}>{ icon(icons::CLOSE) }</button>
            </div>
            if !script.storage.is_empty() { <p class="storage" role="status">{ &*script.storage }</p> }
            <TextArea script={script.clone()} on={on.clone()} run={run.clone()} {on_caret} {on_hover} />
            <WordHelp script={script.clone()} at={hover.unwrap_or(*caret)} />
            <div class="under">
                <Diagnostics script={script.clone()} on={on.clone()} />
                if *with_controls { <Controls view={script.controls.clone()} on={on.clone()} /> }
            </div>
            if let Some(beyond) = &script.beyond {
                <p class="dim hint" role="status">
                    { format!("{beyond} Run starts this text instead; Ctrl+Z brings the run back.") }
                </p>
            }
            { foot(script, on, &run) }
        </section>
    }
}

fn foot(script: &ScriptView, on: &Callback<Action>, run: &Callback<()>) -> Html {
    let newest = script
        .drafts
        .first()
        .filter(|draft| matches!(script.state, EditorState::Running | EditorState::OtherRun) && !draft.is_current);
    html! {
        <div class="script-foot">
            <button class="btn primary" id="run-script" aria-disabled={(!script.can_run).then_some("true")}
                onclick={run.reform(|_: MouseEvent| ())} aria-keyshortcuts="Control+Enter">
                { "Run" }<kbd aria-hidden="true">{ "Ctrl ⏎" }</kbd>
            </button>
            <button class="btn" onclick={on.reform(|_: MouseEvent| Action::FormatScript)}>{ "Format" }</button>
            <button class="btn" onclick={on.reform(|_: MouseEvent| Action::CopyScript)}>{ "Copy as it runs" }</button>
            if let Some(draft) = newest {
                { bring_back(&draft.key, on) }
            }
            if script.beyond.is_some() {
                <button class="btn" id="take-run" onclick={on.reform(|_: MouseEvent| Action::TakeRun)}>
                    { "Take the run into the script" }
                </button>
            }
            <span class="spacer"></span>
            <span class="dim" role="status" id="script-summary">{ &*script.summary }</span>
        </div>
    }
}

fn bring_back(key: &str, on: &Callback<Action>) -> Html {
    let key = key.to_owned();
    let press = on.reform(move |_: MouseEvent| Action::Editor(EditorAction::OpenDraft(key.clone())));
    html! { <button class="btn" onclick={press}>{ "Bring back my draft" }</button> }
}

fn setter<T: PartialEq + 'static>(state: &UseStateHandle<T>) -> Callback<T> {
    let state = state.clone();
    Callback::from(move |value| state.set(value))
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
