//! The parts of the module that are loaded when they are needed.
//!
//! `cargo xtask build --release` splits the module: what is reached only from a function below goes into a file of its own
//! (`pkg/split_search.wasm`, `pkg/split_panels.wasm`, `pkg/split_recordings.wasm`), which the first call fetches. Each function hands out a table of functions, so
//! that all later calls are plain calls. Development builds and tests have everything in one module; there the same
//! functions answer at once.
//!
//! What is left is divided once more, by what the first steps run (`xtask/src/rest`): of that nobody here sees anything but
//! [`rest_is_here`].

use crate::importing::Importing;
use crate::panels::Panels;
use crate::searching::Searching;
use std::cell::Cell;

thread_local! {
    static SEARCHING: Cell<Option<&'static Searching>> = const { Cell::new(None) };
    static IMPORTING: Cell<Option<&'static Importing>> = const { Cell::new(None) };
}

/// What the searches need. An error is a sentence.
pub async fn searching() -> Result<&'static Searching, String> {
    let table = load::searching().await.map_err(|_| cannot("The code that searches"))?;
    SEARCHING.set(Some(table));
    Ok(table)
}

/// The same if it is here already.
#[must_use]
pub fn searching_if_here() -> Option<&'static Searching> {
    SEARCHING.get()
}

/// What reads recordings. An error is a sentence.
pub async fn importing() -> Result<&'static Importing, String> {
    let table = load::importing().await.map_err(|_| cannot("The code that reads recordings"))?;
    IMPORTING.set(Some(table));
    Ok(table)
}

/// The same if it is here already.
#[must_use]
pub fn importing_if_here() -> Option<&'static Importing> {
    IMPORTING.get()
}

/// What lies over and beside the picture. An error is a sentence.
pub async fn panels() -> Result<&'static Panels, String> {
    load::panels().await.map_err(|_| cannot("This part of the page"))
}

/// The panels, where the module is one piece and nothing has to be fetched.
#[must_use]
pub fn panels_at_once() -> Option<&'static Panels> {
    load::panels_at_once()
}

/// Is everything here that the main part was divided into?
#[must_use]
pub fn rest_is_here() -> bool {
    load::rest_is_here()
}

/// Waits until it is. An error is a sentence.
pub async fn rest() -> Result<(), String> {
    load::rest().await.map_err(|_| cannot("The rest of the page"))
}

fn cannot(what: &str) -> String {
    format!("{what} did not come. Is the server that showed this page still there?")
}

#[cfg(feature = "split")]
mod load {
    use crate::importing::{IMPORTING, Importing};
    use crate::panels::{PANELS, Panels};
    use crate::searching::{SEARCHING, Searching};
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    // From the script that fetches the rest, `xtask/src/rest/script.rs`.
    #[wasm_bindgen(js_namespace = daxscopeRest)]
    extern "C" {
        #[wasm_bindgen(js_name = isHere)]
        fn is_here() -> bool;
        #[wasm_bindgen(catch)]
        async fn come() -> Result<JsValue, JsValue>;
    }

    pub(super) fn rest_is_here() -> bool {
        is_here()
    }

    pub(super) async fn rest() -> Result<(), JsValue> {
        come().await.map(|_| ())
    }

    #[wasm_split(search, fallible)]
    pub(super) fn searching() -> Result<&'static Searching, SplitLoaderError> {
        Ok(&SEARCHING)
    }

    #[wasm_split(recordings, fallible)]
    pub(super) fn importing() -> Result<&'static Importing, SplitLoaderError> {
        Ok(&IMPORTING)
    }

    #[wasm_split(panels, fallible)]
    pub(super) fn panels() -> Result<&'static Panels, SplitLoaderError> {
        Ok(&PANELS)
    }

    pub(super) fn panels_at_once() -> Option<&'static Panels> {
        None
    }
}

#[cfg(not(feature = "split"))]
mod load {
    use crate::importing::{IMPORTING, Importing};
    use crate::panels::{PANELS, Panels};
    use crate::searching::{SEARCHING, Searching};
    use std::convert::Infallible;

    pub(super) async fn searching() -> Result<&'static Searching, Infallible> {
        Ok(&SEARCHING)
    }

    pub(super) async fn importing() -> Result<&'static Importing, Infallible> {
        Ok(&IMPORTING)
    }

    pub(super) async fn panels() -> Result<&'static Panels, Infallible> {
        Ok(&PANELS)
    }

    pub(super) fn panels_at_once() -> Option<&'static Panels> {
        Some(&PANELS)
    }

    pub(super) fn rest_is_here() -> bool {
        true
    }

    pub(super) async fn rest() -> Result<(), Infallible> {
        Ok(())
    }
}
