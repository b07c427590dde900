//! The text of the script: a text field whose own letters cannot be seen, over a layer that shows them in colour.
//!
//! The field keeps what browsers do well: selection, input methods, screen readers, spelling of keys. The layer draws the lines in
//! sight only.

use super::completion::{List, listbox};
use super::keys::{Press, press};
use super::layer::{LINE_PX, Layer, WINDOW_LINES, first_drawn};
use crate::browser;
use daxscope_session::Action;
use daxscope_session::editor::{EditorAction, completions_at};
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
    /// The caret is at this byte now.
    pub on_caret: Callback<usize>,
    /// The pointer is over this byte, or over none.
    pub on_hover: Callback<Option<usize>>,
}

/// A text longer than this is completed only when that is asked for: it is read anew each time.
const EASY_BYTES: usize = 64 * 1024;

/// The text field.
#[component]
pub(super) fn TextArea(props: &Props) -> Html {
    let Props { script, on, run, on_caret, on_hover } = props;
    let (gutter, shift, ruler) = (use_node_ref(), use_node_ref(), use_node_ref());
    let first = use_state_eq(|| 1_usize);
    let list = use_state_eq(|| None::<List>);
    let type_in = {
        let (on, on_caret, list) = (on.clone(), on_caret.clone(), list.clone());
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            let text = area.value();
            let at = caret(&area, &text);
            on_caret.emit(at);
            let found = (text.len() <= EASY_BYTES).then(|| completions_at(&text, at));
            list.set(found.and_then(|found| List::while_typing(found, &text)));
            on.emit(Action::EditScript(text));
        })
    };
    let moved = {
        let on_caret = on_caret.clone();
        Callback::from(move |area: HtmlTextAreaElement| on_caret.emit(caret(&area, &area.value())))
    };
    let (clicked, walked) = (
        {
            let (list, moved) = (list.clone(), moved.clone());
            Callback::from(move |event: MouseEvent| {
                list.set(None);
                moved.emit(event.target_unchecked_into());
            })
        },
        moved.reform(|event: KeyboardEvent| event.target_unchecked_into()),
    );
    let scrolled = {
        let (gutter, shift, first) = (gutter.clone(), shift.clone(), first.clone());
        Callback::from(move |event: Event| {
            let area: HtmlElement = event.target_unchecked_into();
            first.set(first_drawn(area.scroll_top()));
            follow(&gutter, &shift, &area);
        })
    };
    let keys = {
        let (on, run, list) = (on.clone(), run.clone(), list.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(press) = press(&event, list.as_ref()) else { return };
            event.prevent_default();
            match press {
                Press::Run => run.emit(()),
                Press::Do(action) => on.emit(Action::Editor(action)),
                Press::Ask => {
                    let area: HtmlTextAreaElement = event.target_unchecked_into();
                    let text = area.value();
                    let at = caret(&area, &text);
                    list.set(List::asked(completions_at(&text, at), &text));
                }
                Press::Choose(chosen) => list.set((*list).clone().map(|list| List { chosen: Some(chosen), ..list })),
                Press::Accept(action) => {
                    list.set(None);
                    on.emit(Action::Editor(action));
                }
                Press::CloseList => list.set(None),
            }
        })
    };
    let over = {
        let (ruler, on_hover) = (ruler.clone(), on_hover.clone());
        Callback::from(move |event: MouseEvent| on_hover.emit(byte_under(&event, &ruler)))
    };
    let leave = on_hover.reform(|_: MouseEvent| None);
    let accept = {
        let (on, list) = (on.clone(), list.clone());
        Callback::from(move |action: EditorAction| {
            list.set(None);
            on.emit(Action::Editor(action));
        })
    };
    // A browser puts the caret behind a text that a program writes; one begins to read at the top.
    use_effect_with((), |()| {
        if let Some(area) = browser::element("script-text").and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok()) {
            let _ = area.set_selection_range(0, 0);
        }
    });
    // Where a program writes the text, it may have scrolled before its lines are drawn.
    use_effect_with(script.text.clone(), {
        let (gutter, shift, seen) = (gutter.clone(), shift.clone(), first.clone());
        move |_| {
            if let Some(area) = browser::element("script-text").and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                seen.set(first_drawn(area.scroll_top()));
                follow(&gutter, &shift, &area);
            }
        }
    });
    let lines = script.text.split('\n').count().max(1);
    // Where the text has become shorter than the place that was in sight, the browser scrolls, but later.
    let first = (*first).min(lines);
    let numbers = (first..=lines).take(WINDOW_LINES).map(|line| number(line, &script.diagnostics));
    let place = format!("height:{}px;padding-top:{}px", lines * LINE_PX, (first - 1) * LINE_PX);
    let width = format!("width:calc({}ch + 18px)", lines.to_string().len());
    let open = list.as_ref();
    html! {
        <div class="editor">
            <div class="gutter" aria-hidden="true" style={width}>
                <div ref={gutter}><div class="numbers" style={place.clone()}>{ for numbers }</div></div>
            </div>
            <div class="code">
                <div class="layer" aria-hidden="true">
                    <div ref={shift}><Layer script={script.clone()} {first} {place} /></div>
                    <span class="ruler" ref={ruler}>{ "0000000000" }</span>
                </div>
                <textarea id="script-text" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off"
                    aria-label="Script" aria-describedby="script-summary" aria-autocomplete="list"
                    aria-controls={open.map(|_| "script-words")}
                    aria-activedescendant={open.and_then(|list| list.chosen).map(|at| format!("script-word-{at}"))}
                    value={script.text.to_string()} oninput={type_in} onscroll={scrolled} onkeydown={keys}
                    onkeyup={walked} onclick={clicked} onmousemove={over} onmouseleave={leave}
                    onblur={ { let list = list.clone(); move |_: FocusEvent| list.set(None) } } />
                if let Some(list) = open { { listbox(list, &accept) } }
            </div>
        </div>
    }
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

