//! What is broken in the state on screen.

use super::sentence;
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::view::{AlertView, ThreadView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What is broken.
    pub alerts: Rc<[AlertView]>,
    /// What passes where it broke before.
    pub passed: Option<Rc<str>>,
    /// All threads.
    pub threads: Rc<[ThreadView]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The first broken rule in full, the others by name.
#[component]
pub fn Alerts(props: &Props) -> Html {
    let Some((first, others)) = props.alerts.split_first() else {
        return html! { <><div role="alert" class="visually-hidden"></div>{ passed(props.passed.as_deref()) }</> };
    };
    html! {
        <section class="strip alert" aria-label="Violation" id="alert" tabindex="-1">
            <div role="alert" class="alert-text">
                <h2>{ icon(icons::WARNING) }{ &*first.headline }</h2>
                <p>
                    { sentence(first.thread, &first.sentence) }
                    if !others.is_empty() {
                        <span class="dim">{ also(others) }</span>
                    }
                </p>
            </div>
            <div class="actions">{ jump(first, &props.on) }{ walk_round(first, &props.on) }{ elsewhere(first, &props.on) }</div>
        </section>
    }
}

/// The good counterpart of an alert.
fn passed(sentence: Option<&str>) -> Html {
    let Some(sentence) = sentence else { return Html::default() };
    html! {
        <section class="strip passed" id="passed" aria-label="It passes">
            <div role="status" class="alert-text">
                <h2>{ icon(icons::CHECK) }{ "Nothing breaks" }</h2>
                <p>{ sentence.to_owned() }</p>
            </div>
        </section>
    }
}

fn also(others: &[AlertView]) -> String {
    let names: Vec<&str> = others.iter().take(3).map(|alert| &*alert.headline).collect();
    let more = others.len().saturating_sub(3);
    match more {
        0 => format!(" Also: {}.", names.join(", ")),
        _ => format!(" Also: {}, and {more} more.", names.join(", ")),
    }
}

fn jump(alert: &AlertView, on: &Callback<Action>) -> Html {
    if alert.is_new || alert.step == 0 {
        return Html::default();
    }
    let step = alert.step;
    let go = on.reform(move |_: MouseEvent| Action::GoTo(step));
    html! { <button class="btn" onclick={go}>{ format!("Go to step {step}, where it broke") }</button> }
}

/// Round the loop of a livelock.
#[inline(never)]
fn walk_round(alert: &AlertView, on: &Callback<Action>) -> Html {
    let Some((first, last)) = alert.round else { return Html::default() };
    let walk = on.reform(|_: MouseEvent| Action::WalkRound);
    html! {
        <button class="btn" onclick={walk} aria-keyshortcuts="o" title={format!("The loop is steps {first} to {last}")}>
            { "Walk round the loop (o)" }</button>
    }
}

fn elsewhere(alert: &AlertView, on: &Callback<Action>) -> Html {
    let Some(revision) = alert.try_revision.clone() else { return Html::default() };
    let label = format!("Same schedule on {revision}");
    let switch = on.reform(move |_: MouseEvent| Action::SetRevision(Some(revision.to_string())));
    html! { <button class="btn" onclick={switch}>{ label }</button> }
}
