//! What stands where a text has to be fetched first.

use daxscope_session::{Action, MissingText};
use yew::prelude::*;

/// How it stands with the text, and a button if it failed.
pub(crate) fn missing_text(missing: &MissingText, on: &Callback<Action>) -> Html {
    let text = missing.text;
    let again = on.reform(move |_: MouseEvent| Action::FetchText(text));
    html! {
        <div class="empty-note missing-text" role="status">
            <p>{ &*missing.sentence }</p>
            if missing.has_failed {
                <button class="btn" onclick={again}>{ "Fetch it again" }</button>
            }
        </div>
    }
}
