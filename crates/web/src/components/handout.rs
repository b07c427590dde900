//! A lesson on paper.

use super::markdown;
use daxscope_session::view::{HandoutQuestion, HandoutStep, HandoutView};
use daxscope_session::{Action, LearnAction};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The sheet.
    pub view: HandoutView,
    /// What was done.
    pub on: Callback<Action>,
}

/// The sheet.
#[component]
pub fn Handout(props: &Props) -> Html {
    let Props { view, on } = props;
    let learn = |action: LearnAction| on.reform(move |_: MouseEvent| Action::Learn(action.clone()));
    let other = if view.is_solved { "Without what is right" } else { "With what is right" };
    let count = view.sheets.len();
    let mut sheets = Vec::new();
    for (at, steps) in view.sheets.iter().enumerate() {
        sheets.push(sheet(at + 1, count, steps, view.is_solved));
    }
    html! {
        <section class="panel grow whole-page" aria-labelledby="handout-title">
            <div class="panel-head">
                <h2 id="handout-title">{ view.title }</h2>
                <button class="btn small primary to-the-end" id="print" onclick={learn(LearnAction::Print)}>{ "Print" }</button>
                <button class="btn small" onclick={learn(LearnAction::Handout(view.lesson.into(), !view.is_solved))}>{ other }</button>
                <button class="btn small" onclick={learn(LearnAction::Teachers)}>{ "For teachers" }</button>
            </div>
            <div class="scroll prose story learn handout" id="panel" tabindex="0" role="group" aria-label={format!("Handout: {}", view.title)}>
                <div class="measure">
                    <p class="lead">{ view.goal }{ format!(" About {} minutes.", view.minutes) }</p>
                    if count > 1 {
                        <p class="dim">{ format!("{count} sheets: hand out the next one when this one is answered, for it tells what was right.") }</p>
                    }
                    { for sheets }
                </div>
            </div>
        </section>
    }
}

fn sheet(number: usize, count: usize, steps: &[HandoutStep], is_solved: bool) -> Html {
    let mut drawn = Vec::new();
    for one in steps {
        drawn.push(step(one, is_solved));
    }
    html! {
        <div class="sheet">
            if !is_solved {
                <p class="handout-name">
                    { "Name:" }
                    if count > 1 { <span class="sheet-number">{ format!("Sheet {number} of {count}") }</span> }
                </p>
            }
            { for drawn }
        </div>
    }
}

fn step(step: &HandoutStep, is_solved: bool) -> Html {
    let mut questions = Vec::new();
    for one in &step.questions {
        questions.push(question(one, is_solved));
    }
    html! {
        <section class="handout-step">
            <h3>{ format!("{}. {}", step.number, step.title) }</h3>
            { markdown::render(step.markdown) }
            if let Some((says, hint, way)) = &step.task {
                <div class="task">
                    <p><strong>{ "Try it. " }</strong>{ markdown::line(says) }</p>
                    if is_solved { <p>{ markdown::line(hint) }{ " " }<code>{ &**way }</code></p> }
                </div>
            }
            { for questions }
            <p class="print-link">{ &*step.link }</p>
        </section>
    }
}

fn question(question: &HandoutQuestion, is_solved: bool) -> Html {
    let mut options = Vec::new();
    for &(letter, text, is_right, because) in &question.options {
        let mark = if is_solved && is_right { "☒ " } else { "☐ " };
        options.push(html! {
            <li>
                <span aria-hidden="true">{ mark }</span>{ format!("{letter}: ") }{ markdown::line(text) }
                if is_solved {
                    <p class="because"><strong>{ if is_right { "Right. " } else { "Not so. " } }</strong>{ markdown::line(because) }</p>
                }
            </li>
        });
    }
    html! { <div class="question">{ markdown::render(question.prompt) }<ul class="boxes">{ for options }</ul></div> }
}