/// Numbers and layer stand where the text stands.
fn follow(gutter: &NodeRef, shift: &NodeRef, area: &HtmlElement) {
    // Moved, not scrolled: they need not be as high as the text with its scroll bar, nor be drawn already.
    let (left, top) = (area.scroll_left(), area.scroll_top());
    for (node, left) in [(gutter, 0), (shift, left)] {
        if let Some(element) = node.cast::<HtmlElement>() {
            let _ = element.style().set_property("transform", &format!("translate(-{left}px,-{top}px)"));
        }
    }
    if let Some(code) = area.parent_element().and_then(|code| code.dyn_into::<HtmlElement>().ok()) {
        let _ = code.style().set_property("--scroll-top", &format!("{}px", area.scroll_top()));
        let _ = code.style().set_property("--scroll-left", &format!("{}px", area.scroll_left()));
    }
}

/// The byte at which the caret stands. The browser counts in UTF-16.
fn caret(area: &HtmlTextAreaElement, text: &str) -> usize {
    let units = area.selection_end().ok().flatten().unwrap_or_default() as usize;
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

/// The byte under the pointer, if a letter is there.
fn byte_under(event: &MouseEvent, ruler: &NodeRef) -> Option<usize> {
    const PADDING: (i32, i32) = (10, 8);
    let area: HtmlTextAreaElement = event.target_unchecked_into();
    let letter = ruler.cast::<HtmlElement>()?.get_bounding_client_rect().width() / 10.0;
    let (x, y) = (event.offset_x() - PADDING.0 + area.scroll_left(), event.offset_y() - PADDING.1 + area.scroll_top());
    let text = area.value();
    if x < 0 || y < 0 || letter <= 0.0 || text.len() > EASY_BYTES {
        return None;
    }
    let line = text.split('\n').nth(y as usize / LINE_PX)?;
    let (at, _) = line.char_indices().nth((f64::from(x) / letter) as usize)?;
    Some(line.as_ptr() as usize - text.as_ptr() as usize + at)
}

/// Selects a place of the text. The browser counts in UTF-16.
pub(crate) fn select_bytes(start: usize, end: usize) {
    let Some(area) = browser::element("script-text").and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok()) else {
        return;
    };
    let text = area.value();
    let units = |byte: usize| text.get(..byte.min(text.len())).map_or(0, |before| before.encode_utf16().count()) as u32;
    let _ = area.focus();
    let _ = area.set_selection_range(units(start), units(end.max(start)));
}
