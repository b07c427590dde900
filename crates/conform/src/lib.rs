//! Conformance: replays recorded behaviour of the real kernel code against the engine and reports every difference.
//!
//! The recordings are JSON lines; see the README next to each set under `tests/vectors`. All knowledge of that format
//! lives here, so that the engine types need none.

pub mod dax;
mod difference;
pub mod input;
pub mod report;
pub mod tree;
pub mod xarray;
