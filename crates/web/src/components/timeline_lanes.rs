//! The part of the run in view, as one picture. It does not depend on the position, so that a step does not draw it again.

use super::{letter, thread_class};
use crate::tree::shapes::{Px, num};
use daxscope_session::view::{Bar, BarKind, LockBar, TimelineView, WakeArrow};
use std::rc::Rc;
use yew::prelude::*;

/// Height of a lane.
pub(crate) const LANE_PX: f64 = 19.0;
/// Height of the lane of a lock.
pub(crate) const LOCK_PX: f64 = 14.0;
const BAR_PX: f64 = 15.0;
const LOCK_BAR_PX: f64 = 9.0;
const CHAR_PX: f64 = 6.4;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The lanes.
    pub(super) timeline: Rc<TimelineView>,
    /// Width of a step.
    pub(super) step_px: f64,
}

/// How high all lanes are together.
pub(super) fn height_of(timeline: &TimelineView) -> f64 {
    let small = timeline.locks.len() + usize::from(timeline.is_watching);
    timeline.lanes.len() as f64 * LANE_PX + small as f64 * LOCK_PX + 4.0
}

/// Where steps lie.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Geometry {
    /// Width of a step.
    pub(super) step_px: f64,
    /// Steps before the part.
    pub(super) from: usize,
}

impl Geometry {
    /// Where the state after that many steps lies.
    #[must_use]
    pub(super) fn x(&self, steps: usize) -> f64 {
        2.0 + (steps as f64 - self.from as f64) * self.step_px
    }
}

/// The picture.
#[component]
pub(super) fn Lanes(props: &Props) -> Html {
    let Props { timeline, step_px } = props;
    let geometry = Geometry { step_px: *step_px, from: timeline.from };
    let width = geometry.x(timeline.to) + 6.0;
    let lanes_px = timeline.lanes.len() as f64 * LANE_PX;
    let height = height_of(timeline);
    let mut parts = Vec::new();
    for (row, lane) in timeline.lanes.iter().enumerate() {
        let y = lane_top(row);
        let middle = num(y + BAR_PX / 2.0);
        parts.push(html! {
            <g class={thread_class(lane.thread)}>
                <line class="axis" x1="0" x2={num(width)} y1={middle.clone()} y2={middle} />
                { for lane.bars.iter().map(|bar| draw_bar(bar, y, geometry)) }
            </g>
        });
    }
    for (row, lane) in timeline.locks.iter().enumerate() {
        let y = lanes_px + row as f64 * LOCK_PX + 3.0;
        let bars = lane.bars.iter().map(|bar| draw_lock(bar, &lane.name, y, geometry));
        parts.push(html! { <g>{ for bars }</g> });
    }
    for wake in timeline.wakes.iter() {
        let row_of = |thread| timeline.lanes.iter().position(|lane| lane.thread == thread);
        if let (Some(from), Some(to)) = (row_of(wake.from), row_of(wake.to)) {
            parts.push(arrow(wake, from, to, geometry));
        }
    }
    for mark in timeline.watched.iter() {
        let (x, y) = (geometry.x(mark.step) - geometry.step_px / 2.0, height - LOCK_PX - 1.0);
        parts.push(html! {
            <path class="watch-mark" d={format!("M{} {}l4 5l-4 5l-4 -5z", Px(x), Px(y))}>
                <title>{ format!("step {} changes {}", mark.step, mark.names) }</title>
            </path>
        });
    }
    for &step in timeline.violations.iter() {
        let x = geometry.x(step);
        parts.push(html! {
            <path class="bad-mark" d={format!("M{} 0h8l-4 7z", Px(x - 4.0))}><title>{ format!("Broken at step {step}") }</title></path>
        });
    }
    if let Some((first, last)) = timeline.round {
        parts.push(loop_mark(first, last, geometry, height));
    }
    html! {
        <svg class="timeline" width={num(width)} height={num(height)} role="img" aria-label={described(timeline)}
            data-part={(timeline.to - timeline.from < timeline.total).then(|| part(timeline))}>
            { for parts }
        </svg>
    }
}

/// The loop that the run goes round in for ever: a band behind its steps, with an arrow back from its end to its beginning.
#[inline(never)]
fn loop_mark(first: usize, last: usize, geometry: Geometry, height: f64) -> Html {
    let (from, to) = (geometry.x(first - 1), geometry.x(last));
    let low = height - 2.0;
    html! {
        <g class="loop">
            <rect x={num(from)} y="0" width={num(to - from)} height={num(height)} />
            <path d={format!("M{} {}H{}m5 -4l-5 4l5 4", Px(to - 1.0), Px(low), Px(from + 2.0))} />
            <title>{ format!("The loop: steps {first} to {last} again and again, for ever") }</title>
        </g>
    }
}

fn lane_top(row: usize) -> f64 {
    row as f64 * LANE_PX + 2.0
}

