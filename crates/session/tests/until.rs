//! Running until a condition holds, to a line, both ways; and what is said where it does not.

mod common;

use common::{A, B, C, DOWNGRADE, run, to_the_end};
use daxscope_session::until::{Direction, FieldId, Moment};
use daxscope_session::view::keys::KeyFocus;
use daxscope_session::{Action, Effect, Future, KeyPress, Modifiers, Object, Panel, Session, StepSize, UntilAction};

fn told(effects: &[Effect]) -> String {
    let mut told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(text) => Some(text.clone()),
        _ => None,
    });
    told.next_back().unwrap_or_default()
}

/// Chooses in the dialog; every field must be on screen at that moment.
fn ask(session: &mut Session, fields: &[(FieldId, &str)]) {
    session.update(Action::OpenPanel(Panel::Until));
    for &(field, value) in fields {
        let view = session.view().until.expect("the dialog is open");
        let shown = view.fields.iter().find(|shown| shown.id == field).unwrap_or_else(|| panic!("{field:?}: {view:?}"));
        let is_listed = shown.is_text || shown.choices.iter().any(|choice| &*choice.value == value);
        assert!(is_listed, "{value} in {shown:?}");
        session.update(Action::Until(UntilAction::Choose(field, value.into())));
    }
}

fn go(session: &mut Session, direction: Direction) -> String {
    told(&session.update(Action::Until(UntilAction::Run(direction))))
}

fn position(session: &Session) -> usize {
    session.view().step.number
}

/// Every stop on the way from the beginning to the end, and the same backwards.
fn stops(session: &mut Session, question: &[(FieldId, &str)]) -> Vec<usize> {
    session.update(Action::Home);
    ask(session, question);
    let mut forth = Vec::new();
    loop {
        let said = go(session, Direction::On);
        if !said.starts_with("Stopped at step") {
            assert!(said.starts_with("There is no later step where"), "{said}");
            break;
        }
        forth.push(position(session));
    }
    session.update(Action::End);
    // Backwards the step that is shown is left out.
    let mut back: Vec<usize> = forth.iter().copied().filter(|&step| step == session.view().step.total).collect();
    while go(session, Direction::Back).starts_with("Stopped at step") {
        back.push(position(session));
    }
    back.reverse();
    assert_eq!(forth, back, "{question:?}");
    forth
}

const CONDITIONS: &[&[(FieldId, &str)]] = &[
    &[(FieldId::What, "broken")],
    &[(FieldId::What, "broken"), (FieldId::Rule, "lost-wakeup")],
    &[(FieldId::What, "changes"), (FieldId::Object, "entry"), (FieldId::Page, "0x200")],
    &[(FieldId::What, "becomes"), (FieldId::Object, "entry"), (FieldId::Page, "2M"), (FieldId::Wanted, "locked")],
    &[(FieldId::What, "becomes"), (FieldId::Object, "tree_lock"), (FieldId::Wanted, "held-B")],
    &[(FieldId::What, "becomes"), (FieldId::Object, "nrexceptional"), (FieldId::Wanted, "="), (FieldId::Number, "1")],
    &[(FieldId::What, "sleeps"), (FieldId::Thread, "C")],
    &[(FieldId::What, "wakes"), (FieldId::Thread, "B")],
    &[(FieldId::What, "begins"), (FieldId::Thread, "A"), (FieldId::Operation, "0")],
    &[(FieldId::What, "ends")],
    &[(FieldId::What, "faulted"), (FieldId::Fault, "any")],
    &[(FieldId::What, "faulted"), (FieldId::Thread, "A"), (FieldId::Fault, "nopage")],
];

#[test]
fn every_kind_of_condition_stops_at_the_same_steps_both_ways() {
    let mut session = Session::open("v=1&e=a4");
    for question in CONDITIONS {
        let stops = stops(&mut session, question);
        assert!(!stops.is_empty(), "{question:?} stops nowhere");
    }
}

