//! What waits until the rest of the module is here.
//!
//! A release build keeps only what the first steps run in the module that comes first (`xtask/src/rest`). The rest is on its
//! way at the same time. Until it is here the page steps; everything else is done when it has come.

use crate::app::{App, Message};
use crate::chunks;
use daxscope_session::Action;
use yew::prelude::*;

/// What was done before the rest was here, and needs it.
#[derive(Debug, Default)]
pub struct Rest {
    waiting: Vec<Action>,
}

impl Rest {
    /// Hands an action back that can be done now; the others wait.
    pub fn admit(&mut self, action: Action, context: &Context<App>) -> Option<Action> {
        if chunks::rest_is_here() || (self.waiting.is_empty() && is_of_the_first_steps(&action)) {
            return Some(action);
        }
        if self.waiting.is_empty() {
            let link = context.link().clone();
            wasm_bindgen_futures::spawn_local(async move { link.send_message(Message::Rest(chunks::rest().await)) });
        }
        self.waiting.push(action);
        None
    }

    /// What has waited; nothing waits any more, whether the rest has come or not.
    pub fn take(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.waiting)
    }
}

/// Is it something that the first module can do alone?
fn is_of_the_first_steps(action: &Action) -> bool {
    use Action::*;
    matches!(
        action,
        StepDefault
            | StepThread(_)
            | Back
            | Forward
            | Home
            | End
            | GoTo(_)
            | Play
            | Pause
            | TogglePlay
            | Tick
            | SetLanesRoom(_)
            | TextArrived(..)
            | TextFailed(..)
            | FetchText(_)
    )
}
