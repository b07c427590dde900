//! What the last step changed, before and after.

use super::word::value_text;
use daxscope_session::Action;
use daxscope_session::view::{ChangeView, StepView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The step.
    pub step: Rc<StepView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The list of changes.
#[component]
pub fn Changes(props: &Props) -> Html {
    let step = &props.step;
    html! {
        <section class="panel" aria-labelledby="changes-title">
            <div class="panel-head">
                <h2 id="changes-title">{ "Changed by this step" }</h2>
                <span class="dim mono">{ &*step.location }</span>
            </div>
            if step.changes.is_empty() {
                <p class="empty-note">{ if step.number == 0 { "No step yet." } else { "Nothing shared." } }</p>
            } else {
                <ul class="rows changes">
                    { for step.changes.iter().map(|change| row(change, &props.on)) }
                    if step.more_changes > 0 {
                        <li class="dim">{ format!("and {} more", step.more_changes) }</li>
                    }
                </ul>
            }
        </section>
    }
}

fn row(change: &ChangeView, on: &Callback<Action>) -> Html {
    let object = change.object;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(object)));
    html! {
        <li>
            <button class="link" onclick={select} title="Who wrote it, and who read it">{ &*change.what }</button>{ " " }
            <span class="change">
                <span class="from"><span class="visually-hidden">{ "was " }</span>{ value_text(object, &change.before) }</span>
                <span aria-hidden="true">{ "→" }</span>
                <span class="to"><span class="visually-hidden">{ "is " }</span>{ value_text(object, &change.after) }</span>
            </span>
        </li>
    }
}
