//! What this is and what to press, for who sees it for the first time.

use crate::icons::{self, icon};
use crate::preferences;
use yew::prelude::*;

/// One line, until it is closed for good.
#[component]
pub fn Intro() -> Html {
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
    html! {
        <section class="strip intro" aria-label="What this is">
            <p>
                <strong>{ "Kernel threads race through page faults on one DAX file." }</strong>
                { " Press " }<kbd>{ "→" }</kbd>{ " to replay this bug step by step, or " }<kbd>{ "1" }</kbd>{ " " }
                <kbd>{ "2" }</kbd>{ " " }<kbd>{ "3" }</kbd>{ " to choose yourself which thread runs next. Press " }
                <kbd>{ "e" }</kbd>{ " to let the machine try every order." }
            </p>
            <button class="btn small icon" aria-label="Close this explanation" onclick={close}>
                { icon(icons::CLOSE) }
            </button>
        </section>
    }
}
