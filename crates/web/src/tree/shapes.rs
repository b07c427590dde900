//! Entries by their shape: the kind can be told without colour.

use daxscope_session::view::EntryKind;
use std::fmt;
use yew::prelude::*;

/// A rectangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rect {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// The class that gives an entry its fill and outline.
#[must_use]
pub const fn kind_class(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::EmptyPte | EntryKind::EmptyPmd => "k-empty",
        EntryKind::HugeZeroPage => "k-hzp",
        EntryKind::ZeroPage => "k-zero",
        EntryKind::BlockPte => "k-blk4",
        EntryKind::BlockPmd => "k-pmd",
    }
}

/// What stands in a wide bar.
#[must_use]
pub const fn short_name(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::EmptyPte | EntryKind::EmptyPmd => "empty",
        EntryKind::HugeZeroPage => "HZP",
        EntryKind::ZeroPage => "zero",
        EntryKind::BlockPte => "4K",
        EntryKind::BlockPmd => "PMD",
    }
}

/// Fills that the shapes refer to. An SVG that shows entries starts with them.
pub fn patterns(id: &'static str) -> Html {
    html! {
        <defs>
            <pattern {id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect class="hatch-ground" width="6" height="6" />
                <line class="hatch-line" x1="0" y1="0" x2="0" y2="6" />
            </pattern>
        </defs>
    }
}

/// An entry: dotted if empty, hatched if the huge zero page, with a diagonal if a zero page.
pub fn entry(kind: EntryKind, at: Rect, is_locked: bool) -> Html {
    let class = classes!("entry", kind_class(kind), is_locked.then_some("locked"));
    let Rect { x, y, width, height } = at;
    html! {
        <>
            <rect {class} x={num(x)} y={num(y)} width={num(width)} height={num(height)} rx="2" />
            if kind == EntryKind::ZeroPage {
                <line class="diagonal" x1={num(x)} y1={num(y + height)} x2={num(x + width)} y2={num(y)} />
            }
        </>
    }
}

/// A closed padlock, about ten pixels high, by its top left corner.
pub fn padlock(x: f64, y: f64) -> Html {
    html! {
        <g class="padlock" transform={format!("translate({} {})", Px(x), Px(y))}>
            <path class="shackle" d="M2 4.5V3a2 2 0 0 1 4 0v1.5" />
            <rect x="0.5" y="4.5" width="7" height="5.5" rx="1" />
        </g>
    }
}

/// The letter of a thread on its colour, fifteen pixels square, by its top left corner.
pub fn badge(letter: char, class: &'static str, x: f64, y: f64) -> Html {
    html! {
        <g class={classes!("svg-badge", class)}>
            <rect x={num(x)} y={num(y)} width="15" height="15" rx="3.5" />
            <text x={num(x + 7.5)} y={num(y + 11.3)} text-anchor="middle">{ letter }</text>
        </g>
    }
}

/// A number in an attribute: no more digits than a screen has.
///
/// Goes by way of integers: the standard formatting of floating point numbers is ten kilobytes on the wire that
/// nothing else in the page needs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Px(pub f64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round() as i64;
        let (whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
        if tenths < 0 {
            f.write_str("-")?;
        }
        if tenth == 0 { write!(f, "{whole}") } else { write!(f, "{whole}.{tenth}") }
    }
}

/// A number as the text of an attribute.
#[must_use]
pub fn num(value: f64) -> String {
    Px(value).to_string()
}