fn draw_bar(bar: &Bar, y: f64, geometry: Geometry) -> Html {
    let x = geometry.x(bar.start);
    let gap = if geometry.step_px > 4.0 { 2.0 } else { 0.0 };
    let width = (geometry.x(bar.end) - x - gap).max(if gap > 0.0 { 3.0 } else { 0.5 });
    let (shape, text) = match bar.kind {
        BarKind::Running => ("bar", "bar-text"),
        BarKind::Blocked | BarKind::Asleep => ("sleep", "sleep-text"),
        BarKind::Lost => ("sleep lost", "sleep-text lost-text"),
    };
    let room = ((width - 6.0) / CHAR_PX).max(0.0) as usize;
    html! {
        <>
            <rect class={shape} x={num(x)} y={num(y)} width={num(width)} height={num(BAR_PX)} rx="3">
                <title>{ format!("{}, steps {} to {}", bar.label, bar.start + 1, bar.end) }</title>
            </rect>
            if let Some(label) = fitting(bar, room) {
                <text class={text} x={num(x + 4.0)} y={num(y + 11.5)}>{ label.to_owned() }</text>
            }
        </>
    }
}

/// The whole name, or a word that says as much; nothing rather than the beginning of a name.
fn fitting(bar: &Bar, room: usize) -> Option<&str> {
    [&*bar.label, &*bar.short].into_iter().find(|text| !text.is_empty() && text.chars().count() <= room)
}

fn draw_lock(bar: &LockBar, name: &str, y: f64, geometry: Geometry) -> Html {
    let x = geometry.x(bar.start);
    let gap = if geometry.step_px > 4.0 { 2.0 } else { 0.0 };
    let width = (geometry.x(bar.end) - x - gap).max(0.5);
    let letters = holders(bar);
    let title = format!("{name} held by {letters}, steps {} to {}", bar.start + 1, bar.end);
    // Who reads beside others has a part of the height.
    let count = bar.holders.iter().count().max(1) as f64;
    let part = LOCK_BAR_PX / count;
    let mut parts = Vec::new();
    for (at, thread) in bar.holders.iter().enumerate() {
        let top = y + at as f64 * part;
        parts.push(html! {
            <rect class={classes!("tl-lock", thread_class(thread))} x={num(x)} y={num(top)} width={num(width)} height={num(part)}
                rx={if count > 1.0 { "0" } else { "2" }} />
        });
    }
    html! {
        <g>
            <title>{ title }</title>
            { for parts }
            if width > letters.len() as f64 * 5.2 + 6.0 {
                <text class={classes!("tl-holder", (count > 1.0).then_some("several"))} x={num(x + 3.0)} y={num(y + 7.8)}>{ letters }</text>
            }
        </g>
    }
}

/// `A, B`.
fn holders(bar: &LockBar) -> String {
    let mut letters = String::new();
    for thread in bar.holders.iter() {
        if !letters.is_empty() {
            letters.push_str(", ");
        }
        letters.push(letter(thread));
    }
    letters
}

fn arrow(wake: &WakeArrow, from: usize, to: usize, geometry: Geometry) -> Html {
    let x = geometry.x(wake.step) - geometry.step_px / 2.0;
    let down = to > from;
    let (start, end) = if down {
        (lane_top(from) + BAR_PX, lane_top(to) - 1.0)
    } else {
        (lane_top(from), lane_top(to) + BAR_PX + 1.0)
    };
    let back = if down { -5.0 } else { 5.0 };
    html! {
        <g>
            <line class="wake" x1={num(x)} x2={num(x)} y1={num(start)} y2={num(end)} />
            <path class="wake-head" d={format!("M{} {}l-3.5 {}h7z", Px(x), Px(end), Px(back))} />
            <title>{ format!("step {}: {} wakes {}", wake.step, letter(wake.from), letter(wake.to)) }</title>
        </g>
    }
}

/// The picture in words: the part in view, a few bars of each lane.
/// `Steps 41 to 80 of 2000.`
pub(super) fn part(timeline: &TimelineView) -> String {
    format!("Steps {} to {} of {}.", timeline.from + 1, timeline.to, timeline.total)
}

fn described(timeline: &TimelineView) -> String {
    let mut words = part(timeline);
    for lane in timeline.lanes.iter() {
        words += &format!(" {}:", letter(lane.thread));
        for (at, bar) in lane.bars.iter().take(12).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            words += &format!("{comma} {} from step {}", bar.label, bar.start + 1);
        }
        words.push('.');
    }
    for lane in timeline.locks.iter() {
        words += &format!(" {}:", lane.name);
        for (at, bar) in lane.bars.iter().take(12).enumerate() {
            let comma = if at == 0 { "" } else { "," };
            words += &format!("{comma} {} from step {}", holders(bar), bar.start + 1);
        }
        words.push('.');
    }
    if let Some((first, last)) = timeline.round {
        words += &format!(" Steps {first} to {last} are a loop, gone round for ever.");
    }
    for (at, mark) in timeline.watched.iter().take(12).enumerate() {
        words += &format!("{} step {}: {}", if at == 0 { " Watched:" } else { "," }, mark.step, mark.names);
    }
    words
}
