//! The keys. The session knows what a key means; here is only where the keyboard stands.

use crate::browser;
use daxscope_session::{Action, KeyPress, Modifiers, Session};
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::Callback;

/// Listens to all keys that no component has used before.
#[must_use]
pub fn listen(on: Callback<KeyboardEvent>) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&browser::document(), "keydown", options, move |event| {
        if let Some(event) = event.dyn_ref::<KeyboardEvent>().filter(|event| !event.default_prevented()) {
            on.emit(event.clone());
        }
    })
}

/// What a key press means now; `None`: the browser should have it.
#[must_use]
pub fn action_for(session: &Session, event: &KeyboardEvent) -> Option<Action> {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let (key, code) = (event.key(), event.code());
    let in_dialog = target.as_ref().is_some_and(|target| target.closest("dialog").ok().flatten().is_some());
    // The browser closes its dialogs with Escape by itself, and says so with an event of its own.
    if in_dialog && key == "Escape" {
        return None;
    }
    if event.is_composing() || target.as_ref().is_some_and(|target| belongs_to(target, &key)) {
        return None;
    }
    let modifiers =
        Modifiers { shift: event.shift_key(), ctrl: event.ctrl_key() || event.meta_key(), alt: event.alt_key() };
    let in_text_field = target.as_ref().is_some_and(is_text_field);
    session.key(KeyPress { key: &key, code: &code, modifiers, in_text_field })
}

/// Does the focused element use this key by itself, as the browser has it?
fn belongs_to(target: &Element, key: &str) -> bool {
    match target.tag_name().as_str() {
        // A button is pressed by these, and so is a link.
        "BUTTON" | "A" | "SUMMARY" => matches!(key, " " | "Enter"),
        "INPUT" => match target.get_attribute("type").as_deref() {
            Some("range") => matches!(key, "Home" | "End" | "ArrowUp" | "ArrowDown"),
            Some("radio") => key.starts_with("Arrow") || key == " ",
            _ => false,
        },
        _ => false,
    }
}

fn is_text_field(target: &Element) -> bool {
    match target.dyn_ref::<HtmlInputElement>() {
        Some(input) => !matches!(input.type_().as_str(), "range" | "radio" | "checkbox" | "button"),
        None => matches!(target.tag_name().as_str(), "TEXTAREA" | "SELECT"),
    }
}
