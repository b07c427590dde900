//! Files that are fetched when they are needed.
//!
//! Where a file lies is known to `static/files.js` alone: beside the page, or inside of it where all is in one file. The
//! page's scripts put its functions where this finds them.

use daxscope_session::{Action, TextId};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use yew::Callback;

#[wasm_bindgen]
extern "C" {
    /// The text of a file, or the reason why there is none.
    #[wasm_bindgen(js_namespace = daxscopeFiles, js_name = text, catch)]
    async fn text(path: &str) -> Result<JsValue, JsValue>;
}

/// Fetches a text and tells what came of it.
pub fn fetch_text(id: TextId, on: Callback<Action>) {
    wasm_bindgen_futures::spawn_local(async move {
        on.emit(match text(id.file()).await {
            Ok(content) => Action::TextArrived(id, content.as_string().unwrap_or_default()),
            Err(problem) => Action::TextFailed(id, reason(&problem)),
        });
    });
}

/// What a script threw, in words.
fn reason(problem: &JsValue) -> String {
    let message = js_sys::Reflect::get(problem, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| problem.as_string()).unwrap_or_else(|| "the browser does not say why".to_owned())
}
