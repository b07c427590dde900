//! A livelock in the page: its loop is marked in the lanes, walked round by key, and told by the search.

mod common;

use daxscope_session::search::{Job, Request};
use daxscope_session::{Action, Effect, Session};

/// A livelock: the run stands where its loop begins, and the key o walks round it.
#[test]
fn a_loop_is_marked_and_walked_round() {
    let mut session = common::run(include_str!("../../museum/exhibits/h4/scenario.dax"));
    session.update(Action::End);
    let view = session.view();
    let (first, last) = view.timeline.round.expect("a loop in the lanes");
    assert!(first < last && last <= view.timeline.total);
    assert_eq!(view.alerts[0].round, Some((first, last)));
    session.update(Action::Home);
    let mut told = Vec::new();
    let mut at = Vec::new();
    for _ in 0..2 * (last + 1 - first) + 1 {
        let effects = session.update(Action::WalkRound);
        told.extend(effects.into_iter().filter_map(|effect| match effect {
            Effect::Tell(said) => Some(said),
            _ => None,
        }));
        at.push(session.view().step.number);
    }
    let round: Vec<_> = (first..=last).collect();
    let expected: Vec<_> =
        std::iter::once(first - 1).chain(round.iter().copied()).chain(round.iter().copied()).collect();
    assert_eq!(at, expected);
    assert!(told[0].starts_with("The loop begins here: steps "), "{}", told[0]);
    assert!(told[1].starts_with(&format!("Step 1 of {} of the loop: ", last + 1 - first)), "{}", told[1]);
    assert!(told[last + 1 - first].contains("o goes round again"), "{}", told[last + 1 - first]);
}

#[test]
fn without_a_loop_the_key_says_so() {
    let mut session = common::run(common::REVIEWED);
    session.update(Action::End);
    let effects = session.update(Action::WalkRound);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Tell(said) if said.contains("no loop"))));
    assert_eq!(session.view().timeline.round, None);
}

/// The search of an exhibit that goes round for ever says which steps the loop is, and the page stands where it begins.
#[test]
fn a_search_tells_the_loop_and_the_page_steps_to_it() {
    let mut session = Session::open("v=1&e=h4");
    let effects = session.update(Action::FindInExhibit);
    let message = effects.into_iter().find_map(|effect| match effect {
        Effect::StartSearch(message) => Some(message),
        _ => None,
    });
    let mut job = Job::new(&Request::from_message(&message.expect("a search")).expect("a request")).expect("a job");
    while !job.is_done() {
        job.advance(1e9, || 0.0);
    }
    session.update(Action::SearchReported(job.report().to_message()));
    let card = session.view().explore.search.clone().and_then(|search| search.card).expect("a card");
    session.update(Action::StepThroughFound);
    let (first, last) = session.view().timeline.round.expect("a loop");
    let told = format!("The loop is steps {first} to {last} (A), again and again, for ever, and nobody leads out.");
    assert!(card.sentence.contains(&told), "{}", card.sentence);
    assert_eq!(session.view().step.number, first - 1);
}
