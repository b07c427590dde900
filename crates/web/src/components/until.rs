//! The dialog in which a condition is chosen, and the two ways to run to it.

use super::Dialog;
use daxscope_session::until::{Direction, FieldId};
use daxscope_session::view::{Field, UntilView};
use daxscope_session::{Action, UntilAction};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What there is to choose.
    pub until: Rc<UntilView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The dialog.
#[component]
pub fn UntilDialog(props: &Props) -> Html {
    let Props { until, on } = props;
    let back = on.reform(|_: MouseEvent| Action::Until(UntilAction::Run(Direction::Back)));
    let submit = on.reform(|event: SubmitEvent| {
        event.prevent_default();
        Action::Until(UntilAction::Run(Direction::On))
    });
    let foot = html! {
        <>
            <button class="btn primary" id="run-until" type="submit" form="until-form" aria-keyshortcuts="Shift+U">{ "Run on" }</button>
            <button class="btn" onclick={back}>{ "Run back" }</button>
            <span class="dim">{ "Shift+U runs on again." }</span>
        </>
    };
    html! {
        <Dialog title="Run until" on={on.clone()} class="until" {foot}>
            <form id="until-form" class="until-fields" onsubmit={submit}>
                { for until.fields.iter().map(|field| row(field, on)) }
                // Enter in a text field sends the form only if it has such a button.
                <button type="submit" class="visually-hidden" tabindex="-1" aria-hidden="true"></button>
            </form>
            <p class="until-words" role="status">
                if until.problem.is_empty() {
                    { "Stops at the first step where " }<strong>{ &*until.words }</strong>{ "." }
                } else {
                    <span class="until-problem">{ &*until.problem }</span>
                }
            </p>
            <p class="dim">
                { "On: along the recorded steps, then with new ones. Back: among the steps before this one. A step counts if it makes \
                   so what was not so before it." }
            </p>
        </Dialog>
    }
}

fn row(field: &Field, on: &Callback<Action>) -> Html {
    let id = format!("until-{}", field.id.name());
    html! {
        <div class="until-row" key={id.clone()}>
            <label for={id.clone()}>{ field.label }</label>
            { if field.is_text { text(field, id, on) } else { list(field, id, on) } }
        </div>
    }
}

fn list(field: &Field, id: String, on: &Callback<Action>) -> Html {
    let which = field.id;
    let choose = on.reform(move |event: Event| {
        let list: HtmlSelectElement = event.target_unchecked_into();
        choice(which, list.value())
    });
    html! {
        <select {id} onchange={choose}>
            { for field.choices.iter().map(|choice| html! {
                <option key={choice.value.to_string()} value={choice.value.to_string()} selected={choice.value == field.value}>
                    { &*choice.label }
                </option>
            }) }
        </select>
    }
}

fn text(field: &Field, id: String, on: &Callback<Action>) -> Html {
    let which = field.id;
    let type_in = on.reform(move |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        choice(which, input.value())
    });
    let suggestions = (!field.choices.is_empty()).then(|| format!("{id}-list"));
    html! {
        <>
            <input type="text" id={id} value={field.value.to_string()} oninput={type_in} list={suggestions.clone()} autocomplete="off"
                spellcheck="false" />
            if let Some(id) = suggestions {
                <datalist {id}>
                    { for field.choices.iter().map(|choice| html! { <option value={choice.value.to_string()} /> }) }
                </datalist>
            }
        </>
    }
}

fn choice(field: FieldId, value: String) -> Action {
    Action::Until(UntilAction::Choose(field, value))
}
