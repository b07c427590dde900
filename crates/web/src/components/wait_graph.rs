//! Nobody can run: who waits for whom.

use super::{letter, thread_class};
use crate::tree::shapes::{Px, num};
use daxscope_session::ThreadId;
use daxscope_session::view::{WaitEdge, WaitGraphView};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The graph.
    pub graph: Rc<WaitGraphView>,
}

const WIDTH: f64 = 270.0;
const HEIGHT: f64 = 170.0;
const NODE_PX: f64 = 13.0;

/// The graph, and the same in words.
#[component]
pub fn WaitGraph(props: &Props) -> Html {
    let graph = &props.graph;
    let words: Vec<&str> = graph.sentences.iter().map(|sentence| &**sentence).collect();
    html! {
        <section class="panel wait-graph" aria-labelledby="wait-graph-title">
            <div class="panel-head">
                <h2 id="wait-graph-title">{ "Who waits for whom" }</h2><span class="dim">{ "nobody can run" }</span>
            </div>
            if !graph.edges.is_empty() {
                <svg viewBox={format!("0 0 {} {}", Px(WIDTH), Px(HEIGHT))} role="img" aria-label={words.join(" ")}>
                    { for graph.edges.iter().enumerate().map(|(number, edge)| draw_edge(graph, edge, number)) }
                    { for graph.nodes.iter().map(|node| draw_node(graph, node.thread, node.is_lost)) }
                </svg>
                <ol class="wait-edges">
                    { for graph.edges.iter().map(|edge| html! {
                        <li>{ format!("{} waits for {}: {}", letter(edge.from), letter(edge.to), edge.label) }</li>
                    }) }
                </ol>
            }
            <ul class="wait-words">{ for words.iter().map(|words| html! { <li>{ *words }</li> }) }</ul>
        </section>
    }
}

/// Where a thread stands: all on one ellipse, the first above.
fn place(graph: &WaitGraphView, thread: ThreadId) -> (f64, f64) {
    let at = graph.nodes.iter().position(|node| node.thread == thread).unwrap_or(0) as f64;
    let turn = at / graph.nodes.len().max(1) as f64 * std::f64::consts::TAU;
    // The browser's own: ours would be 3 KB more to load before the first step.
    let (sin, cos) = (js_sys::Math::sin(turn), js_sys::Math::cos(turn));
    (WIDTH / 2.0 + sin * (WIDTH / 2.0 - 60.0), HEIGHT / 2.0 - cos * (HEIGHT / 2.0 - 24.0))
}

fn draw_node(graph: &WaitGraphView, thread: ThreadId, is_lost: bool) -> Html {
    let (x, y) = place(graph, thread);
    html! {
        <g class={classes!(thread_class(thread), is_lost.then_some("lost"))}>
            <rect class="wg-node" x={num(x - NODE_PX)} y={num(y - NODE_PX)} width={num(2.0 * NODE_PX)} height={num(2.0 * NODE_PX)} rx="6" />
            <text class="wg-letter" x={num(x)} y={num(y + 4.5)} text-anchor="middle">{ letter(thread) }</text>
        </g>
    }
}

/// A line that bends to one side, so that two threads that wait for each other have two.
/// Its number is that of the list below: a name would not fit.
fn draw_edge(graph: &WaitGraphView, edge: &WaitEdge, number: usize) -> Html {
    let ((x1, y1), (x2, y2)) = (place(graph, edge.from), place(graph, edge.to));
    let (dx, dy) = (x2 - x1, y2 - y1);
    let length = (dx * dx + dy * dy).sqrt().max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let (bx, by) = ((x1 + x2) / 2.0 + uy * 22.0, (y1 + y2) / 2.0 - ux * 22.0);
    let (sx, sy) = (x1 + ux * NODE_PX, y1 + uy * NODE_PX);
    let (ex, ey) = (x2 - ux * (NODE_PX + 5.0), y2 - uy * (NODE_PX + 5.0));
    let class = if edge.is_in_ring { "wg-edge ring" } else { "wg-edge" };
    let head = format!(
        "M{} {}L{} {}L{} {}Z",
        Px(ex + ux * 4.0),
        Px(ey + uy * 4.0),
        Px(ex - ux * 5.0 - uy * 4.0),
        Px(ey - uy * 5.0 + ux * 4.0),
        Px(ex - ux * 5.0 + uy * 4.0),
        Px(ey - uy * 5.0 - ux * 4.0)
    );
    html! {
        <g {class}>
            <path class="wg-line" d={format!("M{} {}Q{} {} {} {}", Px(sx), Px(sy), Px(bx), Px(by), Px(ex), Px(ey))} />
            <path class="wg-head" d={head} />
            <text class="wg-label" x={num((x1 + x2) / 4.0 + bx / 2.0)} y={num((y1 + y2) / 4.0 + by / 2.0 + 3.5)} text-anchor="middle">{ number + 1 }</text>
        </g>
    }
}
