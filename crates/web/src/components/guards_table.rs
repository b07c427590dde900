//! What each lock, re-check and wake-up is for: the same search without each of them.

use daxscope_session::Action;
use daxscope_session::search::Kind;
use daxscope_session::view::{GuardView, Tone};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// One for each trial; none until they are asked for.
    pub guards: Rc<[GuardView]>,
    /// Why that cannot be told.
    pub problem: Option<AttrValue>,
    /// Are they being made?
    pub is_running: bool,
    /// Can they be made?
    pub can_start: bool,
    /// What was done.
    pub on: Callback<Action>,
}

/// The trials as a table.
#[component]
pub fn GuardsTable(props: &Props) -> Html {
    let Props { guards, problem, is_running, can_start, on } = props;
    let is_running = *is_running;
    let press = on.reform(
        move |_: MouseEvent| {
            if is_running { Action::StopSearch } else { Action::StartSearch(Kind::Necessity) }
        },
    );
    html! {
        <section class="reductions" aria-labelledby="guards-title">
            <div class="reductions-head">
                <h3 id="guards-title">{ "What is each lock for?" }</h3>
                <button class="btn small" onclick={press} aria-disabled={(!can_start).to_string()}>
                    { if is_running { "Cancel" } else { "Try without" } }
                </button>
            </div>
            if let Some(problem) = problem {
                <p class="why-not">{ problem }</p>
            } else if guards.is_empty() {
                <p class="dim">{ "The same search with each lock, re-check and wake-up of this kernel switched off in turn." }</p>
            } else {
                <table>
                    <thead><tr><th scope="col">{ "Without" }</th><th scope="col">{ "What breaks" }</th></tr></thead>
                    <tbody>{ for guards.iter().map(row) }</tbody>
                </table>
            }
        </section>
    }
}

fn row(guard: &GuardView) -> Html {
    let class = match guard.tone {
        None => "dim",
        Some(Tone::Good) => "chip",
        Some(Tone::Bad) => "chip bad wraps",
        Some(Tone::Open) => "chip warn wraps",
    };
    html! {
        <tr>
            <th scope="row"><code>{ &*guard.name }</code><br /><span class="dim">{ guard.about }</span></th>
            <td><span {class}>{ &*guard.result }</span></td>
        </tr>
    }
}
