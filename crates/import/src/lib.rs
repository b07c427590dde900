//! Traces of real kernels: what `fs_dax` events, kprobes and tree snapshots say, read line by line and answered.
//!
//! [`import`] reads text from any [`std::io::BufRead`] in bounded memory and hands out [`Event`](event::Event)s. It is total: whatever stands in a file,
//! every line is an event, a header, a call chain, an event of something else, or counted as not understood
//! ([`Diagnosis`]). [`Answers`](answer::Answers) sees the events and answers what users of DAX ask: was it mapped huge,
//! why not, what did fsync flush, and what may have been lost.
//!
//! **Invariant** no file is kept: memory is bounded by the limits in [`limits`], whatever the input.
//!
//! Source of the formats: docs/import.md.

pub mod answer;
mod body;
pub mod diagnosis;
pub mod event;
pub mod flags;
mod json;
pub mod kernel;
pub mod limits;
mod lines;
pub mod model;
mod perf_json;
mod prefix;
mod scan;
pub mod snapshot;
pub mod tell;
mod trace;
pub mod word;
pub mod written;

pub use answer::{Answers, Findings};
pub use diagnosis::Diagnosis;
pub use trace::{Kind, Looked, Refused, Visitor, import, known};
