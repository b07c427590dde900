//! Every way that was tried, as a tree: each branch below the one that it leaves, on a common scale.

use super::emit_if;
use crate::icons::{self, icon};
use crate::tree::shapes::num;
use daxscope_session::Action;
use daxscope_session::view::{BranchEnd, BranchRow, BranchesView};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The branches.
    pub branches: Rc<BranchesView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The tree of branches.
#[component]
pub fn BranchesPanel(props: &Props) -> Html {
    let Props { branches, on } = props;
    let renamed = use_state(|| None::<u32>);
    let rows = branches.rows.iter().map(|row| {
        html! {
            <Branch key={row.id} row={row.clone()} longest={branches.longest} on={on.clone()}
                is_renamed={*renamed == Some(row.id)} rename={renamed.setter()} />
        }
    });
    html! {
        <section class="panel grow branches" aria-labelledby="branches-title">
            <div class="panel-head">
                <h2 id="branches-title">{ "Branches" }</h2>
                <span class="spacer"></span>
                { turn(on, Action::UndoBranch, branches.can_undo, "Undo", "Control+Z Meta+Z") }
                { turn(on, Action::RedoBranch, branches.can_redo, "Redo", "Control+Shift+Z Meta+Shift+Z") }
            </div>
            <div class="scroll" id="panel" tabindex="0" role="group" aria-label="All branches">
                <ol class="branch-list">{ for rows }</ol>
                if branches.rows.len() < 2 {
                    <p class="empty-note">
                        { "Step another thread anywhere in the run: what was recorded after it stays here as a branch." }
                    </p>
                }
                <p class="dim branch-limit">{ &*branches.limit }</p>
            </div>
        </section>
    }
}

fn turn(on: &Callback<Action>, action: Action, can: bool, name: &'static str, keys: &'static str) -> Html {
    let press = emit_if(on, move |_: MouseEvent| can.then(|| action.clone()));
    html! {
        <button class="btn small" aria-keyshortcuts={keys} aria-disabled={(!can).then_some("true")} onclick={press}>{ name }</button>
    }
}

/// A branch.
#[derive(Clone, PartialEq, Properties, Debug)]
struct BranchProps {
    row: BranchRow,
    longest: usize,
    is_renamed: bool,
    rename: UseStateSetter<Option<u32>>,
    on: Callback<Action>,
}

#[component]
fn Branch(props: &BranchProps) -> Html {
    let BranchProps { row, longest, is_renamed, on, .. } = props;
    let id = row.id;
    let open = on.reform(move |_: MouseEvent| Action::OpenBranch(id));
    let indent = format!("padding-inline-start:{}px", row.depth.min(8) * 16 + 4);
    html! {
        <li class={classes!("branch", row.is_current.then_some("current"))} aria-current={row.is_current.then_some("true")}
            style={indent}>
            if *is_renamed {
                <Rename row={row.clone()} rename={props.rename.clone()} on={on.clone()} />
            } else {
                <button class="branch-open" onclick={open}>
                    <span class="branch-name">{ &*row.name }</span>
                    if row.is_current { <span class="chip key">{ "on screen" }</span> }
                    <span class={classes!("chip", end_class(row.end))}>{ &*row.end_text }</span>
                </button>
            }
            { scale(row, *longest) }
            <p class="branch-words dim">{ words(row) }</p>
            { acts(props) }
        </li>
    }
}

const fn end_class(end: BranchEnd) -> &'static str {
    match end {
        BranchEnd::Done => "good",
        BranchEnd::Deadlock | BranchEnd::Broken => "bad",
        BranchEnd::Open | BranchEnd::Unknown => "",
    }
}

/// Where it parts and how long it is, on the scale of the longest.
fn scale(row: &BranchRow, longest: usize) -> Html {
    const WIDTH: f64 = 240.0;
    let px = WIDTH / longest.max(1) as f64;
    let (at, end) = (row.parts_at.unwrap_or(0) as f64 * px + 3.0, row.length as f64 * px + 3.0);
    html! {
        <svg class={classes!("branch-scale", end_class(row.end))} viewBox="0 0 248 12" width="248" height="12" aria-hidden="true">
            <line class="shared" x1="3" x2={num(at)} y1="6" y2="6" />
            <line class="own" x1={num(at)} x2={num(end)} y1="6" y2="6" />
            if row.parts_at.is_some() { <circle class="part" cx={num(at)} cy="6" r="3" /> }
            if row.end == BranchEnd::Open || row.end == BranchEnd::Unknown {
                <circle class="end open" cx={num(end)} cy="6" r="3.5" />
            } else {
                <rect class="end" x={num(end - 3.5)} y="2.5" width="7" height="7" rx="1" />
            }
        </svg>
    }
}

fn words(row: &BranchRow) -> String {
    let steps = if row.length == 1 { "1 step".to_owned() } else { format!("{} steps", row.length) };
    let mut words = match row.parts_at {
        Some(at) => format!("leaves {} after step {at}; {steps}", row.parts_from),
        None => steps,
    };
    if !row.own.is_empty() {
        words += &format!(": {}", row.own);
    }
    if !row.elsewhere.is_empty() {
        words += &format!(" ({})", row.elsewhere);
    }
    words
}

fn acts(props: &BranchProps) -> Html {
    let BranchProps { row, on, rename, .. } = props;
    let id = row.id;
    let begin = {
        let rename = rename.clone();
        move |_: MouseEvent| rename.set(Some(id))
    };
    let compare = on.reform(move |_: MouseEvent| Action::CompareBranch(id));
    let delete = on.reform(move |_: MouseEvent| Action::DeleteBranch(id));
    let name = row.name.to_string();
    html! {
        <div class="branch-acts">
            <button class="btn small" onclick={begin} aria-label={format!("Rename {name}")}>{ "Rename" }</button>
            if !row.is_current {
                <button class="btn small" onclick={compare} aria-haspopup="dialog"
                    aria-label={format!("Compare {name} with the branch on screen")}>{ "Compare" }</button>
                <button class="btn small" onclick={delete} aria-label={format!("Delete {name}")}>{ icon(icons::CLOSE) }{ "Delete" }</button>
            }
        </div>
    }
}

/// The field for a new name.
#[derive(Clone, PartialEq, Properties, Debug)]
struct RenameProps {
    row: BranchRow,
    rename: UseStateSetter<Option<u32>>,
    on: Callback<Action>,
}

#[component]
fn Rename(props: &RenameProps) -> Html {
    let node = use_node_ref();
    use_effect_with((), {
        let node = node.clone();
        move |()| {
            if let Some(field) = node.cast::<HtmlInputElement>() {
                let _ = field.focus();
                field.select();
            }
        }
    });
    let RenameProps { row, rename, on } = props.clone();
    let (id, old) = (row.id, row.name.clone());
    let done = {
        let (rename, node) = (rename.clone(), node.clone());
        move |save: bool| {
            if let Some(field) = node.cast::<HtmlInputElement>().filter(|field| save && field.value() != *old) {
                on.emit(Action::RenameBranch(id, field.value()));
            }
            rename.set(None);
        }
    };
    let keys = {
        let done = done.clone();
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => done(true),
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                done(false);
            }
            _ => {}
        }
    };
    html! {
        <input ref={node} class="branch-field" aria-label="Name of the branch" maxlength="60" value={row.name.to_string()}
            onkeydown={keys} onblur={move |_: FocusEvent| done(true)} />
    }
}
