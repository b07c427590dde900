//! The text of the script: a text field with line numbers.

use crate::browser;
use daxscope_session::Action;
use daxscope_session::view::{DiagnosticView, ScriptView};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The text and what is wrong with it.
    pub script: Rc<ScriptView>,
    /// What was done.
    pub on: Callback<Action>,
    /// Runs the text.
    pub run: Callback<()>,
}

/// Height of a line: the style sheet holds it to this.
const LINE_PX: usize = 20;
/// Line numbers drawn at once, more than fit into the editor: a text of a megabyte may have that many lines.
const WINDOW_LINES: usize = 80;
/// How far the numbers are drawn above the first line in sight.
const MARGIN_LINES: usize = 20;

/// The text field.
#[component]
pub(super) fn TextArea(props: &Props) -> Html {
    let Props { script, on, run } = props;
    let gutter = use_node_ref();
    let first = use_state_eq(|| 1_usize);
    let type_in = on.reform(|event: InputEvent| {
        let area: HtmlTextAreaElement = event.target_unchecked_into();
        Action::EditScript(area.value())
    });
    let scrolled = {
        let (gutter, first) = (gutter.clone(), first.clone());
        Callback::from(move |event: Event| {
            let area: HtmlElement = event.target_unchecked_into();
            first.set(first_drawn(area.scroll_top()));
            if let Some(gutter) = gutter.cast::<HtmlElement>() {
                gutter.set_scroll_top(area.scroll_top());
            }
        })
    };
    let keys = {
        let run = run.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                run.emit(());
            }
        })
    };
    let lines = script.text.split('\n').count().max(1);
    // Where the text has become shorter than the place that was in sight, the browser scrolls, but later.
    let first = (*first).min(lines);
    let numbers = (first..=lines).take(WINDOW_LINES).map(|line| number(line, &script.diagnostics));
    let place = format!("height:{}px;padding-top:{}px", lines * LINE_PX, (first - 1) * LINE_PX);
    let width = format!("width:calc({}ch + 18px)", lines.to_string().len());
    html! {
        <div class="editor">
            <div class="gutter" ref={gutter} aria-hidden="true" style={width}>
                <div class="numbers" style={place}>{ for numbers }</div>
            </div>
            <textarea id="script-text" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"
                aria-label="Script" aria-describedby="script-summary" value={script.text.to_string()} oninput={type_in}
                onscroll={scrolled} onkeydown={keys} />
        </div>
    }
}

/// The first line whose number is drawn when the text is scrolled so far. Moves in big jumps, so that scrolling does not draw at
/// every pixel.
fn first_drawn(scroll_top: i32) -> usize {
    let in_sight = scroll_top.max(0) as usize / LINE_PX;
    in_sight.saturating_sub(MARGIN_LINES) / 10 * 10 + 1
}

/// The number of a line, marked with the worst that is wrong there.
fn number(line: usize, diagnostics: &[DiagnosticView]) -> Html {
    let worst = diagnostics.iter().filter(|it| it.line as usize == line).map(|it| it.is_error).max();
    let class = match worst {
        Some(true) => "error",
        Some(false) => "warning",
        None => "",
    };
    html! { <div {class} key={line}>{ line }</div> }
}

/// Selects a place of the text. The browser counts in UTF-16.
pub(super) fn select_bytes(start: usize, end: usize) {
    let Some(area) = browser::element("script-text").and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok()) else {
        return;
    };
    let text = area.value();
    let units = |byte: usize| text.get(..byte.min(text.len())).map_or(0, |before| before.encode_utf16().count()) as u32;
    let _ = area.focus();
    let _ = area.set_selection_range(units(start), units(end.max(start)));
}
