//! The story of the exhibit, beside the picture.

use daxscope_session::view::StoryView;
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The story.
    pub story: Rc<StoryView>,
}

/// The story.
#[component]
pub fn StoryPanel(props: &Props) -> Html {
    let StoryView { title, about, markdown, source, confirmed } = &*props.story;
    html! {
        <section class="panel grow" aria-labelledby="story-title">
            <div class="panel-head">
                <h2 id="story-title">{ &**title }</h2>
            </div>
            <div class="scroll prose story" id="panel" tabindex="0" role="group" aria-label="Story">
                <p class="lead">{ &**about }</p>
                { super::markdown::render(markdown) }
                if !source.is_empty() {
                    <p class="dim">{ format!("Source: {source}. {confirmed}") }</p>
                }
            </div>
        </section>
    }
}
