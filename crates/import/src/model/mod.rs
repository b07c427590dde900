//! From a trace to the model: lanes of what each task did, a scenario that does the same, and whether the model agrees.
//!
//! [`Lanes`] sees the events of a trace; [`lift()`] makes a scenario of them, with the facts that it rests on; [`follow()`] runs it in the
//! observed order and compares what the model does with what was seen, and its tree with snapshots. Nothing is bent: where the
//! model differs, the first difference is told with both sides ([`Followed`]).
//!
//! Source: docs/import.md, "From a trace to the model".

pub mod compare;
mod extents;
pub mod fit;
pub mod follow;
pub mod lanes;
pub mod lift;
mod mappings;
pub mod schedules;
pub mod spoken;
pub mod told;
mod window;

pub use compare::Difference;
pub use fit::fit;
pub use follow::{Followed, Row, follow};
pub use lanes::{Act, Did, Lanes};
pub use lift::{Fact, Lifted, Step, lift};
pub use told::{Teller, Told};
pub use window::{MOST_ACTS, Wanted};
