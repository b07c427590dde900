//! What the Worker runs: loaded by it, and by the page only where there are no Workers.

use daxscope_session::search::{Job, Report, Request};
use std::fmt;

/// The functions of the searches.
#[derive(Debug)]
pub struct Searching {
    /// A job that has not begun, from the message of a page; an error is a sentence.
    pub job: fn(&str) -> Result<Box<dyn Work>, String>,
    /// The last report of a job that could not begin.
    pub failed: fn(&str) -> String,
    /// Something small to search; `None`: nothing.
    pub practice: fn() -> Option<Box<dyn Work>>,
}

/// Work that goes on in slices.
pub trait Work {
    /// Works for about so many milliseconds of the clock.
    fn advance(&mut self, milliseconds: f64, now: fn() -> f64);
    /// A report for the page.
    fn report(&self) -> String;
    /// Is there nothing left to do?
    fn is_done(&self) -> bool;
}

/// Only that it is some: the contents of a search in words weigh 18 KB in gzip.
impl fmt::Debug for dyn Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Work")
    }
}

/// The searches. Only `chunks.rs` names this.
pub static SEARCHING: Searching = Searching { job, failed, practice };

fn job(message: &str) -> Result<Box<dyn Work>, String> {
    let request = Request::from_message(message).ok_or("This request is damaged.")?;
    Ok(Box::new(Job::new(&request)?))
}

fn practice() -> Option<Box<dyn Work>> {
    Some(Box::new(Job::practice()?))
}

impl Work for Job {
    fn advance(&mut self, milliseconds: f64, now: fn() -> f64) {
        Job::advance(self, milliseconds, now);
    }

    fn report(&self) -> String {
        Job::report(self).to_message()
    }

    fn is_done(&self) -> bool {
        Job::is_done(self)
    }
}

fn failed(problem: &str) -> String {
    Report::failed(problem).to_message()
}
