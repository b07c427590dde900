//! The crash mark on the timeline, and the places that offer themselves for one.

mod common;

use common::{DOWNGRADE, Random, run};
use daxscope_core::scenario::parse;
use daxscope_explore::crash::syncs_returned;
use daxscope_session::view::PlugView;
use daxscope_session::{
    Action, Effect, Future, KeyFocus, KeyPress, Modifiers, Panel, PlugAction, Session, StepSize, ThreadId,
};
use std::sync::Arc;

const K2: &str = include_str!("../../museum/exhibits/k2/scenario.dax");

fn plug(session: &Session) -> Option<PlugView> {
    session.view().plug.as_deref().cloned()
}

fn mark(session: &Session) -> Option<(usize, bool, String)> {
    plug(session)?.mark.map(|mark| (mark.step, mark.is_broken, mark.name.to_string()))
}

fn places(session: &Session) -> Vec<usize> {
    plug(session).map(|plug| plug.places.iter().map(|place| place.step).collect()).unwrap_or_default()
}

fn press(session: &mut Session, key: &str) -> Vec<Effect> {
    let modifiers = Modifiers { shift: key == "X", ..Modifiers::default() };
    let press = KeyPress { key, code: "KeyX", modifiers, focus: KeyFocus::Page };
    let action = session.key(press).expect("a key of the page");
    session.update(action)
}

#[test]
fn the_mark_stays_and_is_in_the_link() {
    let mut session = run(K2);
    assert_eq!((places(&session), mark(&session)), (vec![38], None));
    let place = plug(&session).expect("a row").places[0].name.to_string();
    assert_eq!(place, "Pull the plug behind step 38: A's fsync has just returned success.");
    session.update(Action::GoTo(10));
    press(&mut session, "X");
    assert_eq!(session.view().step.number, 38, "Shift+X goes to the place");
    assert!(!session.fragment().contains("&x="), "nobody has pulled it");
    press(&mut session, "x");
    assert!(session.fragment().contains("&w=crash") && !session.fragment().contains("&x="));
    session.update(Action::Close);
    let broken = (38, true, "The power fails behind step 38: a page that was promised is lost.".to_owned());
    assert_eq!((mark(&session), places(&session)), (Some(broken.clone()), vec![]), "it lies over the place");
    session.update(Action::GoTo(12));
    assert!(session.fragment().contains("&p=12&x=38"), "{}", session.fragment());
    let mut opened = Session::open(&session.fragment());
    assert_eq!((mark(&opened), opened.fragment()), (Some(broken), session.fragment()));
    assert_eq!(opened.view().plug, session.view().plug);
    press(&mut opened, "X");
    assert_eq!(opened.view().step.number, 38, "and to the mark");
    // The panel moves the mark.
    opened.update(Action::Plug(PlugAction::PullAt(37)));
    assert_eq!((opened.view().panel, opened.view().step.number), (Panel::Crash, 37));
    opened.update(Action::Close);
    let kept = "The power fails behind step 37: what is lost nobody has promised.";
    assert_eq!(mark(&opened), Some((37, false, kept.into())));
    opened.update(Action::Plug(PlugAction::TakeAway));
    assert_eq!((mark(&opened), places(&opened)), (None, vec![38]));
    assert!(!opened.fragment().contains("&x="));
}

/// A bare session, as in a browser before the panels have come, keeps the mark of a link.
#[test]
fn what_comes_later_finds_the_mark() {
    let link = "v=1&e=k2&p=12&x=38";
    let mut session = Session::open_bare(link);
    assert!(session.wants_plug() && session.view().plug.is_none());
    assert_eq!(session.fragment(), link);
    session.equip(&daxscope_session::LATER);
    assert_eq!((mark(&session).map(|mark| mark.0), session.fragment()), (Some(38), link.to_owned()));
    assert!(!Session::open_bare("v=1&e=a4").wants_plug(), "nobody syncs there");
}

