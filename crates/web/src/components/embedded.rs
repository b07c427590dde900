//! The page in a frame of slides and books: title, threads, picture, sentence, step buttons, lanes, and the way to the whole page.

use super::{Alerts, Footer, Live, Threads, TreePanel};
use crate::browser;
use daxscope_session::Action;
use daxscope_session::view::View;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Everything.
    pub view: View,
    /// What opens this state.
    pub fragment: AttrValue,
    /// What was done.
    pub on: Callback<Action>,
}

/// The page in a frame.
#[component]
pub fn Embedded(props: &Props) -> Html {
    let Props { view, fragment, on } = props;
    let whole = browser::address_with(&fragment.replace("&mode=embedded", ""));
    html! {
        <div class="app embedded">
            <header class="embedded-head">
                <h1>{ &*view.header.title }</h1>
                <span class="chip" title="The kernel that runs">{ &*view.header.revision }</span>
                <span class="spacer"></span>
                <a href={whole} target="_blank" rel="noopener">{ "Open in daxscope" }</a>
            </header>
            <main id="work" class="work embedded-work">
                <div class="embedded-alerts">
                    <Alerts alerts={view.alerts.clone()} passed={view.passed.clone()} threads={view.threads.clone()}
                        on={on.clone()} />
                </div>
                <Threads threads={view.threads.clone()} on={on.clone()} />
                <TreePanel tree={view.tree.clone()} step={view.step.clone()} selected={None} on={on.clone()} />
            </main>
            <Footer step={view.step.clone()} playback={view.playback} speed={view.speed} threads={view.threads.clone()}
                timeline={view.timeline.clone()} has_lanes={true} on={on.clone()} />
            <Live id="announcer" />
        </div>
    }
}
