//! What is always there: the step in a sentence, the buttons that make steps, the lanes.

use super::{ThreadKeys, Timeline, Transport, sentence};
use crate::late::LateRow;
use daxscope_session::view::{StepView, ThreadView, TimelineView};
use daxscope_session::{Action, Playback, Speed};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Where the run stands.
    pub step: Rc<StepView>,
    /// Does it go on by itself?
    pub playback: Playback,
    /// How fast.
    pub speed: Speed,
    /// The threads.
    pub threads: Rc<[ThreadView]>,
    /// The lanes.
    pub timeline: Rc<TimelineView>,
    /// Are they on screen?
    pub has_lanes: bool,
    /// The row that says where the power fails.
    #[prop_or_default]
    pub plug: Option<LateRow>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The foot of the page.
#[component]
pub fn Footer(props: &Props) -> Html {
    let Props { step, playback, speed, threads, timeline, has_lanes, plug, on } = props;
    html! {
        <footer class="foot" aria-label="Run">
            <div class="foot-bar">
                <div class="sentence-row">
                    <p class="sentence" id="sentence">
                        { sentence(step.thread, &step.sentence) }
                        if step.is_failure { { " " }<span class="chip warn">{ "injected failure" }</span> }
                    </p>
                    <span class="status dim">{ &*step.status }</span>
                </div>
                <Transport step={step.clone()} playback={*playback} speed={*speed} timeline={timeline.clone()} on={on.clone()} />
                <ThreadKeys threads={threads.clone()} on={on.clone()} />
            </div>
            if *has_lanes { <Timeline timeline={timeline.clone()} threads={threads.clone()} position={step.number} plug={plug.clone()} on={on.clone()} /> }
        </footer>
    }
}
