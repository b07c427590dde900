//! The run as lanes: who ran, who slept, who woke whom, who held which lock; above them the whole run as a strip.
//!
//! Only the part in view is drawn. Names stand beside it and so stay where they are; nothing needs dragging.

use super::timeline_lanes::{Geometry, LANE_PX, LOCK_PX, Lanes, height_of};
use super::timeline_pointer::{Drawn, Pointer, use_lanes_pointer};
use super::{mini_badge, thread_class};
use crate::hooks::use_width;
use crate::late::LateRow;
use crate::tree::shapes::{Px, num};
use daxscope_session::view::{OverviewBar, ThreadView, TimelineView};
use daxscope_session::{Action, LanesMove};
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The lanes.
    pub timeline: Rc<TimelineView>,
    /// The threads, for the names of the lanes.
    pub threads: Rc<[ThreadView]>,
    /// Steps made.
    pub position: usize,
    /// The row that says where the power fails.
    pub plug: Option<LateRow>,
    /// What was done.
    pub on: Callback<Action>,
}

/// Narrower steps would not be told apart.
const MIN_STEP_PX: f64 = 7.0;
const MAX_STEP_PX: f64 = 130.0;
/// Room for the operation beside a lane, and for its letter alone.
const NAMES_PX: f64 = 184.0;
const LETTERS_PX: f64 = 30.0;
/// Narrower pages show letters alone.
const WIDE_PX: f64 = 900.0;
const OVERVIEW_PX: f64 = 14.0;

/// The lanes with a line where the run stands. Everything behind the line has not happened yet.
#[component]
pub fn Timeline(props: &Props) -> Html {
    let Props { timeline, position, plug, on, .. } = props;
    let node = use_node_ref();
    let width = use_width(&node, 1200.0);
    let names = if width < WIDE_PX { LETTERS_PX } else { NAMES_PX };
    let room = ((width - names - 10.0) / MIN_STEP_PX).max(1.0);
    use_effect_with(room as usize, {
        let on = on.clone();
        move |room| on.emit(Action::SetLanesRoom(*room))
    });
    let shown = (timeline.to - timeline.from).max(1) as f64;
    let step_px = ((width - names - 10.0) / shown).clamp(0.2, MAX_STEP_PX);
    let overview_px = (width - 8.0).max(1.0) / timeline.total.max(1) as f64;
    let pointer = use_lanes_pointer(&node, Drawn { timeline: timeline.clone(), step_px, overview_px }, on);
    if timeline.total == 0 {
        return html! { <div class="lanes-box" ref={node}></div> };
    }
    let geometry = Geometry { step_px, from: timeline.from };
    let go = {
        let (on, from, to, pointer) = (on.clone(), timeline.from, timeline.to, pointer.clone());
        Callback::from(move |event: MouseEvent| {
            if pointer.borrow_mut().takes_click() {
                return;
            }
            if let Some(x) = offset(&event) {
                on.emit(Action::GoTo(from + ((x / step_px).ceil().max(0.0) as usize).min(to - from)));
            }
        })
    };
    let height = height_of(timeline);
    // For rows that know nothing of pixels.
    let style =
        plug.as_ref().map(|_| format!("--names:{}px;--step:{}px;--lanes:{}px", Px(names), Px(step_px), Px(height)));
    let at = geometry.x((*position).clamp(timeline.from, timeline.to));
    html! {
        <div class="lanes-box tl" ref={node} style={style} tabindex="0" role="group" aria-label="Lanes of the threads">
            if !timeline.overview.is_empty() {
                <Overview timeline={timeline.clone()} position={*position} {width} px={overview_px} {pointer} on={on.clone()} />
            }
            if let Some(plug) = plug { { plug.draw(on) } }
            <div class="tl-rows">
                { names_column(props, names) }
                <div class="tl-part" onclick={go} style={format!("height:{}px", Px(height))}>
                    <Lanes timeline={timeline.clone()} {step_px} />
                    <div class="ahead" style={format!("left:{}px", Px(at))}></div>
                </div>
            </div>
        </div>
    }
}

/// Where in the lanes, or in the strip above them, the mouse is. Yew listens at the root of the page, so the event's
/// `currentTarget` is that root and not the element that was asked to listen.
fn offset(event: &MouseEvent) -> Option<f64> {
    let target = event.target().and_then(|target| wasm_bindgen::JsCast::dyn_into::<Element>(target).ok())?;
    let part = target.closest(".tl-part, .tl-overview").ok().flatten()?;
    Some(crate::browser::x_within(&part, event.client_x()))
}

/// A badge and the operation of each thread, and the names of the locks.
fn names_column(props: &Props, names: f64) -> Html {
    let Props { timeline, threads, .. } = props;
    let mut rows = Vec::new();
    for lane in timeline.lanes.iter() {
        let thread = threads.get(lane.thread.index());
        let operation = thread.map_or("", |thread| &*thread.operation).to_owned();
        rows.push(html! {
            <div class="tl-name" style={format!("height:{}px", Px(LANE_PX))} title={operation.clone()}>
                { mini_badge(lane.thread) }<span class="tl-what">{ operation }</span>
            </div>
        });
    }
    for lane in timeline.locks.iter() {
        rows.push(html! {
            <div class="tl-name tl-lock-name" style={format!("height:{}px", Px(LOCK_PX))} title={lane.name.to_string()}>
                <span class="tl-what">{ &*lane.name }</span>
            </div>
        });
    }
    if timeline.is_watching {
        rows.push(html! {
            <div class="tl-name tl-lock-name" style={format!("height:{}px", Px(LOCK_PX))}><span class="tl-what">{ "watched" }</span></div>
        });
    }
    html! {
        <div class={classes!("tl-names", (names < NAMES_PX).then_some("letters"))} style={format!("width:{}px", Px(names))}>
            { for rows }
        </div>
    }
}

