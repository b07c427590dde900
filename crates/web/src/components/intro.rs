//! What this is and what to press, for who sees it for the first time.

use crate::icons::{self, icon};
use crate::preferences;
use daxscope_session::view::IntroView;
use daxscope_session::{Action, Panel};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What is so here.
    pub view: Rc<IntroView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// A line or two, until the first step, or until it is closed for good.
#[component]
pub fn Intro(props: &Props) -> Html {
    let closed = use_state(preferences::knows_the_page);
    if *closed {
        return Html::default();
    }
    let close = {
        let closed = closed.clone();
        move |_: MouseEvent| {
            preferences::set_knows_the_page(true);
            closed.set(true);
        }
    };
    let Props { view, on } = props;
    let what = match view.threads {
        1 => "A thread takes page faults on a DAX file, inside the kernel.",
        _ => "Threads race through page faults on one DAX file, inside the kernel.",
    };
    html! {
        <section class="strip intro" aria-label="What this is">
            <p><strong>{ what }</strong>{ " " }{ by_keys(view) }{ by_touch(view) }</p>
            <div class="intro-more">
                if let Some(id) = view.reviewed {
                    <button class="btn small" onclick={on.reform(move |_: MouseEvent| Action::LoadExhibit(id.into()))}>
                        { "The bug that Jan Kara’s review found" }
                    </button>
                }
                <button class="btn small" onclick={on.reform(|_: MouseEvent| Action::OpenPanel(Panel::Learn))}>
                    { "Lessons" }
                </button>
            </div>
            <button class="btn small icon" aria-label="Close this explanation" onclick={close}>
                { icon(icons::CLOSE) }
            </button>
        </section>
    }
}

const fn onwards(view: &IntroView) -> &'static str {
    if view.is_recorded { " to replay the next step" } else { " to make a step" }
}

/// Where there is a keyboard.
fn by_keys(view: &IntroView) -> Html {
    let digits = (1..=view.digits).map(|digit| html! { <><kbd>{ digit }</kbd>{ " " }</> });
    html! {
        <span class="by-keys">
            { "Press " }<kbd>{ "→" }</kbd>{ onwards(view) }
            if view.digits > 1 { { ", " }{ for digits }{ "to choose which thread runs" } }
            { ", " }<kbd>{ "e" }</kbd>{ " to let the machine try every order." }
        </span>
    }
}

/// Where there are fingers.
fn by_touch(view: &IntroView) -> Html {
    html! {
        <span class="by-touch">
            { "Tap the blue button" }{ onwards(view) }
            if view.threads > 1 { { ", the button of a thread to choose who runs" } }
            { "." }
        </span>
    }
}
