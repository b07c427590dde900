//! The keys: what the page listens to, and what it says about it.

use crate::action::{Action, Panel};

/// Where a key stands in the list of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyGroup {
    /// Stepping.
    Step,
    /// Threads.
    Thread,
    /// Finding.
    Find,
    /// The page.
    Page,
}

/// A key and what it does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyBinding {
    /// Where it stands in the list.
    pub group: KeyGroup,
    /// The keys as people read them.
    pub label: &'static str,
    /// For `aria-keyshortcuts`.
    pub aria: &'static str,
    /// What it does.
    pub about: &'static str,
}

/// All keys.
pub const KEYS: &[KeyBinding] = &[];

/// Modifier keys that are held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Ctrl, or Cmd on a Mac.
    pub ctrl: bool,
    /// Alt.
    pub alt: bool,
}

/// A key press as the browser reports it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyPress<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// `KeyboardEvent.code`: with Shift a digit key has another `key` on every keyboard.
    pub code: &'a str,
    /// Modifier keys.
    pub modifiers: Modifiers,
    /// Is the focus in a text field?
    pub in_text_field: bool,
}

/// What a key press means, whatever the state. The session's own [`crate::Session::key`] also asks the state.
#[must_use]
pub fn action_of(press: KeyPress<'_>) -> Option<Action> {
    (press.key == "?").then_some(Action::OpenPanel(Panel::Help))
}
