//! The tree as a list that the keyboard walks: an ARIA tree in which one item at a time takes the focus.

use crate::browser;
use daxscope_session::view::{LeafView, NodeView, RunKind, TreeView};
use daxscope_session::{Action, Object};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The tree.
    pub tree: Rc<TreeView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// A line of the list.
#[derive(Clone, PartialEq, Debug)]
struct Item {
    level: usize,
    label: Rc<str>,
    press: Option<Action>,
}

/// The nodes and entries as a list.
#[component]
pub fn TreeOutline(props: &Props) -> Html {
    let items = use_memo(props.tree.clone(), |tree| items(tree));
    let active = use_state(|| 0_usize);
    let at = (*active).min(items.len().saturating_sub(1));
    let keys = {
        let (items, active, on) = (items.clone(), active.clone(), props.on.clone());
        Callback::from(move |event: KeyboardEvent| {
            let last = items.len().saturating_sub(1);
            let to = match event.key().as_str() {
                "ArrowDown" => (at + 1).min(last),
                "ArrowUp" => at.saturating_sub(1),
                "Home" => 0,
                "End" => last,
                "ArrowLeft" => (0..at).rev().find(|&to| items[to].level < items[at].level).unwrap_or(at),
                "ArrowRight" => {
                    if items.get(at + 1).is_some_and(|next| next.level > items[at].level) {
                        at + 1
                    } else {
                        at
                    }
                }
                "Enter" | " " => {
                    event.prevent_default();
                    if let Some(action) = items.get(at).and_then(|item| item.press.clone()) {
                        on.emit(action);
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            active.set(to);
            browser::focus(&item_id(to));
        })
    };
    if items.is_empty() {
        return Html::default();
    }
    html! {
        <details class="outline">
            <summary>{ format!("As a list ({})", items.len()) }</summary>
            <ul role="tree" aria-label="Radix tree" onkeydown={keys}>
                { for items.iter().enumerate().map(|(number, item)| row(number, item, number == at, &props.on, &active)) }
            </ul>
        </details>
    }
}

fn item_id(number: usize) -> String {
    format!("tree-item-{number}")
}

fn row(number: usize, item: &Item, is_active: bool, on: &Callback<Action>, active: &UseStateHandle<usize>) -> Html {
    let (on, active, action) = (on.clone(), active.clone(), item.press.clone());
    let press = move |_: MouseEvent| {
        active.set(number);
        if let Some(action) = action.clone() {
            on.emit(action);
        }
    };
    html! {
        <li role="treeitem" id={item_id(number)} key={number} tabindex={if is_active { "0" } else { "-1" }}
            aria-level={item.level.to_string()} style={format!("padding-inline-start:{}px", item.level * 16)}
            onclick={press}>{ &*item.label }</li>
    }
}

/// All nodes and entries from the top, each behind what it is in.
fn items(tree: &TreeView) -> Vec<Item> {
    let mut found = Vec::new();
    match tree.nodes.first() {
        Some(root) => node_items(tree, root, 1, &mut found),
        None => found.extend(tree.leaves.iter().map(|leaf| leaf_item(leaf, 1))),
    }
    for ghost in tree.ghosts.iter() {
        found.push(Item {
            level: 1,
            label: ghost.label.clone(),
            press: Some(Action::Select(Some(Object::WaitKey(ghost.key)))),
        });
    }
    found
}

fn node_items(tree: &TreeView, node: &NodeView, level: usize, found: &mut Vec<Item>) {
    let (first_index, shift) = (node.first_index, node.shift);
    let press = node.collapsed.as_ref().map(|_| Action::ToggleNode { first_index, shift });
    found.push(Item { level, label: node.label.clone(), press });
    for run in node.runs.iter() {
        match run.kind {
            RunKind::Leaf(Some(leaf)) => found.extend(tree.leaves.get(leaf).map(|leaf| leaf_item(leaf, level + 1))),
            RunKind::Child(Some(child)) => {
                if let Some(child) = tree.nodes.get(child) {
                    node_items(tree, child, level + 1, found);
                }
            }
            _ => {}
        }
    }
}

fn leaf_item(leaf: &LeafView, level: usize) -> Item {
    Item { level, label: leaf.label.clone(), press: Some(Action::Select(Some(Object::Slot(leaf.index)))) }
}
