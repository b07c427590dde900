//! A node: its heading, its 64 slots, and the numbers below them.

use super::layout::{CHAR, PlacedNode, ROW, SLOTS};
use super::shapes::{self, Rect, num};
use crate::components::{letter, thread_class, told_word};
use daxscope_session::view::{LeafView, NodeView, RunKind, SlotRun, TreeView};
use daxscope_session::{Action, Object};
use yew::prelude::*;

/// What is drawn, and what a click does.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The tree.
    pub tree: &'a TreeView,
    /// The object whose history is open.
    pub selected: Option<Object>,
    /// What was done.
    pub on: &'a Callback<Action>,
}

/// A node without the labels of its entries.
pub fn draw(scene: Scene<'_>, node: &NodeView, placed: &PlacedNode) -> Html {
    let heading_y = placed.y - 6.0 - if has_padlock(scene.tree, node) { 11.0 } else { 0.0 };
    html! {
        <g>
            <text class={classes!("heading", node.is_changed.then_some("changed-text"))} x={num(placed.x)} y={num(heading_y)}>
                { heading(scene.tree.is_xarray, node, placed) }
            </text>
            { match &node.collapsed {
                Some(words) => closed(scene, node, placed, words),
                None => html! {
                    <>
                        { for node.runs.iter().map(|run| draw_run(scene, placed, run)) }
                        { ticks(node, placed) }
                    </>
                },
            } }
        </g>
    }
}

fn has_padlock(tree: &TreeView, node: &NodeView) -> bool {
    let at = tree.nodes.iter().position(|other| std::ptr::eq(other, node));
    tree.leaves.iter().any(|leaf| leaf.node == at && leaf.is_locked)
}

/// What the node says of itself, in as many words as fit.
fn heading(is_xarray: bool, node: &NodeView, placed: &PlacedNode) -> String {
    let room = (placed.run_width(0, SLOTS) / CHAR) as usize;
    let unit = match node.shift {
        0 => "one slot = one 4 KiB page".to_owned(),
        6 => "8 slots = one 2 MiB range".to_owned(),
        shift => format!("one slot = {} pages", 1_u64 << shift),
    };
    if node.together > 1 {
        return format!("{} nodes {:#x}–{:#x}, shift {}", node.together, node.first_index, node.last_index, node.shift);
    }
    let values = if is_xarray { "nr_values" } else { "exceptional" };
    let counts = format!("count {}, {values} {}", node.count, node.exceptional);
    let range = format!("node {:#x}–{:#x}", node.first_index, node.last_index);
    let shift = format!("{range}, shift {}", node.shift);
    let mut said = format!("{shift} · {unit} · {counts}");
    for shorter in [format!("{shift} · {counts}"), format!("{range} · {counts}"), range] {
        if said.chars().count() <= room {
            break;
        }
        said = shorter;
    }
    said
}

fn closed(scene: Scene<'_>, node: &NodeView, placed: &PlacedNode, words: &str) -> Html {
    let (first_index, shift) = node.toggle;
    let open = scene.on.reform(move |_: MouseEvent| Action::ToggleNode { first_index, shift });
    html! {
        <g class="closed-node" onclick={open}>
            <rect x={num(placed.x)} y={num(placed.y)} width={num(placed.run_width(0, SLOTS))} height={num(ROW)} rx="4" />
            <text x={num(placed.x + 10.0)} y={num(placed.y + 16.0)}>{ "▸ " }{ words }</text>
        </g>
    }
}

