//! Buttons that put the parts of the page on screen and away, and what else presenter mode needs.

use crate::icons::{self, icon};
use daxscope_session::{Action, Part, Parts};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What is on screen.
    pub parts: Parts,
    /// What was done.
    pub on: Callback<Action>,
}

/// One button for each part; blank; leave.
#[component]
pub fn PartsBar(props: &Props) -> Html {
    let Props { parts, on } = props;
    let mut buttons = Vec::new();
    for (part, letter, name) in Part::ALL {
        let press = on.reform(move |_: MouseEvent| Action::TogglePart(part));
        buttons.push(html! {
            <button class="btn small" aria-pressed={parts.has(part).to_string()} onclick={press}
                aria-keyshortcuts={letter.to_string()}>{ name }</button>
        });
    }
    html! {
        <section class="parts-bar" aria-label="Presenter mode">
            { for buttons }
            <button class="btn small" aria-keyshortcuts=". b" onclick={on.reform(|_: MouseEvent| Action::ToggleBlank)}>{ "Blank" }</button>
            <button class="btn small" aria-keyshortcuts="Escape" onclick={on.reform(|_: MouseEvent| Action::TogglePresenter)}>
                { icon(icons::CLOSE) }{ "Leave" }
            </button>
        </section>
    }
}

/// Nothing but a button to press; the whole screen of it.
pub fn blank(on: &Callback<Action>) -> Html {
    let press = on.reform(|_: MouseEvent| Action::ToggleBlank);
    html! { <button class="blank" onclick={press} aria-label="The screen is blank. Press to go on."></button> }
}
