//! One lane per thread over all steps: who ran, who slept, who woke whom.

use super::{letter, thread_class};
use crate::browser;
use crate::hooks::use_width;
use crate::tree::shapes::{Px, num};
use daxscope_session::view::timeline::Bar;
use daxscope_session::view::{BarKind, TimelineView, WakeArrow};
use daxscope_session::{Action, ThreadId};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The lanes.
    pub timeline: Rc<TimelineView>,
    /// Steps made.
    pub position: usize,
    /// What was done.
    pub on: Callback<Action>,
}

const LANE_PX: f64 = 23.0;
const BAR_PX: f64 = 17.0;
const NAMES_PX: f64 = 26.0;
const CHAR_PX: f64 = 6.4;
/// Narrower steps would not be told apart.
const MIN_STEP_PX: f64 = 7.0;
const MAX_STEP_PX: f64 = 130.0;

/// The lanes with a line where the run stands. Everything behind the line has not happened yet.
#[component]
pub fn Timeline(props: &Props) -> Html {
    let Props { timeline, position, on } = props;
    let node = use_node_ref();
    let width = use_width(&node, 1200.0);
    let step_px = step_width(width, timeline.total);
    let at = NAMES_PX + *position as f64 * step_px;
    use_effect_with((*position, width as i32), {
        let node = node.clone();
        move |_| {
            if let Some(scroll) = node.cast::<Element>() {
                let (from, seen) = (f64::from(scroll.scroll_left()), f64::from(scroll.client_width()));
                if at < from + 40.0 || at > from + seen - 20.0 {
                    scroll.set_scroll_left((at - seen * 0.6) as i32);
                }
            }
        }
    });
    let total = timeline.total;
    let go = {
        let (node, on) = (node.clone(), on.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(scroll) = node.cast::<Element>() else { return };
            let x = browser::x_within(&scroll, event.client_x()) + f64::from(scroll.scroll_left());
            on.emit(Action::GoTo((((x - NAMES_PX) / step_px).ceil().max(0.0) as usize).min(total)));
        })
    };
    if timeline.total == 0 {
        return html! { <div class="lanes-box" ref={node}></div> };
    }
    let height = timeline.lanes.len() as f64 * LANE_PX + 4.0;
    html! {
        <div class="lanes-box" ref={node} tabindex="0" role="group" aria-label="Lanes of the threads">
            <div class="lanes-in" onclick={go}
                style={format!("width:{}px;height:{}px", Px(NAMES_PX + total as f64 * step_px + 6.0), Px(height))}>
                <Lanes timeline={timeline.clone()} {step_px} />
                <div class="ahead" style={format!("left:{}px", Px(at))}></div>
            </div>
        </div>
    }
}

fn step_width(width: f64, steps: usize) -> f64 {
    ((width - NAMES_PX - 8.0) / steps.max(1) as f64).clamp(MIN_STEP_PX, MAX_STEP_PX)
}

/// What does not depend on the position, so that a step does not draw it again.
#[derive(Clone, PartialEq, Properties, Debug)]
struct LanesProps {
    timeline: Rc<TimelineView>,
    step_px: f64,
}

#[component]
fn Lanes(props: &LanesProps) -> Html {
    let LanesProps { timeline, step_px } = props;
    let width = NAMES_PX + timeline.total as f64 * step_px + 6.0;
    let height = timeline.lanes.len() as f64 * LANE_PX + 4.0;
    let lanes = timeline.lanes.iter().enumerate().map(|(row, lane)| {
        let y = lane_top(row);
        html! {
            <g class={thread_class(lane.thread)}>
                <line class="axis" x1={num(NAMES_PX)} x2={num(width)} y1={num(y + BAR_PX / 2.0)} y2={num(y + BAR_PX / 2.0)} />
                <rect class="lane-badge" x="2" y={num(y)} width="17" height={num(BAR_PX)} rx="4" />
                <text class="bar-text lane-name" x="10.5" y={num(y + 12.5)} text-anchor="middle">{ letter(lane.thread) }</text>
                { for lane.bars.iter().map(|bar| draw_bar(bar, y, *step_px)) }
            </g>
        }
    });
    let row_of = |thread: ThreadId| timeline.lanes.iter().position(|lane| lane.thread == thread);
    let arrows =
        timeline.wakes.iter().filter_map(|wake| Some(arrow(wake, row_of(wake.from)?, row_of(wake.to)?, *step_px)));
    let marks = timeline.violations.iter().map(|&step| {
        let x = NAMES_PX + step as f64 * step_px;
        html! { <path class="bad-mark" d={format!("M{} 0h8l-4 7z", Px(x - 4.0))}><title>{ format!("Broken at step {step}") }</title></path> }
    });
    html! {
        <svg class="timeline" width={num(width)} height={num(height)} role="img" aria-label={described(timeline)}>
            { for lanes }{ for arrows }{ for marks }
        </svg>
    }
}

fn lane_top(row: usize) -> f64 {
    row as f64 * LANE_PX + 5.0
}

fn draw_bar(bar: &Bar, y: f64, step_px: f64) -> Html {
    let x = NAMES_PX + bar.start as f64 * step_px;
    let width = ((bar.end - bar.start) as f64 * step_px - 2.0).max(3.0);
    let (shape, text) = match bar.kind {
        BarKind::Running => ("bar", "bar-text"),
        BarKind::Blocked | BarKind::Asleep => ("sleep", "sleep-text"),
        BarKind::Lost => ("sleep lost", "sleep-text lost-text"),
    };
    let room = ((width - 8.0) / CHAR_PX).max(0.0) as usize;
    html! {
        <>
            <rect class={shape} x={num(x)} y={num(y)} width={num(width)} height={num(BAR_PX)} rx="4">
                <title>{ format!("{}, steps {} to {}", bar.label, bar.start + 1, bar.end) }</title>
            </rect>
            if room >= 3 {
                <text class={text} x={num(x + 5.0)} y={num(y + 12.5)}>{ shortened(&bar.label, room) }</text>
            }
        </>
    }
}

/// The text, or as much of it as fits with an ellipsis.
fn shortened(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(room.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn arrow(wake: &WakeArrow, from: usize, to: usize, step_px: f64) -> Html {
    let x = NAMES_PX + (wake.step as f64 - 0.5) * step_px;
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

fn described(timeline: &TimelineView) -> String {
    let lanes = timeline.lanes.iter().map(|lane| {
        let bars: Vec<String> =
            lane.bars.iter().take(12).map(|bar| format!("{} from step {}", bar.label, bar.start + 1)).collect();
        format!("{}: {}", letter(lane.thread), bars.join(", "))
    });
    format!("{} steps. {}", timeline.total, lanes.collect::<Vec<_>>().join(". "))
}
