//! Files that the page asks for after its start, through `static/files.js`: they come from beside the page, or from inside it
//! where the page is one file.

use wasm_bindgen::prelude::{JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = daxscopeFiles, js_name = file, catch)]
    fn fetch_file(path: &str) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(js_namespace = daxscopeFiles, js_name = oneFile, catch)]
    fn make_one_file(title: &str, fragment: &str) -> Result<js_sys::Promise, JsValue>;
    #[wasm_bindgen(js_namespace = daxscopeFiles, js_name = address, catch)]
    fn address_of(path: &str) -> Result<JsValue, JsValue>;
}

/// The text of a file of the page, such as `static/icon.svg`; `None`: it did not arrive.
pub async fn text(path: &str) -> Option<String> {
    let response = JsFuture::from(fetch_file(path).ok()?).await.ok()?;
    let read = js_sys::Reflect::get(&response, &"text".into()).ok()?;
    let read: js_sys::Function = wasm_bindgen::JsCast::dyn_into(read).ok()?;
    let text: js_sys::Promise = wasm_bindgen::JsCast::dyn_into(read.call0(&response).ok()?).ok()?;
    JsFuture::from(text).await.ok()?.as_string()
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
