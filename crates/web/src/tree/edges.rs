//! From a slot to the node below: down, left into the gutter, down again, right.

use super::layout::{Picture, ROW};
use daxscope_session::view::{EdgeView, TreeView};
use yew::prelude::*;

/// All edges.
#[must_use]
pub fn draw(tree: &TreeView, picture: &Picture) -> Html {
    html! { <g class="edges">{ for tree.edges.iter().enumerate().map(|(at, edge)| draw_edge(edge, at, picture)) }</g> }
}

fn draw_edge(edge: &EdgeView, at: usize, picture: &Picture) -> Html {
    let (Some(parent), Some(child)) = (picture.nodes.get(edge.parent), picture.nodes.get(edge.child)) else {
        return Html::default();
    };
    let from_x = parent.slot_x(edge.slot.into()) + parent.slot / 2.0;
    let from_y = parent.y + ROW;
    let lane = 3.0 + (at % 4) as f64 * 3.0;
    let (bus_y, to_y) = (from_y + 4.0, child.y + ROW / 2.0);
    let path = format!(
        "M{from_x:.1} {from_y:.1}V{:.1}Q{from_x:.1} {bus_y:.1} {:.1} {bus_y:.1}H{:.1}Q{lane:.1} {bus_y:.1} {lane:.1} {:.1}\
         V{:.1}Q{lane:.1} {to_y:.1} {:.1} {to_y:.1}H{:.1}",
        bus_y - 3.0,
        from_x - 3.0,
        lane + 3.0,
        bus_y + 3.0,
        to_y - 3.0,
        lane + 3.0,
        child.x - 4.0,
    );
    html! {
        <>
            <path class="edge" d={path} />
            <path class="edge-head" d={format!("M{:.1} {:.1}l-5 -3.5v7z", child.x - 1.0, to_y)} />
        </>
    }
}
