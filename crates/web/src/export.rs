//! The picture of the tree as a file. The style sheet is worked into it, so that it looks the same everywhere.

use crate::browser;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlImageElement};

/// What the style sheet says of a shape and what an SVG can say itself.
const PROPERTIES: [&str; 10] = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linejoin",
    "opacity",
    "font-size",
    "font-weight",
    "font-family",
    "font-style",
];

/// Offers the picture as SVG.
pub fn save_svg() {
    if let Some(text) = tree_as_svg() {
        browser::download("daxscope-tree.svg", "image/svg+xml", &text.into());
    }
}

/// Offers the picture as PNG, two pixels for each of the screen's.
pub fn save_png() {
    let Some(text) = tree_as_svg() else { return };
    let Ok(image) = HtmlImageElement::new() else { return };
    let drawn = image.clone();
    let loaded = Closure::once_into_js(move || {
        let _ = draw_and_save(&drawn);
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(&text)));
}

fn draw_and_save(image: &HtmlImageElement) -> Result<(), JsValue> {
    let canvas: HtmlCanvasElement = browser::document().create_element("canvas")?.unchecked_into();
    canvas.set_width(image.natural_width() * 2);
    canvas.set_height(image.natural_height() * 2);
    let Some(context) = canvas.get_context("2d")? else { return Ok(()) };
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.scale(2.0, 2.0)?;
    context.draw_image_with_html_image_element(image, 0.0, 0.0)?;
    let save = Closure::once_into_js(|blob: web_sys::Blob| browser::download_blob("daxscope-tree.png", &blob));
    canvas.to_blob(save.unchecked_ref())
}

/// The picture with its styles inside; `None` if it is not on screen.
#[must_use]
pub fn tree_as_svg() -> Option<String> {
    let shown = browser::element("tree-svg")?;
    let copy: Element = shown.clone_node_with_deep(true).ok()?.unchecked_into();
    work_styles_in(&shown, &copy)?;
    let ground = browser::window().get_computed_style(&shown.closest(".panel").ok()??).ok()??;
    let background = browser::document().create_element_ns(Some("http://www.w3.org/2000/svg"), "rect").ok()?;
    background.set_attribute("width", "100%").ok()?;
    background.set_attribute("height", "100%").ok()?;
    background.set_attribute("fill", &ground.get_property_value("background-color").ok()?).ok()?;
    copy.insert_before(&background, copy.first_child().as_ref()).ok()?;
    copy.set_attribute("xmlns", "http://www.w3.org/2000/svg").ok()?;
    web_sys::XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()
}

/// Writes what the browser computed for an element into its copy, and so on below.
fn work_styles_in(shown: &Element, copy: &Element) -> Option<()> {
    let style = browser::window().get_computed_style(shown).ok()??;
    for property in PROPERTIES {
        let value = style.get_property_value(property).ok()?;
        if !value.is_empty() {
            copy.set_attribute(property, &value.replace("\"", "'")).ok()?;
        }
    }
    copy.remove_attribute("class").ok()?;
    let (below, copies) = (shown.children(), copy.children());
    for at in 0..below.length() {
        work_styles_in(&below.item(at)?, &copies.item(at)?)?;
    }
    Some(())
}
