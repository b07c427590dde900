//! The glossary: what a word means, and all other words.

use super::{Dialog, markdown};
use daxscope_session::Action;
use daxscope_session::terms::Term;
use daxscope_session::view::GlossaryView;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The glossary.
    pub glossary: Rc<GlossaryView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The glossary as a dialog.
#[component]
pub fn GlossaryDialog(props: &Props) -> Html {
    let GlossaryView { terms, open, missing } = &*props.glossary;
    let query = use_state(String::new);
    let type_in = {
        let query = query.clone();
        Callback::from(move |event: InputEvent| query.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let asked = open.as_deref().unwrap_or_default();
    let this = terms.iter().find(|term| term.is_called(asked));
    let title = match this {
        Some(term) => format!("Glossary: {}", term.word),
        None => "Glossary".to_owned(),
    };
    let words = query.to_ascii_lowercase();
    let mut rows = Vec::new();
    for term in terms {
        if has(term, &words) {
            rows.push(draw(term));
        }
    }
    html! {
        <Dialog title={title} body="glossary-body" class="wide glossary" on={props.on.clone()}>
            if let Some(term) = this {
                <div class="this-term" id="this-term" tabindex="-1">
                    <h3>{ &*term.word }</h3>
                    <p>{ markdown::line(&term.meaning) }</p>
                </div>
            } else if !asked.is_empty() && missing.is_none() {
                <p id="this-term">{ format!("The glossary has no word \u{201c}{asked}\u{201d}.") }</p>
            }
            if let Some(missing) = missing {
                { super::missing_text::missing_text(missing, &props.on) }
            } else {
                <details open={this.is_none()}><summary>{ "All words" }</summary>
                <div class="gallery-find">
                    <input type="search" id="glossary-search" aria-label="Find a word" placeholder="Find a word"
                        value={(*query).clone()} oninput={type_in} />
                    <span class="count" role="status">{ format!("{} of {}", rows.len(), terms.len()) }</span>
                </div>
                <dl class="terms">{ rows }</dl>
                </details>
            }
        </Dialog>
    }
}

/// The words of the glossary that hold a text, for who searches something else: nothing if the text is short.
pub(crate) fn hits(glossary: &GlossaryView, query: &str) -> Html {
    const MOST: usize = 6;
    let query = query.trim().to_ascii_lowercase();
    if query.len() < 2 {
        return Html::default();
    }
    let mut rows = Vec::new();
    // Those that are called so come before those that are explained with it.
    for is_word in [true, false] {
        for term in &glossary.terms {
            if term.word.to_ascii_lowercase().contains(&query) == is_word && has(term, &query) && rows.len() < MOST {
                rows.push(draw(term));
            }
        }
    }
    if rows.is_empty() {
        return Html::default();
    }
    html! {
        <section class="gallery-terms" aria-label="In the glossary"><h3>{ "In the glossary" }</h3><dl class="terms">{ rows }</dl></section>
    }
}

/// Do word or meaning hold the text?
pub(crate) fn has(term: &Term, words: &str) -> bool {
    let text = format!("{} {}", term.word, term.meaning).to_ascii_lowercase();
    words.split_whitespace().all(|word| text.contains(word))
}

fn draw(term: &Term) -> Html {
    html! {
        <div><dt>{ &*term.word }</dt><dd>{ markdown::line(&term.meaning) }</dd></div>
    }
}
