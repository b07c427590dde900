//! Everything the page can be and do, without a page.
//!
//! [`Session`] holds the state. [`Session::update`] takes an [`Action`] and returns the [`Effect`]s that only a
//! browser can carry out; [`Session::view`] is the state as plain data for whoever draws it. Nothing here knows of a
//! browser, so the same session runs in tests, in the command line and in the page.

pub mod action;
mod branches;
pub mod by_operation;
pub mod challenge;
mod changes;
pub mod editor;
mod effect;
mod export;
mod frame_values;
pub mod import;
mod later;
mod learn;
mod link;
mod objects;
pub mod parts;
pub mod received;
mod run;
pub mod search;
pub mod session;
pub mod terms;
mod texts;
pub mod theatre;
mod tokens;
mod tree_facts;
mod tree_of_era;
pub mod until;
pub mod view;

pub use action::{
    Action, Effect, FocusTarget, Future, LanesMove, Layout, LocksShown, Object, Panel, Playback, Shortcuts, StepSize,
    Theme,
};
pub use challenge::{ChallengeAction, merged as merged_challenges};
pub use daxscope_core::check::Rule;
pub use daxscope_core::errno::Errno;
pub use daxscope_core::event::LockId;
pub use daxscope_core::order;
pub use daxscope_core::radix::Tag;
pub use daxscope_core::scenario::{Extent, ExtentKind, FailPoint, InjectedFailure, Mapping};
pub use daxscope_core::units::{MmId, PageId, ThreadId};
pub use export::file_stem;
pub use export::home::Reach;
pub use later::{LATER, Later};
pub use learn::{LearnAction, lesson_titles, merged as merged_progress};
pub use link::MAX_LINK_BYTES;
pub use parts::{Part, Parts};
pub use session::{PlugAction, Session, Speed, SpeedChange, WatchAction};
pub use texts::{MissingText, TextId};
pub use until::UntilAction;
pub use view::keys::{KeyFocus, KeyPress, Modifiers};
pub use view::{Text, View};
