//! The row of the lanes that says where the power fails: places that offer themselves, and the crash mark.
//!
//! It knows nothing of pixels: where a step lies is told by custom properties of the box of the lanes.

use crate::icons::{BOLT, icon};
use daxscope_session::view::PlugView;
use daxscope_session::{Action, PlugAction};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Places and mark.
    pub view: Rc<PlugView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// A button for each place, and one for the mark, with a line down through the lanes.
#[component]
pub fn PlugRow(props: &Props) -> Html {
    let Props { view, on } = props;
    let button = |class: &'static str, step: usize, at: usize, name: Rc<str>| {
        let press = on.reform(move |_: MouseEvent| Action::Plug(PlugAction::PullAt(step)));
        html! {
            <button class={classes!("plug", class)} style={format!("--at:{at}")} aria-label={name.clone()} title={name}
                onclick={press}>{ icon(BOLT) }</button>
        }
    };
    let mut parts = Vec::new();
    for place in view.places.iter() {
        parts.push(button("place", place.step, place.at, place.name.clone()));
    }
    if let Some(mark) = &view.mark {
        let class = if mark.is_broken { "mark broken" } else { "mark" };
        parts.push(html! { <span class={classes!("plug-line", mark.is_broken.then_some("broken"))} style={format!("--at:{}", mark.at)}></span> });
        parts.push(button(class, mark.step, mark.at, mark.name.clone()));
    }
    html! {
        <div class="plug-row" role="group" aria-label="Power failures">
            <span class="plug-name" aria-hidden="true" title="Where the power may fail: x pulls the plug, Shift+X goes to the next place">
                { "power" }
            </span>
            { for parts }
        </div>
    }
}
