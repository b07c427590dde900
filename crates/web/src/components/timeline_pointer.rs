//! The lanes under the mouse: the wheel shows fewer or more steps, dragging shows earlier or later ones. Buttons and keys do the same.
//!
//! The page scrolls as ever: the wheel is taken over the strip of the whole run, and over the lanes with Ctrl.

use daxscope_session::view::TimelineView;
use daxscope_session::{Action, LanesMove};
use gloo_events::{EventListener, EventListenerOptions};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent, WheelEvent};
use yew::prelude::*;

/// So far the wheel turns for one change: a notch of a mouse, or a stroke on a touch pad.
const WHEEL_PX: f64 = 50.0;
/// So far a press moves before it is a drag and not a click.
const DRAG_PX: i32 = 5;

/// What is drawn, as far as the pointer needs it.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Drawn {
    pub(super) timeline: Rc<TimelineView>,
    /// Width of a step in the lanes.
    pub(super) step_px: f64,
    /// Width of a step in the strip of the whole run.
    pub(super) overview_px: f64,
}

/// A press that may become a drag.
struct Press {
    pointer: i32,
    x: i32,
    from: usize,
    /// Steps for each pixel; below 0 where the picture follows the hand.
    steps: f64,
}

/// What a turn of the wheel does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    /// It scrolls the page.
    Page,
    /// Nothing yet.
    Taken,
    /// It shows another part.
    Move(LanesMove),
}

/// What the listeners share.
#[derive(Default)]
pub(super) struct Pointer {
    drawn: Drawn,
    turned: f64,
    press: Option<Press>,
    /// The press that has just ended was a drag, so its click is none.
    dragged: bool,
}

impl Pointer {
    /// Was the click the end of a drag?
    pub(super) fn takes_click(&mut self) -> bool {
        std::mem::take(&mut self.dragged)
    }

    fn can_pan(&self) -> bool {
        let timeline = &self.drawn.timeline;
        timeline.to - timeline.from < timeline.total
    }

    /// The step under the pointer.
    fn step_at(&self, part: &Element, x: i32) -> usize {
        let (timeline, x) = (&self.drawn.timeline, crate::browser::x_within(part, x).max(0.0));
        let is_overview = is_strip(part);
        let step = match is_overview {
            true => (x / self.drawn.overview_px.max(0.001)) as usize,
            false => timeline.from + (x / self.drawn.step_px.max(0.001)) as usize,
        };
        step.min(timeline.total)
    }

    /// What a turn of the wheel does.
    fn wheel(&mut self, part: &Element, event: &WheelEvent) -> Turn {
        let is_overview = is_strip(part);
        if !is_overview && !event.ctrl_key() {
            return Turn::Page;
        }
        let timeline = &self.drawn.timeline;
        let is_in = event.delta_y() < 0.0;
        let can = if is_in { timeline.can_zoom_in } else { timeline.can_zoom_out };
        if !can {
            self.turned = 0.0;
            return if event.ctrl_key() { Turn::Taken } else { Turn::Page };
        }
        let lines = if event.delta_mode() == WheelEvent::DOM_DELTA_PIXEL { 1.0 } else { 20.0 };
        if (self.turned < 0.0) != is_in {
            self.turned = 0.0;
        }
        self.turned += event.delta_y() * lines;
        if self.turned.abs() < WHEEL_PX {
            return Turn::Taken;
        }
        self.turned = 0.0;
        let step = self.step_at(part, event.client_x());
        Turn::Move(if is_in { LanesMove::InAt(step) } else { LanesMove::OutAt(step) })
    }

    fn down(&mut self, part: &Element, event: &PointerEvent) {
        self.dragged = false;
        self.press = None;
        if event.button() != 0 || !self.can_pan() {
            return;
        }
        let steps = match is_strip(part) {
            true => 1.0 / self.drawn.overview_px.max(0.001),
            false => -1.0 / self.drawn.step_px.max(0.001),
        };
        let (pointer, x, from) = (event.pointer_id(), event.client_x(), self.drawn.timeline.from);
        self.press = Some(Press { pointer, x, from, steps });
    }

    fn moved(&mut self, event: &PointerEvent) -> Option<Action> {
        let press = self.press.as_ref().filter(|press| press.pointer == event.pointer_id())?;
        let by = event.client_x() - press.x;
        if event.buttons() == 0 {
            self.press = None;
            return None;
        }
        self.dragged |= by.abs() > DRAG_PX;
        let from = (press.from as f64 + f64::from(by) * press.steps).max(0.0) as usize;
        (self.dragged && from != self.drawn.timeline.from).then_some(Action::MoveLanes(LanesMove::From(from)))
    }
}

/// Listens to wheel and pointer on the lanes in `node`.
#[hook]
pub(super) fn use_lanes_pointer(node: &NodeRef, drawn: Drawn, on: &Callback<Action>) -> Rc<RefCell<Pointer>> {
    let pointer = use_mut_ref(Pointer::default);
    let is_empty = drawn.timeline.total == 0;
    pointer.borrow_mut().drawn = drawn;
    use_effect_with((node.clone(), is_empty), {
        let (pointer, on) = (pointer.clone(), on.clone());
        move |(node, _)| {
            let listeners = node.cast::<Element>().map(|lanes| listen(&lanes, &pointer, &on));
            move || drop(listeners)
        }
    });
    pointer
}

fn listen(lanes: &Element, pointer: &Rc<RefCell<Pointer>>, on: &Callback<Action>) -> [EventListener; 4] {
    let wheel = {
        let (pointer, on) = (pointer.clone(), on.clone());
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(lanes, "wheel", options, move |event| {
            let (Some(part), Some(wheel)) = (part_of(event), event.dyn_ref::<WheelEvent>()) else { return };
            let does = pointer.borrow_mut().wheel(&part, wheel);
            if does != Turn::Page {
                event.prevent_default();
            }
            if let Turn::Move(to) = does {
                on.emit(Action::MoveLanes(to));
            }
        })
    };
    let down = {
        let pointer = pointer.clone();
        EventListener::new(lanes, "pointerdown", move |event| {
            if let (Some(part), Some(press)) = (part_of(event), event.dyn_ref::<PointerEvent>()) {
                pointer.borrow_mut().down(&part, press);
            }
        })
    };
    // The hand may leave the lanes while it drags.
    let moved = {
        let (pointer, on) = (pointer.clone(), on.clone());
        EventListener::new(&crate::browser::document(), "pointermove", move |event| {
            let action = event.dyn_ref::<PointerEvent>().and_then(|event| pointer.borrow_mut().moved(event));
            action.into_iter().for_each(|action| on.emit(action));
        })
    };
    let up = {
        let pointer = pointer.clone();
        EventListener::new(&crate::browser::document(), "pointerup", move |_| pointer.borrow_mut().press = None)
    };
    [wheel, down, moved, up]
}

/// The lanes, or the strip of the whole run, that an event happened in.
fn part_of(event: &Event) -> Option<Element> {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok())?;
    target.closest(".tl-part, .tl-overview").ok().flatten()
}

/// Is it the strip of the whole run?
fn is_strip(part: &Element) -> bool {
    part.matches(".tl-overview").unwrap_or_default()
}
