//! Events that become an action only sometimes.

use daxscope_session::Action;
use yew::Callback;

/// A callback that emits what the function makes of an event, if anything.
pub(crate) fn emit_if<E: 'static>(
    on: &Callback<Action>,
    action: impl Fn(E) -> Option<Action> + 'static,
) -> Callback<E> {
    let on = on.clone();
    Callback::from(move |event| {
        if let Some(action) = action(event) {
            on.emit(action);
        }
    })
}
