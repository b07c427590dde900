//! A thread, wherever it is named: its letter on its colour.

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

/// Which thread, how large.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The thread.
    pub thread: ThreadId,
    /// Is it smaller than a line of text?
    #[prop_or_default]
    pub mini: bool,
}

/// A thread's letter on its colour.
#[component]
pub fn Badge(props: &Props) -> Html {
    let class = classes!("badge", thread_class(props.thread), props.mini.then_some("mini"));
    html! { <span {class}>{ letter(props.thread) }</span> }
}
