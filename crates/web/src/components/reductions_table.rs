//! The same search with fewer and more reductions: they must agree.

use daxscope_session::Action;
use daxscope_session::search::Kind;
use daxscope_session::view::{Agreement, TableRowView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// One for each reduction; none until it is asked for.
    pub rows: Rc<[TableRowView]>,
    /// Why it ended early.
    pub problem: Option<AttrValue>,
    /// Is it being made?
    pub is_running: bool,
    /// Can it be made?
    pub can_start: bool,
    /// What was done.
    pub on: Callback<Action>,
}

/// The table of reductions.
#[component]
pub fn ReductionsTable(props: &Props) -> Html {
    let Props { rows, problem, is_running, can_start, on } = props;
    let is_running = *is_running;
    let press = on.reform(
        move |_: MouseEvent| {
            if is_running { Action::StopSearch } else { Action::StartSearch(Kind::Reductions) }
        },
    );
    html! {
        <section class="reductions" aria-labelledby="reductions-title">
            <div class="reductions-head">
                <h3 id="reductions-title">{ "Do the reductions agree?" }</h3>
                <button class="btn small" onclick={press} aria-disabled={(!can_start).to_string()}>
                    { if is_running { "Cancel" } else { "Compare" } }
                </button>
            </div>
            if let Some(problem) = problem {
                <p class="why-not">{ problem }</p>
            }
            if rows.is_empty() {
                <p class="dim">{ "The same search without any reduction, then with one more in each row; at most 10 seconds a row." }</p>
            } else {
                <table>
                    <thead><tr>
                        <th scope="col">{ "With" }</th><th scope="col" class="num">{ "States" }</th>
                        <th scope="col" class="num">{ "Seconds" }</th><th scope="col">{ "Verdict" }</th>
                    </tr></thead>
                    <tbody>{ for rows.iter().map(row) }</tbody>
                </table>
            }
        </section>
    }
}

fn row(row: &TableRowView) -> Html {
    let (class, says) = match row.agreement {
        Agreement::Unknown => ("", ""),
        Agreement::Same => ("good", "same"),
        Agreement::Nothing => ("warn", "says nothing"),
        Agreement::Different => ("bad", "differs"),
    };
    html! {
        <tr>
            <th scope="row">{ row.name }</th>
            <td class="num">{ &*row.states }</td>
            <td class="num">{ &*row.time }</td>
            <td>{ &*row.verdict }if !says.is_empty() { { " " }<span class={classes!("chip", class)}>{ says }</span> }</td>
        </tr>
    }
}