/// What the page shows at the stops is what was asked for.
#[test]
fn it_stops_where_the_page_shows_what_was_asked_for() {
    let mut session = Session::open("v=1&e=a4");
    let locked = stops(&mut session, CONDITIONS[3]);
    for step in locked {
        session.update(Action::Select(Some(Object::Slot(0x200))));
        session.update(Action::GoTo(step - 1));
        assert!(!session.view().selection.expect("selected").value.contains("locked"), "before {step}");
        session.update(Action::GoTo(step));
        assert!(session.view().selection.expect("selected").value.contains("locked"), "at {step}");
    }
    session.update(Action::Select(None));
    for step in stops(&mut session, CONDITIONS[4]) {
        session.update(Action::GoTo(step));
        assert!(session.view().step.sentence.starts_with("B takes tree_lock"), "{}", session.view().step.sentence);
    }
    for step in stops(&mut session, CONDITIONS[6]) {
        session.update(Action::GoTo(step));
        assert!(session.view().threads[C.index()].chip.starts_with("asleep"), "{:?}", session.view().threads[2].chip);
    }
    assert_eq!(stops(&mut session, CONDITIONS[8]).len(), 1, "an operation begins once");
    session.update(Action::Home);
    ask(&mut session, CONDITIONS[1]);
    let effects = session.update(Action::Until(UntilAction::Run(Direction::On)));
    assert!(effects.contains(&Effect::Focus(daxscope_session::FocusTarget::Alert)));
    assert_eq!(&*session.view().alerts[0].rule, "lost-wakeup");
}

/// The first stop behind the recorded steps is the one that stepping by hand comes to.
#[test]
fn it_runs_on_past_the_end_with_the_schedule_of_the_page() {
    let mut by_hand = run(DOWNGRADE);
    let locked = |session: &Session| session.view().selection.expect("selected").value.contains("locked by");
    by_hand.update(Action::Select(Some(Object::Slot(0x200))));
    while !locked(&by_hand) {
        by_hand.update(Action::Forward);
    }
    let mut session = run(DOWNGRADE);
    assert_eq!(session.view().step.total, 0);
    ask(&mut session, CONDITIONS[3]);
    let said = go(&mut session, Direction::On);
    assert_eq!(said, format!("Stopped at step {}: entry 0x200 is locked.", position(&by_hand)));
    assert_eq!(position(&session), position(&by_hand));
    assert_eq!(session.view().panel, Panel::None, "the dialog closes where it has led somewhere");
    assert_eq!(session.view().tree, by_hand.view().tree);
}

#[test]
fn where_it_does_not_stop_the_page_says_why() {
    let mut session = run(DOWNGRADE);
    ask(
        &mut session,
        &[(FieldId::What, "becomes"), (FieldId::Object, "nrpages"), (FieldId::Wanted, "="), (FieldId::Number, "77")],
    );
    let said = go(&mut session, Direction::Back);
    assert_eq!(said, "There is no earlier step where nrpages is 77.");
    assert_eq!((position(&session), session.view().panel), (0, Panel::Until), "nothing has moved");
    let said = go(&mut session, Direction::On);
    assert!(said.starts_with("There is no later step where nrpages is 77. "), "{said}");
    assert!(said.ends_with("Every thread is done.") || said.contains("Nobody can run"), "{said}");
    assert!(!session.view().step.can_forward);
    session.update(Action::OpenPanel(Panel::Until));
    session.update(Action::Until(UntilAction::Choose(FieldId::Number, "many".into())));
    let until = session.view().until.expect("the dialog");
    assert_eq!((&*until.words, &*until.problem), ("", "`many` is no number. Write one, like 1 or 0x400."));
    assert_eq!(go(&mut session, Direction::On), &*until.problem);
    for (field, value) in [(FieldId::Object, "entry"), (FieldId::Page, "somewhere")] {
        session.update(Action::Until(UntilAction::Choose(field, value.into())));
    }
    assert!(go(&mut session, Direction::On).starts_with("`somewhere` is no page."), "a page");
}

