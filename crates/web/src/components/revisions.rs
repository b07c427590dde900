//! The kernel revision: the same schedule runs on whichever is chosen.

use daxscope_session::Action;
use daxscope_session::view::HeaderView;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The head line.
    pub view: Rc<HeaderView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// A group of radio buttons, drawn as one bar.
#[component]
pub fn Revisions(props: &Props) -> Html {
    let Props { view, on } = props;
    let known = view.revisions.iter().any(|revision| revision.is_current);
    let items = view.revisions.iter().map(|revision| {
        let name = revision.name;
        let choose = on.reform(move |_: Event| Action::SetRevision(Some(name.to_owned())));
        html! {
            <label title={revision.about} class={classes!(revision.is_suggested.then_some("suggested"))}>
                <input type="radio" name="revision" value={name} checked={revision.is_current} onchange={choose}
                    onclick={blur_after_pointer} aria-label={format!("{name}: {}", revision.about)} />
                { revision.label }
            </label>
        }
    });
    html! {
        <fieldset class="rev">
            <legend class="visually-hidden">{ "Kernel revision" }</legend>
            <div class="seg">{ for items }</div>
            if !known {
                <span class="chip" title="The script sets switches of its own">{ &*view.revision }</span>
            }
        </fieldset>
    }
}

/// After a click with the mouse the arrow keys should step the run again, not change the kernel.
fn blur_after_pointer(event: MouseEvent) {
    // Keys make clicks as well; those have no place on the screen.
    if event.client_x() == 0 && event.client_y() == 0 {
        return;
    }
    if let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = input.blur();
    }
}
