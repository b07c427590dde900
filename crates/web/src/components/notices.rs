//! Sentences about what the page could not do.

use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::view::{NoticeKind, NoticeView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The sentences.
    pub notices: Rc<[NoticeView]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// One strip per sentence, each with a button that removes it.
#[component]
pub fn Notices(props: &Props) -> Html {
    let strips = props.notices.iter().enumerate().map(|(at, notice)| {
        let role = match notice.kind {
            NoticeKind::Problem => "alert",
            NoticeKind::Information => "status",
        };
        let dismiss = props.on.reform(move |_: MouseEvent| Action::DismissNotice(at));
        html! {
            <div class="strip notice" key={at}>
                <p {role}>{ &*notice.text }</p>
                <button class="btn small icon" aria-label="Dismiss this message" onclick={dismiss}>
                    { icon(icons::CLOSE) }
                </button>
            </div>
        }
    });
    html! { <>{ for strips }</> }
}