#[test]
fn a_run_that_becomes_another_loses_its_mark() {
    let mut session = run(K2);
    session.update(Action::Plug(PlugAction::PullAt(38)));
    session.update(Action::Close);
    session.update(Action::GoTo(5));
    let other = ThreadId(1);
    session.update(Action::StepThread(other));
    assert_eq!((session.view().step.total, mark(&session), places(&session)), (6, None, vec![]));
    session.update(Action::UndoBranch);
    assert_eq!(places(&session), [38]);
    session.update(Action::Plug(PlugAction::PullAt(38)));
    session.update(Action::Close);
    session.update(Action::SetStepSize(StepSize::Atom));
    assert_eq!(mark(&session), None, "steps of another size have other numbers");
    session.update(Action::LoadExhibit("a4".into()));
    assert_eq!(plug(&session), None);
}

#[test]
fn a_hidden_future_hides_what_lies_in_it() {
    let mut session = run(K2);
    session.update(Action::Plug(PlugAction::PullAt(38)));
    session.update(Action::Close);
    session.update(Action::GoTo(20));
    session.update(Action::SetFuture(Future::Hidden));
    assert_eq!(plug(&session), None);
    let effects = press(&mut session, "X");
    assert!(matches!(&effects[..], [Effect::Tell(why), ..] if why.contains("so far")), "{effects:?}");
    assert!(session.fragment().contains("&x=38"), "links keep the whole run");
    session.update(Action::SetFuture(Future::Shown));
    assert_eq!(mark(&session).map(|mark| mark.0), Some(38));
}

#[test]
fn where_nobody_syncs_there_is_a_row_once_the_plug_was_pulled() {
    let mut session = run(DOWNGRADE);
    let effects = press(&mut session, "X");
    assert!(matches!(&effects[..], [Effect::Tell(why), ..] if why.contains("No sync of this run")), "{effects:?}");
    assert_eq!(plug(&session), None);
    press(&mut session, "x");
    session.update(Action::Close);
    assert_eq!(mark(&session), Some((0, false, "The power fails behind step 0: nothing is lost.".into())));
    let effects = press(&mut session, "X");
    assert!(matches!(&effects[..], [Effect::Tell(why), ..] if why.contains("the only step")), "{effects:?}");
}

#[test]
fn a_mark_that_no_run_has_is_told() {
    for (link, says) in [("v=1&e=k2&x=900", "there is no crash mark"), ("v=1&e=k2&x=-3", "no step behind which")] {
        let session = Session::open(link);
        let notices = session.view().notices;
        assert!(notices.iter().any(|notice| notice.text.contains(says)), "{link}: {notices:?}");
        assert_eq!(mark(&session), None);
    }
}

/// The row says of every run what the core says of it from its beginning.
#[test]
fn places_are_those_behind_which_a_sync_has_returned() {
    let scripts = ["05-range", "06-beside", "08-map-sync", "10-punch", "12-locked"];
    let mut random = Random(7);
    let mut seen = 0;
    for name in scripts {
        let path = format!("{}/../../tests/crash/{name}.dax", env!("CARGO_MANIFEST_DIR"));
        let script = std::fs::read_to_string(path).expect("a litmus test");
        let scenario = Arc::new(parse(&script).scenario);
        let mut session = run(&script);
        for _ in 0..300 {
            let threads = scenario.threads.len() as u64;
            match random.below(12) {
                0 => session.update(Action::GoTo(random.below(60) as usize)),
                1 => session.update(Action::UndoBranch),
                2 => session.update(Action::End),
                _ => session.update(Action::StepThread(ThreadId(random.below(threads) as u8))),
            };
            session.update(Action::OpenPanel(Panel::Crash));
            let shown = session.view().crash.expect("a view").syncs.to_vec();
            session.update(Action::Close);
            session.update(Action::Plug(PlugAction::TakeAway));
            let link = session.fragment();
            let whole = Session::open(&link);
            assert_eq!(session.view().plug, whole.view().plug, "{name}: {link}");
            let text = session.script_as_it_runs();
            let scenario = parse(&text).scenario;
            let schedule = scenario.schedule.clone().unwrap_or_default();
            assert_eq!(shown, syncs_returned(&Arc::new(scenario), &schedule), "{name}: {link}");
            seen += shown.len();
        }
    }
    assert!(seen > 100, "{seen} syncs had returned");
}
