//! The search theatre: what the real search does, move by move, and what each reduction leaves out.

mod common;

use daxscope_session::search::{Job, REDUCTIONS, Report, Request};
use daxscope_session::theatre::{
    End, Left, Look, MOST_DRAWN, MOST_STATES, Move, Played, SAMPLES, Sameness, TheatreAction, TheatreView,
};
use daxscope_session::{Action, Effect, Panel, Session};

/// Does what the worker does for whatever is asked; the last report.
fn answer(session: &mut Session, effects: &[Effect]) -> Report {
    let message = effects.iter().find_map(|effect| match effect {
        Effect::StartSearch(message) => Some(message.clone()),
        _ => None,
    });
    let request = Request::from_message(&message.expect("a search begins")).expect("a request");
    let mut job = Job::new(&request).expect("a job");
    while !job.is_done() {
        job.advance(1e9, || 0.0);
    }
    let message = job.report().to_message();
    session.update(Action::SearchReported(message.clone()));
    Report::from_message(&message).expect("a report")
}

fn act(session: &mut Session, action: TheatreAction) -> Report {
    let effects = session.update(Action::Theatre(action));
    answer(session, &effects)
}

fn theatre(session: &Session) -> std::rc::Rc<TheatreView> {
    session.view().theatre.expect("the theatre is open")
}

fn reduction(name: &str) -> usize {
    REDUCTIONS.iter().position(|reduction| reduction.name == name).expect(name)
}

fn states(played: &Played) -> usize {
    1 + played.steps.iter().filter(|step| step.end == End::Stored).count()
}

/// What is told adds up to what the same search counts without anybody who watches.
fn adds_up(report: &Report) {
    let (played, counted) = (report.played.as_ref().expect("moves"), &report.searches[0]);
    assert!(!played.is_full);
    assert_eq!(states(played) as u64, counted.states, "states");
    let steps = played.steps.len() as u64;
    if matches!(played.steps.last().map(|step| &step.end), Some(End::Broken(_))) {
        // What the state that broke it would have led to besides is not kept, and so not told.
        assert!(steps <= counted.transitions);
        return;
    }
    assert_eq!(steps, counted.transitions, "steps");
    let ends = played.moves.iter().filter(|made| matches!(made, Move::Ends(..))).count();
    assert_eq!(ends as u64, counted.finals, "final states");
    let looks = played.moves.iter().filter(|made| matches!(made, Move::Looks { .. })).count();
    assert_eq!(looks as u64 + counted.frontier, counted.states, "every state but those that wait is looked at");
}

#[test]
fn symmetry_and_persistent_sets_are_seen_at_work() {
    let mut session = Session::open("");
    let report = act(&mut session, TheatreAction::Open);
    assert_eq!(session.view().panel, Panel::Theatre);
    assert!(report.played.is_some());
    let with_all_but = act(&mut session, TheatreAction::Choose(Some(0)));
    adds_up(&with_all_but);
    assert_eq!(with_all_but.searches[0].states, 20);
    let played = with_all_but.played.as_ref().expect("moves");
    let swapped = |step: &daxscope_session::theatre::Step| matches!(step.end, End::Known(Some(_), Sameness::Swapped));
    assert!(played.steps.iter().any(swapped), "symmetry prunes something");
    let without = act(&mut session, TheatreAction::Switch(reduction("symmetry"), false));
    adds_up(&without);
    assert_eq!(without.searches[0].states, 64);
    assert!(!without.played.expect("moves").steps.iter().any(swapped));
    let with = act(&mut session, TheatreAction::Switch(reduction("persistent sets"), true));
    adds_up(&with);
    assert_eq!(with.searches[0].states, 2);
    let tried = &theatre(&session).tried;
    let told: Vec<_> = tried.iter().map(|tried| (&*tried.name, &*tried.states, tried.is_shown)).collect();
    let expected = [
        ("all but persistent sets", "20", false),
        ("all but symmetry, persistent sets", "64", false),
        ("all but symmetry", "2", true),
    ];
    assert_eq!(told, expected);
}

#[test]
fn every_state_is_where_its_way_leads() {
    let mut session = Session::open("");
    session.update(Action::Theatre(TheatreAction::Open));
    for (sample, told) in SAMPLES.iter().enumerate() {
        for (name, on) in [("persistent sets", false), ("persistent sets", true)] {
            act(&mut session, TheatreAction::Choose(Some(sample)));
            let report = act(&mut session, TheatreAction::Switch(reduction(name), on));
            adds_up(&report);
            let drawn = theatre(&session).drawn.clone().expect("a picture");
            assert!(drawn.total > 10 && drawn.too_large.is_none(), "{}", told.name);
            let played = report.played.expect("moves");
            for step in &played.steps {
                assert!(step.sentence.len() > 3, "a sentence: {step:?}");
            }
        }
    }
}

