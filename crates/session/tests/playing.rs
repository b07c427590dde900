//! Playing: speeds, and what ends it.

mod common;

use common::{DOWNGRADE, REVIEWED, run, to_the_end};
use daxscope_session::{Action, Effect, Future, LanesMove, LocksShown, Playback, Speed, SpeedChange};
use daxscope_session::{Object, Panel, Session, Theme};

#[test]
fn speeds_go_one_by_one_and_say_where_they_end() {
    let mut session = run(DOWNGRADE);
    let mut seen = Vec::new();
    session.update(Action::ChangeSpeed(SpeedChange::To(Speed::Slow)));
    for _ in 0..Speed::ALL.len() {
        seen.push(session.view().speed);
        session.update(Action::ChangeSpeed(SpeedChange::Faster));
    }
    assert_eq!(seen, Speed::ALL.map(|(speed, ..)| speed));
    let effects = session.update(Action::ChangeSpeed(SpeedChange::Faster));
    assert!(effects.contains(&Effect::Tell("Play speed 8×, the fastest.".into())), "{effects:?}");
    let pauses: Vec<u32> = seen.iter().map(|speed| speed.milliseconds()).collect();
    assert!(pauses.is_sorted_by(|slow, fast| slow > fast), "{pauses:?}");
    assert!(pauses.iter().all(|&pause| pause >= 100), "no clock without bounds");
}

#[test]
fn another_speed_does_not_stop_playing_and_every_other_action_does() {
    let actions = [
        Action::Forward,
        Action::Back,
        Action::Select(Some(Object::TreeLock)),
        Action::OpenPanel(Panel::Help),
        Action::SetTheme(Theme::Dark),
        Action::SetFuture(Future::Hidden),
        Action::MoveLanes(LanesMove::In),
        Action::ShowLocks(LocksShown::No),
        Action::Search("tree".into()),
        Action::CopyLink,
        Action::Pause,
    ];
    for action in actions {
        let mut session = Session::open("v=1&e=a4&p=10");
        session.update(Action::Play);
        session.update(Action::ChangeSpeed(SpeedChange::Faster));
        session.update(Action::SetLanesRoom(90));
        session.update(Action::Tick);
        assert_eq!((session.view().playback, session.view().step.number), (Playback::Playing, 11));
        session.update(action.clone());
        assert_eq!(session.view().playback, Playback::Paused, "{action:?}");
        let stood = session.view().step.number;
        session.update(Action::Tick);
        assert_eq!(session.view().step.number, stood, "a late tick moves nothing");
    }
}

#[test]
fn it_stops_at_a_violation_and_at_the_end() {
    for script in [REVIEWED, DOWNGRADE] {
        let mut session = run(script);
        session.update(Action::Play);
        let mut ticks = 0;
        while session.view().playback == Playback::Playing {
            session.update(Action::Tick);
            ticks += 1;
            assert!(ticks < 5_000, "it plays for ever");
        }
        assert!(!session.view().alerts.is_empty() || !session.view().step.can_forward);
    }
    let mut session = run(DOWNGRADE);
    to_the_end(&mut session);
    let effects = session.update(Action::TogglePlay);
    let why = Effect::Tell(format!("There is nothing to play. {}", session.view().step.status));
    assert!(effects.contains(&why), "{effects:?}");
    assert_eq!(session.view().playback, Playback::Paused);
}
