//! A sentence about a thread: where it begins with the thread's letter, the badge is that letter.

use super::{Badge, letter};
use daxscope_session::ThreadId;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The thread.
    pub thread: Option<ThreadId>,
    /// The sentence.
    pub text: Rc<str>,
}

/// A sentence about a thread.
#[component]
pub fn Sentence(props: &Props) -> Html {
    let rest = props.thread.and_then(|thread| Some((thread, props.text.strip_prefix(letter(thread))?)));
    match rest.filter(|(_, rest)| rest.starts_with([' ', '\''])) {
        Some((thread, rest)) => html! { <><Badge {thread} mini=true />{ rest }</> },
        None => html! { { &*props.text } },
    }
}
