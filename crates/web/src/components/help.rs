//! What the page is, its keys, and the switch for single keys.

use super::Dialog;
use daxscope_session::view::{KEYS, KeyGroup};
use daxscope_session::{Action, Shortcuts};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Do single keys act?
    pub shortcuts: Shortcuts,
    /// What was done.
    pub on: Callback<Action>,
}

/// The help.
#[component]
pub fn HelpDialog(props: &Props) -> Html {
    let groups = [KeyGroup::Step, KeyGroup::Thread, KeyGroup::Find, KeyGroup::Page];
    let is_on = props.shortcuts == Shortcuts::On;
    let switch =
        props.on.reform(move |_: Event| Action::SetShortcuts(if is_on { Shortcuts::Off } else { Shortcuts::On }));
    html! {
        <Dialog title="Help and keys" on={props.on.clone()}>
            <div class="prose">
                <p>{ "Each thread runs the page-fault code of the Linux DAX file system layer, modelled on kernels 4.10 to 7.3, one atomic step at a \
                      time. You choose who runs next. When a rule of the kernel is broken, the page says so and why." }</p>
                <p>{ "An exhibit is a historic bug with a schedule that shows it. Step on from any point with another thread and you \
                      are on a branch of your own; the address always holds what you see." }</p>
            </div>
            { for groups.map(keys) }
            <p class="switch">
                <label><input type="checkbox" checked={is_on} onchange={switch} />{ " Single-key shortcuts act" }</label>
            </p>
        </Dialog>
    }
}

fn keys(group: KeyGroup) -> Html {
    let rows = KEYS.iter().filter(|key| key.group == group).map(|key| {
        html! { <div><dt><kbd>{ key.label }</kbd></dt><dd>{ key.about }</dd></div> }
    });
    html! { <><h3 class="keys-title">{ group.title() }</h3><dl class="keys">{ for rows }</dl></> }
}
