//! A place in the test page where components are shown, looked at and acted upon.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Shows what it is given.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(crate) struct FrameProps {
    html: Html,
}

#[component]
fn Frame(props: &FrameProps) -> Html {
    props.html.clone()
}

/// Waits for the next frame.
async fn frame() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        daxscope_web::browser::window().request_animation_frame(&resolve).unwrap();
    });
    let _: JsValue = wasm_bindgen_futures::JsFuture::from(promise).await.unwrap();
}

/// A mounted component; it goes when this goes, so that the next test has the keys for itself.
pub(crate) struct Stage {
    root: Element,
    unmount: Option<Box<dyn FnOnce()>>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
        self.root.remove();
    }
}

impl Stage {
    /// The whole page at an address.
    pub(crate) async fn page(fragment: &str) -> Stage {
        daxscope_web::browser::set_fragment(fragment, false);
        Stage::show(html! { <daxscope_web::App /> }).await
    }

    /// Components by themselves.
    pub(crate) async fn show(html: Html) -> Stage {
        // index.html loads it before the module. The texts themselves are not served here, and the page says so.
        js_sys::Function::new_no_args(include_str!("../../../../static/files.js"))
            .call0(&wasm_bindgen::JsValue::NULL)
            .unwrap();
        let document = daxscope_web::browser::document();
        let root = document.create_element("div").unwrap();
        document.body().unwrap().append_child(&root).unwrap();
        let handle = yew::Renderer::<Frame>::with_root_and_props(root.clone(), FrameProps { html }).render();
        let stage = Stage { root, unmount: Some(Box::new(move || handle.destroy())) };
        stage.drawn().await;
        stage
    }

    /// Waits until what was done is drawn: Yew draws in a microtask, but after 16 ms of work lets the browser go on and draws the rest
    /// in a later turn. What takes longer than these turns is waited for with [`Stage::until`].
    pub(crate) async fn drawn(&self) {
        for _ in 0..6 {
            frame().await;
            yew::platform::time::sleep(std::time::Duration::ZERO).await;
        }
    }

    /// Waits until something is so. If it never is, the runner's time-out ends the test.
    pub(crate) async fn until(&self, is_so: impl Fn() -> bool) {
        while !is_so() {
            frame().await;
        }
    }

    pub(crate) fn all(&self, selector: &str) -> Vec<Element> {
        let found = self.root.query_selector_all(selector).unwrap();
        (0..found.length()).map(|at| found.get(at).unwrap().unchecked_into()).collect()
    }

    pub(crate) fn one(&self, selector: &str) -> Element {
        self.root.query_selector(selector).unwrap().unwrap_or_else(|| panic!("there is no {selector}"))
    }

    pub(crate) fn count(&self, selector: &str) -> usize {
        self.all(selector).len()
    }

    pub(crate) fn text(&self, selector: &str) -> String {
        self.one(selector).text_content().unwrap_or_default()
    }

    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.one(selector).get_attribute(name)
    }

    pub(crate) async fn click(&self, selector: &str) {
        self.one(selector).unchecked_into::<HtmlElement>().click();
        self.drawn().await;
    }

    /// A key press on the page.
    pub(crate) async fn key(&self, key: &str) {
        self.press(daxscope_web::browser::document().body().unwrap().as_ref(), key).await;
    }

    /// A key press on an element.
    pub(crate) async fn key_on(&self, selector: &str, key: &str) {
        self.press(&self.one(selector), key).await;
    }

    async fn press(&self, target: &Element, key: &str) {
        let options = web_sys::KeyboardEventInit::new();
        options.set_key(key);
        options.set_bubbles(true);
        options.set_cancelable(true);
        let event = web_sys::KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
        target.dispatch_event(&event).unwrap();
        self.drawn().await;
    }

    pub(crate) async fn type_into(&self, selector: &str, text: &str) {
        let area: HtmlTextAreaElement = self.one(selector).unchecked_into();
        area.set_value(text);
        let options = web_sys::InputEventInit::new();
        options.set_bubbles(true);
        let event = web_sys::InputEvent::new_with_event_init_dict("input", &options).unwrap();
        area.dispatch_event(&event).unwrap();
        self.drawn().await;
    }
}