/// A thread that faults for ever: the run is stopped, and says after how many steps.
#[test]
fn a_run_without_end_stops_and_says_so() {
    let mut session = Session::open("v=1&e=a4");
    let script =
        "file 4M\nprocess P maps 0..4M shared rw\nthread A in P\n".to_owned() + &"  write 4K at 0\n".repeat(60);
    session.update(Action::EditScript(script));
    session.update(Action::RunScript);
    ask(&mut session, &[(FieldId::What, "sleeps")]);
    let mut before = 0;
    let said = loop {
        let said = go(&mut session, Direction::On);
        if !said.contains("Run on once more") {
            break said;
        }
        assert_eq!(position(&session) - before, 2_000, "{said}");
        before = position(&session);
    };
    assert!(said.ends_with("Every thread is done."), "{said}");
}

#[test]
fn nonsense_in_a_field_changes_nothing_and_is_no_panic() {
    let mut session = run(DOWNGRADE);
    session.update(Action::OpenPanel(Panel::Until));
    let before = session.view().until;
    for field in [FieldId::What, FieldId::Object, FieldId::Wanted, FieldId::Fault] {
        session.update(Action::Until(UntilAction::Choose(field, "\u{1f600}".into())));
    }
    assert_eq!(session.view().until, before);
    for (field, value) in
        [(FieldId::Thread, "Z"), (FieldId::Operation, "-1"), (FieldId::Rule, "none"), (FieldId::Page, "\u{1f600}")]
    {
        session.update(Action::Until(UntilAction::Choose(field, value.into())));
        let _ = go(&mut session, Direction::On);
    }
}

#[test]
fn the_dialog_begins_with_what_is_selected_and_another_script_forgets_the_question() {
    let mut session = Session::open("v=1&e=a4&p=20");
    session.update(Action::Select(Some(Object::Slot(0x202))));
    ask(&mut session, &[(FieldId::What, "changes")]);
    assert_eq!(&*session.view().until.expect("the dialog").words, "entry 0x202 changes");
    session.update(Action::Close);
    session.update(Action::LoadExhibit("a5".into()));
    session.update(Action::OpenPanel(Panel::Until));
    assert_eq!(&*session.view().until.expect("the dialog").words, "a rule is broken");
    assert!(!session.fragment().contains("until"), "what lies over the page for a moment is not in links");
}

#[test]
fn hidden_steps_are_followed_as_if_they_were_made_now() {
    let mut open = Session::open("v=1&e=a4");
    let stop = stops(&mut open, CONDITIONS[6])[0];
    let mut session = Session::open("v=1&e=a4&future=hidden");
    assert_eq!(session.view().future, Future::Hidden);
    ask(&mut session, CONDITIONS[6]);
    go(&mut session, Direction::On);
    assert_eq!(position(&session), stop);
    assert_eq!(session.view().step.total, stop);
}

/// The line at which a thread stands now.
fn line_of(session: &Session) -> (&'static str, u32) {
    let source = session.view().source;
    (source.file, source.current_line.expect("it stands somewhere"))
}

fn to_line(session: &mut Session, direction: Direction) -> String {
    told(&session.update(Action::Until(UntilAction::ToLine(direction))))
}

