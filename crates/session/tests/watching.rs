//! The watch list: values, marks, ways to the changes, the link.

mod common;

use common::{DOWNGRADE, REVIEWED, run};
use daxscope_session::{Action, Effect, MmId, Object, Part, Session, ThreadId, WatchAction};

fn watch(session: &mut Session, object: Object) -> Vec<Effect> {
    session.update(Action::Watch(WatchAction::Toggle(object)))
}

fn told(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Tell(_)))
}

#[test]
fn a_watched_value_is_that_of_its_history_and_marked_where_it_changes() {
    let mut session = Session::open("v=1&e=a4&p=0");
    let objects = [Object::Slot(0x200), Object::TreeLock, Object::Thread(ThreadId(2)), Object::NrExceptional];
    for object in objects {
        watch(&mut session, object);
    }
    let total = session.view().step.total;
    let mut marked = Vec::new();
    let mut before = session.view().watch;
    for step in 1..=total {
        session.update(Action::Forward);
        let rows = session.view().watch;
        for (row, was) in rows.iter().zip(before.iter()) {
            assert_eq!(
                row.before.as_deref(),
                (row.value != was.value).then_some(&*was.value),
                "{} at {step}",
                row.title
            );
        }
        if rows.iter().any(|row| row.before.is_some()) {
            marked.push(step);
        }
        session.update(Action::Select(Some(objects[step % 4])));
        assert_eq!(rows[step % 4].value, session.view().selection.expect("selected").value);
        before = rows;
    }
    let timeline = session.view().timeline;
    let drawn: Vec<_> = timeline.watched.iter().map(|mark| mark.step).collect();
    let in_view: Vec<_> = marked.into_iter().filter(|&step| step > timeline.from && step <= timeline.to).collect();
    assert_eq!(drawn, in_view, "the lanes mark the same steps");
}

#[test]
fn previous_and_next_go_to_every_change_and_to_nothing_else() {
    let mut session = Session::open("v=1&e=a4&p=0");
    let object = Object::Slot(0x200);
    watch(&mut session, object);
    let mut forth = Vec::new();
    loop {
        let effects = session.update(Action::Watch(WatchAction::Next(object)));
        if told(&effects) {
            break;
        }
        assert!(session.view().watch[0].before.is_some());
        forth.push(session.view().step.number);
    }
    assert!(forth.len() > 3, "{forth:?}");
    session.update(Action::End);
    let mut back = Vec::new();
    while !told(&session.update(Action::Watch(WatchAction::Previous(object)))) {
        back.push(session.view().step.number);
    }
    back.reverse();
    assert_eq!(forth.iter().filter(|&&step| step < session.view().step.total).copied().collect::<Vec<_>>(), back);
}

#[test]
fn the_list_is_in_the_link_and_comes_back() {
    let mut session = run(DOWNGRADE);
    for object in [Object::Pte(MmId(1), 0x203), Object::WaitKey(0x200), Object::TreeLock] {
        watch(&mut session, object);
    }
    let link = session.fragment();
    assert!(link.ends_with("&watch=pte-2-0x203.wait-0x200.tree_lock"), "{link}");
    let opened = Session::open(&link);
    assert_eq!(opened.view().watch, session.view().watch);
    watch(&mut session, Object::TreeLock);
    assert_eq!(session.view().watch.len(), 2);
    // An old link has none, and nonsense is left out.
    assert!(Session::open("v=1&e=a4").view().watch.is_empty());
    let odd = Session::open("v=1&e=a4&watch=nothing.thread-Z.pte-9-0x0.entry-0x1.entry-0x1..");
    assert_eq!(odd.view().watch.len(), 1, "{:?}", odd.view().watch);
}

#[test]
fn another_script_keeps_what_it_has_too() {
    let mut session = run(DOWNGRADE);
    for object in [Object::Thread(ThreadId(2)), Object::Pte(MmId(1), 0x203), Object::Slot(0x203)] {
        watch(&mut session, object);
    }
    session.update(Action::EditScript(REVIEWED.into()));
    session.update(Action::RunScript);
    let left: Vec<_> = session.view().watch.iter().map(|row| row.object).collect();
    assert_eq!(left, [Object::Slot(0x203)]);
}

#[test]
fn refusals_are_told() {
    let mut session = run(DOWNGRADE);
    assert!(told(&session.update(Action::Watch(WatchAction::ToggleSelected))), "nothing is selected");
    session.update(Action::Select(Some(Object::TreeLock)));
    session.update(Action::Watch(WatchAction::ToggleSelected));
    assert_eq!(session.view().watch.len(), 1);
    for page in 0..20 {
        assert!(told(&watch(&mut session, Object::Slot(page))));
    }
    assert_eq!(session.view().watch.len(), 12, "no more than that");
}

#[test]
fn a_choice_of_parts_from_before_there_was_a_watch_list_shows_it() {
    let mut session = Session::open("");
    session.update(Action::RestoreParts("ktcmdl cl".into()));
    assert!(session.view().parts.has(Part::Watch));
    session.update(Action::TogglePart(Part::Watch));
    let line = session.parts_line();
    let mut next = Session::open("");
    next.update(Action::RestoreParts(line));
    assert!(!next.view().parts.has(Part::Watch) && next.view().parts.has(Part::Lanes));
}
