//! The wait table: who sleeps on which key.

use super::mini_badge;
use daxscope_session::view::{WaitQueueView, WaiterView};
use daxscope_session::{Action, Object};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Queues with somebody in them.
    pub waits: Rc<[WaitQueueView]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The wait table.
#[component]
pub fn Waits(props: &Props) -> Html {
    html! {
        <section class="panel" aria-labelledby="waits-title">
            <div class="panel-head">
                <h2 id="waits-title">{ "Wait table" }</h2><span class="dim">{ "asleep on an entry" }</span>
            </div>
            if props.waits.is_empty() {
                <p class="empty-note">{ "Nobody waits for an entry." }</p>
            } else {
                <ul class="rows">{ for props.waits.iter().map(|queue| row(queue, &props.on)) }</ul>
            }
        </section>
    }
}

fn row(queue: &WaitQueueView, on: &Callback<Action>) -> Html {
    let key = queue.key;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(Object::WaitKey(key))));
    html! {
        <li class={classes!(queue.is_changed.then_some("is-changed"))}>
            <button class="link lead" onclick={select}>{ "key " }<span class="mono">{ format!("{key:#x}") }</span></button>
            <span class="queue">{ for queue.waiters.iter().map(waiter) }</span>
            <span class="note">{ &*queue.sentence }</span>
        </li>
    }
}

fn waiter(waiter: &WaiterView) -> Html {
    let title = waiter.since.map(|step| format!("since step {step}"));
    html! {
        <span class="waiter" {title}>
            { mini_badge(waiter.thread) }
            if waiter.is_lost {
                <span class="chip bad">{ "lost" }</span>
            } else if !waiter.is_asleep {
                <span class="chip">{ "not asleep yet" }</span>
            }
        </span>
    }
}
