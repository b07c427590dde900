//! What a teacher needs: a unit to teach, and the answers of a class from the links that it handed in.

use super::markdown;
use daxscope_session::view::{GradeCell, GradeRow, TeachersView};
use daxscope_session::{Action, LearnAction};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The page.
    pub view: TeachersView,
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
        <section class="panel grow" aria-labelledby="teachers-title">
            <div class="panel-head">
                <h2 id="teachers-title">{ "For teachers" }</h2>
                <button class="btn small to-the-end" onclick={learn(LearnAction::List)}>{ "All lessons" }</button>
            </div>
            <div class="scroll prose story learn" id="panel" tabindex="0" role="group" aria-label="For teachers">
                <h3>{ "Answers of a class" }</h3>
                <label class="stacked">
                    { "Paste the links of your students, one on each line. They are read here and sent nowhere." }
                    <textarea id="answer-links" rows="4" spellcheck="false" oninput={paste} value={view.pasted.to_string()} />
                </label>
                if !view.rows.is_empty() {
                    { table(view) }
                    <p><button class="btn" onclick={learn(LearnAction::CopyGrades)}>{ "Copy the table for a spreadsheet" }</button></p>
                }
                { markdown::render(view.markdown) }
            </div>
        </section>
    }
}

fn table(view: &TeachersView) -> Html {
    html! {
        <div class="grades" tabindex="0" role="group" aria-label="Answers">
            <table id="grades">
                <thead><tr>
                    <th scope="col">{ "Name" }</th>
                    <th scope="col">{ "Sum" }</th>
                    { for view.questions.iter().map(|id| html! { <th scope="col">{ id }</th> }) }
                </tr></thead>
                <tbody>{ for view.rows.iter().map(row) }</tbody>
                <tfoot><tr>
                    <th scope="row">{ "Right" }</th>
                    <td></td>
                    { for view.sums.iter().map(|sum| html! { <td>{ &**sum }</td> }) }
                </tr></tfoot>
            </table>
        </div>
    }
}

fn row(row: &GradeRow) -> Html {
    let class = row.is_damaged.then_some("damaged");
    html! {
        <tr {class}>
            <th scope="row">{ if row.is_damaged { "not read" } else { &*row.name } }</th>
            <td>{ &*row.sum }</td>
            { for row.cells.iter().map(cell) }
        </tr>
    }
}

fn cell(cell: &GradeCell) -> Html {
    let Some(letter) = cell.letter else { return html! { <td></td> } };
    let (class, mark) = if cell.is_right { ("good", "✓") } else { ("bad", "✗") };
    let word = if cell.is_right { "right" } else { "wrong" };
    html! {
        <td {class}>{ letter.to_string() }<span aria-hidden="true">{ mark }</span><span class="visually-hidden">{ word }</span></td>
    }
}
