//! The page: a thin Yew shell that the browser starts.

mod app;

pub use app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// The element of `index.html` that the application takes over.
const MOUNT_POINT: &str = "app";

/// Mounts the application. The browser calls it when the module has been instantiated.
///
/// A page without the mount point, such as the one that runs the tests, is left as it is.
#[wasm_bindgen(start)]
pub fn start() {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(element) = document.and_then(|document| document.get_element_by_id(MOUNT_POINT)) {
        yew::Renderer::<App>::with_root(element).render();
    }
}
