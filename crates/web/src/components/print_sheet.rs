//! What is on paper only: the link, and the run as sentences. It is drawn while the browser prints, and at no other time.

use super::sentence;
use crate::browser;
use crate::hooks::use_printing;
use daxscope_session::view::{TimelineView, TranscriptView};
use std::rc::Rc;
use yew::prelude::*;

/// What is printed.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Every step as a sentence.
    pub transcript: Rc<TranscriptView>,
    /// The lanes on the paper before it.
    pub timeline: Rc<TimelineView>,
}

/// Longer runs are cut on paper, and it is said where the rest is.
const MOST_STEPS: usize = 500;

/// Link and transcript, while the browser prints.
#[component]
pub fn PrintSheet(props: &Props) -> Html {
    if !use_printing() {
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
                <p>{ format!("Printed are steps 1 to {}; {more} more follow. All of them: Export, Save table.", rows.len().min(MOST_STEPS)) }</p>
            }
            if props.timeline.to - props.timeline.from < props.timeline.total {
                <p>{ format!("The lanes show {}", super::timeline_lanes::part(&props.timeline)) }</p>
            }
            <h2>{ "The same in a browser" }</h2>
            <p class="print-link">{ format!("{}#{}", browser::own_address(), browser::fragment()) }</p>
        </section>
    }
}
