//! The sections of an "order it": put into an order by buttons, then run.

use super::badge::sentence;
use crate::browser;
use daxscope_session::view::SectionView;
use daxscope_session::{Action, ChallengeAction};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The sections in order.
    pub placed: Vec<SectionView>,
    /// Those that are left.
    pub offered: Vec<SectionView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The sections.
#[component]
pub fn ChallengeOrder(props: &Props) -> Html {
    let Props { placed, offered, on } = props;
    // A section that moves takes its buttons along; the keyboard stays with it.
    let focus = use_mut_ref(|| None::<String>);
    {
        let focus = focus.clone();
        use_effect(move || {
            if let Some(id) = focus.borrow_mut().take() {
                browser::focus(&id);
            }
        });
    }
    let press = |action: ChallengeAction, then: String| {
        let (on, focus) = (on.clone(), focus.clone());
        Callback::from(move |_: MouseEvent| {
            *focus.borrow_mut() = Some(then.clone());
            on.emit(Action::Challenge(action.clone()));
        })
    };
    let mut rows = Vec::new();
    for (at, section) in placed.iter().enumerate() {
        rows.push(placed_row(at, placed.len(), section, &press));
    }
    let mut left = Vec::new();
    for (at, section) in offered.iter().enumerate() {
        let next = offered.get(at + 1).or_else(|| at.checked_sub(1).map(|before| &offered[before]));
        let then = next.map_or_else(|| "run-order".into(), |next| format!("place-{}", next.id));
        left.push(html! {
            <li key={section.id.to_string()} class="section">
                { what(section) }
                <button class="btn small" id={format!("place-{}", section.id)} data-section={section.id.to_string()}
                    aria-label={format!("Put in: {}", section.text)}
                    onclick={press(ChallengeAction::Place(section.id), then)}>{ "Put in" }</button>
            </li>
        });
    }
    let run = on.reform(|_: MouseEvent| Action::Challenge(ChallengeAction::RunOrder));
    html! {
        <div class="order">
            <h3 id="order-title">{ "Your order" }</h3>
            if rows.is_empty() {
                <p class="dim">{ "Nothing yet. Put sections in from below." }</p>
            } else {
                <ol class="sections" id="order" aria-labelledby="order-title">{ rows }</ol>
            }
            <div class="learn-row">
                <button class="btn primary" id="run-order" onclick={run}>{ "Run this order" }</button>
            </div>
            if !left.is_empty() {
                <h3 id="offered-title">{ "Sections" }</h3>
                <ul class="sections" id="offered" aria-labelledby="offered-title">{ left }</ul>
            }
        </div>
    }
}

fn placed_row(
    at: usize,
    count: usize,
    section: &SectionView,
    press: &impl Fn(ChallengeAction, String) -> Callback<MouseEvent>,
) -> Html {
    let id = section.id;
    let name = |what: &str| format!("{what}: {}", section.text);
    let class = if section.problem.is_empty() { "section" } else { "section stops" };
    html! {
        <li key={id.to_string()} {class} data-placed={id.to_string()}>
            { what(section) }
            <span class="section-buttons">
                <button class="btn small" id={format!("earlier-{id}")} aria-label={name("Earlier")}
                    aria-disabled={(at == 0).to_string()}
                    onclick={press(ChallengeAction::Earlier(id), format!("earlier-{id}"))}>{ "↑" }</button>
                <button class="btn small" id={format!("later-{id}")} aria-label={name("Later")}
                    aria-disabled={(at + 1 == count).to_string()}
                    onclick={press(ChallengeAction::Later(id), format!("later-{id}"))}>{ "↓" }</button>
                <button class="btn small" id={format!("lift-{id}")} aria-label={name("Take out")}
                    onclick={press(ChallengeAction::Lift(id), format!("place-{id}"))}>{ "✕" }</button>
            </span>
            if !section.problem.is_empty() { <p class="problem" id="section-problem">{ &*section.problem }</p> }
            if !section.idle.is_empty() { <p class="dim">{ "Makes no difference: " }{ section.idle }</p> }
        </li>
    }
}

fn what(section: &SectionView) -> Html {
    html! { <span class="section-text">{ sentence(Some(section.thread), section.text) }</span> }
}
