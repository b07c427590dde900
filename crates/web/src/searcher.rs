//! Carries a search out where it does not hold up the page: in a Worker, or, where there is none, in short slices.

use daxscope_session::Action;
use daxscope_session::search::{Job, Report, Request};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// The script of the Worker, beside the page.
const WORKER: &str = "static/worker.js";
/// How long a slice may hold up the page.
const SLICE_MS: f64 = 10.0;
/// How long a new Worker practises at most.
const PRACTICE_MS: f64 = 250.0;
/// How long a search in slices works between two reports.
const REPORT_MS: f64 = 150.0;

#[wasm_bindgen]
extern "C" {
    /// The clock of page and Worker.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn now() -> f64;
}

/// Whoever works on searches.
#[derive(Debug, Default)]
pub struct Searcher {
    worker: Option<WorkerHandle>,
    slices: Option<Rc<Cell<bool>>>,
}

#[derive(Debug)]
struct WorkerHandle {
    worker: Worker,
    state: Rc<WorkerState>,
    _listeners: [EventListener; 2],
}

#[derive(Debug, Default)]
struct WorkerState {
    /// Is it at work, so that a new search needs a new Worker?
    is_busy: Cell<bool>,
    /// Could it not even begin?
    is_broken: Cell<bool>,
    /// What it was asked and has not answered yet.
    unanswered: RefCell<Option<String>>,
    /// Stops the slices that work in its place.
    stopped: Rc<Cell<bool>>,
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.terminate();
        self.state.stopped.set(true);
    }
}

impl Searcher {
    /// Has a Worker ready, so that the next search begins at once.
    pub fn warm(&mut self, on: &Callback<Action>) {
        if self.worker.is_none() && self.slices.is_none() {
            self.worker = WorkerHandle::new(on);
        }
    }

    /// Begins a search in place of the one that goes on; `on` hears the reports.
    pub fn start(&mut self, message: String, on: &Callback<Action>) {
        if self.worker.as_ref().is_some_and(|worker| worker.state.is_busy.get()) {
            self.stop();
        }
        self.warm(on);
        match &self.worker {
            Some(handle) if !handle.state.is_broken.get() => {
                handle.state.is_busy.set(true);
                let _ = handle.worker.post_message(&message.as_str().into());
                handle.state.unanswered.replace(Some(message));
            }
            _ => {
                self.stop();
                let stopped = Rc::new(Cell::new(false));
                self.slices = Some(Rc::clone(&stopped));
                in_slices(&message, stopped, on.clone());
            }
        }
    }

    /// Stops what goes on, at once.
    pub fn stop(&mut self) {
        self.worker = None;
        if let Some(stopped) = self.slices.take() {
            stopped.set(true);
        }
    }
}

/// The whole job on the page's own time.
fn in_slices(message: &str, stopped: Rc<Cell<bool>>, on: Callback<Action>) {
    match SearchJob::new(message) {
        SearchJob(Ok(job)) => slice(job, stopped, on, now()),
        SearchJob(Err(problem)) => on.emit(Action::SearchFailed(problem)),
    }
}

/// One slice, and the next when the page had time for itself.
fn slice(mut job: Job, stopped: Rc<Cell<bool>>, on: Callback<Action>, reported: f64) {
    Timeout::new(0, move || {
        if stopped.get() {
            return;
        }
        job.advance(SLICE_MS, now);
        let is_due = job.is_done() || now() - reported > REPORT_MS;
        if is_due {
            on.emit(Action::SearchReported(job.report().to_message()));
        }
        if !job.is_done() {
            slice(job, stopped, on, if is_due { now() } else { reported });
        }
    })
    .forget();
}

impl WorkerHandle {
    /// `None`: this browser has no Workers, or none that are modules.
    fn new(on: &Callback<Action>) -> Option<WorkerHandle> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(WORKER, &options).ok()?;
        worker.post_message(&wasm_bindgen::module()).ok()?;
        let state = Rc::new(WorkerState::default());
        let message = {
            let (on, state) = (on.clone(), Rc::clone(&state));
            EventListener::new(&worker, "message", move |event| {
                let data = event.unchecked_ref::<MessageEvent>().data();
                let Some(report) = data.as_string() else {
                    return on.emit(Action::SearchFailed(problem_of(&data)));
                };
                state.unanswered.replace(None);
                state.is_busy.set(!Report::from_message(&report).is_some_and(|report| report.is_last));
                on.emit(Action::SearchReported(report));
            })
        };
        let error = {
            let (on, state) = (on.clone(), Rc::clone(&state));
            EventListener::new(&worker, "error", move |event| {
                state.is_broken.set(true);
                if let Some(message) = state.unanswered.take() {
                    in_slices(&message, Rc::clone(&state.stopped), on.clone());
                } else if state.is_busy.get() {
                    let text = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).unwrap_or_default();
                    on.emit(Action::SearchFailed(format!("The Worker of this page broke down. {text}")));
                }
            })
        };
        Some(WorkerHandle { worker, state, _listeners: [message, error] })
    }
}

/// What a Worker says that broke down.
fn problem_of(data: &JsValue) -> String {
    let problem = js_sys::Reflect::get(data, &"problem".into()).ok().and_then(|problem| problem.as_string());
    format!(
        "The Worker broke down ({}). If the search was large, its memory is full: lower the bound on states.",
        problem.unwrap_or_default()
    )
}

/// Searches something small, so that the browser has compiled what a search needs before somebody waits for it.
#[wasm_bindgen]
pub fn practise() {
    if let Some(mut job) = Job::practice() {
        job.advance(PRACTICE_MS, now);
    }
}

/// A job for `static/worker.js`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SearchJob(Result<Job, String>);

#[wasm_bindgen]
impl SearchJob {
    /// A job that has not begun, from the message of a page.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(message: &str) -> SearchJob {
        let request = Request::from_message(message);
        SearchJob(request.ok_or_else(|| "This request is damaged.".to_owned()).and_then(|request| Job::new(&request)))
    }

    /// Works for about so many milliseconds; returns a report for the page.
    pub fn advance(&mut self, milliseconds: f64) -> String {
        match &mut self.0 {
            Ok(job) => {
                job.advance(milliseconds, now);
                job.report().to_message()
            }
            Err(problem) => Report::failed(problem.as_str()).to_message(),
        }
    }

    /// Is there nothing left to do?
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.0.as_ref().map_or(true, Job::is_done)
    }
}
