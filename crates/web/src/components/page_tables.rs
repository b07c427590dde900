//! The page tables of each process.

use daxscope_session::view::{PmdKind, PmdView, ProcessView, PteView};
use daxscope_session::{Action, MmId, Object};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The processes.
    pub processes: Rc<[ProcessView]>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The page tables.
#[component]
pub fn PageTables(props: &Props) -> Html {
    html! {
        <section class="panel" aria-labelledby="tables-title">
            <div class="panel-head"><h2 id="tables-title">{ "Page tables" }</h2></div>
            { for props.processes.iter().map(|process| table(process, &props.on)) }
        </section>
    }
}

fn table(process: &ProcessView, on: &Callback<Action>) -> Html {
    html! {
        <div class="stacked">
            <div><strong>{ &*process.name }</strong>{ " " }<span class="dim">{ &*process.mapping }</span></div>
            if process.pmds.is_empty() {
                <span class="dim">{ "nothing mapped" }</span>
            }
            { turn(process, false, on) }
            <ul class="ptes">{ for process.pmds.iter().map(|pmd| range(process.mm, pmd, on)) }</ul>
            { turn(process, true, on) }
        </div>
    }
}

/// What is not listed before or behind, and the way there.
fn turn(process: &ProcessView, is_later: bool, on: &Callback<Action>) -> Html {
    let (rows, place) = if is_later { (process.rows_behind, "below") } else { (process.rows_before, "above") };
    if rows == 0 {
        return Html::default();
    }
    let mm = process.mm;
    let go = on.reform(move |_: MouseEvent| Action::MoveTable(mm, is_later));
    let label = format!("{rows} more {place}");
    html! { <button class="btn small table-turn" onclick={go} aria-label={format!("{label}, page tables of {}", process.name)}>{ label }</button> }
}

fn range(mm: MmId, pmd: &PmdView, on: &Callback<Action>) -> Html {
    let page = pmd.page;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(Object::Pmd(mm, page))));
    html! {
        <li>
            <div class={classes!("row", pmd.is_changed.then_some("is-changed"))}>
                <button class="link" onclick={select}>{ "pmd " }<span class="mono">{ format!("{page:#x}") }</span></button>
                <span>{ &*pmd.label }</span>
                if pmd.kind != PmdKind::Table { { bits(pmd.is_writable, pmd.is_dirty) } }
            </div>
            if !pmd.ptes.is_empty() {
                <ul>{ for pmd.ptes.iter().map(|pte| row(mm, pte, on)) }</ul>
            }
        </li>
    }
}

fn row(mm: MmId, pte: &PteView, on: &Callback<Action>) -> Html {
    let page = pte.page;
    let select = on.reform(move |_: MouseEvent| Action::Select(Some(Object::Pte(mm, page))));
    html! {
        <li class={classes!("row", pte.is_changed.then_some("is-changed"))}>
            <button class="link" onclick={select}>{ "pte " }<span class="mono">{ format!("{page:#x}") }</span></button>
            <span>{ "→ " }{ &*pte.label }</span>{ bits(pte.is_writable, pte.is_dirty) }
        </li>
    }
}

fn bits(writable: bool, dirty: bool) -> Html {
    html! {
        <>
            <span class="chip">{ if writable { "writable" } else { "read-only" } }</span>
            if dirty { <span class="chip">{ "● dirty" }</span> }
        </>
    }
}
