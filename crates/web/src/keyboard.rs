//! The keys. The session knows what a key means; here is only where the keyboard stands.

use crate::browser;
use daxscope_session::view::keys::KeyFocus;
use daxscope_session::{Action, KeyPress, Modifiers, Session};
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, KeyboardEvent};
use yew::Callback;

/// Listens to all keys that no component has used before.
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
    let in_dialog = target.as_ref().is_some_and(|target| target.closest("dialog").ok().flatten().is_some());
    let (key, code) = (event.key(), event.code());
    // The browser closes its dialogs with Escape by itself, and says so with an event of its own.
    if event.is_composing() || (in_dialog && key == "Escape") {
        return None;
    }
    let modifiers =
        Modifiers { shift: event.shift_key(), ctrl: event.ctrl_key() || event.meta_key(), alt: event.alt_key() };
    let focus = match target.as_ref().map_or(KeyFocus::Page, focus_of) {
        KeyFocus::Text => KeyFocus::Text,
        _ if in_dialog => KeyFocus::Dialog,
        focus => focus,
    };
    session.key(KeyPress { key: &key, code: &code, modifiers, focus })
}

/// Which keys the focused element uses itself.
fn focus_of(target: &Element) -> KeyFocus {
    if let Some(input) = target.dyn_ref::<HtmlInputElement>() {
        return match input.type_().as_str() {
            // The scrubber's arrows step the run as they do everywhere.
            "range" => KeyFocus::Page,
            "checkbox" | "button" => KeyFocus::Button,
            "radio" => KeyFocus::Control,
            _ => KeyFocus::Text,
        };
    }
    match target.tag_name().as_str() {
        "BUTTON" | "A" | "SUMMARY" => KeyFocus::Button,
        "SELECT" => KeyFocus::Control,
        "TEXTAREA" => KeyFocus::Text,
        _ if target.get_attribute("role").as_deref() == Some("treeitem") => KeyFocus::Control,
        _ => KeyFocus::Page,
    }
}
