//! Presenter mode, and parts of the page that are put away.

mod common;

use common::{DOWNGRADE, run};
use daxscope_session::{Action, Effect, KeyFocus, KeyPress, Layout, Modifiers, Part, Parts, Session};

fn press(session: &mut Session, key: &str, modifiers: Modifiers) -> Option<Action> {
    let action = session.key(KeyPress { key, code: "", modifiers, focus: KeyFocus::Page });
    if let Some(action) = action.clone() {
        session.update(action);
    }
    action
}

fn plain(session: &mut Session, key: &str) -> Option<Action> {
    press(session, key, Modifiers::default())
}

#[test]
fn shift_p_enters_and_leaves_and_so_does_escape() {
    let mut session = run(DOWNGRADE);
    let shift = Modifiers { shift: true, ..Modifiers::default() };
    press(&mut session, "P", shift);
    assert_eq!((session.view().layout, session.view().parts), (Layout::Presenter, Parts::NONE));
    press(&mut session, "P", shift);
    assert_eq!((session.view().layout, session.view().parts), (Layout::Full, Parts::EVERY));
    press(&mut session, "P", shift);
    plain(&mut session, "Escape");
    assert_eq!(session.view().layout, Layout::Full);
}

/// The toast says that Escape leaves: one press does, whatever stands beside the picture. What lies over it is closed first.
#[test]
fn one_escape_leaves_with_a_lesson_open() {
    for link in ["v=1&l=wake.2&mode=presenter", "v=1&e=a4&w=story&mode=presenter", "v=1&q=order-wakeup&mode=presenter"]
    {
        let mut session = Session::open(link);
        let panel = session.view().panel;
        plain(&mut session, "Escape");
        assert_eq!((session.view().layout, session.view().panel), (Layout::Full, panel), "{link}");
    }
    let mut session = Session::open("v=1&e=a4&w=export&mode=presenter");
    plain(&mut session, "Escape");
    assert_eq!(session.view().layout, Layout::Presenter, "the dialog takes it");
}

#[test]
fn a_remote_control_steps_and_blanks() {
    let mut session = Session::open("v=1&e=a4&mode=presenter");
    plain(&mut session, "PageDown");
    plain(&mut session, "PageDown");
    plain(&mut session, "PageUp");
    assert_eq!(session.view().step.number, 1);
    for key in [".", "b"] {
        plain(&mut session, key);
        assert!(session.view().is_blank, "{key}");
        plain(&mut session, "Escape");
        assert_eq!((session.view().is_blank, session.view().layout), (false, Layout::Presenter), "{key}");
    }
    plain(&mut session, ".");
    plain(&mut session, "PageDown");
    assert!(!session.view().is_blank, "who steps on wants to see it");
    assert_eq!(session.view().step.number, 1, "what nobody saw is not stepped over");
    plain(&mut session, "PageDown");
    assert_eq!(session.view().step.number, 2);
}

#[test]
fn each_part_has_a_key_and_the_link_tells_them() {
    for (part, letter, _) in Part::ALL {
        let mut session = Session::open("v=1&e=a4&mode=presenter");
        plain(&mut session, &letter.to_string());
        assert!(session.view().parts.has(part), "{part:?}");
        let again = Session::open(&session.fragment()).view();
        assert_eq!((again.layout, again.parts), (Layout::Presenter, session.view().parts), "{part:?}");
        plain(&mut session, &letter.to_string());
        assert_eq!(session.view().parts, Parts::NONE, "{part:?}");
        assert!(!session.fragment().contains("show="), "{}", session.fragment());
    }
    let letters: String = Part::ALL.iter().map(|(_, letter, _)| *letter).collect();
    assert_eq!(Parts::of_letters(&letters), Parts::EVERY);
    assert_eq!(Parts::of_letters("?!"), Parts::NONE);
}

#[test]
fn the_choice_is_kept_and_nothing_that_cannot_come_back_is_away() {
    let mut session = Session::open("");
    session.update(Action::TogglePart(Part::Code));
    let line = session.parts_line();
    let mut next = Session::open("");
    next.update(Action::RestoreParts(line));
    assert!(!next.view().parts.has(Part::Code) && next.view().parts.has(Part::Threads));
    for nonsense in ["", " ", "xyz", "zz zz", "\u{1f600}"] {
        next.update(Action::RestoreParts(nonsense.into()));
        assert!(next.view().parts.has(Part::Header), "{nonsense:?}");
    }
    // What a link says goes before what was kept.
    let mut linked = Session::open("v=1&e=a4&mode=presenter&show=t");
    linked.update(Action::RestoreParts("ktcmdl cl".into()));
    assert_eq!(linked.view().parts.letters(), "t");
}

#[test]
fn outside_of_presenter_mode_its_keys_say_so() {
    let mut session = Session::open("");
    for action in [Action::ToggleBlank, Action::TogglePart(Part::Header)] {
        let effects = session.update(action.clone());
        assert!(
            matches!(&effects[..], [Effect::Tell(text), ..] if text.contains("Shift+P")),
            "{action:?}: {effects:?}"
        );
        assert!(!session.view().is_blank && session.view().parts.has(Part::Header));
    }
}