fn draw_run(scene: Scene<'_>, placed: &PlacedNode, run: &SlotRun) -> Html {
    let (first, len) = (usize::from(run.first), usize::from(run.len));
    match run.kind {
        RunKind::Empty => html! { <>{ for (first..first + len).map(|slot| empty_slot(placed, slot)) }</> },
        RunKind::Child(_) => html! { <rect class="child" x={num(placed.slot_x(first) + 0.5)} y={num(placed.y)}
        width={num(placed.slot - 1.0)} height={num(ROW)} rx="1.5" /> },
        RunKind::Retry => html! { <rect class="retry" x={num(placed.slot_x(first))} y={num(placed.y)}
        width={num(placed.slot - 1.0)} height={num(ROW)}><title>{ "retry marker" }</title></rect> },
        RunKind::Leaf(leaf) => {
            let area = Rect {
                x: placed.slot_x(first) + 0.5,
                y: placed.y,
                width: placed.run_width(first, len) - 1.0,
                height: ROW,
            };
            match leaf.and_then(|leaf| scene.tree.leaves.get(leaf)) {
                Some(leaf) => draw_leaf(scene, leaf, area),
                None => {
                    html! { <rect class="entry" x={num(area.x)} y={num(area.y)} width={num(area.width)} height={num(ROW)} /> }
                }
            }
        }
    }
}

fn empty_slot(placed: &PlacedNode, slot: usize) -> Html {
    html! {
        <rect class="slot" x={num(placed.slot_x(slot) + 0.7)} y={num(placed.y + 2.0)} width={num(placed.slot - 1.4)}
            height={num(ROW - 4.0)} rx="1" />
    }
}

fn draw_leaf(scene: Scene<'_>, leaf: &LeafView, area: Rect) -> Html {
    let index = leaf.index;
    let select = scene.on.reform(move |_: MouseEvent| Action::Select(Some(Object::Slot(index))));
    let class = classes!("leaf", (scene.selected == Some(Object::Slot(index))).then_some("selected"));
    let word = told_word(&leaf.word);
    let wide = leaf.order > 0;
    let middle = area.x + area.width / 2.0;
    html! {
        <g {class} onclick={select} data-word={word.clone()} data-about={word.is_some().then(|| leaf.label.to_string())}>
            if word.is_none() { <title>{ &*leaf.label }</title> }
            { shapes::entry(leaf.kind, area, leaf.is_locked) }
            if leaf.is_locked { { shapes::padlock(middle - 4.0, area.y - 12.0) } }
            if wide { { wide_text(leaf, area) } } else { { narrow_text(leaf, area) } }
            if leaf.is_changed {
                <rect class="changed" x={num(area.x - 2.5)} y={num(area.y - 2.5)} width={num(area.width + 5.0)}
                    height={num(ROW + 5.0)} rx="4" />
            }
        </g>
    }
}

/// The kind in a wide bar, a dot if it is dirty, the holder's letter at its end.
fn wide_text(leaf: &LeafView, area: Rect) -> Html {
    let name = if leaf.tags.dirty {
        format!("{} ●", shapes::short_name(leaf.kind))
    } else {
        shapes::short_name(leaf.kind).into()
    };
    html! {
        <>
            <text class="in-bar" x={num(area.x + 5.0)} y={num(area.y + 16.0)}>{ name }</text>
            if let Some(holder) = leaf.holder.filter(|_| area.width > 58.0) {
                { shapes::badge(letter(holder), thread_class(holder), area.x + area.width - 18.5, area.y + 4.5) }
            }
        </>
    }
}

/// In the square of a 4 KiB entry there is room for the dot only.
fn narrow_text(leaf: &LeafView, area: Rect) -> Html {
    if !leaf.tags.dirty {
        return Html::default();
    }
    html! { <circle class="dirty" cx={num(area.x + area.width / 2.0)} cy={num(area.y + 17.0)} r={num((area.width / 3.5).min(2.6))} /> }
}

/// The first index of each group of eight slots, where there is room for it.
fn ticks(node: &NodeView, placed: &PlacedNode) -> Html {
    let widest = format!("{:#x}", node.last_index).len() as f64 * (CHAR - 0.6) + 6.0;
    let every = if placed.run_width(0, 8) > widest {
        1
    } else if placed.run_width(0, 16) > widest {
        2
    } else {
        4
    };
    let marks = (0..8).step_by(every).map(|group| {
        let slot = group * 8;
        let index = node.first_index + ((slot as u64) << node.shift);
        html! { <text class="tick" x={num(placed.slot_x(slot))} y={num(placed.y + ROW + 14.0)}>{ format!("{index:#x}") }</text> }
    });
    html! { <>{ for marks }</> }
}
