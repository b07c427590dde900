//! Pull the plug here: the file before the failure and after recovery, side by side.

use super::Dialog;
use daxscope_session::view::{CrashRow, CrashView, Fate, TornView};
use daxscope_session::{Action, PlugAction};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// What is left.
    pub view: Rc<CrashView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// What a power failure behind the step on screen leaves.
#[component]
pub fn CrashDialog(props: &Props) -> Html {
    let Props { view, on } = props;
    html! {
        <Dialog title="Pull the plug here" class="wide crash" on={on.clone()}>
            <p class="crash-where" role="status">{ &*view.says }</p>
            <p class="dim crash-note">{ format!("Step {} of {}; {}.", view.step, view.total, view.platform) }</p>
            { moves(view, on) }
            { if let Some(why) = &view.refused { html! { <p>{ &**why }</p> } } else { left(view) } }
        </Dialog>
    }
}

/// Other places to pull the plug at.
fn moves(view: &CrashView, on: &Callback<Action>) -> Html {
    // A button that has the focus stays, also at the first step and at the last one.
    let go = |to: Option<usize>, name: String| {
        let press = super::emit_if(on, move |_: MouseEvent| to.map(Action::GoTo));
        html! {
            <button class="btn small" onclick={press} aria-disabled={to.is_none().then_some("true")}
                aria-current={(to == Some(view.step)).then_some("step")}>{ name }</button>
        }
    };
    let later = (view.step < view.total).then_some(view.step + 1);
    let take_away = on.reform(|_: MouseEvent| Action::Plug(PlugAction::TakeAway));
    html! {
        <div class="crash-moves" role="group" aria-label="Where the power fails">
            { go(view.step.checked_sub(1), "One step earlier".into()) }
            { go(later, "One step later".into()) }
            { for view.syncs.iter().map(|&step| go(Some(step), format!("Behind the sync, step {step}"))) }
            <button class="btn small" onclick={take_away}>{ "Take the mark away" }</button>
        </div>
    }
}

fn left(view: &CrashView) -> Html {
    html! {
        <>
            if view.rows.is_empty() {
                <p>{ "Nobody has stored anything, and the file is as it was." }</p>
            } else {
                <div class="crash-scroll" tabindex="0" role="region" aria-label="The file, page by page">
                    <table class="crash-pages">
                        <thead><tr>
                            <th scope="col">{ "Page" }</th><th scope="col">{ "Before the failure" }</th>
                            <th scope="col">{ "After recovery" }</th><th scope="col">{ "On the device" }</th>
                        </tr></thead>
                        <tbody>{ for view.rows.iter().map(line) }</tbody>
                    </table>
                </div>
            }
            if view.broken.is_empty() {
                <p class="crash-kept"><span class="chip good">{ "kept" }</span>{ " No promise is broken." }</p>
            } else {
                <h3>{ "Broken promises" }</h3>
                <ul class="crash-broken">{ for view.broken.iter().map(|text| html! { <li>{ &**text }</li> }) }</ul>
            }
            { list("Lost, and promised by nobody", &view.unpromised) }
            if !view.torn.is_empty() {
                <h3>{ "One of the ways in which it may be torn" }</h3>
                <p class="dim crash-note">{ "The medium knows no pages: each of the 64 cache lines of a page may have been evicted in time, or not." }</p>
                { for view.torn.iter().map(torn) }
            }
            { list("What was done by then", &view.before) }
            <p class="dim crash-note">
                { "Shown is the least that may be left: a real failure may spare more, never less. Worked out in the model: nobody has cut the power of a real machine." }
            </p>
        </>
    }
}

/// The lines of a page, sixteen in a row, and what the signs say.
fn torn(page: &TornView) -> Html {
    let mut lines = Vec::new();
    for &(content, count) in page.runs.iter() {
        let class = if content == 0 { "" } else { "newer" };
        lines.push(html! { <span {class}>{ sign(content).to_string().repeat(count) }</span> });
    }
    let mut words = Vec::new();
    for (number, text) in page.contents.iter().enumerate() {
        words.push(html! { <li><code aria-hidden="true">{ sign(number as u8) }</code>{ " " }{ &**text }</li> });
    }
    html! {
        <div class="crash-torn">
            <span class="crash-page">{ &*page.page }</span>
            <code class="crash-lines" aria-hidden="true">{ for lines }</code>
            <ul class="crash-signs">{ for words }</ul>
        </div>
    }
}

/// A point for what the medium has, then the stores in their order.
fn sign(content: u8) -> char {
    match content {
        0 => '.',
        store => char::from_digit(u32::from(store), 36).unwrap_or('+'),
    }
}

fn list(title: &'static str, texts: &[Rc<str>]) -> Html {
    if texts.is_empty() {
        return Html::default();
    }
    html! { <><h3>{ title }</h3><ul>{ for texts.iter().map(|text| html! { <li>{ &**text }</li> }) }</ul></> }
}

fn line(row: &CrashRow) -> Html {
    let (class, fate) = match row.fate {
        Fate::Kept => ("good", "kept"),
        Fate::Lost => ("warn", "lost"),
        Fate::Broken => ("bad", "lost, though promised"),
    };
    html! {
        <tr>
            <th scope="row">{ &*row.pages }</th>
            <td data-label="before">{ &*row.before }</td>
            <td data-label="after">{ &*row.after }{ " " }<span class={classes!("chip", class)}>{ fate }</span></td>
            <td class="dim" data-label="device">{ &*row.device }</td>
        </tr>
    }
}
