//! A step of a lesson: its text, its questions, what is to be reached in the machine, and the way on.

use super::{QuestionForm, markdown};
use daxscope_session::view::{LessonStepView, TaskView};
use daxscope_session::{Action, LearnAction};
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The step.
    pub view: Box<LessonStepView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The step.
#[component]
pub fn LessonStep(props: &Props) -> Html {
    let Props { view, on } = props;
    let learn = |action: LearnAction| on.reform(move |_: MouseEvent| Action::Learn(action.clone()));
    html! {
        <section class="panel grow" aria-labelledby="lesson-title">
            <div class="panel-head">
                <h2 id="lesson-title">{ view.lesson_title }</h2>
                <span class="dim">{ format!("{} of {}", view.number, view.count) }</span>
                <button class="btn small to-the-end" onclick={learn(LearnAction::List)}>{ "All lessons" }</button>
            </div>
            <div class="scroll prose story learn" id="panel" tabindex="0" role="group"
                aria-label={format!("Step {} of {}: {}", view.number, view.count, view.title)}>
                if let Some(goal) = view.goal { <p class="lead">{ goal }</p> }
                <h3>{ view.title }</h3>
                { markdown::render(view.markdown) }
                if let Some(task) = &view.task { { draw_task(task) } }
                { for view.questions.iter().map(|question| html! {
                    <QuestionForm key={question.id} question={question.clone()} on={on.clone()} />
                }) }
                if let Some(score) = &view.score { <p class="lead" id="score">{ &**score }</p> }
                { ways_on(view, on) }
            </div>
        </section>
    }
}

/// Judged by the live machine.
fn draw_task(task: &TaskView) -> Html {
    html! {
        <div class={classes!("task", task.is_reached.then_some("reached"))} id="task">
            <p>
                <strong>{ if task.is_reached { "Reached. " } else { "Try it. " } }</strong>
                { super::markdown::line(task.says) }
            </p>
            if !task.is_reached {
                <details><summary>{ "A hint" }</summary><p>{ super::markdown::line(task.hint) }</p></details>
            }
        </div>
    }
}

fn ways_on(view: &LessonStepView, on: &Callback<Action>) -> Html {
    let learn = |action: LearnAction| on.reform(move |_: MouseEvent| Action::Learn(action.clone()));
    let next = match (view.has_next, view.is_open) {
        (true, false) => "Next",
        (true, true) => "Skip this question",
        (false, _) => "To all lessons",
    };
    let class = if view.is_open { "btn" } else { "btn primary" };
    html! {
        <>
            <div class="learn-row ways">
                if view.number > 1 {
                    <button class="btn" id="lesson-previous" onclick={learn(LearnAction::Previous)}>{ "Back" }</button>
                }
                <button {class} id="lesson-next" onclick={learn(LearnAction::Next)}>{ next }</button>
            </div>
            <div class="learn-row">
                if view.has_scene {
                    <button class="btn small" id="lesson-scene" onclick={learn(LearnAction::Scene)}>
                        { "Show the scene from its start" }
                    </button>
                }
                <button class="btn small" onclick={learn(LearnAction::CopyStepLink)}>{ "Copy a link to this step" }</button>
            </div>
            if view.is_elsewhere {
                <p class="dim" id="elsewhere">{ "The picture shows another script or kernel than this step is about." }</p>
            }
        </>
    }
}
