//! The blocks of the file as a list: what the picture of the file tells and does, for the keyboard.

use daxscope_session::view::{PmemView, SegmentView};
use daxscope_session::{Action, Object};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The file and its memory.
    pub pmem: Rc<PmemView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// Most stretches that are listed.
const MOST: usize = 200;

/// The stretches of the file, each a button that opens its history.
#[component]
pub fn PmemList(props: &Props) -> Html {
    let segments = &props.pmem.segments;
    if segments.is_empty() {
        return Html::default();
    }
    html! {
        <details class="outline">
            <summary>{ format!("As a list ({})", segments.len()) }</summary>
            <ul class="rows">
                { for segments.iter().take(MOST).map(|segment| row(segment, &props.on)) }
                if segments.len() > MOST {
                    <li class="dim">{ format!("and {} more, of which the picture shows all", segments.len() - MOST) }</li>
                }
            </ul>
        </details>
    }
}

fn row(segment: &SegmentView, on: &Callback<Action>) -> Html {
    let first = segment.first;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(Object::Block(first))));
    html! {
        <li class={classes!(segment.is_changed.then_some("is-changed"))}>
            <button class="link" onclick={select}><span class="mono">{ format!("{first:#x}") }</span></button>
            <span>{ format!("{} pages: {}", segment.count, segment.label) }</span>
        </li>
    }
}
