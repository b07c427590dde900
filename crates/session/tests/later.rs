//! A session that gets a part of itself later is the session that had them from the beginning.

mod common;

use common::DOWNGRADE;
use daxscope_session::{Action, Effect, LATER, Panel, Session, TextId};

/// Opened as in a browser: parts and texts come afterwards.
fn equipped(fragment: &str) -> Session {
    let mut session = Session::open_bare(fragment);
    session.equip(&LATER);
    with_texts(session)
}

fn with_texts(mut session: Session) -> Session {
    for text in TextId::ALL {
        session.update(Action::TextArrived(text, text.compiled_in().expect("native").into()));
    }
    session
}

#[test]
fn every_panel_of_a_link_is_the_same_when_the_parts_come_later() {
    for (_, name) in Panel::NAMES {
        for fragment in [format!("v=1&e=a4&p=40&panel={name}"), format!("v=1&panel={name}"), format!("w={name}")] {
            let early = with_texts(Session::open_without_texts(&fragment));
            let late = equipped(&fragment);
            assert_eq!(late.view(), early.view(), "{fragment}");
            assert_eq!(late.fragment(), early.fragment(), "{fragment}");
        }
    }
}

#[test]
fn links_that_a_session_writes_open_the_same_with_late_parts() {
    let mut writer = Session::open("v=1&e=a4&p=40");
    for panel in Panel::NAMES.map(|(panel, _)| panel) {
        writer.update(Action::OpenPanel(panel));
        let fragment = writer.fragment();
        let bare = Session::open_bare(&fragment);
        assert_eq!(bare.fragment(), fragment, "the address stays while the parts are on their way");
        assert_eq!(equipped(&fragment).view(), with_texts(Session::open_without_texts(&fragment)).view(), "{fragment}");
    }
}

#[test]
fn without_parts_everything_of_the_first_step_goes_on() {
    let mut session = Session::open_bare("v=1&e=a4");
    assert!(!session.lacks(&Action::Forward));
    for number in 1..=20 {
        session.update(Action::Forward);
        assert_eq!(session.view().step.number, number);
    }
}

#[test]
fn a_link_with_a_script_needs_no_parts_and_stays_as_it_was_written() {
    let mut whole = Session::open("v=1&e=a4");
    whole.update(Action::EditScript(DOWNGRADE.into()));
    assert!(!whole.update(Action::RunScript).is_empty(), "scripts run");
    whole.update(Action::Forward);
    let link = whole.fragment();
    assert!(link.contains("&c="), "{link}");
    let mut bare = Session::open_bare(&link);
    assert_eq!(bare.fragment(), link);
    for session in [&mut bare, &mut whole] {
        session.update(Action::Forward);
    }
    assert_eq!(bare.fragment(), whole.fragment());
    let (bare, whole) = (bare.view(), whole.view());
    assert!(bare.tree == whole.tree && bare.step == whole.step && bare.threads == whole.threads);
}

#[test]
fn what_needs_the_parts_waits_and_then_does_what_it_says() {
    let mut session = Session::open_bare("v=1&e=a4");
    session.begin();
    for action in [Action::CopyLink, Action::ExportJson, Action::FindInExhibit, Action::EditScript(DOWNGRADE.into())] {
        assert!(session.lacks(&action), "{action:?}");
        assert!(session.update(action).is_empty(), "nothing is half done");
    }
    session.equip(&LATER);
    assert!(!session.lacks(&Action::CopyLink));
    assert!(session.update(Action::CopyLink).iter().any(|effect| matches!(effect, Effect::CopyText { .. })));
    assert!(session.update(Action::FindInExhibit).iter().any(|effect| matches!(effect, Effect::StartSearch(_))));
}