#[test]
fn a_move_is_told_and_drawn_and_goes_back() {
    let mut session = Session::open("");
    session.update(Action::Theatre(TheatreAction::Open));
    act(&mut session, TheatreAction::Choose(Some(1)));
    act(&mut session, TheatreAction::Switch(reduction("persistent sets"), true));
    let start = theatre(&session).drawn.clone().expect("a picture");
    assert_eq!((start.at, start.nodes.len(), start.stubs.len()), (0, 1, 0));
    let effects = session.update(Action::Theatre(TheatreAction::Move(1)));
    let said = effects.iter().find_map(|effect| match effect {
        Effect::Announce(said) => Some(said.as_str()),
        _ => None,
    });
    assert!(said.is_some_and(|said| said.starts_with("Move 1 of ")), "{said:?}");
    session.update(Action::Theatre(TheatreAction::GoTo(usize::MAX)));
    let end = theatre(&session).drawn.clone().expect("a picture");
    assert_eq!(end.at, end.total);
    assert!(end.stubs.iter().any(|stub| stub.why == Left::Persistent));
    assert!(end.nodes.iter().any(|node| node.look == Look::Passed));
    let mut places: Vec<_> = end.nodes.iter().map(|node| (node.place.x, node.place.y)).collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), end.nodes.len(), "no two stand in one place");
    assert!(end.nodes.iter().all(|node| node.place.x < end.width && node.place.y < end.height));
    session.update(Action::Theatre(TheatreAction::Move(-(end.total as isize))));
    let back = theatre(&session).drawn.clone().expect("a picture");
    assert_eq!(back, start, "back is what it was");
    session.update(Action::Theatre(TheatreAction::ToggleText));
    let all = theatre(&session).drawn.clone().expect("a picture").all.clone().expect("every move as text");
    assert_eq!(all.len(), end.total);
    assert!(all.iter().any(|told| told.contains("(persistent set)")), "{all:?}");
}

#[test]
fn a_budget_of_failures_is_told() {
    let mut session = Session::open("");
    session.update(Action::Theatre(TheatreAction::Open));
    let report = act(&mut session, TheatreAction::Choose(Some(3)));
    let played = report.played.expect("moves");
    let spared = |made: &Move| matches!(made, Move::Looks { spared, .. } if !spared.is_empty());
    assert!(played.moves.iter().any(spared), "somebody could fail where none may any more");
    assert!(played.steps.iter().any(|step| step.fail));
    session.update(Action::Theatre(TheatreAction::GoTo(usize::MAX)));
    let drawn = theatre(&session).drawn.clone().expect("a picture");
    assert!(drawn.stubs.iter().any(|stub| stub.why == Left::Budget));
}

#[test]
fn a_broken_rule_is_told_and_the_page_can_go_there() {
    let mut session = Session::open("");
    session.update(Action::Theatre(TheatreAction::Open));
    let report = act(&mut session, TheatreAction::Choose(Some(4)));
    let played = report.played.expect("moves");
    assert!(matches!(played.steps.last().map(|step| &step.end), Some(End::Broken(_))));
    session.update(Action::Theatre(TheatreAction::GoTo(usize::MAX)));
    let drawn = theatre(&session).drawn.clone().expect("a picture");
    assert!(drawn.nodes.iter().any(|node| node.look == Look::Broken));
    let effects = session.update(Action::Theatre(TheatreAction::Follow));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::PushUrl(_))));
    let view = session.view();
    assert_eq!((view.panel, view.step.number), (Panel::None, played.way(played.steps.len()).len()));
    assert!(!view.alerts.is_empty(), "the page stands at what broke");
}

#[test]
fn what_is_too_large_says_so_and_what_to_do() {
    let mut session = Session::open("");
    session.update(Action::Theatre(TheatreAction::Open));
    act(&mut session, TheatreAction::Choose(Some(2)));
    let report = act(&mut session, TheatreAction::Switch(reduction("critical sections"), false));
    let played = report.played.expect("moves");
    assert!(played.is_full && report.searches[0].states as usize > MOST_DRAWN);
    let drawn = theatre(&session).drawn.clone().expect("a picture");
    assert!(drawn.too_large.as_deref().is_some_and(|why| why.contains("choose one of the small scripts")));
    let drawn_states = played.steps.iter().filter(|step| matches!(step.end, End::Stored | End::Passed(_))).count();
    assert_eq!(drawn_states + 1, MOST_DRAWN);
}

#[test]
fn what_is_told_reads_back_and_damage_is_noticed() {
    let mut session = Session::open("");
    session.update(Action::Theatre(TheatreAction::Open));
    for sample in 0..SAMPLES.len() {
        let report = act(&mut session, TheatreAction::Choose(Some(sample)));
        assert_eq!(Report::from_message(&report.to_message()), Some(report));
    }
    for damaged in ["goes 7", "step 9 0 false x", "end passed", "looks x", "only 1", "ends 0", "step 0 0"] {
        assert_eq!(Report::from_message(&format!("last true\nplayed false\n{damaged}\n\n")), None, "{damaged}");
    }
}

#[test]
fn the_docs_tell_what_is_there() {
    let docs = include_str!("../../../docs/theatre.md");
    for reduction in REDUCTIONS {
        assert!(docs.to_lowercase().contains(reduction.name), "{}", reduction.name);
    }
    for mark in ["`=`", "`~`", "`≈`", "`⇄`", "struck letter with `!`", "double square"] {
        assert!(docs.contains(mark), "{mark}");
    }
    assert!(docs.contains(&format!("first {MOST_DRAWN} states")));
    assert!(docs.contains("20,000 states are the bound") && MOST_STATES == 20_000);
    assert!(docs.contains("Five small scripts") && SAMPLES.len() == 5);
}