#[test]
fn a_line_is_run_to_both_ways_before_and_behind_it() {
    let mut session = Session::open("v=1&e=a4&p=30");
    let (file, number) = line_of(&session);
    session.update(Action::Home);
    session.update(Action::Until(UntilAction::Mark(file, number)));
    let mut stops = Vec::new();
    while to_line(&mut session, Direction::On).starts_with("Stopped") {
        assert_eq!(line_of(&session), (file, number), "somebody stands at the line");
        assert_eq!(session.view().source.chosen.map(|line| line.number), Some(number));
        stops.push(position(&session));
    }
    assert!(stops.contains(&30), "{stops:?}");
    let mut back = Vec::new();
    session.update(Action::End);
    while to_line(&mut session, Direction::Back).starts_with("Stopped") {
        back.push(position(&session));
    }
    back.reverse();
    assert_eq!(stops, back);

    // A step of several operations shows only the last one's line.
    session.update(Action::SetStepSize(StepSize::Atom));
    session.update(Action::Home);
    to_line(&mut session, Direction::On);
    let before = position(&session);
    session.update(Action::Until(UntilAction::MarkMoment(Moment::After)));
    session.update(Action::Home);
    let said = to_line(&mut session, Direction::On);
    assert!(said.contains(&format!("has performed {file}:{number}")), "{said}");
    assert!(position(&session) > before, "behind the line is later");
    assert_eq!(&*session.view().step.location, format!("{file}:{number}"));
}

#[test]
fn a_line_can_be_that_of_one_thread() {
    let mut session = Session::open("v=1&e=a4&p=30");
    let (file, number) = line_of(&session);
    session.update(Action::Until(UntilAction::Mark(file, number)));
    let mut whose = Vec::new();
    for thread in [A, B, C] {
        session.update(Action::Home);
        session.update(Action::Until(UntilAction::MarkThread(Some(thread))));
        if to_line(&mut session, Direction::On).starts_with("Stopped") {
            assert_eq!(session.view().step.thread, Some(thread));
            whose.push(thread);
        }
    }
    assert!(!whose.is_empty());
}

#[test]
fn a_line_that_nobody_comes_to_and_no_line_are_told() {
    let mut session = Session::open("v=1&e=a4&p=30");
    let said = to_line(&mut session, Direction::On);
    assert!(said.starts_with("No line is chosen."), "{said}");
    let (file, number) = line_of(&session);
    session.update(Action::Until(UntilAction::Mark(file, number)));
    session.update(Action::Until(UntilAction::Mark(file, number)));
    assert_eq!(session.view().source.chosen, None, "the same line again takes the choice back");
    session.update(Action::Until(UntilAction::Mark(file, 1)));
    let said = to_line(&mut session, Direction::On);
    assert!(said.starts_with("There is no later step where a thread is about to perform"), "{said}");
    assert!(said.contains("Nobody can run"), "{said}");
}

#[test]
fn again_is_one_key_and_means_a_broken_rule_at_first() {
    let mut session = run(common::REVIEWED);
    let again = Action::Until(UntilAction::Run(Direction::On));
    session.update(again.clone());
    assert_eq!(&*session.view().alerts[0].rule, "kernel-bug");
    let mut other = run(DOWNGRADE);
    to_the_end(&mut other);
    assert!(told(&other.update(again)).starts_with("There is no later step where a rule is broken."));
}

#[test]
fn keys_before_the_dialog_has_come_leave_the_run_alone() {
    let mut session = Session::open("v=1&e=a4&p=10");
    session.update(Action::OpenPanel(Panel::Until));
    let key = |session: &Session, key: &str| {
        session.key(KeyPress { key, code: key, modifiers: Modifiers::default(), focus: KeyFocus::Page })
    };
    assert_eq!(key(&session, "Enter"), Some(Action::Until(UntilAction::Run(Direction::On))));
    assert_eq!(key(&session, "Escape"), Some(Action::Close));
    for other in ["1", "ArrowRight", "Home", "u", " "] {
        assert_eq!(key(&session, other), None, "{other}");
    }
    for panel in [Panel::Help, Panel::Palette, Panel::Gallery] {
        session.update(Action::OpenPanel(panel));
        assert_eq!(key(&session, "ArrowRight"), None, "{panel:?}");
    }
    session.update(Action::Close);
    assert_eq!(key(&session, "ArrowRight"), Some(Action::Forward));
}
