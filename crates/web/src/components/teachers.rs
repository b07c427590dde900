//! What a teacher needs: a unit to teach, the answers of a class from the links that it handed in, and handouts.

use super::grades::grades;
use super::markdown;
use daxscope_session::view::TeachersView;
use daxscope_session::{Action, LearnAction};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The page.
    pub view: Box<TeachersView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The page.
#[component]
pub fn TeachersPage(props: &Props) -> Html {
    let Props { view, on } = props;
    let learn = |action: LearnAction| on.reform(move |_: MouseEvent| Action::Learn(action.clone()));
    let paste = on.reform(|event: InputEvent| {
        Action::Learn(LearnAction::Grade(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    });
    html! {
        <section class="panel grow whole-page" aria-labelledby="teachers-title">
            <div class="panel-head">
                <h2 id="teachers-title">{ "For teachers" }</h2>
                <button class="btn small to-the-end" onclick={learn(LearnAction::Print)}>{ "Print" }</button>
                <button class="btn small" onclick={learn(LearnAction::List)}>{ "All lessons" }</button>
            </div>
            <div class="scroll prose story learn" id="panel" tabindex="0" role="group" aria-label="For teachers">
                <h3 class={view.rows.is_empty().then_some("on-screen")}>{ "Answers of a class" }</h3>
                <label class="stacked">
                    { "Paste the links of your students, one on each line; their names may stand before them. They are read here and sent nowhere." }
                    <textarea id="answer-links" rows="4" spellcheck="false" oninput={paste} value={view.pasted.to_string()} />
                </label>
                if !view.rows.is_empty() {
                    <p><button class="btn" onclick={learn(LearnAction::CopyGrades)}>{ "Copy the table for a spreadsheet" }</button></p>
                    { grades(view) }
                }
                <div class="measure">{ markdown::render(view.markdown) }{ handouts(view, on) }</div>
            </div>
        </section>
    }
}

fn handouts(view: &TeachersView, on: &Callback<Action>) -> Html {
    let open = |id: &'static str, is_solved: bool| {
        on.reform(move |_: MouseEvent| Action::Learn(LearnAction::Handout(id.into(), is_solved)))
    };
    let mut rows = Vec::new();
    for &(id, title) in &view.handouts {
        rows.push(html! {
            <tr key={id}>
                <th scope="row">{ title }</th>
                <td><button class="btn small" onclick={open(id, false)} aria-label={format!("For students: {title}")}>{ "For students" }</button></td>
                <td><button class="btn small" onclick={open(id, true)} aria-label={format!("With what is right: {title}")}>{ "With what is right" }</button></td>
            </tr>
        });
    }
    html! {
        <div class="on-screen">
            <h3>{ "Handouts" }</h3>
            <p>{ "Each lesson on paper: its texts, its questions, and the link of each step. For students it comes in sheets: each tells what was right on the one before." }</p>
            <table class="handouts"><tbody>{ for rows }</tbody></table>
        </div>
    }
}
