//! The history of one object: which step, thread and line wrote it, and who read it after.

use super::mini_badge;
use super::word::value_text;
use crate::icons::{self, icon};
use daxscope_session::view::{EntryBitsView, HistoryItem, HistoryKind, SelectionView};
use daxscope_session::{Action, Object, WatchAction};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The object.
    pub selection: Rc<SelectionView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The history of the selected object.
#[component]
pub fn Selection(props: &Props) -> Html {
    let Props { selection, on } = props;
    html! {
        <section class="panel selected" aria-labelledby="selection-title">
            <div class="panel-head">
                <h2 id="selection-title">{ &*selection.title }</h2>
                <span class="spacer"></span>
                <button class="btn small" aria-pressed={selection.is_watched.to_string()} aria-keyshortcuts="w"
                    onclick={on.reform(|_: MouseEvent| Action::Watch(WatchAction::ToggleSelected))}>{ "Watch" }</button>
                <button class="btn small icon quiet" aria-label="Close the history"
                    onclick={on.reform(|_: MouseEvent| Action::Select(None))}>{ icon(icons::CLOSE) }</button>
            </div>
            <dl class="facts">
                <dt>{ "now" }</dt><dd class="mono">{ value_text(selection.object, &selection.value) }</dd>
                <dt>{ "last write" }</dt><dd>{ &*selection.last_write }</dd>
            </dl>
            { bits(selection) }
            if !selection.later.is_empty() {
                <h3 class="keys-title">{ "Later" }</h3>
                <ul class="rows history">{ for selection.later.iter().map(|item| row(selection.object, item, on)) }</ul>
                <h3 class="keys-title">{ "Up to here" }</h3>
            }
            <ul class="rows history">
                { for selection.history.iter().map(|item| row(selection.object, item, on)) }
                if selection.more > 0 { <li class="dim">{ format!("and {} earlier", selection.more) }</li> }
            </ul>
        </section>
    }
}

/// The word of an entry, flag by flag.
fn bits(selection: &SelectionView) -> Html {
    selection.bits.as_ref().map_or_else(Html::default, bits_table)
}

/// An entry word, flag by flag, and the numbers in it.
pub(super) fn bits_table(view: &EntryBitsView) -> Html {
    let rows = view.bits.iter().map(|bit| {
        html! {
            <tr class={(!bit.is_set).then_some("clear")}>
                <th scope="row">{ format!("{:#04x} {}", bit.mask, bit.name) }</th>
                <td>{ if bit.is_set { "1" } else { "0" } }</td><td>{ bit.meaning }</td>
            </tr>
        }
    });
    let numbers = view.numbers.iter().map(|number| {
        html! {
            <tr>
                <th scope="row">{ format!("{}: {}", number.bits, number.name) }</th>
                <td class="mono">{ &*number.hex }</td><td>{ number.meaning }</td>
            </tr>
        }
    });
    html! {
        <div class="entry-bits">
            <table>
                <caption>{ format!("{} bit by bit", view.word) }</caption>
                <tbody>{ for rows }{ for numbers }</tbody>
            </table>
        </div>
    }
}

fn row(object: Object, item: &HistoryItem, on: &Callback<Action>) -> Html {
    let step = item.step;
    let go = on.reform(move |_: MouseEvent| Action::GoTo(step));
    html! {
        <li>
            <button class="link" onclick={go}>{ format!("step {step}") }</button>
            { mini_badge(item.thread) }
            if item.kind == HistoryKind::Write {
                <span class="change">
                    <span class="from">{ value_text(object, &item.before) }</span><span aria-hidden="true">{ "→" }</span>
                    <span class="to">{ value_text(object, &item.after) }</span>
                </span>
            } else {
                <span>{ "reads " }{ value_text(object, &item.after) }</span>
            }
            <span class="dim mono">{ &*item.location }</span>
        </li>
    }
}
