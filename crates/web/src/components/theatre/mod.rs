//! The search theatre: a small search, move by move.

mod picture;
mod side;

use super::Dialog;
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::theatre::{Drawn, TheatreAction, TheatreView};
use picture::Picture;
use side::Side;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The theatre.
    pub view: Rc<TheatreView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// An action of the theatre.
fn act(on: &Callback<Action>, action: TheatreAction) -> Callback<MouseEvent> {
    on.reform(move |_: MouseEvent| Action::Theatre(action.clone()))
}

/// A list or a slider has its arrows for itself.
fn own_keys() -> Callback<KeyboardEvent> {
    Callback::from(|event: KeyboardEvent| {
        if event.key() != "Escape" {
            event.stop_propagation();
        }
    })
}

/// The dialog.
#[component]
pub fn TheatreDialog(props: &Props) -> Html {
    let Props { view, on } = props;
    let main = match &view.drawn {
        Some(drawn) => shown(drawn, on),
        None => nothing(view, on),
    };
    html! {
        <Dialog title="Search theatre" class="theatre" on={on.clone()}>
            <div class="theatre-grid">
                <div class="theatre-main">{ main }</div>
                <Side view={view.clone()} on={on.clone()} />
            </div>
        </Dialog>
    }
}

fn nothing(view: &TheatreView, on: &Callback<Action>) -> Html {
    let says = match (&view.problem, &view.why_not, view.is_running) {
        (Some(problem), ..) => problem,
        (_, Some(why), _) => why,
        (.., true) => "The search is being made.",
        _ => {
            "Watch how the machine searches: which states it meets, in which order, and what each reduction spares it."
        }
    };
    html! {
        <>
            <p role="status">{ says }</p>
            if !view.is_running {
                <p><button class="btn primary" onclick={act(on, TheatreAction::Again)}>{ "Search and show it" }</button></p>
            }
        </>
    }
}

fn shown(drawn: &Rc<Drawn>, on: &Callback<Action>) -> Html {
    html! {
        <>
            <p class="theatre-sentence">{ &*drawn.sentence }</p>
            { transport(drawn, on) }
            <Picture drawn={drawn.clone()} on={on.clone()} />
            <p class="theatre-counted">{ &*drawn.counted }</p>
            if let Some(why) = &drawn.too_large {
                <p class="theatre-large">{ icon(icons::WARNING) }{ " " }{ &**why }</p>
            }
            { legend() }
        </>
    }
}

fn transport(drawn: &Drawn, on: &Callback<Action>) -> Html {
    let button = |name: &'static str, keys: &'static str, picture: &'static str, action: TheatreAction, ends: bool| {
        html! {
            <button class="btn icon" aria-label={name} title={format!("{name} ({keys})")} aria-keyshortcuts={keys}
                aria-disabled={ends.to_string()} onclick={act(on, action)}>{ icon(picture) }</button>
        }
    };
    let slide = on.reform(|event: InputEvent| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        Action::Theatre(TheatreAction::GoTo(value.parse().unwrap_or(0)))
    });
    let (at, total) = (drawn.at, drawn.total);
    html! {
        <div class="theatre-transport" role="group" aria-label="Moves of the search">
            { button("Before the first move", "Home", icons::FIRST, TheatreAction::GoTo(0), at == 0) }
            { button("One move back", "ArrowLeft", icons::BACK, TheatreAction::Move(-1), at == 0) }
            { button("One move on", "ArrowRight", icons::STEP, TheatreAction::Move(1), at == total) }
            { button("Behind the last move", "End", icons::LAST, TheatreAction::GoTo(total), at == total) }
            <input type="range" min="0" max={total.to_string()} value={at.to_string()} oninput={slide} onkeydown={own_keys()}
                aria-label="Move of the search" aria-valuetext={format!("move {at} of {total}")} />
            <span class="theatre-at">{ format!("{at} of {total}") }</span>
        </div>
    }
}

/// What the marks mean.
fn legend() -> Html {
    const MARKS: [(&str, &str, &str); 11] = [
        ("mark open", "A", "waits to be looked at"),
        ("mark full", "A", "looked at; A made the step to it"),
        ("mark dot", "", "passed at once, not stored"),
        ("mark end", "A", "nobody can run"),
        ("mark box", "=", "pruned: the very same state"),
        ("mark box", "~", "pruned: merged places"),
        ("mark box", "≈", "pruned: bisimulation"),
        ("mark box", "⇄", "pruned: symmetry"),
        ("mark struck", "B", "never tried: only another thread needs to go"),
        ("mark struck", "B!", "never tried: no more calls may fail"),
        ("mark broken", "!", "a rule is broken"),
    ];
    html! {
        <ul class="theatre-legend" aria-label="Marks">
            { for MARKS.iter().map(|&(class, mark, about)| html! {
                <li><span {class} aria-hidden="true">{ mark }</span>{ about }</li>
            }) }
        </ul>
    }
}
