//! Pictures as files. The style sheet is worked into them, so that they look the same everywhere.

mod frame;

use crate::browser;
use crate::tree::shapes::num;
use daxscope_session::file_stem;
use daxscope_session::received::png_with_text;
use daxscope_session::view::{ExportView, Text};
use frame::{Size, framed};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlImageElement};

/// What can be saved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// The radix tree.
    Tree,
    /// The lanes of the threads.
    Timeline,
}

impl Picture {
    const fn name(self) -> &'static str {
        match self {
            Picture::Tree => "tree",
            Picture::Timeline => "timeline",
        }
    }

    /// What stands for it where it has nothing to show.
    const fn empty(self) -> &'static str {
        match self {
            Picture::Tree => "The tree is empty: no page of the file has an entry yet.",
            Picture::Timeline => "No step has been made yet.",
        }
    }

    /// Where it is drawn.
    const fn selector(self) -> &'static str {
        match self {
            Picture::Tree => "#tree-svg",
            Picture::Timeline => "svg.timeline",
        }
    }
}

/// What the style sheet says of a shape and what an SVG can say itself.
const PROPERTIES: [&str; 16] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-opacity",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linejoin",
    // The halo of a label lies behind its letters.
    "paint-order",
    "opacity",
    "visibility",
    "font-size",
    "font-weight",
    "font-family",
    "font-style",
    "text-anchor",
    "dominant-baseline",
];

/// Offers the picture as SVG.
pub fn save_svg(picture: Picture, view: &ExportView) {
    if let Some(text) = as_svg(picture, view) {
        browser::download(&file_name(picture, view, "svg"), "image/svg+xml", &text.into());
    }
}

/// Offers the picture as PNG, two pixels for each of the screen's.
pub fn save_png(picture: Picture, view: &ExportView) {
    let Some(text) = as_svg(picture, view) else { return };
    let Ok(image) = HtmlImageElement::new() else { return };
    let (drawn, name, carried) = (image.clone(), file_name(picture, view, "png"), view.carried.clone());
    let loaded = Closure::once_into_js(move || {
        let _ = draw_and_save(&drawn, name, carried);
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{}", js_sys::encode_uri_component(&text)));
}

fn file_name(picture: Picture, view: &ExportView, suffix: &str) -> String {
    format!("daxscope-{}-{}.{suffix}", file_stem(&view.title), picture.name())
}

fn draw_and_save(image: &HtmlImageElement, name: String, carried: Text) -> Result<(), JsValue> {
    let canvas: HtmlCanvasElement = browser::document().create_element("canvas")?.unchecked_into();
    canvas.set_width(image.natural_width() * 2);
    canvas.set_height(image.natural_height() * 2);
    let Some(context) = canvas.get_context("2d")? else { return Ok(()) };
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.scale(2.0, 2.0)?;
    context.draw_image_with_html_image_element(image, 0.0, 0.0)?;
    let save = Closure::once_into_js(move |blob: web_sys::Blob| {
        wasm_bindgen_futures::spawn_local(async move {
            let Ok(buffer) = wasm_bindgen_futures::JsFuture::from(blob.array_buffer()).await else { return };
            let with = png_with_text(&js_sys::Uint8Array::new(&buffer).to_vec(), &carried);
            let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(&with[..]));
            let options = web_sys::BlobPropertyBag::new();
            options.set_type("image/png");
            if let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
                browser::download_blob(&name, &blob);
            }
        });
    });
    canvas.to_blob(save.unchecked_ref())
}

/// The picture with its styles inside, in light colours whatever the page has: below a title that says the run, with the run
/// itself inside. `None` if the browser does not give them.
#[must_use]
pub fn as_svg(picture: Picture, view: &ExportView) -> Option<String> {
    let root = browser::document().document_element()?;
    let theme = root.get_attribute("data-theme");
    root.set_attribute("data-theme", "light").ok()?;
    let drawn = draw(picture, view);
    match theme {
        Some(theme) => root.set_attribute("data-theme", &theme).ok()?,
        None => root.remove_attribute("data-theme").ok()?,
    }
    web_sys::XmlSerializer::new().ok()?.serialize_to_string(drawn?.as_ref()).ok()
}

fn draw(picture: Picture, view: &ExportView) -> Option<Element> {
    let document = browser::document();
    let shown = document.query_selector(picture.selector()).ok().flatten();
    let copy: Element = match &shown {
        Some(shown) => {
            let copy: Element = shown.clone_node_with_deep(true).ok()?.unchecked_into();
            work_styles_in(shown, &copy)?;
            copy
        }
        None => words(picture.empty())?,
    };
    say_which_part(&copy)?;
    let size = |name: &str| copy.get_attribute(name).and_then(|value| value.parse::<f64>().ok());
    let of = Size { width: size("width").unwrap_or(480.0), height: size("height").unwrap_or(60.0) };
    framed(picture, view, &copy, of, shown.is_some())
}

/// Where only a part of the run is drawn, the picture says which, below.
fn say_which_part(copy: &Element) -> Option<()> {
    let Some(part) = copy.get_attribute("data-part") else { return Some(()) };
    copy.remove_attribute("data-part").ok()?;
    let height = js_sys::parse_float(&copy.get_attribute("height")?);
    copy.set_attribute("height", &num(height + LINE_PX)).ok()?;
    let sentence = words(&format!("{part} Save table has all of them."))?;
    let text = sentence.first_element_child()?;
    text.set_attribute("x", "4").ok()?;
    text.set_attribute("y", &num(height + LINE_PX - 7.0)).ok()?;
    copy.append_child(&text).ok()?;
    Some(())
}

/// Height of a line of text below a picture.
const LINE_PX: f64 = 24.0;

const SVG: &str = "http://www.w3.org/2000/svg";

/// A picture of a sentence.
fn words(sentence: &str) -> Option<Element> {
    let document = browser::document();
    let style = browser::window().get_computed_style(document.body()?.as_ref()).ok()??;
    let picture = document.create_element_ns(Some(SVG), "svg").ok()?;
    let text = document.create_element_ns(Some(SVG), "text").ok()?;
    for (name, value) in [("width", "480"), ("height", "60")] {
        picture.set_attribute(name, value).ok()?;
    }
    let colour = style.get_property_value("color").ok()?;
    for (name, value) in
        [("x", "20"), ("y", "35"), ("font-family", "sans-serif"), ("font-size", "14"), ("fill", &colour)]
    {
        text.set_attribute(name, value).ok()?;
    }
    text.set_text_content(Some(sentence));
    picture.append_child(&text).ok()?;
    Some(picture)
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
