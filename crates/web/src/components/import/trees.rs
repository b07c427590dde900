//! Snapshots of a tree: one as a picture, its entries as a table, and one entry bit by bit.

use super::does;
use crate::components::selection::bits_table;
use crate::components::tree_panel::{Drawing, legend};
use crate::hooks::use_size;
use crate::icons::{self, icon};
use crate::tree::Band;
use daxscope_session::import::{EntryRow, ImportAction, RecordedEntry, TreesView};
use daxscope_session::view::StepView;
use daxscope_session::{Action, Object};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The snapshots.
    pub trees: TreesView,
    /// What was done.
    pub on: Callback<Action>,
}

/// The snapshots of a file.
#[component]
pub(super) fn Trees(props: &Props) -> Html {
    let Props { trees, on } = props;
    let frame = use_node_ref();
    let (width, _) = use_size(&frame, (600.0, 300.0));
    let step = use_memo((), |()| StepView::default());
    // In the picture an entry is pressed like one of the model; here it is one of the snapshot.
    let inside = {
        let on = on.clone();
        Callback::from(move |action: Action| {
            let own = match action {
                Action::Select(Some(Object::Slot(page) | Object::Tag(page, _))) => ImportAction::Entry(Some(page)),
                Action::ToggleNode { first_index, shift } => ImportAction::ToggleNode(first_index, shift),
                _ => return,
            };
            on.emit(Action::Import(own));
        })
    };
    let shown = trees
        .entry
        .as_ref()
        .and_then(|_| trees.rows.iter().find(|row| row.is_shown))
        .map(|row| Object::Slot(row.index));
    html! {
        <>
            { choice(trees, on) }
            if !trees.wrong.is_empty() {
                <ul class="rec-problem" role="alert">{ for trees.wrong.iter().map(|sentence| html! { <li>{ &**sentence }</li> }) }</ul>
            }
            <dl class="counters rec-totals">
                { for trees.facts.iter().map(|(name, value)| html! { <div><dt>{ *name }</dt><dd>{ &**value }</dd></div> }) }
            </dl>
            <section class="tree rec-tree" aria-label="The tree of this snapshot">
                <div class="scroll" ref={frame} tabindex="0" role="group" aria-label="Picture of the recorded tree">
                    <Drawing tree={trees.tree.clone()} step={step} selected={shown} on={inside} width={width - 20.0} room={0.0}
                        band={Band::WHOLE} id="recorded-tree" />
                </div>
                { legend(true) }
            </section>
            if let Some(entry) = &trees.entry { { details(entry, on) } }
            { table(trees, on) }
        </>
    }
}

/// Which snapshot.
fn choice(trees: &TreesView, on: &Callback<Action>) -> Html {
    let changed = on.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        Action::Import(ImportAction::Snapshot(select.selected_index().max(0) as usize))
    });
    let mut options = Vec::new();
    for (at, item) in trees.snapshots.iter().enumerate() {
        let mark = if item.is_wrong { " (does not fit together)" } else { "" };
        let text = format!("{}. {}: {}{mark}", at + 1, item.name, item.about);
        options.push(html! { <option selected={at == trees.shown}>{ text }</option> });
    }
    let (last, at) = (trees.snapshots.len().saturating_sub(1), trees.shown);
    html! {
        <div class="rec-choice">
            <label>{ "Snapshot " }<select onchange={changed}>{ for options }</select></label>
            <button class="btn small" aria-disabled={(at == 0).to_string()}
                onclick={does(on, ImportAction::Snapshot(at.saturating_sub(1)))}>{ icon(icons::BACK) }{ "Before" }</button>
            <button class="btn small" aria-disabled={(at >= last).to_string()}
                onclick={does(on, ImportAction::Snapshot((at + 1).min(last)))}>{ "Next" }{ icon(icons::STEP) }</button>
            <span class="dim">{ "Entries that were not so in the snapshot before are outlined. Press one to see its bits." }</span>
        </div>
    }
}

fn details(entry: &RecordedEntry, on: &Callback<Action>) -> Html {
    let mut marks = Vec::new();
    for (name, is_set, means) in entry.marks {
        marks.push(html! {
            <tr class={(!is_set).then_some("clear")}>
                <th scope="row">{ name }</th><td>{ if is_set { "1" } else { "0" } }</td><td>{ if is_set { means } else { "" } }</td>
            </tr>
        });
    }
    html! {
        <section class="rec-entry" aria-labelledby="rec-entry">
            <div class="rec-lanes-head">
                <h3 id="rec-entry">{ format!("Page {}: {}", entry.pages, entry.what) }</h3><span class="spacer"></span>
                <button class="btn small icon quiet" aria-label="Close the entry" onclick={does(on, ImportAction::Entry(None))}>
                    { icon(icons::CLOSE) }</button>
            </div>
            <p>{ format!("It stands in {}.", entry.place) }</p>
            if !entry.page.is_empty() { <p>{ format!("Its page: {}.", entry.page) }</p> }
            <div class="rec-bits">
                if let Some(bits) = &entry.bits { { bits_table(bits) } }
                <div class="entry-bits"><table><caption>{ "marks of its slot" }</caption><tbody>{ for marks }</tbody></table></div>
            </div>
        </section>
    }
}

fn table(trees: &TreesView, on: &Callback<Action>) -> Html {
    if trees.rows.is_empty() {
        return Html::default();
    }
    let row = |row: &EntryRow| {
        html! {
            <tr class={row.is_shown.then_some("chosen")}>
                <td><button class="link mono" onclick={does(on, ImportAction::Entry(Some(row.index)))}>{ &*row.pages }</button></td>
                <td class="mono">{ &*row.word }</td><td>{ &*row.what }</td><td>{ &*row.marks }</td><td>{ &*row.page }</td>
                <td>{ if row.is_changed { "new or changed" } else { "" } }</td>
            </tr>
        }
    };
    html! {
        <section class="rec-section" aria-labelledby="rec-entries">
            <h3 id="rec-entries">{ "Entries" }</h3>
            <div class="rec-table" tabindex="0" role="group" aria-labelledby="rec-entries">
                <table>
                    <thead><tr>
                        <th scope="col">{ "pages" }</th><th scope="col">{ "word" }</th><th scope="col">{ "what it is" }</th>
                        <th scope="col">{ "marks" }</th><th scope="col">{ "page or folio" }</th><th scope="col">{ "since before" }</th>
                    </tr></thead>
                    <tbody>{ for trees.rows.iter().map(row) }</tbody>
                </table>
            </div>
            if trees.more > 0 { <p class="dim">{ format!("and {} more: `daxscope import FILE` lists them.", trees.more) }</p> }
        </section>
    }
}
