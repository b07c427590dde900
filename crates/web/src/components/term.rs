//! Words of the glossary: dotted, and a press opens what they mean.
//!
//! A word is a button with its term in `data-term`. Who draws one needs no callback: the root listens for all of them.

use daxscope_session::Action;
use daxscope_session::terms::MARKED;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// A word of the glossary, written as `label`.
pub(crate) fn term(word: &'static str, label: &str) -> Html {
    html! {
        <button type="button" class="term" data-term={word} aria-haspopup="dialog">{ label }</button>
    }
}

/// What a press on a word means, for the root.
pub(crate) fn listen(on: &Callback<Action>) -> Callback<MouseEvent> {
    super::emit_if(on, |event: MouseEvent| {
        let target: Element = event.target()?.dyn_into().ok()?;
        let word = target.closest("[data-term]").ok()??.get_attribute("data-term")?;
        Some(Action::ShowTerm(word))
    })
}

/// Which words a text has marked already: each is marked where it first stands.
#[derive(Debug, Default)]
pub(crate) struct Marked(Cell<u64>);

impl Marked {
    /// The text with the words of the glossary marked.
    pub(crate) fn draw(&self, text: &str) -> Html {
        let Some((at, spelling, number)) = self.first(text) else { return html! { { text } } };
        let end = at + spelling.len();
        self.0.set(self.0.get() | 1 << number);
        let word = MARKED[number].1;
        html! { <>{ self.draw(&text[..at]) }{ term(word, &text[at..end]) }{ self.draw(&text[end..]) }</> }
    }

    /// The longest marked word that stands in the text and was not marked before.
    fn first(&self, text: &str) -> Option<(usize, &'static str, usize)> {
        for (number, &(spelling, word)) in MARKED.iter().enumerate() {
            let is_marked = |other: usize| self.0.get() >> other & 1 == 1 && MARKED[other].1 == word;
            if (0..MARKED.len()).any(is_marked) {
                continue;
            }
            if let Some(at) = find_word(text, spelling) {
                return Some((at, spelling, number));
            }
        }
        None
    }
}

/// Is it a key to be pressed? Then its name follows: as code, behind the end of this text, or as one letter or digit.
fn is_of_keyboard(behind: &str) -> bool {
    let mut words = behind.strip_prefix(' ').unwrap_or("x x").split(' ');
    let name = words.next().unwrap_or_default().trim_end_matches([',', '.', ')', ':']);
    name.is_empty() || name.chars().count() == 1
}

/// Where a word stands by itself.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(byte));
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(word)) {
        let at = from + found;
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        let behind = &text[at + word.len()..];
        let is_inside = is_part(before) || is_part(bytes.get(at + word.len()));
        if !is_inside && (word != "key" || !is_of_keyboard(behind)) {
            return Some(at);
        }
        from = at + word.len();
    }
    None
}
