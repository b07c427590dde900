//! The page: a thin Yew shell around [`daxscope_session::Session`].
//!
//! Components draw view models and emit actions. They know no kernel rules and decide nothing; what only a browser
//! can do (address, clipboard, files, focus, clocks) is in [`effects`] and [`browser`].

pub mod app;
pub mod browser;
pub mod chunks;
pub mod components;
pub mod effects;
pub mod embedding;
pub mod export;
pub mod files;
pub mod highlight;
pub mod hooks;
pub mod icons;
pub mod importer;
pub mod importing;
pub mod keyboard;
pub mod late;
pub mod panels;
pub mod preferences;
pub mod rest;
pub mod searcher;
pub mod searching;
pub mod tree;

pub use app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// The element of `index.html` that the application takes over.
const MOUNT_POINT: &str = "app";

/// Mounts the application. The browser calls it when the module has been instantiated.
///
/// A page without the mount point, such as the one that runs the tests, is left as it is; so is a Worker, which has no
/// page at all.
#[wasm_bindgen(start)]
pub fn start() {
    if web_sys::window().is_none() {
        return;
    }
    if let Some(element) = browser::element(MOUNT_POINT) {
        yew::Renderer::<App>::with_root(element).render();
    }
}

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
