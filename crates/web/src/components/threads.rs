//! The threads as a table: what each does, how it stands, and what can be done with it.

use super::{badge, thread_class};
use daxscope_session::Action;
use daxscope_session::view::{ThreadStatus, ThreadView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The threads.
    pub threads: Rc<[ThreadView]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The table of threads.
#[component]
pub fn Threads(props: &Props) -> Html {
    let rows = props.threads.iter().map(|thread| {
        html! { <Lane key={thread.id.0} thread={thread.clone()} on={props.on.clone()} /> }
    });
    html! {
        <section class="panel threads" aria-labelledby="threads-title">
            <div class="panel-head"><h2 id="threads-title">{ "Threads" }</h2></div>
            <div class="scroll" tabindex="0" role="group" aria-label="Table of threads">
                <table class="lanes">
                    <colgroup><col class="badge-column" /><col /></colgroup>
                    <thead class="visually-hidden">
                        <tr><th scope="col">{ "Thread" }</th><th scope="col">{ "What it does, and stepping it" }</th></tr>
                    </thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
        </section>
    }
}

/// A thread.
#[derive(Clone, PartialEq, Properties, Debug)]
struct LaneProps {
    thread: ThreadView,
    on: Callback<Action>,
}

#[component]
fn Lane(props: &LaneProps) -> Html {
    let thread = &props.thread;
    let ended = matches!(thread.status, ThreadStatus::Done | ThreadStatus::Stopped);
    let class = classes!(thread_class(thread.id), thread.is_current.then_some("last"), ended.then_some("ended"));
    html! {
        <tr {class}>
            <th scope="row"><span class="visually-hidden">{ "Thread " }</span>{ badge(thread.id) }</th>
            <td>
                { buttons(thread, &props.on) }
                <span class="lane-op">{ &*thread.operation }</span>{ " " }
                if thread.has_other_processes {
                    <span class="lane-process">{ "in " }{ &*thread.process }</span>{ " " }
                }
                <span class={classes!("chip", chip_class(thread.status))}>{ &*thread.chip }</span>
                { fell_back(thread) }
                { reason(thread) }
                { held(thread) }
            </td>
        </tr>
    }
}

const fn chip_class(status: ThreadStatus) -> &'static str {
    match status {
        ThreadStatus::Runnable => "good",
        ThreadStatus::Blocked | ThreadStatus::Asleep => "warn",
        ThreadStatus::WakePending => "key",
        ThreadStatus::WakeLost | ThreadStatus::Crashed => "bad",
        ThreadStatus::Done | ThreadStatus::Stopped => "",
    }
}

/// Why it cannot run; otherwise what it does next.
fn reason(thread: &ThreadView) -> Html {
    let bad = matches!(thread.status, ThreadStatus::WakeLost | ThreadStatus::Crashed);
    if !thread.why.is_empty() {
        html! { <span class={classes!("lane-why", bad.then_some("bad"))}>{ &*thread.why }</span> }
    } else if !thread.next.is_empty() {
        html! { <span class="lane-next">{ "next: " }{ &*thread.next }</span> }
    } else {
        Html::default()
    }
}

/// Why its mapping is not huge; what would make it so is in the tooltip.
fn fell_back(thread: &ThreadView) -> Html {
    thread.fell_back.map_or_else(Html::default, |reason| {
        html! { <span class="lane-next" title={reason.remedy()}>{ "no huge page: " }{ reason.label() }</span> }
    })
}

fn held(thread: &ThreadView) -> Html {
    if thread.held.is_empty() {
        return Html::default();
    }
    let names: Vec<&str> = thread.held.iter().map(|lock| &*lock.name).collect();
    let held = format!("holds {}", names.join(", "));
    html! { <span class="lane-next held" title={held.clone()}>{ held }</span> }
}

fn buttons(thread: &ThreadView, on: &Callback<Action>) -> Html {
    let (id, key) = (thread.id, thread.key);
    if !thread.can_step {
        return Html::default();
    }
    let step = on.reform(move |_: MouseEvent| Action::StepThread(id));
    let run = on.reform(move |_: MouseEvent| Action::RunThreadUntilBlocked(id));
    let fail = on.reform(move |_: MouseEvent| Action::FailNext(Some(id)));
    let letter = thread.letter;
    html! {
        <span class="lane-acts">
            <span class="stack">
                <button class="btn small" onclick={run} aria-label={format!("Run {letter} until it blocks")}
                    title="Run until it blocks" aria-keyshortcuts={format!("Shift+{key}")}>{ "Run" }</button>
                if thread.can_fail {
                    <button class="btn small" onclick={fail} aria-label={format!("Fail: step {letter} and let the call fail")}
                        title="Step, and let the call that comes next fail">{ "Fail" }</button>
                }
            </span>
            <button class="btn step" onclick={step} aria-label={format!("Step {key}, thread {letter}")}
                aria-keyshortcuts={key.to_string()}>{ "Step " }<kbd>{ key }</kbd></button>
        </span>
    }
}
