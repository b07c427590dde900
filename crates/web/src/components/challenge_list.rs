//! All challenges, with what is solved of them.

use daxscope_session::view::{ChallengeItem, ChallengesView};
use daxscope_session::{Action, ChallengeAction};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The challenges.
    pub view: Rc<ChallengesView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The list.
#[component]
pub fn ChallengeList(props: &Props) -> Html {
    let Props { view, on } = props;
    let solved = view.list.iter().filter(|item| !item.solved.is_empty()).count();
    let mut items = Vec::new();
    for item in &view.list {
        items.push(card(item, on));
    }
    html! {
        <>
            <h3 id="challenges-title">{ "Challenges" }</h3>
            <p class="dim">
                { format!("Judged by the search, not by a stored answer. Solved: {solved} of {}.", view.list.len()) }
            </p>
            <ol class="lessons" aria-labelledby="challenges-title">{ items }</ol>
        </>
    }
}

fn card(item: &ChallengeItem, on: &Callback<Action>) -> Html {
    let id = item.id;
    let open = on.reform(move |_: MouseEvent| Action::Challenge(ChallengeAction::Open(id.into())));
    html! {
        <li key={id}>
            <button class="card lesson-card" onclick={open} data-challenge={id}>
                <span class="card-head">
                    <strong>{ item.title }</strong>
                    if !item.solved.is_empty() { <span class="chip good">{ item.solved }</span> }
                </span>
                <span class="card-about">{ item.goal }</span>
                <span class="dim">{ item.kind }{ " · " }{ item.level }</span>
            </button>
        </li>
    }
}
