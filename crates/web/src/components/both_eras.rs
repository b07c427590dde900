//! The scenario on kernels of both eras, side by side by operation of the script.

use super::badge::mini_badge;
use daxscope_session::by_operation::{ByOperation, OperationCell, OperationRow};
use yew::prelude::*;

/// A table with a row for each operation and a column for each kernel, and how each kernel came out.
pub(crate) fn both_eras(compared: &ByOperation) -> Html {
    if compared.rows.is_empty() {
        return Html::default();
    }
    let mut ends = Vec::new();
    for (kernel, end) in compared.kernels.iter().zip(&compared.ends) {
        let (class, word) = if end.is_broken { ("bad", "broken") } else { ("good", "fine") };
        let class = if end.sentence.starts_with("Not run") { "warn" } else { class };
        let word = if class == "warn" { "not run" } else { word };
        ends.push(html! { <li><strong>{ kernel }</strong>{ " " }<span class={classes!("chip", class)}>{ word }</span>{ " " }{ &end.sentence }</li> });
    }
    html! {
        <section class="both-eras" aria-labelledby="both-eras-title">
            <h3 id="both-eras-title">{ "Both eras, operation by operation" }</h3>
            <p class="dim">{ "The steps of the radix tree and of the XArray are others, so here the threads take turns with whole operations: what \
                each comes to, and what the tree holds behind it." }</p>
            <div class="both-eras-scroll" tabindex="0" role="group" aria-label="Operations on each kernel">
                <table>
                    <thead><tr>
                        <th scope="col">{ "Operation" }</th>
                        { for compared.kernels.iter().map(|kernel| html! { <th scope="col">{ kernel }</th> }) }
                    </tr></thead>
                    <tbody>{ for compared.rows.iter().map(line) }</tbody>
                </table>
            </div>
            <ul class="both-eras-ends" aria-label="How each kernel came out">{ for ends }</ul>
        </section>
    }
}

fn line(row: &OperationRow) -> Html {
    html! {
        <tr class={classes!((!row.is_same).then_some("differs"))}>
            <th scope="row">{ mini_badge(row.thread) }{ " " }{ &row.operation }
                if !row.is_same { <span class="chip warn">{ "differs" }</span> }
            </th>
            { for row.cells.iter().map(cell) }
        </tr>
    }
}

fn cell(cell: &OperationCell) -> Html {
    html! {
        <td>{ &cell.result }
            if !cell.tree.is_empty() { <span class="both-eras-tree mono">{ &cell.tree }</span> }
            if let Some(broken) = &cell.broken { <span class="chip bad">{ broken }</span> }
        </td>
    }
}
