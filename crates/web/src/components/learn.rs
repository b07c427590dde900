//! Lessons and challenges, beside the picture.

use super::{ChallengePanel, Handout, LessonList, LessonStep, TeachersPage};
use daxscope_session::Action;
use daxscope_session::view::{ChallengesView, LearnPage};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The page of the panel.
    pub page: Rc<LearnPage>,
    /// The challenges; an open one stands in place of the page.
    pub challenges: Rc<ChallengesView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The panel.
#[component]
pub fn LearnPanel(props: &Props) -> Html {
    let on = &props.on;
    if let Some(open) = &props.challenges.open {
        return html! { <ChallengePanel key={open.item.id} view={open.clone()} on={on.clone()} /> };
    }
    match &*props.page {
        LearnPage::List(view) => {
            html! { <LessonList view={view.clone()} challenges={props.challenges.clone()} on={on.clone()} /> }
        }
        LearnPage::Step(view) => {
            // A key for each step: a step begins at its top, and with its hint closed.
            let key = format!("{}.{}", view.lesson, view.number);
            html! { <LessonStep key={key} view={view.clone()} on={on.clone()} /> }
        }
        LearnPage::Missing(missing) => html! {
            <section class="panel grow" aria-labelledby="learn-title">
                <div class="panel-head"><h2 id="learn-title">{ "Learn" }</h2></div>
                <div class="scroll" id="panel" tabindex="0" role="group" aria-label="Lessons and challenges">
                    { super::missing_text::missing_text(missing, on) }
                </div>
            </section>
        },
        LearnPage::Teachers(view) => html! { <TeachersPage view={view.clone()} on={on.clone()} /> },
        LearnPage::Handout(view) => html! { <Handout view={view.clone()} on={on.clone()} /> },
    }
}
