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

/// The panels beside the picture, in the order of their tabs: name, key.
const TABS: [(Panel, &str, Option<&str>); 6] = [
    (Panel::None, "State", None),
    (Panel::Story, "Story", None),
    (Panel::Learn, "Learn", Some("l")),
    (Panel::Explore, "Explore", Some("e")),
    (Panel::Branches, "Branches", Some("b")),
    (Panel::Transcript, "Transcript", Some("/")),
];

/// A few buttons, one of them pressed. There are always the same, so that none moves away under the pointer.
#[component]
pub fn SideTabs(props: &Props) -> Html {
    let docked = props.panel == Panel::Script || TABS.iter().any(|(panel, ..)| *panel == props.panel);
    let mut tabs = Vec::new();
    for (panel, name, keys) in TABS {
        let is_on = panel == props.panel || (panel == Panel::None && !docked);
        tabs.push(tab(props, panel, name, keys, is_on));
    }
    html! { <div class="tabs" role="group" aria-label="Beside the picture">{ for tabs }</div> }
}

fn tab(props: &Props, panel: Panel, name: &'static str, keys: Option<&'static str>, is_on: bool) -> Html {
    let absent = panel == Panel::Story && !props.has_story;
    let action = match (panel, is_on) {
        (Panel::None, true) => Action::Select(None),
        (Panel::None, false) => Action::Close,
        _ => Action::OpenPanel(panel),
    };
    let press = props.on.reform(move |_: MouseEvent| action.clone());
    html! {
        <button aria-pressed={is_on.to_string()} aria-keyshortcuts={keys} aria-disabled={absent.then_some("true")}
            title={absent.then_some("Only exhibits have a story")} onclick={press}>{ name }</button>
    }
}
