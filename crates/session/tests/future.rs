//! While the future is hidden, the page shows what it would show if nothing behind the step were recorded.

mod common;

use common::{DOWNGRADE, run};
use daxscope_core::scenario::{Schedule, parse};
use daxscope_museum::exhibits;
use daxscope_session::{Action, Effect, Future, Panel, Session};

/// A page on which only the first steps of a schedule are recorded.
fn open(id: &str, schedule: &Schedule, steps: usize, position: usize, panel: Panel) -> Session {
    let mut schedule = schedule.clone();
    schedule.choices.truncate(steps);
    let compact = schedule.to_compact();
    Session::open(&format!("v=1&e={id}&s={compact}&p={position}&w={}&future=hidden", panel.name()))
}

/// A few words around the first place where two views differ.
fn first_difference(a: &daxscope_session::View, b: &daxscope_session::View) -> String {
    let (a, b) = (format!("{a:?}"), format!("{b:?}"));
    let at = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.chars().skip(at.saturating_sub(120)).take(240).collect::<String>();
    format!("{}\n{}", around(&a), around(&b))
}

#[test]
fn nothing_of_the_future_is_in_any_view_of_any_exhibit() {
    let mut compared = 0;
    for exhibit in exhibits() {
        let Some(schedule) = parse(exhibit.script).scenario.schedule else { continue };
        let all = schedule.choices.len();
        for position in [0, 1, all / 3, all / 2, all - 1] {
            for panel in [Panel::None, Panel::Transcript, Panel::SideBySide] {
                let whole = open(exhibit.id, &schedule, all, position, panel);
                let short = open(exhibit.id, &schedule, position, position, panel);
                let (whole, short) = (whole.view(), short.view());
                assert!(
                    whole == short,
                    "{} at {position}, {panel:?}: {}",
                    exhibit.id,
                    first_difference(&whole, &short)
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn what_is_heard_tells_nothing_either() {
    let script = format!("{DOWNGRADE}schedule A21 B8 C8 A18 B18\n");
    let mut session = run(&script);
    session.update(Action::Home);
    session.update(Action::ToggleFuture);
    let total = session.view().transcript.rows.len();
    assert_eq!(total, 0, "nothing has happened");
    for action in [
        Action::Forward,
        Action::NextViolation,
        Action::NextSameLock,
        Action::Search("wakes".into()),
        Action::NextHit,
        Action::SetStepSize(daxscope_session::StepSize::Operation),
        Action::Forward,
    ] {
        let before = session.view().step.number;
        let effects = session.update(action.clone());
        for effect in &effects {
            if let Effect::Announce(text) | Effect::Tell(text) = effect {
                assert!(!text.contains(" of ") && !text.contains("became"), "{action:?}: {text}");
            }
        }
        assert!(session.view().step.number <= before + 1, "{action:?} went ahead");
        assert!(session.view().transcript.hits.iter().all(|&hit| hit <= session.view().step.number));
    }
}

#[test]
fn shown_again_all_of_it_is_back() {
    let mut session = run(&format!("{DOWNGRADE}schedule A21 B8 C8 A18 B18\n"));
    session.update(Action::GoTo(20));
    let before = session.view();
    assert!(before.step.total > 40 && before.timeline.total == before.step.total);
    session.update(Action::SetFuture(Future::Hidden));
    assert_eq!((session.view().step.total, session.view().timeline.total), (20, 20));
    session.update(Action::SetFuture(Future::Shown));
    assert!(session.view() == before);
}

#[test]
fn a_link_keeps_it_and_an_old_link_shows_everything() {
    let mut session = Session::open("v=1&e=a4&p=21");
    assert_eq!(session.view().future, Future::Shown);
    session.update(Action::ToggleFuture);
    assert!(session.fragment().contains("future=hidden"), "{}", session.fragment());
    let again = Session::open(&session.fragment());
    assert_eq!(again.view(), session.view());
    session.update(Action::LoadLink("v=1&e=a4&p=21".into()));
    assert_eq!(session.view().future, Future::Shown);
}

#[test]
fn playing_goes_on_through_what_is_hidden() {
    let mut session = Session::open("v=1&e=a4&p=21&future=hidden");
    session.update(Action::Play);
    session.update(Action::Tick);
    assert_eq!((session.view().step.number, session.view().step.total), (22, 22));
}
