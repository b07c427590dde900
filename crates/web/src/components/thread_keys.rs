//! One button for each thread, in the foot of the page: where there is little room, picture and threads are in view together.

use super::{badge, thread_class};
use daxscope_session::Action;
use daxscope_session::view::ThreadView;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The threads.
    pub threads: Rc<[ThreadView]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// A step of each thread. One that cannot run stays and says why when it is pressed.
#[component]
pub fn ThreadKeys(props: &Props) -> Html {
    let mut keys = Vec::new();
    for thread in props.threads.iter() {
        let id = thread.id;
        let step = props.on.reform(move |_: MouseEvent| Action::StepThread(id));
        let class = classes!("btn", thread_class(id), (!thread.can_step).then_some("waits"));
        let name = format!("Step {}: {}", thread.letter, thread.chip);
        keys.push(html! {
            <button {class} onclick={step} aria-label={name.clone()} title={name}
                aria-keyshortcuts={thread.key.to_string()}>{ badge(id) }</button>
        });
    }
    html! { <div class="thread-keys" role="group" aria-label="Step a thread">{ for keys }</div> }
}
