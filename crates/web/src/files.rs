//! Files that the page asks for after its start, through `static/files.js`: they come from beside the page, or from inside it
//! where the page is one file.

use daxscope_session::{Action, TextId};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Worker;
use yew::Callback;

#[wasm_bindgen]
extern "C" {
    /// The text of a file, or the reason why there is none.
    #[wasm_bindgen(js_namespace = daxscopeFiles, js_name = text, catch)]
    async fn text(path: &str) -> Result<JsValue, JsValue>;

    /// The `Response` with a file, or the reason why there is none.
    #[wasm_bindgen(js_namespace = daxscopeFiles, js_name = file, catch)]
    async fn file(path: &str) -> Result<JsValue, JsValue>;

    /// What `fetch` gives.
    type Response;

    #[wasm_bindgen(method, js_name = arrayBuffer, catch)]
    async fn array_buffer(this: &Response) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_namespace = daxscopeFiles, js_name = oneFile, catch)]
    fn make_one_file(title: &str, fragment: &str) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(js_namespace = daxscopeFiles, js_name = address, catch)]
    fn address_of(path: &str) -> Result<JsValue, JsValue>;
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

/// The text of a file of the page, or why there is none.
pub async fn text_of(path: &str) -> Result<String, String> {
    text(path).await.map(|content| content.as_string().unwrap_or_default()).map_err(|problem| reason(&problem))
}

/// Answers a Worker that asks for a file.
pub fn send(path: String, worker: Worker) {
    wasm_bindgen_futures::spawn_local(async move {
        let bytes = match file(&path).await {
            Ok(response) => response.unchecked_into::<Response>().array_buffer().await,
            Err(problem) => Err(problem),
        };
        let (key, value) = match bytes {
            Ok(bytes) => ("bytes", bytes),
            Err(problem) => ("problem", reason(&problem).into()),
        };
        let answer = js_sys::Object::new();
        for (key, value) in [("path", path.into()), (key, value)] {
            // Setting a property of a plain object cannot fail.
            let _ = js_sys::Reflect::set(&answer, &key.into(), &value);
        }
        // A Worker that has ended meanwhile does not miss it.
        let _ = worker.post_message(&answer);
    });
}

/// What a script threw, in words.
fn reason(problem: &JsValue) -> String {
    let message = js_sys::Reflect::get(problem, &"message".into()).ok().and_then(|message| message.as_string());
    message.or_else(|| problem.as_string()).unwrap_or_else(|| "the browser does not say why".to_owned())
}

/// The whole page as one HTML file that opens with a fragment; `None`: its parts did not arrive.
pub async fn one_file(title: &str, fragment: &str) -> Option<String> {
    JsFuture::from(make_one_file(title, fragment).ok()?).await.ok()?.as_string()
}

/// The address of a script of the page for a Worker. A page without `files.js`, such as one that runs tests, has its files
/// beside it.
#[must_use]
pub fn address(path: &str) -> Option<String> {
    match address_of(path) {
        Ok(address) => address.as_string(),
        Err(_) => Some(path.to_owned()),
    }
}
