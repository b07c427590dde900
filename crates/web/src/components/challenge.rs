//! An open challenge beside the live machine.

use super::{ChallengeGuards, ChallengeOrder, ChallengeRest, markdown};
use daxscope_session::view::{ChallengeView, Standing};
use daxscope_session::{Action, ChallengeAction};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The challenge.
    pub view: ChallengeView,
    /// What was done.
    pub on: Callback<Action>,
}

/// The challenge.
#[component]
pub fn ChallengePanel(props: &Props) -> Html {
    let Props { view, on } = props;
    let press = |action: ChallengeAction| on.reform(move |_: MouseEvent| Action::Challenge(action.clone()));
    html! {
        <section class="panel grow challenge" aria-labelledby="challenge-title">
            <div class="panel-head">
                <h2 id="challenge-title">{ view.item.title }</h2>
                <button class="btn small" id="all-challenges" onclick={press(ChallengeAction::List)}>
                    { "All challenges" }
                </button>
            </div>
            <div class="scroll prose learn" id="panel" tabindex="0" role="group"
                aria-label={format!("Challenge: {}", view.item.title)}>
                <p class="dim">
                    { view.item.kind }{ " · " }{ view.item.level }
                    if let Some(par) = &view.par { { " · " }{ &**par } }
                </p>
                <p class="lead">{ markdown::line(view.item.goal) }</p>
                { standing(view, on) }
                if let Some(rest) = &view.rest {
                    <ChallengeRest rest={rest.clone()} busy={view.busy.clone()} is_over={view.standing == Standing::Solved}
                        on={on.clone()} />
                }
                if !view.guards.is_empty() {
                    <ChallengeGuards guards={view.guards.clone()} busy={view.busy.clone()} has_way={view.has_way}
                        on={on.clone()} />
                }
                if !view.placed.is_empty() || !view.offered.is_empty() {
                    <ChallengeOrder placed={view.placed.clone()} offered={view.offered.clone()} on={on.clone()} />
                }
                { why(view, on) }
                <h3>{ "What to know" }</h3>
                { markdown::render(view.text) }
                { hints(view, on) }
                <div class="learn-row">
                    <button class="btn small" id="challenge-again" onclick={press(ChallengeAction::Again)}>
                        { "Begin again" }
                    </button>
                    <button class="btn small" id="copy-answer" onclick={press(ChallengeAction::CopyAnswer)}>
                        { "Copy a link with my answer" }
                    </button>
                </div>
            </div>
        </section>
    }
}

fn standing(view: &ChallengeView, on: &Callback<Action>) -> Html {
    let (class, word) = match view.standing {
        Standing::NotYet => ("standing", "Not yet."),
        Standing::Lost => ("standing lost", "Lost."),
        Standing::Solved => ("standing solved", "Solved."),
        Standing::Wrong => ("standing lost", "Not so."),
        Standing::Elsewhere => ("standing", "Elsewhere."),
    };
    let again = on.reform(|_: MouseEvent| Action::Challenge(ChallengeAction::Again));
    html! {
        <div {class} id="challenge-status">
            <p><strong>{ word }</strong>{ " " }{ &*view.status }</p>
            if view.standing == Standing::Elsewhere {
                <button class="btn small" onclick={again}>{ "Back to the challenge" }</button>
            }
        </div>
    }
}

fn why(view: &ChallengeView, on: &Callback<Action>) -> Html {
    let Some((text, exhibit)) = view.why else { return Html::default() };
    let read = on.reform(move |_: MouseEvent| Action::ReadExhibit(exhibit.into()));
    html! {
        <div class="task reached" id="challenge-why">
            { markdown::render(text) }
            <p><button class="btn small" onclick={read}>{ format!("The story: exhibit {exhibit}") }</button></p>
        </div>
    }
}

fn hints(view: &ChallengeView, on: &Callback<Action>) -> Html {
    let more = on.reform(|_: MouseEvent| Action::Challenge(ChallengeAction::Hint));
    let mut shown = Vec::new();
    for hint in &view.hints {
        shown.push(html! { <li>{ markdown::line(hint) }</li> });
    }
    html! {
        <>
            if !shown.is_empty() { <ol class="told" id="hints" aria-label="Hints">{ shown }</ol> }
            if view.hints_left > 0 {
                <div class="learn-row">
                    <button class="btn small" id="challenge-hint" onclick={more}>
                        { format!("Show a hint ({} left)", view.hints_left) }
                    </button>
                </div>
            }
        </>
    }
}
