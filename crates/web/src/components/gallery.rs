//! The museum: all exhibits as cards, with a filter.

use super::Dialog;
use daxscope_session::Action;
use daxscope_session::view::{ExhibitCard, GlossaryView};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// One for each exhibit.
    pub cards: Rc<[ExhibitCard]>,
    /// The words of the glossary.
    pub glossary: Rc<GlossaryView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The gallery.
#[component]
pub fn Gallery(props: &Props) -> Html {
    let Props { cards, glossary, on } = props;
    let query = use_state(String::new);
    let type_in = {
        let query = query.clone();
        Callback::from(move |event: InputEvent| query.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let words: Vec<String> = query.to_ascii_lowercase().split_whitespace().map(str::to_owned).collect();
    let found: Vec<_> = cards.iter().filter(|card| matches(card, &words)).collect();
    html! {
        <Dialog title="Museum of bugs and candidates" class="wide gallery" on={on.clone()}>
            <div class="gallery-find">
                <input type="search" id="gallery-search" aria-label="Find an exhibit" value={(*query).clone()}
                    placeholder="Find: lost wake-up, truncate, v5, candidate…" oninput={type_in} />
                <span class="count" role="status">{ format!("{} of {}", found.len(), cards.len()) }</span>
            </div>
            <ul class="cards" id="exhibits">{ for found.iter().map(|card| draw(card, on)) }</ul>
            if found.is_empty() { <p class="empty-note">{ "No exhibit has these words." }</p> }
            { super::glossary::hits(glossary, &query) }
        </Dialog>
    }
}

fn matches(card: &ExhibitCard, words: &[String]) -> bool {
    let marks = [card.is_candidate.then_some("candidate"), card.known_failure.map(|_| "not shown yet"), card.rule];
    let marks: Vec<_> = marks.into_iter().flatten().collect();
    let ExhibitCard { id, title, about, broken, confirmed, .. } = card;
    let text = format!("{id} {title} {about} {broken} {confirmed} {}", marks.join(" ")).to_ascii_lowercase();
    words.iter().all(|word| text.contains(word.as_str()))
}

fn draw(card: &ExhibitCard, on: &Callback<Action>) -> Html {
    let id = card.id.to_string();
    let open = on.reform(move |_: MouseEvent| Action::ReadExhibit(id.clone()));
    html! {
        <li key={&*card.id}>
            <button class="card" onclick={open} aria-current={card.is_open.then_some("true")}>
                <span class="card-head">
                    <span class="exhibit-id">{ card.id.to_ascii_uppercase() }</span>
                    <strong>{ card.title }</strong>
                </span>
                <span class="card-about">{ card.about }</span>
                <span class="card-marks">
                    if let Some(rule) = card.rule { <span class="chip bad">{ rule }</span>{ " " } }
                    if card.is_candidate { <span class="chip warn">{ "candidate" }</span>{ " " } }
                    if card.known_failure.is_some() { <span class="chip warn">{ "not shown yet" }</span>{ " " } }
                    if !card.confirmed.is_empty() {
                        <span class="chip">{ format!("known by {}", card.confirmed) }</span>{ " " }
                    }
                </span>
                <span class="card-kernels dim">{ kernels(card) }</span>
            </button>
        </li>
    }
}

fn kernels(card: &ExhibitCard) -> String {
    match (&*card.broken, &*card.mended) {
        ("", "") => String::new(),
        (broken, "") => format!("In {broken}"),
        (broken, mended) => format!("In {broken}; not in {mended}"),
    }
}
