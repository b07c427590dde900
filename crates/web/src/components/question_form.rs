//! A question: choose, answer for good, then see what is right and why.

use super::markdown;
use daxscope_session::view::{OptionState, OptionView, QuestionView};
use daxscope_session::{Action, LearnAction};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The question.
    pub question: QuestionView,
    /// What was done.
    pub on: Callback<Action>,
}

/// The question.
#[component]
pub fn QuestionForm(props: &Props) -> Html {
    let Props { question, on } = props;
    let id = question.id;
    let commit = on.reform(move |event: SubmitEvent| {
        event.prevent_default();
        Action::Learn(LearnAction::Commit(id.into()))
    });
    html! {
        <form class="question" id={format!("question-{id}")} onsubmit={commit}>
            <fieldset aria-describedby={format!("verdict-{id}")}>
                <legend>{ markdown::render(question.prompt) }</legend>
                { for question.options.iter().map(|option| draw(question, option, on)) }
            </fieldset>
            <p class="verdict" id="verdict" tabindex="-1">
                if let Some(verdict) = question.verdict { <strong id={format!("verdict-{id}")}>{ verdict }</strong> }
            </p>
            if !question.is_answered {
                <button class="btn primary" type="submit" aria-disabled={(!question.is_chosen).to_string()}>
                    { "Answer" }
                </button>
            }
        </form>
    }
}

fn draw(question: &QuestionView, option: &OptionView, on: &Callback<Action>) -> Html {
    let (id, letter) = (question.id, option.letter);
    let choose = on.reform(move |_: Event| Action::Learn(LearnAction::Choose(id.into(), letter)));
    let (class, mark) = match option.state {
        OptionState::Untold => ("option", None),
        OptionState::Right => ("option right", Some("right")),
        OptionState::Wrong => ("option wrong", Some("not so")),
    };
    html! {
        <div {class} key={letter.to_string()}>
            <label>
                <input type="radio" name={id} value={letter.to_string()} checked={option.is_chosen}
                    disabled={question.is_answered} onchange={choose} />
                <span>{ markdown::line(option.text) }</span>
                if let Some(mark) = mark {
                    <span class={if mark == "right" { "chip good" } else { "chip" }}>
                        { mark }{ if option.is_chosen { ", your answer" } else { "" } }
                    </span>
                }
            </label>
            if let Some(because) = option.because { <p class="because">{ markdown::line(because) }</p> }
        </div>
    }
}
