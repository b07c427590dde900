//! What stands around a picture that leaves the page, so that it can be read alone: title, kernel and step above it, the names of
//! the lanes and the numbers of the steps; inside it, unseen, the run itself.

use super::{Picture, SVG};
use crate::browser;
use crate::components::{LANE_PX, LOCK_PX};
use daxscope_session::view::ExportView;
use web_sys::Element;

const MARGIN: f64 = 14.0;
/// Room for the title and the line below it.
const HEAD: f64 = 54.0;
/// Room for the names of lanes, and for the numbers of steps above them.
const NAMES: f64 = 220.0;
const NUMBERS: f64 = 18.0;
const FOOT: f64 = 22.0;
const INK: &str = "#1b1f24";
const DIM: &str = "#57606a";
const FONT: &str = "system-ui, sans-serif";
/// About the width of a letter of a name.
const LETTER: f64 = 6.6;
const FOOT_WORDS: &str = "To step through this run, drop this file on a page of daxscope: it carries the script.";

/// How large a picture is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A picture in its frame; `has_lanes`: it shows something that has names.
pub(super) fn framed(
    picture: Picture,
    view: &ExportView,
    inner: &Element,
    of: Size,
    has_lanes: bool,
) -> Option<Element> {
    let names = has_lanes && picture == Picture::Timeline;
    let (left, top) = if names { (MARGIN + NAMES, HEAD + NUMBERS) } else { (MARGIN, HEAD) };
    let words = view.title.chars().count().max(view.head.chars().count()).min(110) as f64 * 7.4;
    let width = (left + of.width).max(words + MARGIN).max(560.0) + MARGIN;
    let height = top + of.height + FOOT + 6.0;
    let frame = element("svg", &[("xmlns", SVG), ("width", &px(width)), ("height", &px(height))])?;
    frame.set_attribute("viewBox", &format!("0 0 {} {}", px(width), px(height))).ok()?;
    let named = element("title", &[])?;
    named.set_text_content(Some(&format!("{}: {}, {}", view.title, picture.name(), view.head)));
    let carried = element("metadata", &[])?;
    carried.set_text_content(Some(&view.carried));
    let ground = element("rect", &[("width", "100%"), ("height", "100%"), ("fill", "#ffffff")])?;
    for part in [&named, &carried, &ground] {
        frame.append_child(part).ok()?;
    }
    let title = Words { x: MARGIN, y: 24.0, size: "15", weight: "600", fill: INK, anchor: "start" };
    title.write(&frame, &short(&view.title, ((width - 2.0 * MARGIN) / 7.6) as usize))?;
    Words { y: 43.0, size: "12", weight: "400", fill: DIM, ..title }.write(&frame, &view.head)?;
    Words { y: height - 9.0, size: "11", weight: "400", fill: DIM, ..title }.write(&frame, FOOT_WORDS)?;
    if names {
        lanes(view, &frame, of, top)?;
    }
    inner.set_attribute("x", &px(left)).ok()?;
    inner.set_attribute("y", &px(top)).ok()?;
    // On narrow pages the words of a node reach beyond its picture, and here is room for them.
    inner.set_attribute("overflow", "visible").ok()?;
    frame.append_child(inner).ok()?;
    Some(frame)
}

/// The names of the lanes, the numbers of the steps, and where the run stands.
fn lanes(view: &ExportView, frame: &Element, of: Size, top: f64) -> Option<()> {
    for (at, name) in view.lanes.iter().enumerate() {
        let is_thread = at < view.threads;
        let y = match is_thread {
            true => at as f64 * LANE_PX + 13.5,
            false => view.threads as f64 * LANE_PX + (at - view.threads) as f64 * LOCK_PX + 11.0,
        };
        let size = if is_thread { "12" } else { "11" };
        let fill = if is_thread { INK } else { DIM };
        let words = Words { x: MARGIN, y: top + y, size, weight: "400", fill, anchor: "start" };
        words.write(frame, &short(name, (NAMES / LETTER) as usize))?;
    }
    let (from, to) = view.part;
    let step = (of.width - 8.0) / to.saturating_sub(from).max(1) as f64;
    let left = MARGIN + NAMES + 2.0;
    // As far apart as a number needs.
    let every =
        [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000].into_iter().find(|&every| every as f64 * step >= 34.0);
    let every = every.unwrap_or(100_000);
    let x = |steps: usize| left + steps.saturating_sub(from) as f64 * step;
    for number in (from + 1..=to).filter(|number| number % every == 0) {
        let words =
            Words { x: x(number) - step / 2.0, y: top - 5.0, size: "11", weight: "400", fill: DIM, anchor: "middle" };
        words.write(frame, &number.to_string())?;
    }
    if (from..=to).contains(&view.position) {
        let at = px(x(view.position));
        let (y1, y2) = (px(top - 2.0), px(top + of.height));
        let line = [("x1", &*at), ("x2", &at), ("y1", &y1), ("y2", &y2), ("stroke", "#0b57d0"), ("stroke-width", "2")];
        frame.append_child(element("line", &line)?.as_ref()).ok()?;
    }
    Some(())
}

/// How words stand.
#[derive(Clone, Copy)]
struct Words<'a> {
    x: f64,
    y: f64,
    size: &'a str,
    weight: &'a str,
    fill: &'a str,
    anchor: &'a str,
}

impl Words<'_> {
    fn write(self, frame: &Element, words: &str) -> Option<()> {
        let text = element("text", &[("x", &px(self.x)), ("y", &px(self.y)), ("font-family", FONT)])?;
        for (name, value) in
            [("font-size", self.size), ("font-weight", self.weight), ("fill", self.fill), ("text-anchor", self.anchor)]
        {
            text.set_attribute(name, value).ok()?;
        }
        text.set_text_content(Some(words));
        frame.append_child(&text).ok()?;
        Some(())
    }
}

fn element(name: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    let element = browser::document().create_element_ns(Some(SVG), name).ok()?;
    for (name, value) in attributes.iter().filter(|(name, _)| *name != "xmlns") {
        element.set_attribute(name, value).ok()?;
    }
    Some(element)
}

/// At most so many characters; the end is left out, and that is seen.
fn short(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    let kept: String = words.chars().take(most.saturating_sub(1)).collect();
    format!("{}\u{2026}", kept.trim_end())
}

/// Tenths of pixels.
fn px(value: f64) -> String {
    crate::tree::shapes::num(value).to_string()
}
