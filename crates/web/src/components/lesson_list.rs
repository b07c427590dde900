//! All lessons, with what is done of them.

use super::ChallengeList;
use daxscope_session::view::{ChallengesView, LessonItem, ListView};
use daxscope_session::{Action, LearnAction};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The list.
    pub view: ListView,
    /// The challenges.
    pub challenges: Rc<ChallengesView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The end of the list is far away.
fn to_hand_in(_: MouseEvent) {
    if let Some(heading) = crate::browser::element("hand-in") {
        heading.scroll_into_view();
    }
    crate::browser::focus("hand-in");
}

/// The list.
#[component]
pub fn LessonList(props: &Props) -> Html {
    let Props { view, challenges, on } = props;
    let learn = |action: LearnAction| on.reform(move |_: MouseEvent| Action::Learn(action.clone()));
    html! {
        <section class="panel grow" aria-labelledby="learn-title">
            <div class="panel-head">
                <h2 id="learn-title">{ "Learn" }</h2>
                if view.has_progress {
                    <button class="btn small to-the-end" id="to-hand-in" onclick={to_hand_in}>{ "Hand in" }</button>
                }
                <button class={classes!("btn", "small", (!view.has_progress).then_some("to-the-end"))} onclick={learn(LearnAction::Teachers)}>{ "For teachers" }</button>
            </div>
            <div class="scroll prose learn" id="panel" tabindex="0" role="group" aria-label="Lessons and challenges">
                <p class="lead">{ "Short lessons on the live engine: predict, step, explain. Nothing is sent anywhere." }</p>
                if let Some((id, title, number)) = &view.resume {
                    <p>
                        <button class="btn primary" onclick={learn(LearnAction::Open(id.to_string(), *number))}>
                            { format!("Go on: {title}, step {number}") }
                        </button>
                    </p>
                }
                <h3 id="lessons-title">{ "Lessons" }</h3>
                <ol class="lessons" aria-labelledby="lessons-title">{ for view.lessons.iter().map(|item| lesson(item, on)) }</ol>
                <ChallengeList view={challenges.clone()} on={on.clone()} />
                { answers(view, on) }
            </div>
        </section>
    }
}

fn lesson(item: &LessonItem, on: &Callback<Action>) -> Html {
    let id = item.id;
    let open = on.reform(move |_: MouseEvent| Action::Learn(LearnAction::Open(id.into(), 1)));
    html! {
        <li key={id}>
            <button class="card lesson-card" onclick={open} data-lesson={id}>
                <span class="card-head">
                    <strong>{ item.title }</strong>
                    if item.is_done { <span class="chip good">{ "done" }</span> }
                </span>
                <span class="card-about">{ item.goal }</span>
                <span class="dim">
                    { format!("{} min", item.minutes) }
                    if !item.progress.is_empty() { { " · " }{ &*item.progress } }
                </span>
            </button>
        </li>
    }
}

/// What leaves the page, and what is forgotten.
fn answers(view: &ListView, on: &Callback<Action>) -> Html {
    if !view.has_progress {
        return html! { <p class="dim">{ view.kept }</p> };
    }
    let learn = |action: LearnAction| on.reform(move |_: MouseEvent| Action::Learn(action.clone()));
    let name = on.reform(|event: InputEvent| {
        Action::Learn(LearnAction::Name(event.target_unchecked_into::<HtmlInputElement>().value()))
    });
    html! {
        <>
            <h3 id="hand-in" tabindex="-1">{ "Hand in your answers" }</h3>
            <p class="learn-row">
                <label>{ "Your name " }
                    <input type="text" maxlength="80" autocomplete="off" value={view.name.to_string()} oninput={name} />
                </label>
                <button class="btn" onclick={learn(LearnAction::CopyAnswers)}>{ "Copy a link with my answers" }</button>
            </p>
            <p class="dim">{ "Give the link to your teacher. It holds the name, your first answers, the tasks that you reached and the challenges that you solved, and nothing else. " }{ view.kept }</p>
            <p><button class="btn" onclick={learn(LearnAction::Forget)}>{ "Forget my progress" }</button></p>
        </>
    }
}
