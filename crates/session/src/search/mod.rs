//! What is searched while the page stays free: a request goes to the worker, reports come back.
//!
//! A page and its worker share nothing but text, so [`Request`] and [`Report`] are written as lines and read again
//! ([`message`]). [`Job`] is the work itself: it knows neither who calls it nor what a clock is, and is told both.

mod attack;
mod explanation;
mod guards;
mod job;
pub(crate) mod message;
mod reductions;
mod report;
mod request;
mod said;

pub use attack::{Attack, Attacked};
pub use explanation::Explanation;
pub use guards::{GuardNeed, GuardRow};
pub use job::Job;
pub use reductions::{REDUCTIONS, Reduction, TABLE, TableRow};
pub use report::{Measured, Outcome, Report, is_last};
pub use request::{Kind, Request};
pub use said::Said;

pub use daxscope_explore::{Bounds, Options, Policy, Reductions};
