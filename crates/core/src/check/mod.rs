//! What must hold: after every step, and at the end of a run.

mod final_state;

pub use final_state::{Finding, Level, MappingFault, findings};
