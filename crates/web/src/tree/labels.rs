//! The line of text that belongs to an entry, and the keys that threads wait for in vain.

use super::layout::{LINE, Picture, PlacedLabel, PlacedNode, ROW, SLOTS, label_text_width};
use super::node::Scene;
use super::shapes::{self, Px, num};
use crate::components::{letter, thread_class, told_word};
use daxscope_session::view::{ChangeView, LeafView};
use daxscope_session::{Action, Object, ThreadId};
use yew::prelude::*;

/// The labels of the entries of a node, with lines from their slots.
pub fn draw(scene: Scene<'_>, placed: &PlacedNode, changes: &[ChangeView]) -> Html {
    let top = Px(placed.y + ROW);
    html! {
        <g>
            { for placed.labels.iter().map(|label| html! {
                <polyline class="leader" points={format!("{0},{top} {0},{1} {2},{1}", Px(label.leader_x), Px(label.y), Px(label.x))} />
            }) }
            { for placed.labels.iter().map(|label| draw_label(scene, label, changes)) }
            if placed.unlabelled > 0 {
                <text class="tick" x={num(placed.x)} y={num(placed.bottom - 5.0)}>
                    { format!("and {} more entries: see the list below", placed.unlabelled) }
                </text>
            }
        </g>
    }
}

/// The label of one entry.
pub fn draw_label(scene: Scene<'_>, label: &PlacedLabel, changes: &[ChangeView]) -> Html {
    let Some(leaf) = scene.tree.leaves.get(label.leaf) else { return Html::default() };
    let index = leaf.index;
    let select = scene.on.reform(move |_: MouseEvent| Action::Select(Some(Object::Slot(index))));
    let change = changes.iter().find(|change| leaf.is_changed && change.object == Object::Slot(index));
    let tip = change.map(|change| format!("{}: {} → {}", change.what, change.before, change.after));
    let word = told_word(&leaf.word);
    html! {
        <g class={classes!("label", leaf.is_changed.then_some("label-changed"))} onclick={select}
            data-about={word.is_some().then(|| tip.clone()).flatten()} data-word={word.clone()}>
            if word.is_none() { <title>{ tip.unwrap_or_else(|| leaf.bits.to_string()) }</title> }
            <text x={num(label.x + 2.0)} y={num(label.y + 4.0)}>{ &*leaf.label }</text>
            { lock_and_queue(leaf, label.x + label_text_width(leaf), label.y) }
        </g>
    }
}

/// Padlock and holder, then an arrow and the queue.
fn lock_and_queue(leaf: &LeafView, mut x: f64, y: f64) -> Html {
    let mut parts = Vec::new();
    if leaf.is_locked {
        parts.push(shapes::padlock(x + 2.0, y - 6.0));
        x += 15.0;
    }
    if let Some(holder) = leaf.holder {
        parts.push(badge(holder, x, y));
        x += 18.0;
    }
    if !leaf.waiters.is_empty() {
        parts.push(html! { <text x={num(x)} y={num(y + 4.0)}>{ "←" }</text> });
        x += 11.0;
    }
    for &waiter in leaf.waiters.iter() {
        parts.push(badge(waiter, x, y));
        x += 18.0;
    }
    html! { <>{ for parts }</> }
}

fn badge(thread: ThreadId, x: f64, y: f64) -> Html {
    shapes::badge(letter(thread), thread_class(thread), x, y - 7.5)
}

/// Keys that somebody waits for although there is no such entry any more.
pub fn ghosts(scene: Scene<'_>, picture: &Picture) -> Html {
    let lines = scene.tree.ghosts.iter().enumerate().map(|(at, ghost)| {
        let y = picture.ghosts_y + at as f64 * LINE;
        let after = 8.0 + ghost.waiters.len() as f64 * 18.0;
        html! {
            <g class="ghost">
                { missing_slot(scene, ghost.key, picture) }
                { for ghost.waiters.iter().zip(0_u8..).map(|(&waiter, at)| badge(waiter, 4.0 + f64::from(at) * 18.0, y)) }
                <text x={num(after)} y={num(y + 4.0)}>{ &*ghost.label }</text>
            </g>
        }
    });
    html! { <>{ for lines }</> }
}

/// An outline where the entry of a key was, if a node covers it.
fn missing_slot(scene: Scene<'_>, key: u64, picture: &Picture) -> Html {
    let nodes = scene.tree.nodes.iter().zip(&picture.nodes);
    let covering =
        nodes.filter(|(node, _)| node.collapsed.is_none() && (node.first_index..=node.last_index).contains(&key));
    let Some((node, placed)) = covering.min_by_key(|(node, _)| node.shift) else { return Html::default() };
    let slot = (((key - node.first_index) >> node.shift) as usize).min(SLOTS - 1);
    html! {
        <rect class="missing" x={num(placed.slot_x(slot) - 0.5)} y={num(placed.y - 1.0)} width={num(placed.slot + 1.0)}
            height={num(ROW + 2.0)} rx="2"><title>{ format!("nothing here any more: {key:#x}") }</title></rect>
    }
}
