//! The locks and who holds them.

use super::mini_badge;
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::view::LockView;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The locks.
    pub locks: Rc<[LockView]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The list of locks.
#[component]
pub fn Locks(props: &Props) -> Html {
    html! {
        <section class="panel" aria-labelledby="locks-title">
            <div class="panel-head"><h2 id="locks-title">{ "Locks" }</h2></div>
            <ul class="rows">{ for props.locks.iter().map(|lock| row(lock, &props.on)) }</ul>
        </section>
    }
}

fn row(lock: &LockView, on: &Callback<Action>) -> Html {
    let object = lock.object;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(object)));
    html! {
        <li class={classes!(lock.is_changed.then_some("is-changed"))} title={lock.sentence.to_string()}>
            <button class="link lead" onclick={select}>{ &*lock.name }</button>
            if lock.holders.is_empty() && !lock.is_orphaned {
                <span class="dim">{ "free" }</span>
            } else {
                { icon(icons::LOCK) }
            }
            if lock.is_orphaned {
                <span class="chip bad">{ "held by nobody" }</span>
            }
            { for lock.holders.iter().map(|holder| html! {
                <span class="queue">
                    { mini_badge(holder.thread) }
                    if !holder.mode.is_empty() { <span class="dim">{ holder.mode }</span> }
                    if let Some(step) = holder.since { <span class="dim">{ format!("since {step}") }</span> }
                </span>
            }) }
            if !lock.waiters.is_empty() {
                <span class="queue"><span class="dim">{ "← waits" }</span>
                    { for lock.waiters.iter().map(|&thread| mini_badge(thread)) }
                </span>
            }
        </li>
    }
}
