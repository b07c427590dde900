//! The buttons that make steps, and the scrubber.

use super::{TimelineTools, emit_if, letter};
use crate::hooks::use_chosen;
use crate::icons::{self, icon};
use daxscope_session::view::{StepView, TimelineView};
use daxscope_session::{Action, Playback, Speed, SpeedChange};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
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
    /// The lanes.
    pub timeline: Rc<TimelineView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// First, back, step, play, last; scrubber; count; keys.
#[component]
pub fn Transport(props: &Props) -> Html {
    let Props { step, playback, speed, timeline, on } = props;
    let list = use_node_ref();
    use_chosen(&list, speed.name().to_owned());
    let playing = *playback == Playback::Playing;
    let (play_icon, play_name) = if playing { (icons::PAUSE, "Pause") } else { (icons::PLAY, "Play") };
    let has_more = if step.is_future_hidden { step.can_forward } else { step.number < step.total };
    html! {
        <div class="transport" role="group" aria-label="Stepping">
            { button(on, Action::Home, icons::FIRST, "First step", "Home", step.can_back) }
            { button(on, Action::Back, icons::BACK, "Step back", "ArrowLeft PageUp", step.can_back) }
            { primary(step, on) }
            { button(on, Action::TogglePlay, play_icon, play_name, "Space", playing || step.can_forward) }
            { speeds(*speed, &list, on) }
            { button(on, Action::End, icons::LAST, "Last step", "End", has_more) }
            { scrubber(step, on) }
            <TimelineTools timeline={timeline.clone()} on={on.clone()} />
            <div class="hints" aria-hidden="true">
                <kbd>{ "←" }</kbd><kbd>{ "→" }</kbd>{ "step" }<kbd>{ "1" }</kbd>{ "–" }<kbd>{ "9" }</kbd>
                { "pick a thread" }<kbd>{ "?" }</kbd>{ "keys" }
            </div>
        </div>
    }
}

/// A button that stays in reach of the keyboard when there is nothing to do, and says so.
fn button(
    on: &Callback<Action>,
    action: Action,
    path: &'static str,
    name: &'static str,
    keys: &'static str,
    can: bool,
) -> Html {
    let press = emit_if(on, move |_: MouseEvent| can.then(|| action.clone()));
    html! {
        <button class="btn" aria-label={name} title={name} aria-keyshortcuts={keys}
            aria-disabled={(!can).then_some("true")} onclick={press}>{ icon(path) }</button>
    }
}

fn speeds(speed: Speed, list: &NodeRef, on: &Callback<Action>) -> Html {
    let choose = emit_if(on, |event: Event| {
        let list: HtmlSelectElement = event.target_unchecked_into();
        Speed::from_name(&list.value()).map(|speed| Action::ChangeSpeed(SpeedChange::To(speed)))
    });
    html! {
        <select class="speed" ref={list} aria-label="Play speed" title="Play speed (< and >)" aria-keyshortcuts="< >" onchange={choose}>
            { for Speed::ALL.iter().map(|(one, name, _)| html! { <option selected={*one == speed}>{ *name }</option> }) }
        </select>
    }
}

fn primary(step: &StepView, on: &Callback<Action>) -> Html {
    let can = step.can_forward;
    let press = emit_if(on, move |_: MouseEvent| can.then_some(Action::Forward));
    let name = match step.next_thread.filter(|_| can) {
        Some(thread) => format!("Step {}", letter(thread)),
        None => "Step".to_owned(),
    };
    html! {
        <button class="btn primary" id="step" aria-keyshortcuts="ArrowRight PageDown"
            aria-disabled={(!can).then_some("true")} onclick={press}>
            { icon(icons::STEP) }{ name }<kbd aria-hidden="true">{ "→" }</kbd>
        </button>
    }
}

fn scrubber(step: &StepView, on: &Callback<Action>) -> Html {
    let go = emit_if(on, |event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Some(Action::GoTo(input.value_as_number() as usize))
    });
    let mut text = match step.is_future_hidden {
        true => format!("step {}, future hidden", step.number),
        false => format!("step {} of {}", step.number, step.total),
    };
    if !step.size.is_empty() {
        text.push_str(", ");
        text.push_str(step.size);
    }
    html! {
        <div class="scrub">
            <input type="range" min="0" max={step.total.to_string()} value={step.number.to_string()}
                aria-label="Position in the run" aria-valuetext={text.clone()} oninput={go} />
            <span class="count" id="count">{ text }</span>
        </div>
    }
}
