//! Lessons and challenges on the live engine, as data.
//!
//! Read in this order: [`fact`], what can be said of a run and be judged; [`claim`], a fact in a scene; [`question`],
//! whose every answer carries claims; [`lesson`], the units; [`challenge`], the puzzles. Everything is text in folders
//! (`units/`), and every problem in such a text is told with its file and line ([`Problem`]).
//! docs/lessons.md has the format.

pub mod challenge;
pub mod claim;
pub mod fact;
pub mod lesson;
pub mod question;
mod text;

pub use text::Problem;
