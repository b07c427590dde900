//! Every step as a sentence, with a search. Only the rows in sight are drawn, so thousands stay fast.

use super::{emit_if, mini_badge};
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::view::{TranscriptRow, TranscriptView};
use std::rc::Rc;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// All steps.
    pub transcript: Rc<TranscriptView>,
    /// Steps made.
    pub position: usize,
    /// What was done.
    pub on: Callback<Action>,
}

/// Height of a row: the style sheet holds it to this.
const ROW_PX: usize = 44;
/// Rows drawn at once.
const WINDOW_ROWS: usize = 60;

/// The transcript.
#[component]
pub fn TranscriptPanel(props: &Props) -> Html {
    let Props { transcript, position, on } = props;
    let list = use_node_ref();
    let top = use_state(|| 0_usize);
    use_effect_with((*position, list.clone()), |(position, list)| {
        if let Some(list) = list.cast::<Element>() {
            let wanted = (position.saturating_sub(1) * ROW_PX) as i32;
            let (from, height) = (list.scroll_top(), list.client_height());
            if wanted < from || wanted + ROW_PX as i32 > from + height {
                list.set_scroll_top(wanted - height / 3);
            }
        }
    });
    let scrolled = {
        let top = top.clone();
        Callback::from(move |event: Event| {
            let list: Element = event.target_unchecked_into();
            let first = list.scroll_top().max(0) as usize / ROW_PX;
            // Moves in big jumps, so that scrolling does not draw at every pixel.
            top.set(first.saturating_sub(20) / 10 * 10);
        })
    };
    let rows = transcript.rows.iter().skip(*top).take(WINDOW_ROWS);
    html! {
        <section class="panel grow" aria-labelledby="transcript-title">
            <div class="panel-head">
                <h2 id="transcript-title">{ "Transcript" }</h2>
            </div>
            { search(transcript, on) }
            <div class="scroll" ref={list} onscroll={scrolled} tabindex="0" id="panel" role="group"
                aria-label="All steps">
                <ol class="transcript" style={format!("height:{}px", transcript.rows.len() * ROW_PX)}>
                    { for rows.map(|step| row(step, *position, transcript, on)) }
                </ol>
            </div>
        </section>
    }
}

fn search(transcript: &TranscriptView, on: &Callback<Action>) -> Html {
    let type_in = on.reform(|event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        Action::Search(input.value())
    });
    let walk = emit_if(on, |event: KeyboardEvent| {
        (event.key() == "Enter").then(|| if event.shift_key() { Action::PreviousHit } else { Action::NextHit })
    });
    let hits = match (transcript.query.is_empty(), transcript.hits.len()) {
        (true, _) => String::new(),
        (_, 0) => "no step".to_owned(),
        (_, 1) => "1 step".to_owned(),
        (_, many) => format!("{many} steps"),
    };
    html! {
        <div class="search">
            <input type="search" id="search" placeholder="Search the steps" aria-label="Search the steps"
                value={transcript.query.to_string()} oninput={type_in} onkeydown={walk} />
            <span class="count" role="status">{ hits }</span>
        </div>
    }
}

fn row(step: &TranscriptRow, position: usize, transcript: &TranscriptView, on: &Callback<Action>) -> Html {
    let number = step.number;
    let go = on.reform(move |_: MouseEvent| Action::GoTo(number));
    let is_hit = transcript.hits.binary_search(&number).is_ok();
    let class =
        classes!(is_hit.then_some("hit"), (number > position).then_some("later"), step.word.map(|_| "with-word"));
    html! {
        <li key={number} {class} style={format!("top:{}px", (number - 1) * ROW_PX)}
            aria-current={(number == position).then_some("step")}>
            <button onclick={go} title={step.sentence.to_string()}>
                <span class="n">{ number }</span>
                { mini_badge(step.thread) }
                <span class="words">
                    if step.is_violation { <span class="broke">{ icon(icons::WARNING) }</span> }
                    { &*step.sentence }
                </span>
            </button>
            if let Some(word) = step.word { { super::word::word_button(format!("{word:#x}")) } }
        </li>
    }
}
