//! Ranges, tasks and calls of fsync as tables.

use super::{does, line_button};
use daxscope_session::Action;
use daxscope_session::import::{ImportAction, Table, TraceReport};
use yew::prelude::*;

pub(super) fn tables(trace: &TraceReport, shown: &[(bool, bool)], on: &Callback<Action>) -> Html {
    let mut all = Vec::new();
    for (at, table) in trace.tables.iter().enumerate() {
        if !table.rows.is_empty() {
            all.push(one(at, table, shown.get(at).copied().unwrap_or_default(), on));
        }
    }
    html! { <>{ for all }</> }
}

fn one(at: usize, table: &Table, (is_long, is_whole): (bool, bool), on: &Callback<Action>) -> Html {
    let id = format!("rec-table-{at}");
    let mut heads = Vec::new();
    for name in &table.columns {
        heads.push(html! { <th scope="col">{ name.clone() }</th> });
    }
    let mut rows = Vec::new();
    for row in &table.rows {
        let mut cells = Vec::new();
        for (column, cell) in table.columns.iter().zip(row) {
            cells.push(cell_of(column, cell, on));
        }
        rows.push(html! { <tr>{ for cells }</tr> });
    }
    let more = table.total.saturating_sub(table.rows.len() as u64);
    let toggle = does(on, ImportAction::AllRows(at));
    html! {
        <section aria-labelledby={id.clone()} class="rec-section">
            <h3 id={id.clone()}>{ table.title.clone() }<span class="dim">{ format!(" {}", table.total) }</span></h3>
            <div class="rec-table" tabindex="0" role="group" aria-labelledby={id}>
                <table><thead><tr>{ for heads }</tr></thead><tbody>{ for rows }</tbody></table>
            </div>
            if is_long {
                <button class="btn small" aria-expanded={is_whole.to_string()} onclick={toggle}>
                    { if is_whole { "Show fewer rows".to_owned() } else { format!("Show all rows ({} more)", more) } }
                </button>
            }
            if is_whole && more > 0 {
                <p class="dim">{ format!("and {more} more: `daxscope import --all FILE` shows them.") }</p>
            }
        </section>
    }
}

/// A cell: lines lead into the lanes, numbers stand to the right, zeros step back.
fn cell_of(column: &str, cell: &str, on: &Callback<Action>) -> Html {
    let number = cell.parse::<u64>().ok();
    if column == "line" || column == "lines" {
        let first = cell.split('-').next().and_then(|first| first.parse().ok()).unwrap_or(0);
        return html! { <td class="num">{ line_button(first, cell.to_owned(), on) }</td> };
    }
    match number {
        Some(0) => html! { <td class="num zero">{ "0" }</td> },
        Some(_) => html! { <td class="num">{ cell.to_owned() }</td> },
        None => html! { <td class={(cell.contains("0x")).then_some("mono")}>{ cell.to_owned() }</td> },
    }
}
