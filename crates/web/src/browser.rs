//! What the page asks of the browser, in one place: storage, address, clipboard, files, focus.
//!
//! Each of these may be forbidden or absent (private windows, embedded frames); then nothing happens, and callers
//! that must know get a `bool`.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlElement, Storage, Window};

/// The window. The page runs in no other place.
#[must_use]
pub fn window() -> Window {
    web_sys::window().expect("a page has a window")
}

/// The document.
#[must_use]
pub fn document() -> Document {
    window().document().expect("a window has a document")
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// A stored preference or draft.
#[must_use]
pub fn load(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Stores a preference; an empty value removes it.
pub fn store(key: &str, value: &str) {
    let _ = try_store(key, value);
}

/// The same; `false` if the browser does not.
#[must_use]
pub fn try_store(key: &str, value: &str) -> bool {
    let Some(storage) = storage() else { return false };
    if value.is_empty() { storage.remove_item(key) } else { storage.set_item(key, value) }.is_ok()
}

/// Can anything be stored?
#[must_use]
pub fn can_store() -> bool {
    storage().is_some()
}

/// What is stored for as long as this window is open.
#[must_use]
pub fn load_here(key: &str) -> Option<String> {
    window().session_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Stores something for as long as this window is open; an empty value removes it.
pub fn store_here(key: &str, value: &str) {
    let Ok(Some(storage)) = window().session_storage() else { return };
    let _ = if value.is_empty() { storage.remove_item(key) } else { storage.set_item(key, value) };
}

/// Prints the page.
pub fn print() {
    let _ = window().print();
}

/// The names under which something is stored.
#[must_use]
pub fn stored_keys() -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let mut keys = Vec::new();
    for at in 0..storage.length().unwrap_or(0) {
        keys.extend(storage.key(at).ok().flatten());
    }
    keys
}

/// What stands after `#` in the address, as written there.
#[must_use]
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// Puts a fragment into the address: as a new entry of the history, or in place of the present one.
pub fn set_fragment(fragment: &str, new_entry: bool) {
    let Ok(history) = window().history() else { return };
    let address = format!("#{fragment}");
    let _ = if new_entry {
        history.push_state_with_url(&JsValue::NULL, "", Some(&address))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
    };
}

/// The whole address with another fragment.
#[must_use]
pub fn address_with(fragment: &str) -> String {
    let address = window().location().href().unwrap_or_default();
    let before = address.split('#').next().unwrap_or_default();
    format!("{before}#{fragment}")
}

/// The address of the page without its fragment; empty where nobody else could open it, as from a file.
#[must_use]
pub fn own_address() -> String {
    let address = window().location().href().unwrap_or_default();
    let own = address.split('#').next().unwrap_or_default();
    if own.starts_with("http") { own.to_owned() } else { String::new() }
}

/// Copies text; `false` if the browser refuses.
pub async fn copy(text: &str) -> bool {
    if window().is_secure_context() && JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok() {
        return true;
    }
    copy_by_selection(text)
}

/// The old way, for pages that are not served from a secure context (`http://projector.local`).
fn copy_by_selection(text: &str) -> bool {
    let document = document();
    let (Some(body), Ok(area)) = (document.body(), document.create_element("textarea")) else { return false };
    let focused = document.active_element();
    let area: web_sys::HtmlTextAreaElement = area.unchecked_into();
    area.set_value(text);
    area.set_class_name("visually-hidden");
    let _ = body.append_child(&area);
    area.select();
    let document: web_sys::HtmlDocument = document.unchecked_into();
    let done = document.exec_command("copy").unwrap_or(false);
    area.remove();
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = focused.focus();
    }
    done
}

/// Offers bytes as a file to save.
pub fn download(name: &str, mime: &str, parts: &JsValue) {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    let sequence = js_sys::Array::of1(parts);
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&sequence, &options) {
        download_blob(name, &blob);
    }
}

/// Offers a blob as a file to save.
pub fn download_blob(name: &str, blob: &web_sys::Blob) {
    let Ok(address) = web_sys::Url::create_object_url_with_blob(blob) else { return };
    if let Ok(link) = document().create_element("a") {
        let link: web_sys::HtmlAnchorElement = link.unchecked_into();
        link.set_href(&address);
        link.set_download(name);
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&address);
}

/// An element by its id.
#[must_use]
pub fn element(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// Presses an element: an input of files opens the browser's dialog.
pub fn press(id: &str) {
    if let Some(input) = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        input.click();
    }
}

/// Has the page its columns side by side, so that each panel has a height of its own? As the style sheets have it.
#[must_use]
pub fn has_columns() -> bool {
    let query = window().match_media("(min-width: 1021px) and (min-height: 561px)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// Takes the picture away that index.html shows until the page is drawn: behind it the page has been measured in one frame
/// and drawn in the next.
pub fn end_first_view() {
    let Some(first) = element("first-view") else { return };
    wasm_bindgen_futures::spawn_local(async move {
        next_frame().await;
        next_frame().await;
        first.remove();
    });
}

async fn next_frame() {
    let frame = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().request_animation_frame(&resolve);
    });
    let _: Result<JsValue, JsValue> = JsFuture::from(frame).await;
}

/// Puts the focus on the element with that id.
pub fn focus(id: &str) {
    if let Some(element) = element(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Scrolls a box by itself so that its child stands a third from the top; leaves the page where it is.
pub fn scroll_into_box(container: &Element, child: &Element) {
    let (outer, inner) = (container.get_bounding_client_rect(), child.get_bounding_client_rect());
    if inner.top() < outer.top() + 20.0 || inner.bottom() > outer.bottom() - 30.0 {
        let by = inner.top() - outer.top() - outer.height() / 3.0;
        container.set_scroll_top(container.scroll_top() + by as i32);
    }
}

/// How far a pointer is from the left end of an element, in the element's own pixels: presenter mode makes those larger.
#[must_use]
pub fn x_within(element: &Element, client_x: i32) -> f64 {
    let place = element.get_bounding_client_rect();
    let own = element.dyn_ref::<HtmlElement>().map_or(0, HtmlElement::offset_width);
    let zoom = if own > 0 && place.width() > 0.0 { place.width() / f64::from(own) } else { 1.0 };
    (f64::from(client_x) - place.left()) / zoom
}

/// Is a system or stored preference for less motion set?
#[must_use]
pub fn prefers_less_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|query| query.matches())
}

/// The width of the window in pixels.
#[must_use]
pub fn width() -> i32 {
    window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default() as i32
}

/// Listens for the moment at which nobody sees the page any more: another tab, another window over all of it.
pub fn listen_to_hiding(on: yew::Callback<()>) -> gloo_events::EventListener {
    gloo_events::EventListener::new(&document(), "visibilitychange", move |_| {
        if document().hidden() {
            on.emit(());
        }
    })
}

/// The height of the window in pixels.
#[must_use]
pub fn height() -> i32 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default() as i32
}

/// Sets a property that the style sheets read.
pub fn set_css_variable(name: &str, value: &str) {
    if let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        let _ = root.style().set_property(name, value);
    }
}
