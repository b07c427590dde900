//! What must hold: after every step, and at the end of a run.
//!
//! Source: kernel-semantics §11.

mod final_state;
mod livelock;
mod liveness;
mod ownership;
mod quiet;
mod step;
mod tree;

pub use final_state::{Finding, Level, MappingFault, findings};
pub use quiet::quiet_rules;
pub use step::{Rule, Violation, step_violations, violations};
