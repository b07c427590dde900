//! The objects that are watched: value, what the step made of it, and ways to the steps that change it.

use super::word::value_text;
use crate::icons::{self, icon};
use daxscope_session::view::WatchRow;
use daxscope_session::{Action, WatchAction};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What is watched.
    pub watch: Rc<[WatchRow]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The list.
#[component]
pub fn WatchList(props: &Props) -> Html {
    html! {
        <section class="panel watch" aria-labelledby="watch-title">
            <div class="panel-head"><h2 id="watch-title">{ "Watched" }</h2></div>
            <ul class="watch-rows">
                { for props.watch.iter().map(|row| draw(row, &props.on)) }
            </ul>
        </section>
    }
}

fn draw(row: &WatchRow, on: &Callback<Action>) -> Html {
    let object = row.object;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(object)));
    let act = |name: &str, path: &'static str, action: WatchAction| {
        let name = format!("{name}: {}", row.title);
        let press = on.reform(move |_: MouseEvent| Action::Watch(action));
        html! { <button class="btn small icon quiet" title={name.clone()} aria-label={name} onclick={press}>{ icon(path) }</button> }
    };
    html! {
        <li key={row.title.to_string()} class={row.before.is_some().then_some("is-changed")}>
            <span class="watch-value">
                <button class="link" onclick={select} title="Who wrote it, and who read it">{ &*row.title }</button>{ " " }
                if let Some(before) = &row.before {
                    <span class="change">
                        <span class="from"><span class="visually-hidden">{ "was " }</span>{ value_text(object, before) }</span>
                        <span aria-hidden="true">{ "→" }</span>
                        <span class="to"><span class="visually-hidden">{ "is now " }</span>{ value_text(object, &row.value) }</span>
                    </span>
                } else {
                    <span class="mono">{ value_text(object, &row.value) }</span>
                }
            </span>
            { act("Previous change", icons::BACK, WatchAction::Previous(object)) }
            { act("Next change", icons::STEP, WatchAction::Next(object)) }
            { act("Watch no longer", icons::CLOSE, WatchAction::Toggle(object)) }
        </li>
    }
}
