//! A thread, wherever it is named: its letter on its colour.
//!
//! Functions rather than components: there are many, and each is one element.

use daxscope_session::ThreadId;
use yew::prelude::*;

/// The letter of a thread.
#[must_use]
pub fn letter(thread: ThreadId) -> char {
    char::from(b'A'.saturating_add(thread.0))
}

/// The class that gives a thread its colours and its dash.
#[must_use]
pub const fn thread_class(thread: ThreadId) -> &'static str {
    ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"][thread.0 as usize % 8]
}

/// A thread's letter on its colour.
pub fn badge(thread: ThreadId) -> Html {
    html! { <span class={classes!("badge", thread_class(thread))}>{ letter(thread) }</span> }
}

/// The same, smaller than a line of text.
pub fn mini_badge(thread: ThreadId) -> Html {
    html! { <span class={classes!("badge", "mini", thread_class(thread))}>{ letter(thread) }</span> }
}

/// A sentence about a thread: where it begins with the thread's letter, the badge is that letter.
pub fn sentence(thread: Option<ThreadId>, text: &str) -> Html {
    let rest = thread.and_then(|thread| Some((thread, text.strip_prefix(letter(thread))?)));
    match rest.filter(|(_, rest)| rest.starts_with([' ', '\''])) {
        Some((thread, rest)) => html! { <>{ mini_badge(thread) }{ rest }</> },
        None => html! { { text } },
    }
}
