//! What the page says: to a screen reader, and for a moment on the screen.
//!
//! While a modal dialog is open, all that is outside of it is inert, so that nobody hears it, and lies under its veil. So
//! every dialog has such a place too; what to say comes down as a context.

use crate::effects::Said;
use yew::prelude::*;

/// Which of the places is this?
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// Its `id`.
    pub id: &'static str,
}

/// The place.
#[component]
pub fn Live(props: &Props) -> Html {
    let said = use_context::<Said>().unwrap_or_default();
    html! {
        <>
            <div class="visually-hidden" aria-live="polite" id={props.id}>{ said.announced }</div>
            <div class="toast" aria-hidden="true">{ said.toast }</div>
        </>
    }
}
