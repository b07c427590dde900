//! What is on paper only: the link, and the run as sentences. It is drawn while the browser prints, and at no other time.

use super::sentence;
use crate::browser;
use daxscope_session::view::TranscriptView;
use gloo_events::EventListener;
use std::rc::Rc;
use yew::prelude::*;

/// What is printed.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Every step as a sentence.
    pub transcript: Rc<TranscriptView>,
}

/// Longer runs are cut on paper: the link has them.
const MOST_STEPS: usize = 500;

/// Link and transcript, while the browser prints.
#[component]
pub fn PrintSheet(props: &Props) -> Html {
    let prints = use_state_eq(|| false);
    {
        let setter = prints.setter();
        use_effect_with((), move |()| {
            let (before, after) = (setter.clone(), setter);
            let listeners = [
                EventListener::new(&browser::window(), "beforeprint", move |_| before.set(true)),
                EventListener::new(&browser::window(), "afterprint", move |_| after.set(false)),
            ];
            move || drop(listeners)
        });
    }
    if !*prints {
        return Html::default();
    }
    let rows = &props.transcript.rows;
    let more = rows.len().saturating_sub(MOST_STEPS) + props.transcript.more;
    let mut steps = Vec::new();
    for row in rows.iter().take(MOST_STEPS) {
        steps.push(html! { <li>{ sentence(Some(row.thread), &row.sentence) }</li> });
    }
    html! {
        <section class="print-sheet">
            <h2>{ "The run" }</h2>
            <ol>{ for steps }</ol>
            if more > 0 {
                <p>{ format!("and {more} more steps: see the link.") }</p>
            }
            <h2>{ "The same in a browser" }</h2>
            <p class="print-link">{ format!("{}#{}", browser::own_address(), browser::fragment()) }</p>
        </section>
    }
}
