//! The same schedule under every kernel revision.

use super::Dialog;
use super::both_eras::both_eras;
use daxscope_session::Action;
use daxscope_session::by_operation::ByOperation;
use daxscope_session::view::{CompareRow, Verdict};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// One for each revision.
    pub rows: Rc<[CompareRow]>,
    /// The scenario on kernels of both eras.
    pub both_eras: Rc<ByOperation>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The comparison as a table.
#[component]
pub fn CompareDialog(props: &Props) -> Html {
    html! {
        <Dialog title="The same schedule on every kernel" class="wide" on={props.on.clone()}>
            <table class="compare">
                <thead><tr>
                    <th scope="col">{ "Kernel" }</th><th scope="col">{ "Verdict" }</th><th scope="col">{ "What happens" }</th>
                    <th scope="col">{ "Steps" }</th><th scope="col"><span class="visually-hidden">{ "Open" }</span></th>
                </tr></thead>
                <tbody>{ for props.rows.iter().map(|row| line(row, &props.on)) }</tbody>
            </table>
            { both_eras(&props.both_eras) }
        </Dialog>
    }
}

fn line(row: &CompareRow, on: &Callback<Action>) -> Html {
    let (class, verdict) = match row.verdict {
        Verdict::Fine => ("good", "fine"),
        Verdict::Broken => ("bad", "broken"),
        Verdict::Differs => ("warn", "differs"),
    };
    let name = row.revision;
    let open = on.reform(move |_: MouseEvent| Action::SetRevision(Some(name.to_owned())));
    html! {
        <tr class={classes!(row.is_current.then_some("current"))}>
            <th scope="row" title={row.about}>{ row.revision }</th>
            <td><span class={classes!("chip", class)}>{ verdict }</span></td>
            <td>{ &*row.sentence }</td>
            <td class="num">{ format!("{} of {}", row.followed, row.steps) }</td>
            <td>
                if row.is_current { <span class="dim">{ "on screen" }</span> } else {
                    <button class="btn small" onclick={open} aria-label={format!("Switch to {name}")}>{ "Switch" }</button>
                }
            </td>
        </tr>
    }
}
