//! The tree as a list that the keyboard walks: an ARIA tree in which one item at a time takes the focus.

use crate::browser;
use daxscope_session::view::{LeafView, NodeView, RunKind, TreeView};
use daxscope_session::{Action, Object};
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// What is shown.
#[derive(Clone, PartialEq, Properties, Debug)]
pub struct Props {
    /// The tree.
    pub tree: Rc<TreeView>,
    /// What was done.
    pub on: Callback<Action>,
}

/// The most items that are drawn at once.
const DRAWN: usize = 80;

/// A line of the list.
#[derive(Clone, PartialEq, Debug)]
struct Item {
    level: usize,
    /// Which of how many with the same parent, from 1.
    place: (usize, usize),
    label: Rc<str>,
    press: Option<Action>,
    /// The word of an entry.
    word: Option<String>,
    /// Of a node: is it open?
    expanded: Option<&'static str>,
}

/// The nodes and entries as a list.
#[component]
pub fn TreeOutline(props: &Props) -> Html {
    let active = use_state(|| 0_usize);
    let is_open = use_state(|| false);
    let items =
        use_memo((props.tree.clone(), *is_open), |(tree, is_open)| if *is_open { items(tree) } else { Vec::new() });
    let count = props.tree.nodes.len() + props.tree.leaves.len() + props.tree.ghosts.len();
    let at = (*active).min(items.len().saturating_sub(1));
    let focus = use_mut_ref(|| None::<usize>);
    {
        let focus = focus.clone();
        use_effect(move || {
            if let Some(to) = focus.borrow_mut().take() {
                browser::focus(&item_id(to));
            }
        });
    }
    let keys = {
        let (items, active, on, focus) = (items.clone(), active.clone(), props.on.clone(), focus.clone());
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
            // The item may be drawn only now.
            *focus.borrow_mut() = Some(to);
        })
    };
    if count == 0 {
        return Html::default();
    }
    // What is far from the item that has the focus is not drawn.
    let first = at.saturating_sub(DRAWN / 2).min(items.len().saturating_sub(DRAWN));
    let end = (first + DRAWN).min(items.len());
    let toggled = {
        let is_open = is_open.clone();
        Callback::from(move |event: Event| is_open.set(event.target_unchecked_into::<Element>().has_attribute("open")))
    };
    html! {
        <details class="outline" ontoggle={toggled}>
            <summary>{ format!("As a list ({count})") }</summary>
            if *is_open {
                if first > 0 { { further("earlier", first.saturating_sub(DRAWN / 2), first, &active) } }
                <ul role="tree" aria-label={if props.tree.is_xarray { "XArray" } else { "Radix tree" }} onkeydown={keys}>
                    { for items[first..end].iter().zip(first..).map(|(item, number)| row(number, item, number == at, &props.on, &active)) }
                </ul>
                if end < items.len() { { further("later", (end + DRAWN / 2).min(items.len() - 1), items.len() - end, &active) } }
            }
        </details>
    }
}

/// A button to the items before or behind those that are drawn.
fn further(word: &'static str, to: usize, count: usize, active: &UseStateHandle<usize>) -> Html {
    let active = active.clone();
    let go = move |_: MouseEvent| active.set(to);
    html! { <button class="link" onclick={go}>{ format!("{count} {word}") }</button> }
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
            aria-level={item.level.to_string()} aria-posinset={item.place.0.to_string()}
            aria-setsize={item.place.1.to_string()} aria-expanded={item.expanded} data-word={item.word.clone()} style={format!("padding-inline-start:{}px", item.level * 16)}
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
            place: (1, 1),
            label: ghost.label.clone(),
            press: Some(Action::Select(Some(Object::WaitKey(ghost.key)))),
            word: None,
            expanded: None,
        });
    }
    number(&mut found);
    found
}

fn node_items(tree: &TreeView, node: &NodeView, level: usize, found: &mut Vec<Item>) {
    let (first_index, shift) = node.toggle;
    let can_toggle = node.collapsed.is_some() || node.is_opened;
    let press = can_toggle.then_some(Action::ToggleNode { first_index, shift });
    let label = match &node.collapsed {
        Some(words) => format!("{}, closed: {words}", node.label).into(),
        None => node.label.clone(),
    };
    let expanded = Some(if node.collapsed.is_some() { "false" } else { "true" });
    found.push(Item { level, place: (1, 1), label, press, word: None, expanded });
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
    let press = Some(Action::Select(Some(Object::Slot(leaf.index))));
    Item {
        level,
        place: (1, 1),
        label: leaf.label.clone(),
        press,
        word: super::word::told_word(&leaf.word),
        expanded: None,
    }
}

/// Numbers the items that have the same parent.
fn number(items: &mut [Item]) {
    for at in 0..items.len() {
        let level = items[at].level;
        if (0..at).rev().map(|other| items[other].level).take_while(|&other| other >= level).any(|other| other == level)
        {
            continue;
        }
        // The first of its siblings: all are numbered from here.
        let within = |item: &&usize| items[**item].level >= level;
        let all: Vec<usize> = (at..items.len()).collect();
        let mut siblings: Vec<usize> = all.iter().take_while(within).copied().collect();
        siblings.retain(|&other| items[other].level == level);
        let size = siblings.len();
        for (place, other) in siblings.into_iter().enumerate() {
            items[other].place = (place + 1, size);
        }
    }
}
