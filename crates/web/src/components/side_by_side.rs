//! One schedule on two kernels, step by step, with the first divergence marked.

use super::{Dialog, sentence};
use crate::browser;
use crate::icons::{self, icon};
use daxscope_session::Action;
use daxscope_session::view::{Divergence, End, PairRow, SideBySideView, SideStep};
use std::rc::Rc;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The two runs.
    pub view: Rc<SideBySideView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The two runs as a table.
#[component]
pub fn SideBySideDialog(props: &Props) -> Html {
    let Props { view, on } = props;
    html! {
        <Dialog title={if view.is_branches { "Two branches" } else { "The same schedule on two kernels" }} class="wide" on={on.clone()}>
            { summary(view) }
            <table class="pair">
                <colgroup><col class="pair-number" /><col /><col /></colgroup>
                <thead><tr>
                    <th scope="col">{ "Step" }</th>
                    <th scope="col">{ &*view.left }</th>
                    <th scope="col">if view.is_branches { { &*view.right } } else { { choose(view, on) } }</th>
                </tr></thead>
                <tbody>
                    if view.skipped > 0 {
                        <tr class="same"><td></td><td colspan="2">{ skipped(view.skipped) }</td></tr>
                    }
                    { for view.rows.iter().map(|row| pair(row, view, on)) }
                </tbody>
                <tfoot><tr>
                    <td>{ "End" }</td><td>{ end(&view.left_end) }</td><td>{ end(&view.right_end) }</td>
                </tr></tfoot>
            </table>
            { differences(view) }
        </Dialog>
    }
}

/// What is not the same in the end.
fn differences(view: &SideBySideView) -> Html {
    if view.differences.is_empty() {
        return html! { <p class="dim">{ "In the end both have the same state." }</p> };
    }
    let rows = view.differences.iter().map(|one| {
        html! { <tr><th scope="row">{ &*one.what }</th><td>{ &*one.left }</td><td>{ &*one.right }</td></tr> }
    });
    html! {
        <table class="pair-differences">
            <caption class="visually-hidden">{ "What differs in the end" }</caption>
            <thead><tr><th scope="col">{ "In the end" }</th><th scope="col">{ &*view.left }</th><th scope="col">{ &*view.right }</th></tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

fn skipped(steps: usize) -> String {
    match steps {
        1 => "Step 1 is the same on both.".into(),
        _ => format!("Steps 1 to {steps} are the same on both."),
    }
}

fn summary(view: &SideBySideView) -> Html {
    let Some(divergence) = &view.divergence else {
        return html! { <p class="pair-summary">{ "The two runs never part: every step is the same on both." }</p> };
    };
    let Divergence { step, what, left_line, right_line } = divergence;
    let go = {
        let id = row_id(*step);
        move |_: MouseEvent| {
            if let Some(row) = browser::element(&id) {
                row.scroll_into_view();
            }
        }
    };
    let line = |kernel: &str, line: &str| html! { <div><dt>{ kernel.to_owned() }</dt><dd><code>{ line.to_owned() }</code></dd></div> };
    html! {
        <div class="pair-summary">
            <p>
                <strong>{ format!("They part at step {step}. ") }</strong>{ &**what }{ " " }
                <button class="btn small" onclick={go}>{ "Show the step" }</button>
            </p>
            if left_line != right_line {
                <dl class="pair-lines">{ line(&view.left, left_line) }{ line(&view.right, right_line) }</dl>
            } else if !left_line.is_empty() {
                <p><code>{ &**left_line }</code></p>
            }
        </div>
    }
}

fn choose(view: &SideBySideView, on: &Callback<Action>) -> Html {
    let chosen = on.reform(|event: Event| {
        Action::SetOtherRevision(Some(event.target_unchecked_into::<HtmlSelectElement>().value()))
    });
    html! {
        <select aria-label="Kernel on the right" onchange={chosen}>
            { for view.choices.iter().map(|name| html! {
                <option value={name.to_string()} selected={*name == view.right}>{ &**name }</option>
            }) }
        </select>
    }
}

fn row_id(step: usize) -> String {
    format!("pair-{step}")
}

fn pair(row: &PairRow, view: &SideBySideView, on: &Callback<Action>) -> Html {
    let number = row.number;
    let is_first = view.divergence.as_ref().is_some_and(|divergence| divergence.step == number);
    let go = on.reform(move |_: MouseEvent| Action::GoTo(number));
    let button = html! { <button class="btn quiet small" onclick={go} aria-label={format!("Go to step {number}")}>{ number }</button> };
    if row.is_same {
        return html! { <tr class="same"><td>{ button }</td><td colspan="2">{ side(row.left.as_ref()) }</td></tr> };
    }
    html! {
        <tr id={row_id(number)} class={classes!(is_first.then_some("parts"))}>
            <td>{ button }if is_first { <span class="visually-hidden">{ "first difference" }</span> }</td>
            <td>{ side(row.left.as_ref()) }</td>
            <td>{ side(row.right.as_ref()) }</td>
        </tr>
    }
}

fn side(step: Option<&SideStep>) -> Html {
    let Some(step) = step else { return html! { <span class="dim">{ "–" }</span> } };
    html! {
        <span class={classes!(step.is_beyond.then_some("beyond"), step.is_violation.then_some("broke"))}>
            if step.is_violation { { icon(icons::WARNING) } }
            { sentence(Some(step.thread), &step.sentence) }
        </span>
    }
}

fn end(end: &End) -> Html {
    let (class, name) = if end.is_broken { ("bad", "broken") } else { ("good", "fine") };
    html! { <><span class={classes!("chip", class)}>{ name }</span>{ " " }{ &*end.sentence }</> }
}
