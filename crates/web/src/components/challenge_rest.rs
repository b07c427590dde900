//! "Can it still be won from here?": the answer of the search, and the shortest rest, one step after another.

use daxscope_session::view::{RestView, Text};
use daxscope_session::{Action, ChallengeAction};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The answer.
    pub rest: RestView,
    /// What the worker says, while it works.
    pub busy: Option<Text>,
    /// Is it solved?
    pub is_over: bool,
    /// What was done.
    pub on: Callback<Action>,
}

/// The question and its answer.
#[component]
pub fn ChallengeRest(props: &Props) -> Html {
    let Props { rest, busy, is_over, on } = props;
    let press = |action: ChallengeAction| on.reform(move |_: MouseEvent| Action::Challenge(action.clone()));
    let mut steps = Vec::new();
    for step in &rest.steps {
        steps.push(html! { <li>{ &**step }</li> });
    }
    html! {
        <div class="rest">
            if !is_over {
                <div class="learn-row">
                    <button class="btn primary" id="ask-rest" onclick={press(ChallengeAction::Ask)}>
                        { "Can it still be won from here?" }
                    </button>
                    { busy_row(busy.as_ref(), on) }
                </div>
            }
            if busy.is_none() && !rest.sentence.is_empty() { <p id="rest-answer">{ &*rest.sentence }</p> }
            if !steps.is_empty() { <ol class="told" id="rest-steps" aria-label="The next steps">{ steps }</ol> }
            if rest.can_step && !is_over {
                <div class="learn-row">
                    if rest.has_more {
                        <button class="btn small" id="reveal-step" onclick={press(ChallengeAction::Reveal)}>
                            { "Show one step more" }
                        </button>
                    }
                    <button class="btn small" id="take-step" onclick={press(ChallengeAction::TakeStep)}>
                        { "Make the next step" }
                    </button>
                </div>
            }
        </div>
    }
}

/// What goes on, and a button that ends it.
pub(super) fn busy_row(busy: Option<&Text>, on: &Callback<Action>) -> Html {
    let Some(busy) = busy else { return Html::default() };
    let stop = on.reform(|_: MouseEvent| Action::StopSearch);
    html! {
        <>
            <span class="dim" id="challenge-busy">{ &**busy }</span>
            <button class="btn small" onclick={stop}>{ "Stop" }</button>
        </>
    }
}
