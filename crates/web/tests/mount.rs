//! Mounts the page in a real browser.
#![cfg(target_arch = "wasm32")]

use daxscope_web::App;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_heading_names_the_program() {
    let document = web_sys::window().unwrap().document().unwrap();
    let root = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&root).unwrap();

    yew::Renderer::<App>::with_root(root.clone()).render();
    yew::platform::time::sleep(std::time::Duration::ZERO).await;

    let heading = root.query_selector("h1").unwrap().expect("the page has no h1");
    assert_eq!(heading.text_content().as_deref(), Some("daxscope"));
}
