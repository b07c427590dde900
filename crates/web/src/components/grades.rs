//! What a class has handed in: one wide table, what was answered how often, and the test before the lessons beside the one behind them.

use super::markdown;
use daxscope_session::view::{ComparedView, GradeCell, GradeColumn, GradeRow, TeachersView};
use yew::prelude::*;

/// The tables.
pub(crate) fn grades(view: &TeachersView) -> Html {
    html! {
        <>
            if view.waiting > 0 {
                <p role="status">{ format!("The machine attacks {} more answers to challenges.", view.waiting) }</p>
            }
            { table(view) }
            { compared(view) }
            { asked(view) }
        </>
    }
}

fn table(view: &TeachersView) -> Html {
    let mut sums = Vec::new();
    let mut heads = Vec::new();
    for (at, column) in view.columns.iter().enumerate() {
        let title = column.asks.lines().next().unwrap_or_default();
        heads.push(html! {
            <th scope="col" class="asks" id={format!("column-{}", column.id)}>
                <span class="column-number">{ format!("{}. ", at + 1) }</span>{ markdown::line(title) }
            </th>
        });
        sums.push(html! { <td>{ &*column.sum }</td> });
    }
    let mut groups = Vec::new();
    for (name, count) in &view.groups {
        groups.push(html! { <th scope="colgroup" class="of" colspan={count.to_string()}>{ &**name }</th> });
    }
    html! {
        <div class="grades" tabindex="0" role="group" aria-label="Answers">
            <table id="grades">
                <thead>
                    <tr><td class="sticky" colspan="2"></td>{ for groups }</tr>
                    <tr><th scope="col" class="sticky">{ "Name" }</th><th scope="col" class="sticky sum">{ "Sum" }</th>{ for heads }</tr>
                </thead>
                <tbody>{ for view.rows.iter().map(|one| row(one, view.columns.len())) }</tbody>
                <tfoot><tr><th scope="row" class="sticky">{ "Right" }</th><td class="sticky sum"></td>{ for sums }</tr></tfoot>
            </table>
        </div>
    }
}

fn row(row: &GradeRow, columns: usize) -> Html {
    if row.is_damaged {
        return html! {
            <tr class="damaged">
                <th scope="row" class="sticky">{ format!("not read: {}", row.name) }</th>
                <td class="sticky why" colspan={(columns + 1).to_string()}>{ &*row.sum }</td>
            </tr>
        };
    }
    let mut cells = Vec::new();
    for one in &row.cells {
        cells.push(cell(one));
    }
    html! {
        <tr>
            <th scope="row" class="sticky">{ &*row.name }</th>
            <td class="sticky sum">{ &*row.sum }</td>
            { for cells }
        </tr>
    }
}

fn cell(cell: &GradeCell) -> Html {
    if cell.label.is_empty() {
        return html! { <td></td> };
    }
    let (class, mark, word) = match cell.is_right {
        Some(true) => (Some("good"), "✓", "right"),
        Some(false) => (Some("bad"), "✗", "wrong"),
        None => (None, "", "not judged yet"),
    };
    html! {
        <td {class}>
            <strong>{ &*cell.label }</strong><span aria-hidden="true">{ mark }</span><span class="visually-hidden">{ word }</span>
            <span class="says">{ markdown::line(&cell.says) }</span>
        </td>
    }
}

fn compared(view: &TeachersView) -> Html {
    if view.compared.is_empty() {
        return Html::default();
    }
    let draw = |one: &ComparedView| {
        html! {
            <tr class={one.is_question.then_some("of-question")}>
                <th scope="row">{ markdown::line(&one.name) }</th>
                <td>{ &*one.before }</td><td>{ &*one.after }</td><td>{ &*one.gained }</td>
            </tr>
        }
    };
    html! {
        <>
            <h3 id="compared-title">{ "Before and after the lessons" }</h3>
            <div class="grades" tabindex="0" role="group" aria-labelledby="compared-title">
                <table id="compared">
                    <thead><tr>
                        <th scope="col">{ "Who, or what was asked" }</th>
                        <th scope="col">{ "Right before" }</th><th scope="col">{ "Right after" }</th><th scope="col">{ "Gained" }</th>
                    </tr></thead>
                    <tbody>{ for view.compared.iter().map(draw) }</tbody>
                </table>
            </div>
        </>
    }
}

/// Every question with its options, and how often each was the answer.
fn asked(view: &TeachersView) -> Html {
    let mut questions = Vec::new();
    for (at, column) in view.columns.iter().enumerate() {
        if !column.options.is_empty() {
            questions.push(question(at + 1, column));
        }
    }
    if questions.is_empty() {
        return Html::default();
    }
    html! {
        <details class="asked"><summary>{ "The questions, and how often each option was the answer" }</summary>{ for questions }</details>
    }
}

fn question(number: usize, column: &GradeColumn) -> Html {
    let mut options = Vec::new();
    for option in &column.options {
        options.push(html! {
            <tr class={option.is_right.then_some("good")}>
                <th scope="row">{ option.letter.to_string() }if option.is_right { { " ✓" }<span class="visually-hidden">{ "right" }</span> }</th>
                <td>{ option.count }</td><td class="option-text">{ markdown::line(option.text) }</td>
            </tr>
        });
    }
    html! {
        <div class="asked-one">
            <h4>{ format!("{number}. {}", column.of) }</h4>
            { markdown::render(column.asks) }
            <table>
                <thead><tr><th scope="col">{ "Option" }</th><th scope="col">{ "Taken" }</th><th scope="col">{ "Text" }</th></tr></thead>
                <tbody>{ for options }</tbody>
            </table>
        </div>
    }
}
