//! A Worker that searches, and how the page learns that it is dead.
//!
//! A Worker ends in three ways: it says so (`problem`: the module trapped, for example because its memory is full), the
//! browser says so (`error`, `messageerror`), or nobody does. Against the last a search has a heartbeat: at work a Worker
//! reports several times a second, so one that says nothing for [`MOST_SILENT_TICKS`] is given up.

use super::in_slices;
use crate::files;
use daxscope_session::Action;
use daxscope_session::search::is_last;
use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// The script of the Worker, beside the page.
const WORKER: &str = "static/worker.js";
/// How often the page looks whether a Worker at work has said something.
const TICK_MS: u32 = 1_000;
/// A Worker that says nothing in so many ticks is dead. Ticks are counted, not time: a computer that slept, or a page that
/// the browser held back, has not waited.
const MOST_SILENT_TICKS: u32 = 15;
/// What to do about it, whatever it was.
const ADVICE: &str = "Search again: a new Worker takes over. If that one ends too, lower the bound on states.";

/// A Worker of this page; it ends with this.
#[derive(Debug)]
pub(super) struct WorkerHandle {
    worker: Worker,
    life: Rc<Life>,
    _listeners: [EventListener; 3],
}

/// What is known of a Worker.
#[derive(Debug)]
struct Life {
    worker: Worker,
    on: Callback<Action>,
    phase: Cell<Phase>,
    /// What it was asked, until it says something about that.
    unanswered: RefCell<Option<String>>,
    /// Stops the slices that work in its place.
    slices_stopped: Rc<Cell<bool>>,
    silent_ticks: Cell<u32>,
    /// Runs while it is at work.
    heartbeat: RefCell<Option<Interval>>,
    /// Told if it ends before it was ready.
    has_no_workers: Rc<Cell<bool>>,
    /// Has it ever said that searches can come?
    was_ready: Cell<bool>,
}

/// How far a Worker is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Idle,
    Busy,
    Dead,
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.terminate();
        self.life.slices_stopped.set(true);
        self.life.heartbeat.take();
    }
}

impl WorkerHandle {
    /// `None`: this browser has no Workers, or none that are modules.
    pub(super) fn new(on: &Callback<Action>, has_no_workers: &Rc<Cell<bool>>) -> Option<WorkerHandle> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&crate::files::address(WORKER)?, &options).ok()?;
        worker.post_message(&wasm_bindgen::module()).ok()?;
        let life = Rc::new(Life {
            worker: worker.clone(),
            on: on.clone(),
            phase: Cell::new(Phase::Idle),
            unanswered: RefCell::default(),
            slices_stopped: Rc::default(),
            silent_ticks: Cell::new(0),
            heartbeat: RefCell::default(),
            has_no_workers: Rc::clone(has_no_workers),
            was_ready: Cell::new(false),
        });
        let listen = |event, heard: fn(&Rc<Life>, &web_sys::Event)| {
            let life = Rc::clone(&life);
            EventListener::new(&worker, event, move |event| heard(&life, event))
        };
        let listeners = [
            listen("message", |life, event| life.heard(&event.unchecked_ref::<MessageEvent>().data())),
            listen("messageerror", |life, _| life.ended("it sent something that cannot be read")),
            listen("error", |life, event| {
                let what = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
                life.ended(&what);
            }),
        ];
        Some(WorkerHandle { worker, life, _listeners: listeners })
    }

    pub(super) fn is_busy(&self) -> bool {
        self.life.phase.get() == Phase::Busy
    }

    pub(super) fn is_dead(&self) -> bool {
        self.life.phase.get() == Phase::Dead
    }

    /// Begins a search; it must have none.
    pub(super) fn start(&self, message: String) {
        let life = &self.life;
        life.phase.set(Phase::Busy);
        life.silent_ticks.set(0);
        // A message that cannot be sent is one that is never answered.
        let _ = self.worker.post_message(&message.as_str().into());
        life.unanswered.replace(Some(message));
        let ticking = Rc::clone(life);
        life.heartbeat.replace(Some(Interval::new(TICK_MS, move || ticking.tick())));
    }
}

impl Life {
    fn heard(&self, data: &JsValue) {
        self.silent_ticks.set(0);
        let Some(report) = data.as_string() else { return self.heard_of_itself(data) };
        self.unanswered.take();
        if is_last(&report) {
            self.rest(Phase::Idle);
        }
        self.on.emit(Action::SearchReported(report));
    }

    /// What is no report: it is ready, or can go on no more.
    fn heard_of_itself(&self, data: &JsValue) {
        let say = |what: &str| js_sys::Reflect::get(data, &what.into()).ok().and_then(|said| said.as_string());
        match (say("problem"), say("missing"), say("wants")) {
            (Some(problem), ..) => self.ended(&problem),
            (_, Some(missing), _) => self.is_without_code(&missing),
            (.., Some(path)) => files::send(path, self.worker.clone()),
            _ => self.was_ready.set(true),
        }
    }

    /// The file with the searches did not come. A new Worker can fetch it again, so this says nothing about Workers.
    fn is_without_code(&self, why: &str) {
        let was_busy = self.phase.get() == Phase::Busy;
        self.rest(Phase::Dead);
        if was_busy {
            self.on.emit(Action::SearchFailed(format!("{why} Search again to fetch it again.")));
        }
    }

    fn tick(&self) {
        if self.phase.get() != Phase::Busy {
            return;
        }
        self.silent_ticks.set(self.silent_ticks.get() + 1);
        if self.silent_ticks.get() >= MOST_SILENT_TICKS {
            self.ended(&format!("it has said nothing for {MOST_SILENT_TICKS} seconds"));
        }
    }

    /// It is dead, and why. Whoever waits for it is told, or served without it where there can be none.
    fn ended(&self, why: &str) {
        let was_busy = self.phase.get() == Phase::Busy;
        self.rest(Phase::Dead);
        let unanswered = self.unanswered.take();
        if !self.was_ready.get() {
            self.has_no_workers.set(true);
            if let Some(message) = unanswered {
                return in_slices(message, Rc::clone(&self.slices_stopped), self.on.clone());
            }
        }
        if was_busy {
            self.on.emit(Action::SearchFailed(told(why)));
        }
    }

    fn rest(&self, phase: Phase) {
        self.phase.set(phase);
        self.silent_ticks.set(0);
        self.heartbeat.take();
    }
}

/// The sentences about a Worker that ended.
fn told(why: &str) -> String {
    let why = if why.is_empty() { "the browser does not say why" } else { why };
    format!("The Worker that searched is dead ({why}). {ADVICE}")
}
