//! Handlers on lanes, one for each task, and the same as a list.

use super::does;
use crate::icons::{self, icon};
use crate::tree::shapes::num;
use daxscope_session::Action;
use daxscope_session::import::{ImportAction, LaneBar, LaneRow, LanesView, SpanRow};
use web_sys::Element;
use yew::prelude::*;

/// Width of an event, height of a lane, of its bars, and of the line with pauses.
const SLOT: f64 = 27.0;
const LANE: f64 = 28.0;
const BAR: f64 = 22.0;
const HEAD: f64 = 20.0;
/// Width of a letter on a bar.
const LETTER: f64 = 6.1;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The lanes.
    pub lanes: LanesView,
    /// What was done.
    pub on: Callback<Action>,
}

/// Lanes and list.
#[component]
pub(super) fn Lanes(props: &Props) -> Html {
    let Props { lanes, on } = props;
    let frame = use_node_ref();
    let chosen = lanes.lanes.iter().flat_map(|lane| &lane.bars).find(|bar| bar.is_chosen).map(|bar| bar.columns.0);
    use_effect_with((frame.clone(), chosen, lanes.said.clone()), |(frame, chosen, _)| {
        if let Some(frame) = frame.cast::<Element>() {
            frame.set_scroll_left((f64::from(chosen.unwrap_or(0)) * SLOT - 120.0).max(0.0) as i32);
        }
    });
    let mut names = Vec::new();
    for lane in &lanes.lanes {
        names.push(html! { <div class="rec-lane-name" style={format!("height:{LANE}px")} title={lane.name.to_string()}>{ &*lane.name }</div> });
    }
    let (width, height) = (f64::from(lanes.slots) * SLOT + 8.0, HEAD + LANE * lanes.lanes.len() as f64 + 4.0);
    html! {
        <section aria-labelledby="recorded-lanes" class="rec-section">
            <div class="rec-lanes-head">
                <h3 id="recorded-lanes" tabindex="-1">{ "What ran when" }</h3>
                <span class="dim">{ &*lanes.said }</span>
                <span class="spacer"></span>
                <button class="btn small" aria-disabled={(!lanes.can_move.0).to_string()} onclick={does(on, ImportAction::Move(false))}>
                    { icon(icons::BACK) }{ "Earlier" }</button>
                <button class="btn small" aria-disabled={(!lanes.can_move.1).to_string()} onclick={does(on, ImportAction::Move(true))}>
                    { "Later" }{ icon(icons::STEP) }</button>
            </div>
            if let Some(beyond) = lanes.beyond { <p class="dim">{ beyond }</p> }
            <div class="rec-lanes">
                <div class="rec-names" style={format!("padding-top:{HEAD}px")} aria-hidden="true">{ for names }</div>
                <div class="rec-scroll" ref={frame} tabindex="0" role="group" aria-label="Lanes of the tasks">
                    <svg width={num(width)} height={num(height)} role="img" aria-label={format!("{}. The list below says the same.", lanes.said)}>
                        { pauses(lanes, height) }
                        { for lanes.lanes.iter().enumerate().map(|(at, lane)| bars(at, lane, width, on)) }
                    </svg>
                </div>
            </div>
            <p class="dim">{ "Each event has one column, in the order of the lines; bars that overlap were under way at the same time. \u{2717}: it fell back, and \
                4 KiB follow. Times stand at pauses of a millisecond and more." }</p>
            { list(&lanes.rows, on) }
        </section>
    }
}

fn pauses(lanes: &LanesView, height: f64) -> Html {
    let mut all = Vec::new();
    for (column, words) in &lanes.pauses {
        let x = f64::from(*column) * SLOT + 1.0;
        all.push(html! {
            <g class="rec-pause">
                <line x1={num(x)} x2={num(x)} y1="4" y2={num(height)} />
                <text x={num(x + 4.0)} y="14">{ &**words }</text>
            </g>
        });
    }
    html! { <>{ for all }</> }
}

fn bars(at: usize, lane: &LaneRow, width: f64, on: &Callback<Action>) -> Html {
    let top = HEAD + LANE * at as f64;
    let middle = num(top + LANE / 2.0);
    html! {
        <g>
            <line class="axis" x1="0" x2={num(width)} y1={middle.clone()} y2={middle} />
            { for lane.bars.iter().map(|bar| draw(bar, top, on)) }
        </g>
    }
}

fn draw(bar: &LaneBar, top: f64, on: &Callback<Action>) -> Html {
    let x = f64::from(bar.columns.0) * SLOT + 2.0;
    let width = f64::from(bar.columns.1 - bar.columns.0) * SLOT - 3.0;
    let fits = bar.label.chars().count() as f64 * LETTER + 6.0 <= width;
    let y = top + (LANE - BAR) / 2.0;
    html! {
        <g class={classes!("rec-bar", bar.kind.name(), bar.is_chosen.then_some("chosen"))} onclick={does(on, ImportAction::Show(bar.line))}>
            <title>{ &*bar.title }</title>
            <rect x={num(x)} y={num(y)} width={num(width)} height={num(BAR)} rx="3" />
            if fits { <text x={num(x + 4.0)} y={num(y + 15.0)}>{ &*bar.label }</text> }
        </g>
    }
}

fn list(rows: &[SpanRow], on: &Callback<Action>) -> Html {
    let mut lines = Vec::new();
    for row in rows {
        lines.push(html! {
            <tr class={row.is_chosen.then_some("chosen")} aria-current={row.is_chosen.then_some("true")}>
                <td class="num">{ super::line_button(row.line, row.lines.to_string(), on) }</td>
                <td>{ &*row.task }</td><td>{ row.what }</td><td class="mono">{ &*row.pages }</td>
                <td>{ &*row.outcome }</td><td class="num">{ &*row.took }</td>
            </tr>
        });
    }
    html! {
        <details class="rec-list">
            <summary>{ format!("As a list ({})", rows.len()) }</summary>
            <div class="rec-table" tabindex="0" role="group" aria-label="The handlers of the lanes">
                <table>
                    <thead><tr>
                        <th scope="col">{ "lines" }</th><th scope="col">{ "task" }</th><th scope="col">{ "what" }</th>
                        <th scope="col">{ "page" }</th><th scope="col">{ "how it ended" }</th><th scope="col">{ "took" }</th>
                    </tr></thead>
                    <tbody>{ for lines }</tbody>
                </table>
            </div>
        </details>
    }
}
