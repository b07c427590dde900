//! Carries a search out where it does not hold up the page: in a Worker, or, where there is none, in short slices.

mod worker;

use daxscope_session::Action;
use daxscope_session::search::{Job, Report, Request};
use gloo_timers::callback::Timeout;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::WorkerHandle;
use yew::Callback;

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
    /// Has a Worker ended before it was ready? Then this browser lets us have none.
    has_no_workers: Rc<Cell<bool>>,
}

impl Searcher {
    /// Has a Worker ready, so that the next search begins at once.
    pub fn warm(&mut self, on: &Callback<Action>) {
        if self.worker.as_ref().is_some_and(WorkerHandle::is_dead) {
            self.worker = None;
        }
        if self.worker.is_none() && self.slices.is_none() && !self.has_no_workers.get() {
            self.worker = WorkerHandle::new(on, &self.has_no_workers);
        }
    }

    /// Begins a search in place of the one that goes on; `on` hears the reports.
    pub fn start(&mut self, message: String, on: &Callback<Action>) {
        if self.slices.is_some() || self.worker.as_ref().is_some_and(WorkerHandle::is_busy) {
            self.stop();
        }
        self.warm(on);
        if let Some(worker) = &self.worker {
            return worker.start(message);
        }
        let stopped = Rc::new(Cell::new(false));
        self.slices = Some(Rc::clone(&stopped));
        in_slices(&message, stopped, on.clone());
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
