//! The graph as far as it has grown.

use super::super::{emit_if, letter, thread_class};
use daxscope_session::Action;
use daxscope_session::theatre::{Drawn, Left, Look, NodeView, Place, Sameness, StubView, TheatreAction};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub(super) struct Props {
    /// The picture.
    pub(super) drawn: Rc<Drawn>,
    /// What was done.
    pub(super) on: Callback<Action>,
}

/// The graph. It is drawn no larger than it is, and scrolls where it would become smaller than half.
#[component]
pub(super) fn Picture(props: &Props) -> Html {
    let Props { drawn, on } = props;
    let stage = use_node_ref();
    use_effect_with((stage.clone(), drawn.here, drawn.width), |(stage, here, width)| {
        if let Some(stage) = stage.cast::<Element>() {
            keep_in_sight(&stage, *here, *width);
        }
    });
    let press = emit_if(on, |event: MouseEvent| {
        let pressed = event.target()?.dyn_into::<Element>().ok()?.closest("[data-node]").ok()??;
        let node = pressed.get_attribute("data-node")?.parse().ok()?;
        Some(Action::Theatre(TheatreAction::GoToNode(node)))
    });
    let mut parts = Vec::new();
    for stub in drawn.stubs.iter() {
        parts.push(stub_edge(stub));
    }
    for node in drawn.nodes.iter().skip(1) {
        parts.push(edge(node));
    }
    if let Some(again) = drawn.again {
        parts.push(back(drawn.here, again));
    }
    for stub in drawn.stubs.iter() {
        parts.push(struck(stub));
    }
    for node in drawn.nodes.iter() {
        parts.push(node_mark(node));
    }
    let here = drawn.here;
    html! {
        <div class="theatre-stage" ref={stage} tabindex="0" role="group" aria-label="The graph of states">
            <svg role="img" aria-label={format!("{}. The list of moves tells the same in words.", drawn.counted)} onclick={press}
                viewBox={format!("0 0 {} {}", drawn.width, drawn.height)} width={drawn.width.to_string()}
                style={format!("min-width: {}px", drawn.width / 2)}>
                { for parts }
                <circle class="th-here" cx={here.x.to_string()} cy={here.y.to_string()} r="14" />
            </svg>
        </div>
    }
}

/// Scrolls so that a place of the picture is seen, if it is not.
fn keep_in_sight(stage: &Element, here: Place, width: i32) {
    const ROOM: i32 = 48;
    let Some(svg) = stage.first_element_child() else { return };
    let drawn = svg.get_bounding_client_rect().width();
    let scaled = |at: i32| (f64::from(at) * drawn / f64::from(width.max(1))) as i32;
    let (x, y) = (scaled(here.x), scaled(here.y));
    let (left, top) = (stage.scroll_left(), stage.scroll_top());
    let (wide, high) = (stage.client_width(), stage.client_height());
    if x < left + ROOM || x > left + wide - ROOM {
        stage.set_scroll_left(x - wide / 2);
    }
    if y < top + ROOM || y > top + high - ROOM {
        stage.set_scroll_top(y - high / 2);
    }
}

fn line(class: Classes, from: Place, to: Place) -> Html {
    html! {
        <line {class} x1={from.x.to_string()} y1={from.y.to_string()} x2={to.x.to_string()} y2={to.y.to_string()} />
    }
}

fn edge(node: &NodeView) -> Html {
    let class = classes!("th-edge", node.thread.map(thread_class), node.is_on_way.then_some("way"));
    line(class, node.from, node.place)
}

fn stub_edge(stub: &StubView) -> Html {
    line(classes!("th-edge", "left", thread_class(stub.thread)), stub.from, stub.place)
}

/// From a pruned step to the state that it leads to again.
fn back(from: Place, to: Place) -> Html {
    // Beside the straight line, which may run through other states.
    let (x, y) = ((from.x + to.x) / 2 + (from.y - to.y) / 4, (from.y + to.y) / 2 + (to.x - from.x) / 4);
    let path = format!("M{} {} Q{x} {y} {} {}", from.x, from.y, to.x, to.y);
    html! {
        <>
            <path class="th-back" d={path} />
            <circle class="th-again" cx={to.x.to_string()} cy={to.y.to_string()} r="14" />
        </>
    }
}

fn text(class: &'static str, at: Place, text: String) -> Html {
    html! { <text {class} x={at.x.to_string()} y={(at.y + 4).to_string()}>{ text }</text> }
}

fn square(class: &'static str, at: Place, half: i32, round: &'static str) -> Html {
    html! {
        <rect {class} x={(at.x - half).to_string()} y={(at.y - half).to_string()} width={(2 * half).to_string()}
            height={(2 * half).to_string()} rx={round} />
    }
}

fn node_mark(node: &NodeView) -> Html {
    let at = node.place;
    let name = node.thread.map_or_else(String::new, |thread| {
        let fails = if node.fail { "!" } else { "" };
        format!("{}{fails}", letter(thread))
    });
    let round = |class: &'static str, r: &'static str| html! { <circle {class} cx={at.x.to_string()} cy={at.y.to_string()} {r} /> };
    let drawn = match node.look {
        Look::Start => html! { <>{ round("th-start", "10") }{ text("th-name", at, "0".into()) }</> },
        Look::Waits => html! { <>{ round("th-open", "10") }{ text("th-name", at, name) }</> },
        Look::Done => html! { <>{ round("th-full", "10") }{ text("th-name on", at, name) }</> },
        Look::Passed => round("th-dot", "5"),
        Look::Final => {
            html! { <>{ square("th-end", at, 12, "4") }{ square("th-full", at, 9, "3") }{ text("th-name on", at, name) }</> }
        }
        Look::Again(same) => {
            html! { <>{ square("th-box", at, 8, "2") }{ text("th-name", at, mark_of(same).into()) }</> }
        }
        Look::Broken => html! { <>{ square("th-broken", at, 10, "2") }{ text("th-name", at, "!".into()) }</> },
        Look::Over => html! { <>{ square("th-box", at, 8, "2") }{ text("th-name", at, "×".into()) }</> },
    };
    html! { <g class={classes!("th-node", node.thread.map(thread_class))} data-node={node.node.to_string()}>{ drawn }</g> }
}

const fn mark_of(same: Sameness) -> &'static str {
    match same {
        Sameness::Exact => "=",
        Sameness::Merged => "~",
        Sameness::Alike => "≈",
        Sameness::Swapped => "⇄",
    }
}

fn struck(stub: &StubView) -> Html {
    let (at, name) = (stub.place, letter(stub.thread));
    let (mark, why) = match stub.why {
        Left::Persistent => (name.to_string(), "only another thread needs to go"),
        Left::Budget => (format!("{name}!"), "no more calls may fail"),
    };
    let from = Place { x: at.x - 8, y: at.y + 5 };
    let to = Place { x: at.x + 8, y: at.y - 5 };
    html! {
        <g class="th-struck">
            <title>{ format!("{name} never tried ({}): {why}", stub.would) }</title>
            { text("th-name", at, mark) }
            { line(classes!("th-strike"), from, to) }
        </g>
    }
}
