//! Large trees: what the view holds of them is bounded, accounts for every entry, and opens where something happens.

mod common;

use common::run;
use daxscope_session::view::TreeView;
use daxscope_session::{Action, Session};

/// 10,000 entries side by side, in 157 nodes.
const DENSE: &str = "file 64M\nextent 0..64M mapped at 128M\nentries 0..10000p 4K block\nthread A\n  write 4K at 0x1234p\n\
                     thread B\n  fsync\n";
/// 10,000 entries, each in a node of its own.
const SPARSE: &str = "file 4096G\nentries 0..20000M 4K page every 2M\nthread A\n  read 4K at 512M+1p\n";

fn sparse() -> Session {
    run(&SPARSE.replace("512M+1p", "0x20001p"))
}

/// The entries that the rows speak of.
fn entries(tree: &TreeView) -> usize {
    let closed = tree.nodes.iter().filter_map(|node| node.collapsed.as_deref()).map(|words| {
        let numbers = words.split(|c: char| !c.is_ascii_digit() && c != ' ').next().unwrap_or("");
        let (before, _) = words.split_once(" entr").unwrap_or((numbers, ""));
        before.rsplit(' ').next().and_then(|number| number.parse::<usize>().ok()).expect("a number of entries")
    });
    closed.sum::<usize>() + tree.leaves.len()
}

fn toggle(session: &mut Session, (first_index, shift): (u64, u8)) {
    session.update(Action::ToggleNode { first_index, shift });
}

#[test]
fn every_entry_is_accounted_for_in_few_rows() {
    for mut session in [run(DENSE), sparse()] {
        for _ in 0..40 {
            let tree = session.view().tree;
            assert!(tree.nodes.len() <= 40, "{}", tree.nodes.len());
            assert!(tree.leaves.len() <= 192 && tree.more_nodes == 0);
            let all = usize::try_from(tree.nrexceptional + tree.nrpages).expect("counters are right");
            assert_eq!(entries(&tree), all, "{}", tree.summary);
            for (at, node) in tree.nodes.iter().enumerate() {
                assert_eq!(node.level == 0, !tree.edges.iter().any(|edge| edge.child == at));
            }
            session.update(Action::Forward);
        }
    }
}

#[test]
fn where_something_happens_is_open() {
    let mut session = sparse();
    let mut seen = false;
    for _ in 0..30 {
        session.update(Action::Forward);
        let view = session.view();
        let leaf = view.tree.leaves.iter().find(|leaf| leaf.index == 0x2_0001);
        seen |= leaf.is_some_and(|leaf| leaf.is_changed && leaf.node.is_some());
    }
    assert!(seen);
}

#[test]
fn groups_and_nodes_open_and_close() {
    let mut session = run(DENSE);
    let start = session.view().tree;
    let inner = start.nodes.iter().find(|node| node.collapsed.is_some() && node.shift == 6).expect("a closed node");
    toggle(&mut session, inner.toggle);
    let before = session.view().tree;
    let group = before.nodes.iter().find(|node| node.together > 1).expect("nodes side by side");
    assert!(group.collapsed.as_deref().is_some_and(|words| words.contains("4 KiB block")), "{group:?}");
    toggle(&mut session, group.toggle);
    let opened = session.view().tree;
    assert_eq!(opened.nodes.len(), before.nodes.len() + group.together - 1);
    let node = opened.nodes.iter().rfind(|node| node.collapsed.is_some() && node.shift == 0).expect("a closed node");
    toggle(&mut session, node.toggle);
    let tree = session.view().tree;
    assert_eq!(tree.leaves.len(), opened.leaves.len() + usize::from(node.count));
    let again = tree.nodes.iter().find(|other| other.first_index == node.first_index).expect("the same node");
    assert!(again.is_opened);
    toggle(&mut session, again.toggle);
    toggle(&mut session, group.toggle);
    assert_eq!(session.view().tree, before);
    toggle(&mut session, inner.toggle);
    assert_eq!(session.view().tree, start);
}

/// However much is opened, there are no more rows than a person can use, and the view says how many have none.
#[test]
fn rows_are_bounded() {
    let mut session = sparse();
    for _ in 0..12 {
        let closed: Vec<(u64, u8)> =
            session.view().tree.nodes.iter().filter(|node| node.collapsed.is_some()).map(|node| node.toggle).collect();
        closed.into_iter().take(40).for_each(|node| toggle(&mut session, node));
    }
    let tree = session.view().tree;
    assert!(tree.nodes.len() <= 256, "{}", tree.nodes.len());
    assert!(tree.more_nodes > 0);
}

#[test]
fn a_selected_entry_is_open() {
    let mut session = run(DENSE);
    let index = 0x2003;
    assert!(session.view().tree.leaves.iter().all(|leaf| leaf.index != index));
    session.update(Action::Select(Some(daxscope_session::Object::Slot(index))));
    assert!(session.view().tree.leaves.iter().any(|leaf| leaf.index == index));
}
