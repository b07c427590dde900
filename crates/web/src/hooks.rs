//! Hooks that several components use.

use crate::browser;
use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// The width of an element in CSS pixels, kept up to date; `fallback` until it is drawn.
#[hook]
pub fn use_width(node: &NodeRef, fallback: f64) -> f64 {
    use_size(node, (fallback, 0.0)).0
}

/// The width and height of an element in CSS pixels, kept up to date; `fallback` until it is drawn.
#[hook]
pub fn use_size(node: &NodeRef, fallback: (f64, f64)) -> (f64, f64) {
    let size = use_state_eq(|| fallback);
    let setter = size.setter();
    use_effect_with(node.clone(), move |node| {
        let watched = node.cast::<Element>();
        let observer = watched.as_ref().and_then(|element| {
            let measured = element.clone();
            let callback = Closure::<dyn Fn()>::new(move || {
                let now = (f64::from(measured.client_width()), f64::from(measured.client_height()));
                if now.0 > 0.0 {
                    setter.set(now);
                }
            });
            let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok()?;
            observer.observe(element);
            Some((observer, callback))
        });
        move || {
            if let Some((observer, _callback)) = observer {
                observer.disconnect();
            }
        }
    });
    *size
}

/// Tells a list after each drawing what is chosen: it remembers what was chosen last, and one browser forgets it with the options.
#[hook]
pub fn use_chosen(list: &NodeRef, value: String) {
    let list = list.clone();
    use_effect(move || {
        if let Some(list) = list.cast::<web_sys::HtmlSelectElement>() {
            list.set_value(&value);
        }
    });
}

/// Does the browser print now? What is only drawn in part is drawn whole then.
#[hook]
pub fn use_printing() -> bool {
    let prints = use_state_eq(|| false);
    let setter = prints.setter();
    use_effect_with((), move |()| {
        let (before, after) = (setter.clone(), setter);
        let listeners = [
            EventListener::new(&browser::window(), "beforeprint", move |_| before.set(true)),
            EventListener::new(&browser::window(), "afterprint", move |_| after.set(false)),
        ];
        move || drop(listeners)
    });
    *prints
}
