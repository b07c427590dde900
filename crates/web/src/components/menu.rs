//! A button that opens a list of buttons below it.

use crate::browser;
use crate::icons::{self, icon};
use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// What a menu shows.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The id of the list.
    pub id: AttrValue,
    /// What stands on the button.
    pub label: Html,
    /// The list: whatever is pressed in it closes it.
    pub children: Html,
    /// Does the list end where the button ends?
    #[prop_or_default]
    pub at_end: bool,
}

/// A button that opens a list of buttons below it. Arrow keys walk the list, Escape closes it.
#[component]
pub fn Menu(props: &Props) -> Html {
    let open = use_state(|| false);
    let wrap = use_node_ref();
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    use_click_outside(&wrap, &open);
    let pressed = {
        let open = open.clone();
        Callback::from(move |event: MouseEvent| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if target.is_some_and(|target| target.closest("button").ok().flatten().is_some()) {
                open.set(false);
            }
        })
    };
    let keys = {
        let (open, wrap) = (open.clone(), wrap.clone());
        Callback::from(move |event: KeyboardEvent| {
            let walk = match event.key().as_str() {
                "Escape" if *open => 0,
                "ArrowDown" if *open => 1,
                "ArrowUp" if *open => -1,
                _ => return,
            };
            event.prevent_default();
            if walk == 0 {
                open.set(false);
                focus_nth(&wrap, 0);
            } else {
                walk_buttons(&wrap, walk);
            }
        })
    };
    html! {
        <div class="pop-wrap" ref={wrap} onkeydown={keys}>
            <button class="btn" aria-expanded={open.to_string()} aria-controls={props.id.clone()} onclick={toggle}>
                { props.label.clone() }{ icon(icons::DOWN) }
            </button>
            <div class={classes!("pop", props.at_end.then_some("end"))} id={props.id.clone()} hidden={!*open}
                onclick={pressed}>
                if *open { { props.children.clone() } }
            </div>
        </div>
    }
}

#[hook]
fn use_click_outside(wrap: &NodeRef, open: &UseStateHandle<bool>) {
    let (wrap, open) = (wrap.clone(), open.clone());
    use_effect_with(*open, move |&is_open| {
        let listener = is_open.then(|| {
            EventListener::new(&browser::document(), "pointerdown", move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                if !wrap.get().is_some_and(|wrap| wrap.contains(target.as_ref())) {
                    open.set(false);
                }
            })
        });
        move || drop(listener)
    });
}

fn buttons(wrap: &NodeRef) -> Vec<HtmlElement> {
    let Some(found) = wrap.cast::<Element>().and_then(|wrap| wrap.query_selector_all("button").ok()) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

fn focus_nth(wrap: &NodeRef, at: usize) {
    if let Some(button) = buttons(wrap).get(at) {
        let _ = button.focus();
    }
}

fn walk_buttons(wrap: &NodeRef, by: isize) {
    let buttons = buttons(wrap);
    let focused = browser::document().active_element();
    let at = buttons.iter().position(|button| Some(button.as_ref()) == focused.as_ref()).unwrap_or(0);
    focus_nth(wrap, (at as isize + by).rem_euclid(buttons.len().max(1) as isize) as usize);
}
