//! The guards of a "fix it": chosen here, attacked by the machine.

use super::challenge_rest::busy_row;
use super::markdown;
use daxscope_session::view::{GuardChoice, Text};
use daxscope_session::{Action, ChallengeAction};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// All guards.
    pub guards: Vec<GuardChoice>,
    /// What the worker says, while it works.
    pub busy: Option<Text>,
    /// Is there an order that breaks those that are chosen?
    pub has_way: bool,
    /// What was done.
    pub on: Callback<Action>,
}

/// The guards.
#[component]
pub fn ChallengeGuards(props: &Props) -> Html {
    let Props { guards, busy, has_way, on } = props;
    let press = |action: ChallengeAction| on.reform(move |_: MouseEvent| Action::Challenge(action.clone()));
    let mut rows = Vec::new();
    for guard in guards {
        rows.push(row(guard, on));
    }
    html! {
        <div class="guards">
            <fieldset><legend>{ "Guards to put into the kernel" }</legend>{ rows }</fieldset>
            <div class="learn-row">
                <button class="btn primary" id="attack" onclick={press(ChallengeAction::Attack)}>
                    { "Let the machine attack" }
                </button>
                { busy_row(busy.as_ref(), on) }
                if *has_way {
                    <button class="btn" id="show-way" onclick={press(ChallengeAction::ShowWay)}>
                        { "Step through the order that breaks it" }
                    </button>
                }
            </div>
        </div>
    }
}

fn row(guard: &GuardChoice, on: &Callback<Action>) -> Html {
    let id = guard.id;
    let toggle = on.reform(move |_: Event| Action::Challenge(ChallengeAction::Toggle(id.into())));
    let assume = on.reform(move |_: MouseEvent| Action::Challenge(ChallengeAction::Assume(id.into())));
    html! {
        <div class="option" key={id}>
            <label>
                <input type="checkbox" value={id} checked={guard.is_chosen} onchange={toggle} />
                <span title={guard.settings.to_string()}>{ guard.text }</span>
            </label>
            if let Some(explanation) = guard.explanation {
                <div class="because">{ markdown::render(explanation) }</div>
            }
            if let Some(clause) = guard.assumption {
                <div class="because">
                    <p>{ "It would be enough if " }{ clause }{ "." }</p>
                    if guard.assumed.is_empty() {
                        <button class="btn small" data-assume={id} onclick={assume}>{ "Let the machine try that" }</button>
                    } else {
                        <p class="assumed">{ &*guard.assumed }</p>
                    }
                </div>
            }
        </div>
    }
}
