//! The grip between picture and script: by pointer and by arrow keys.

use crate::{browser, preferences};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// The least and the most pixels that the script can have.
const LEAST: i32 = 320;
const MOST: i32 = 900;
/// What an arrow key changes.
const BY_KEY: i32 = 24;

/// A separator that can be moved. The width is a property of the style sheet, and kept in the browser.
#[component]
pub(super) fn Grip() -> Html {
    let width = use_state_eq(preferences::script_width);
    use_effect_with(*width, |width| {
        if let Some(width) = width {
            browser::set_css_variable("--script-width", &format!("{width}px"));
        }
    });
    let set = {
        let width = width.clone();
        Callback::from(move |pixels: i32| {
            let pixels = pixels.clamp(LEAST, MOST);
            preferences::set_script_width(pixels);
            width.set(Some(pixels));
        })
    };
    let down = Callback::from(|event: PointerEvent| {
        event.prevent_default();
        let grip: Element = event.target_unchecked_into();
        let _ = grip.set_pointer_capture(event.pointer_id());
    });
    let moved = {
        let set = set.clone();
        Callback::from(move |event: PointerEvent| {
            let grip: Element = event.target_unchecked_into();
            if grip.has_pointer_capture(event.pointer_id()) {
                set.emit(column_end(&grip) - event.client_x());
            }
        })
    };
    let keys = {
        let set = set.clone();
        Callback::from(move |event: KeyboardEvent| {
            let grip: Element = event.target_unchecked_into();
            let now = column_width(&grip);
            let pixels = match event.key().as_str() {
                "ArrowLeft" => now + BY_KEY,
                "ArrowRight" => now - BY_KEY,
                "Home" => MOST,
                "End" => LEAST,
                _ => return,
            };
            event.prevent_default();
            set.emit(pixels);
        })
    };
    html! {
        <div class="grip" role="separator" tabindex="0" aria-orientation="vertical" aria-label="Width of the script"
            aria-valuemin={LEAST.to_string()} aria-valuemax={MOST.to_string()}
            aria-valuenow={width.unwrap_or(460).to_string()} onpointerdown={down} onpointermove={moved} onkeydown={keys} />
    }
}

fn column(grip: &Element) -> Option<Element> {
    grip.closest(".panel").ok().flatten()
}

fn column_end(grip: &Element) -> i32 {
    column(grip).map_or(0, |panel| panel.get_bounding_client_rect().right() as i32)
}

fn column_width(grip: &Element) -> i32 {
    column(grip)
        .and_then(|panel| panel.dyn_into::<web_sys::HtmlElement>().ok())
        .map_or(LEAST, |panel| panel.offset_width())
}
