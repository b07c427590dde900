//! What an entry is, who touched it and will touch it, and who waits for whom.

mod common;

use daxscope_session::{Action, Future, Object, Session};

#[test]
fn what_is_read_later_is_told_unless_the_future_is_hidden() {
    let mut session = Session::open("v=1&e=a4&p=20");
    session.update(Action::Select(Some(Object::Slot(0x200))));
    let selection = session.view().selection.expect("a selection");
    assert!(selection.history.iter().all(|item| item.step <= 20));
    assert!(!selection.later.is_empty() && selection.later.iter().all(|item| item.step > 20));
    // At the end of the run the same items are its history.
    session.update(Action::End);
    let all = session.view().selection.expect("a selection").history.clone();
    for item in selection.later.iter() {
        assert!(all.contains(item), "{item:?}");
    }
    session.update(Action::GoTo(20));
    session.update(Action::SetFuture(Future::Hidden));
    assert!(session.view().selection.expect("a selection").later.is_empty());
}

#[test]
fn the_word_of_a_selected_entry_is_decoded() {
    let mut session = Session::open("v=1&e=a4&p=20");
    session.update(Action::Select(Some(Object::Slot(0x200))));
    let selection = session.view().selection.expect("a selection");
    let bits = selection.bits.clone().expect("an entry");
    assert!(selection.value.starts_with(&*bits.word), "{} {}", selection.value, bits.word);
    session.update(Action::Select(Some(Object::NrExceptional)));
    assert!(session.view().selection.expect("a selection").bits.is_none());
}

#[test]
fn a_ring_is_drawn_and_told_once() {
    let mut session = Session::open("v=1&e=d6");
    assert!(session.view().wait_graph.is_none());
    session.update(Action::End);
    let graph = session.view().wait_graph.expect("nobody can run");
    let ring: Vec<_> = graph.edges.iter().filter(|edge| edge.is_in_ring).collect();
    assert!(ring.len() > 1, "{graph:?}");
    for edge in &ring {
        assert!(ring.iter().any(|next| next.from == edge.to), "a ring closes: {graph:?}");
    }
    let mut told = graph.sentences.to_vec();
    told.dedup();
    assert_eq!(told.len(), graph.sentences.len());
    assert!(graph.nodes.iter().all(|node| !node.is_lost));
}

#[test]
fn a_lost_wake_up_is_no_ring() {
    let mut session = Session::open("v=1&e=a4");
    session.update(Action::End);
    let graph = session.view().wait_graph.expect("nobody can run");
    assert!(graph.edges.iter().all(|edge| !edge.is_in_ring));
    assert!(graph.nodes.iter().any(|node| node.is_lost) && graph.sentences.iter().any(|words| words.contains("wake")));
}
