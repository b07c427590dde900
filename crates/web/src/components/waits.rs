//! The wait table: who sleeps on which key.

use super::mini_badge;
use daxscope_session::view::{FramesView, IdleWait, WaitQueueView, WaiterView};
use daxscope_session::{Action, Object};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Queues with somebody in them.
    pub waits: Rc<[WaitQueueView]>,
    /// Who sleeps until a page of the device is idle.
    pub frames: Rc<FramesView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The wait table.
#[component]
pub fn Waits(props: &Props) -> Html {
    html! {
        <section class="panel" aria-labelledby="waits-title">
            <div class="panel-head">
                <h2 id="waits-title">{ "Wait table" }</h2><span class="dim">{ if props.frames.is_kept { "asleep on an entry or a page" } else { "asleep on an entry" } }</span>
            </div>
            if props.waits.is_empty() && props.frames.idle_waits.is_empty() {
                <p class="empty-note">{ "Nobody waits for an entry." }</p>
            } else {
                <ul class="rows">
                    { for props.waits.iter().map(|queue| row(queue, &props.on)) }
                    { for props.frames.idle_waits.iter().map(|wait| idle(wait, &props.on)) }
                </ul>
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

/// Breaking a layout waits until nobody uses the page any more.
fn idle(wait: &IdleWait, on: &Callback<Action>) -> Html {
    let object = wait.object;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(object)));
    html! {
        <li class={classes!(wait.is_changed.then_some("is-changed"))}>
            <button class="link lead" onclick={select}>{ "idle " }<span class="mono">{ &*wait.name }</span></button>
            <span class="queue"><span class="waiter">{ mini_badge(wait.thread) }</span></span>
            <span class="note">{ &*wait.sentence }</span>
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
