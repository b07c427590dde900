//! From a slot to the node below: down, left into the gutter, down again, right.

use super::layout::{Band, Picture, ROW};
use super::shapes::Px;
use daxscope_session::view::{EdgeView, TreeView};
use yew::prelude::*;

/// The edges to the nodes within the band.
pub fn draw(tree: &TreeView, picture: &Picture, band: Band) -> Html {
    let mut edges = Vec::new();
    for (at, edge) in tree.edges.iter().enumerate() {
        if picture.nodes.get(edge.child).is_some_and(|child| child.is_in(band)) {
            edges.push(draw_edge(edge, at, picture));
        }
    }
    html! { <g class="edges">{ for edges }</g> }
}

fn draw_edge(edge: &EdgeView, at: usize, picture: &Picture) -> Html {
    let (Some(parent), Some(child)) = (picture.nodes.get(edge.parent), picture.nodes.get(edge.child)) else {
        return Html::default();
    };
    let from_x = parent.slot_x(edge.slot.into()) + parent.slot / 2.0;
    let from_y = parent.y + ROW;
    let lane = 3.0 + (at % 4) as f64 * 3.0;
    let (bus_y, to_y) = (from_y + 4.0, child.y + ROW / 2.0);
    let turn = 3.0;
    let path = format!(
        "M{x} {from}V{}Q{x} {bus} {} {bus}H{}Q{lane} {bus} {lane} {}V{}Q{lane} {to} {} {to}H{}",
        Px(bus_y - turn),
        Px(from_x - turn),
        Px(lane + turn),
        Px(bus_y + turn),
        Px(to_y - turn),
        Px(lane + turn),
        Px(child.x - 4.0),
        x = Px(from_x),
        from = Px(from_y),
        bus = Px(bus_y),
        lane = Px(lane),
        to = Px(to_y),
    );
    html! {
        <>
            <path class="edge" d={path} />
            <path class="edge-head" d={format!("M{} {}l-5 -3.5v7z", Px(child.x - 1.0), Px(to_y))} />
        </>
    }
}
