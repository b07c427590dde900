//! The state of the page.

use crate::action::{Action, Effect};
use crate::view::View;
use crate::view::keys::{KeyPress, action_of};

/// The state of the page.
#[derive(Debug)]
pub struct Session {
    view: View,
}

impl Session {
    /// The page at a fragment (without `#`); an empty one opens the first exhibit.
    #[must_use]
    pub fn open(_fragment: &str) -> Session {
        unreachable!("a stub until the next commit")
    }

    /// Does what a person did; says what is left for the browser.
    pub fn update(&mut self, _action: Action) -> Vec<Effect> {
        Vec::new()
    }

    /// The state as plain data. Cheap: everything in it is shared.
    #[must_use]
    pub fn view(&self) -> View {
        self.view.clone()
    }

    /// The fragment (without `#`) that opens this state.
    #[must_use]
    pub fn fragment(&self) -> String {
        String::new()
    }

    /// What a key press means now; `None`: it is not for the page, and the browser should have it.
    #[must_use]
    pub fn key(&self, press: KeyPress<'_>) -> Option<Action> {
        action_of(press)
    }
}
