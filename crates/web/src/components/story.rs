//! The story of the exhibit, beside the picture.

use super::missing_text::missing_text;
use crate::icons::{self, icon};
use daxscope_session::view::StoryView;
use daxscope_session::{Action, Panel};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The story.
    pub story: Rc<StoryView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The story.
#[component]
pub fn StoryPanel(props: &Props) -> Html {
    let StoryView {
        title, about, markdown, source, confirmed, leaves_out, is_candidate, known_failure, missing, ..
    } = &*props.story;
    html! {
        <section class="panel grow" aria-labelledby="story-title">
            <div class="panel-head">
                <h2 id="story-title">{ &**title }</h2>
            </div>
            <div class="scroll prose story" id="panel" tabindex="0" role="group" aria-label="Story">
                <p class="lead">{ &**about }</p>
                { actions(&props.story, &props.on) }
                if *is_candidate {
                    <p class="story-mark">{ "A candidate: found by reading code, and never confirmed by history." }</p>
                }
                if let Some(reason) = known_failure {
                    <p class="story-mark">{ format!("This cannot be shown yet. {reason}") }</p>
                }
                { super::markdown::render(markdown) }
                if let Some(missing) = missing { { missing_text(missing, &props.on) } }
                if !leaves_out.is_empty() {
                    <p><strong>{ "What the model leaves out. " }</strong>{ &**leaves_out }</p>
                }
                if !source.is_empty() {
                    <p class="dim">{ format!("Source: {source}. {}.", known(confirmed)) }</p>
                }
            </div>
        </section>
    }
}

/// How the bug is known: the story's words are `mail`, `code` and `inferred`.
fn known(confirmed: &str) -> String {
    let mut from = Vec::new();
    for word in confirmed.split(", ") {
        from.push(match word {
            "mail" => "a mail about it",
            "code" => "the code",
            "inferred" => "what the code implies",
            other => other,
        });
    }
    format!("Known from {}", from.join(" and "))
}

/// What there is to do with a bug.
fn actions(story: &StoryView, on: &Callback<Action>) -> Html {
    let id = story.id.to_owned();
    let run = on.reform(move |_: MouseEvent| Action::LoadExhibit(id.clone()));
    let find = on.reform(|_: MouseEvent| Action::FindInExhibit);
    let side_by_side = on.reform(|_: MouseEvent| Action::OpenPanel(Panel::SideBySide));
    html! {
        <div class="story-acts">
            if story.has_run {
                <button class="btn" onclick={run}>{ icon(icons::FIRST) }{ "The broken run, from the start" }</button>
            }
            <button class="btn primary" onclick={find}>{ icon(icons::EXPLORE) }{ "Let the machine find it" }</button>
            if story.has_run {
                <button class="btn" onclick={side_by_side} aria-haspopup="dialog">{ "Side by side with the fix" }</button>
            }
        </div>
    }
}
