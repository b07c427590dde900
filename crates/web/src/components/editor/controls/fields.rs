//! The fields that all controls are made of.

use crate::icons::{self, icon};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// A choice: values with what they are called. It shows what the script says, also when what was chosen was refused.
pub(super) fn select(label: &str, options: &[(String, String)], chosen: &str, on: Callback<String>) -> Html {
    let was = chosen.to_owned();
    let change = move |event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        let now = select.value();
        select.set_value(&was);
        on.emit(now);
    };
    let mut all = Vec::new();
    for (value, name) in options {
        all.push(
            html! { <option key={value.clone()} value={value.clone()} selected={value == chosen}>{ name }</option> },
        );
    }
    // An option that a person has touched no longer obeys its attribute, so the property is set as well.
    html! { <select aria-label={label.to_owned()} ~value={chosen.to_owned()} onchange={change}>{ for all }</select> }
}

/// A text that counts when it is entered. It shows what the script says, also when what was entered was refused.
pub(super) fn field(label: &str, value: &str, on: Callback<String>) -> Html {
    let was = value.to_owned();
    let change = move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let now = input.value();
        input.set_value(&was);
        if now != was {
            on.emit(now);
        }
    };
    html! {
        <input type="text" class="mono" aria-label={label.to_owned()} value={value.to_owned()} onchange={change}
            spellcheck="false" autocapitalize="off" autocomplete="off" size="9" />
    }
}

/// A small button with words on it.
pub(super) fn button(name: &str, on: Callback<()>) -> Html {
    html! { <button class="btn small" onclick={on.reform(|_: MouseEvent| ())}>{ name }</button> }
}

/// A button that removes something.
pub(super) fn remove(label: String, on: Callback<()>) -> Html {
    html! {
        <button class="btn quiet icon small" aria-label={label} onclick={on.reform(|_: MouseEvent| ())}>{ icon(icons::CLOSE) }</button>
    }
}

/// Options that are called what they are.
pub(super) fn plain(names: &[&str]) -> Vec<(String, String)> {
    let mut options = Vec::new();
    for name in names {
        options.push(((*name).to_owned(), (*name).to_owned()));
    }
    options
}