/// The whole run, with a frame around the part in view.
#[derive(Clone, Properties)]
struct OverviewProps {
    timeline: Rc<TimelineView>,
    position: usize,
    width: f64,
    px: f64,
    pointer: Rc<RefCell<Pointer>>,
    on: Callback<Action>,
}

impl PartialEq for OverviewProps {
    fn eq(&self, other: &OverviewProps) -> bool {
        (self.position, self.width, self.px) == (other.position, other.width, other.px)
            && self.timeline == other.timeline
            && Rc::ptr_eq(&self.pointer, &other.pointer)
            && self.on == other.on
    }
}

#[component]
fn Overview(props: &OverviewProps) -> Html {
    let OverviewProps { timeline, position, width, px, pointer, on } = props;
    let (total, px) = (timeline.total.max(1), *px);
    let go = {
        let (on, pointer) = (on.clone(), pointer.clone());
        Callback::from(move |event: MouseEvent| {
            if pointer.borrow_mut().takes_click() {
                return;
            }
            if let Some(x) = offset(&event) {
                on.emit(Action::GoTo(((x / px).ceil().max(0.0) as usize).min(total)));
            }
        })
    };
    let at = *position as f64 * px;
    let (from, shown) = (timeline.from as f64 * px, ((timeline.to - timeline.from) as f64 * px).max(4.0));
    let label = format!("All {total} steps; steps {} to {} are in view", timeline.from + 1, timeline.to);
    html! {
        <div class="tl-overview" onclick={go} title={label.clone()}>
            <svg width={num(*width - 8.0)} height={num(OVERVIEW_PX)} role="img" aria-label={label}>
                { for timeline.overview.iter().map(|bar| overview_bar(bar, px)) }
                <rect class="tl-frame" x={num(from)} y="0.75" width={num(shown)} height={num(OVERVIEW_PX - 1.5)} rx="3" />
                <line class="tl-here" x1={num(at)} x2={num(at)} y1="0" y2={num(OVERVIEW_PX)} />
            </svg>
        </div>
    }
}

fn overview_bar(bar: &OverviewBar, px: f64) -> Html {
    let (x, width) = (bar.start as f64 * px, (bar.end - bar.start) as f64 * px);
    html! {
        <>
            <rect class={classes!("tl-over", thread_class(bar.thread))} x={num(x)} y="4" width={num(width)} height="6" />
            if bar.is_broken { <path class="bad-mark" d={format!("M{} 0h6l-3 5z", Px(x - 3.0))} /> }
        </>
    }
}

/// What the lanes show, for those who do not use keys.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct ToolsProps {
    /// The lanes.
    pub timeline: Rc<TimelineView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// Zoom, pan, and the lanes of the locks.
#[component]
pub fn TimelineTools(props: &ToolsProps) -> Html {
    let ToolsProps { timeline, on } = props;
    let tool = |text: &'static str, name: &'static str, keys: &'static str, can: bool, to: LanesMove| {
        let press = super::emit_if(on, move |_: MouseEvent| can.then_some(Action::MoveLanes(to)));
        html! {
            <button class="tl-tool" aria-label={name} title={format!("{name} ({keys})")} aria-keyshortcuts={keys}
                aria-disabled={(!can).then_some("true")} onclick={press}>{ text }</button>
        }
    };
    let is_part = timeline.to - timeline.from < timeline.total;
    let shows = timeline.shows_locks;
    let other = if shows { daxscope_session::LocksShown::No } else { daxscope_session::LocksShown::Yes };
    let locks = on.reform(move |_: MouseEvent| Action::ShowLocks(other));
    html! {
        <div class="tl-tools" role="group" aria-label="Part of the run in the lanes">
            { tool("−", "More steps in the lanes", "-", timeline.can_zoom_out, LanesMove::Out) }
            { tool("+", "Fewer steps in the lanes", "+", timeline.can_zoom_in, LanesMove::In) }
            if is_part {
                { tool("‹", "Earlier steps in the lanes", ",", timeline.from > 0, LanesMove::Earlier) }
                { tool("›", "Later steps in the lanes", ".", timeline.to < timeline.total, LanesMove::Later) }
            }
            <button class="tl-tool wide" aria-pressed={shows.to_string()} onclick={locks}
                title="Who holds which lock, below the lanes">{ "locks" }</button>
            { more_locks(timeline.more_locks, on) }
        </div>
    }
}

/// The way to the locks that have no lane yet.
fn more_locks(more: usize, on: &Callback<Action>) -> Html {
    if more == 0 {
        return Html::default();
    }
    let show = on.reform(|_: MouseEvent| Action::ShowLocks(daxscope_session::LocksShown::Yes));
    let name = format!("Lanes for {more} more lock{}", if more == 1 { "" } else { "s" });
    html! { <button class="tl-tool wide" aria-label={name.clone()} title={name} onclick={show}>{ format!("+{more}") }</button> }
}
