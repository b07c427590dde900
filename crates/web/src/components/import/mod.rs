//! A recording of a real kernel: opened, read, and answered, the answer first.

mod answers;
mod lanes;
mod open;
mod scenario;
mod tables;
mod trees;

use super::Dialog;
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::import::{ImportAction, ImportView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The recording.
    pub view: Rc<ImportView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The panel over the page.
#[component]
pub fn ImportDialog(props: &Props) -> Html {
    let Props { view, on } = props;
    let is_empty = view.trace.is_none() && view.trees.is_none() && view.reading.is_none();
    html! {
        <Dialog title="A recording of a real kernel" class="import" on={on.clone()}>
            <open::OpenBar view={view.clone()} on={on.clone()} />
            { reading(view, on) }
            if let Some(problem) = &view.problem {
                <p class="rec-problem" role="alert">{ icon(icons::WARNING) }<span>{ &**problem }</span></p>
            }
            if is_empty { { open::how() } }
            if let Some(trace) = &view.trace {
                { answers::first(trace, on) }
                if let Some(lanes) = &view.lanes { <lanes::Lanes lanes={lanes.clone()} on={on.clone()} /> }
                { scenario::scenario(view, on) }
                { tables::tables(trace, &view.tables, on) }
                { answers::about(trace) }
            }
            if let Some(trees) = &view.trees { <trees::Trees trees={trees.clone()} on={on.clone()} /> }
        </Dialog>
    }
}

/// How far the reading is.
fn reading(view: &ImportView, on: &Callback<Action>) -> Html {
    let Some(reading) = &view.reading else { return Html::default() };
    let stop = on.reform(|_: MouseEvent| Action::Import(ImportAction::Stop));
    html! {
        <div class="rec-reading">
            <label for="rec-progress">{ format!("Reading {}", view.file) }</label>
            <progress id="rec-progress" max="100" value={reading.percent.to_string()}></progress>
            <span class="mono">{ &*reading.said }</span>
            <button class="btn small" onclick={stop}>{ "Stop" }</button>
        </div>
    }
}

/// A press that does something with the recording.
fn does(on: &Callback<Action>, action: ImportAction) -> Callback<MouseEvent> {
    on.reform(move |_: MouseEvent| Action::Import(action.clone()))
}

/// A button with the number of a line, which shows it in the lanes.
fn line_button(line: u64, text: String, on: &Callback<Action>) -> Html {
    html! {
        <button class="link rec-line" onclick={does(on, ImportAction::Show(line))} title="Show it in the lanes">{ text }</button>
    }
}
