//! Carries a search out where it does not hold up the page: in a Worker, or, where there is none, in short slices.

mod worker;

use crate::chunks;
use crate::searching::Work;
use daxscope_session::Action;
use gloo_timers::callback::Timeout;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
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
        in_slices(message, stopped, on.clone());
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
fn in_slices(message: String, stopped: Rc<Cell<bool>>, on: Callback<Action>) {
    wasm_bindgen_futures::spawn_local(async move {
        let job = match chunks::searching().await {
            Ok(searching) => (searching.job)(&message),
            Err(problem) => Err(format!("{problem} Search again to fetch it again.")),
        };
        match job {
            Ok(job) => slice(job, stopped, on, now()),
            Err(problem) => on.emit(Action::SearchFailed(problem)),
        }
    });
}

/// One slice, and the next when the page had time for itself.
fn slice(mut job: Box<dyn Work>, stopped: Rc<Cell<bool>>, on: Callback<Action>, reported: f64) {
    Timeout::new(0, move || {
        if stopped.get() {
            return;
        }
        job.advance(SLICE_MS, now);
        let is_due = job.is_done() || now() - reported > REPORT_MS;
        if is_due {
            on.emit(Action::SearchReported(job.report()));
        }
        if !job.is_done() {
            slice(job, stopped, on, if is_due { now() } else { reported });
        }
    })
    .forget();
}

/// Fetches what searches need; a Worker does so before anything else.
///
/// # Errors
///
/// A sentence.
#[wasm_bindgen]
pub async fn prepare() -> Result<(), JsValue> {
    chunks::searching().await.map(|_| ()).map_err(|problem| problem.into())
}

/// Searches something small, so that the browser has compiled what a search needs before somebody waits for it.
#[wasm_bindgen]
pub fn practise() {
    if let Some(mut job) = chunks::searching_if_here().and_then(|searching| (searching.practice)()) {
        job.advance(PRACTICE_MS, now);
    }
}

/// A job for `static/worker.js`.
#[wasm_bindgen]
#[derive(Debug)]
pub struct SearchJob(Result<Box<dyn Work>, String>);

#[wasm_bindgen]
impl SearchJob {
    /// A job that has not begun, from the message of a page; [`prepare`] has to come first.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(message: &str) -> SearchJob {
        let searching = chunks::searching_if_here().ok_or_else(|| "The searches are not loaded.".to_owned());
        SearchJob(searching.and_then(|searching| (searching.job)(message)))
    }

    /// Works for about so many milliseconds; returns a report for the page.
    pub fn advance(&mut self, milliseconds: f64) -> String {
        match &mut self.0 {
            Ok(job) => {
                job.advance(milliseconds, now);
                job.report()
            }
            // Without the searches there is no job at all.
            Err(problem) => {
                chunks::searching_if_here().map_or_else(String::new, |searching| (searching.failed)(problem))
            }
        }
    }

    /// Is there nothing left to do?
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.0.as_ref().map_or(true, |job| job.is_done())
    }
}
