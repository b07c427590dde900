//! What the right column shows: the state, the story, the search or the transcript.

use daxscope_session::{Action, Panel};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The panel that is open.
    pub panel: Panel,
    /// Is there a story?
    pub has_story: bool,
    /// What was done.
    pub on: Callback<Action>,
}

/// A few buttons, one of them pressed.
#[component]
pub fn SideTabs(props: &Props) -> Html {
    let Props { panel, has_story, on } = props;
    let docked = matches!(panel, Panel::Story | Panel::Transcript | Panel::Explore | Panel::Script | Panel::Learn);
    let tab = |name: &'static str, keys: Option<&'static str>, is_on: bool, action: Action| {
        let press = on.reform(move |_: MouseEvent| action.clone());
        html! {
            <button aria-pressed={is_on.to_string()} aria-keyshortcuts={keys} onclick={press}>{ name }</button>
        }
    };
    html! {
        <div class="tabs" role="group" aria-label="Beside the picture">
            { tab("State", None, !docked, if docked { Action::Close } else { Action::Select(None) }) }
            if *has_story { { tab("Story", None, *panel == Panel::Story, Action::OpenPanel(Panel::Story)) } }
            { tab("Learn", Some("l"), *panel == Panel::Learn, Action::OpenPanel(Panel::Learn)) }
            { tab("Explore", Some("e"), *panel == Panel::Explore, Action::OpenPanel(Panel::Explore)) }
            { tab("Transcript", Some("/"), *panel == Panel::Transcript, Action::OpenPanel(Panel::Transcript)) }
        </div>
    }
}
