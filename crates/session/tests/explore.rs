//! The machine searches: the session asks, a job does the work, and the way that is found becomes the run.

mod common;

use common::{DOWNGRADE, REVIEWED, run, to_the_end};
use daxscope_session::search::{Bounds, Job, Kind, Options, Outcome, Policy, REDUCTIONS, Reductions, Request, TABLE};
use daxscope_session::view::{Agreement, Tone};
use daxscope_session::{Action, Effect, Panel, Rule, Session, StepSize};
use std::cell::Cell;

/// The message that the session has for the worker.
fn message(effects: &[Effect]) -> String {
    let message = effects.iter().find_map(|effect| match effect {
        Effect::StartSearch(message) => Some(message.clone()),
        _ => None,
    });
    message.unwrap_or_else(|| panic!("no search was started: {effects:?}"))
}

/// A worker whose clock goes on by 20 milliseconds whenever somebody looks; the effects of the last report.
fn work(session: &mut Session, message: &str) -> Vec<Effect> {
    let request = Request::from_message(message).expect("a request");
    let mut job = Job::new(&request).expect("a script without errors");
    let clock = Cell::new(0.0);
    loop {
        job.advance(1_000.0, || {
            clock.set(clock.get() + 20.0);
            clock.get()
        });
        let effects = session.update(Action::SearchReported(job.report().to_message()));
        if job.is_done() {
            return effects;
        }
    }
}

fn search(session: &mut Session, kind: Kind) -> Vec<Effect> {
    let started = message(&session.update(Action::StartSearch(kind)));
    work(session, &started)
}

fn announced(effects: &[Effect]) -> String {
    let said = effects.iter().filter_map(|effect| match effect {
        Effect::Announce(sentence) | Effect::Tell(sentence) => Some(sentence.as_str()),
        _ => None,
    });
    said.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_machine_finds_the_lost_wake_up_and_the_way_is_on_the_timeline() {
    let mut session = Session::open("v=1&e=a4");
    let before = session.view().step.total;
    search(&mut session, Kind::Search);
    let view = session.view();
    let found = view.explore.search.clone().expect("a search");
    let card = found.card.expect("a verdict");
    assert_eq!((card.tone, &*card.headline, card.can_step), (Tone::Bad, "Lost wake-up", true));
    assert!(card.sentence.contains("No way into it is shorter"), "{}", card.sentence);

    let effects = session.update(Action::StepThroughFound);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::PushUrl(_))));
    let view = session.view();
    assert_eq!((view.step.number, view.header.step_size), (0, StepSize::Section));
    assert!(card.sentence.contains(&format!("after {} steps by section", view.step.total)), "{}", card.sentence);
    let switches = card.explanation.as_ref().map_or(0, |explanation| explanation.switches.len());
    assert!(card.sentence.contains(&format!("with {switches} context switches")), "one story: {}", card.sentence);
    let explanation = card.explanation.clone().expect("an explanation");
    assert!(explanation.progress.is_empty() && !explanation.switches.is_empty(), "{explanation:?}");
    session.update(Action::End);
    assert_eq!(&*session.view().alerts[0].rule, "lost-wakeup");
    let link = session.fragment();
    assert_eq!(&*Session::open(&link).view().alerts[0].rule, "lost-wakeup");

    // What was on the timeline comes back in its own step size, and goes again.
    session.update(Action::UndoBranch);
    assert_eq!((session.view().step.total, session.view().header.step_size), (before, StepSize::Operation));
    session.update(Action::End);
    assert_eq!(&*session.view().alerts[0].rule, "lost-wakeup");
    session.update(Action::RedoBranch);
    assert_eq!(session.view().header.step_size, StepSize::Section);
}

#[test]
fn the_mended_kernel_is_complete_and_the_certificate_says_of_what() {
    let mut session = Session::open("v=1&e=a4&r=v6");
    search(&mut session, Kind::Search);
    let card = session.view().explore.search.clone().and_then(|search| search.card).expect("a verdict");
    assert_eq!((card.tone, &*card.headline, card.can_step), (Tone::Good, "Complete", false));
    let line = |name: &str| card.certificate.iter().find(|line| line.name == name).map(|line| line.value.to_string());
    assert_eq!(line("kernel").as_deref(), Some("v6"));
    assert_eq!(line("verdict").as_deref(), Some("complete: no rule is broken in any interleaving"));
    assert_eq!(line("failing calls").as_deref(), Some("none but those of the script"));
    assert_eq!(line("script digest").map(|digest| digest.len()), Some(32));
    let effects = session.update(Action::CopyCertificate);
    let [Effect::CopyText { text, is_fragment: false, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(text.contains(&line("states").expect("states")), "{text}");
    assert!(text.contains("that a state was left out"), "{text}");
    let effects = session.update(Action::StepThroughFound);
    assert!(announced(&effects).contains("No way"), "{effects:?}");
}

#[test]
fn a_verdict_names_the_rule_it_is_about() {
    let mut session = Session::open("v=1&e=a4&r=v6");
    let mut options = Options::clone(&session.view().explore.options);
    options.bounds.rules = vec![Rule::Livelock];
    session.update(Action::AskFor(Box::new(options)));
    search(&mut session, Kind::Search);
    let card = session.view().explore.search.clone().and_then(|search| search.card).expect("a verdict");
    assert!(card.sentence.starts_with("The rule \"Livelock\" is not broken in any interleaving on v6"), "{card:?}");
    assert!(card.sentence.ends_with("No other rule was looked for."), "{card:?}");
    let verdict = card.certificate.iter().find(|line| line.name == "verdict").expect("a verdict").value.clone();
    assert_eq!(&*verdict, "complete: the rule \"Livelock\" is not broken in any interleaving");
}

#[test]
fn digests_name_script_and_kernel_but_not_the_schedule() {
    let digest = |fragment: &str| {
        let mut session = Session::open(fragment);
        search(&mut session, Kind::Search);
        let card = session.view().explore.search.clone().and_then(|search| search.card).expect("a verdict");
        card.certificate.iter().find(|line| line.name == "script digest").expect("a digest").value.clone()
    };
    assert_eq!(digest("v=1&e=a4"), digest("v=1&e=a4&s=o111"));
    assert_ne!(digest("v=1&e=a4"), digest("v=1&e=a4&r=v6"));
}

#[test]
fn a_bound_proves_nothing() {
    let mut session = Session::open("v=1&e=a4&r=v6");
    let mut options = Options::clone(&session.view().explore.options);
    options.bounds.states = 50;
    session.update(Action::AskFor(Box::new(options)));
    let effects = search(&mut session, Kind::Search);
    assert!(announced(&effects).contains("The bound on states was hit. This proves nothing"), "{effects:?}");
    let card = session.view().explore.search.clone().and_then(|search| search.card).expect("a card");
    assert_eq!((card.tone, card.can_step), (Tone::Open, false));
}

#[test]
fn failing_calls_are_asked_for() {
    let script = REVIEWED.replace("fail     preload 1\n", "");
    let verdict = |failures: u32| {
        let mut session = run(&script);
        let mut options = Options::clone(&session.view().explore.options);
        options.bounds.failures = failures;
        session.update(Action::AskFor(Box::new(options)));
        search(&mut session, Kind::Search);
        session.view().explore.search.clone().and_then(|search| search.card).expect("a card").tone
    };
    assert_eq!(verdict(0), Tone::Good);
    assert_eq!(verdict(1), Tone::Bad);
    assert_eq!(verdict(Bounds::ANY_FAILURES), Tone::Bad);
}

#[test]
fn what_is_stopped_proves_nothing_and_late_reports_are_not_heard() {
    let mut session = run(DOWNGRADE);
    let started = message(&session.update(Action::StartSearch(Kind::Search)));
    assert_eq!(session.view().explore.running, Some(Kind::Search));
    assert!(session.view().explore.search.clone().is_some_and(|search| search.card.is_none()));
    let effects = session.update(Action::StopSearch);
    assert!(effects.contains(&Effect::StopSearch));
    work(&mut session, &started);
    let card = session.view().explore.search.clone().and_then(|search| search.card).expect("a card");
    assert_eq!((card.tone, &*card.headline), (Tone::Open, "Stopped"));
    assert_eq!(session.view().explore.running, None);
}

#[test]
fn another_script_stops_the_search_and_forgets_what_was_found() {
    let mut session = Session::open("v=1&e=a4");
    session.update(Action::StartSearch(Kind::Search));
    let effects = session.update(Action::LoadExhibit("a5".into()));
    assert!(effects.contains(&Effect::StopSearch), "{effects:?}");
    assert!(session.view().explore.search.is_none());
    assert_eq!(session.view().explore.running, None);
}

#[test]
fn a_script_with_errors_is_not_searched() {
    let mut session = Session::open("v=1&e=a4");
    session.update(Action::EditScript("thread A\n  frobnicate\n".into()));
    let why = session.view().explore.why_not.clone().expect("a reason");
    assert!(why.contains("has errors"), "{why}");
    let effects = session.update(Action::StartSearch(Kind::Search));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::StartSearch(_))), "{effects:?}");
    let session = run("title nobody\n");
    assert!(session.view().explore.why_not.clone().is_some_and(|why| why.contains("no threads")));
    let request = Request {
        kind: Kind::Search,
        script: "thread A\n  frobnicate\n".into(),
        revision: "v5".into(),
        options: Options::default(),
    };
    assert!(Job::new(&request).is_err());
    assert!(Job::new(&Request { script: DOWNGRADE.into(), revision: "v5.5".into(), ..request }).is_err());
}

#[test]
fn a_worker_that_fails_is_told() {
    let mut session = Session::open("v=1&e=a4");
    session.update(Action::StartSearch(Kind::Search));
    let effects = session.update(Action::SearchFailed("It ran out of memory.".into()));
    assert!(announced(&effects).contains("out of memory"), "{effects:?}");
    let explore = session.view().explore.clone();
    assert_eq!(explore.running, None);
    let card = explore.search.clone().and_then(|search| search.card).expect("a card");
    assert_eq!((&*card.headline, &*card.sentence), ("The search ended early", "It ran out of memory."));
    assert_eq!(session.view().notices.len(), 0, "the card is in sight");
    session.update(Action::StartSearch(Kind::Search));
    session.update(Action::SearchReported("nonsense".into()));
    assert_eq!(session.view().explore.running, None);
}

#[test]
fn a_worker_that_fails_behind_another_panel_is_told_on_the_page() {
    for kind in [Kind::Search, Kind::Reductions, Kind::Necessity] {
        let mut session = Session::open("v=1&e=a4");
        session.update(Action::StartSearch(kind));
        session.update(Action::OpenPanel(Panel::Transcript));
        session.update(Action::SearchFailed("It is dead.".into()));
        let view = session.view();
        assert_eq!(view.explore.running, None, "{kind:?}");
        assert_eq!(&*view.notices[0].text, "The search ended early. It is dead.", "{kind:?}");
        let told = [&view.explore.no_table, &view.explore.no_guards].into_iter().flatten().count();
        assert_eq!(told, usize::from(kind != Kind::Search), "{kind:?}");
    }
}

#[test]
fn a_worker_that_fails_while_it_explains_leaves_what_was_found() {
    let mut session = Session::open("v=1&e=a4");
    let started = message(&session.update(Action::StartSearch(Kind::Search)));
    let mut job = Job::new(&Request::from_message(&started).expect("a request")).expect("a script without errors");
    // Until something is found and its explanation has begun.
    while job.report().explanation.is_none() {
        let clock = Cell::new(0.0);
        job.advance(1.0, || {
            clock.set(clock.get() + 1.0);
            clock.get()
        });
    }
    session.update(Action::SearchReported(job.report().to_message()));
    session.update(Action::SearchFailed("It is dead.".into()));
    let card = session.view().explore.search.clone().and_then(|search| search.card).expect("a card");
    assert_eq!((&*card.headline, card.can_step), ("Lost wake-up", true));
    assert!(card.sentence.ends_with("Its explanation ended early. It is dead."), "{}", card.sentence);
    assert_eq!(card.explanation, None, "nothing looks as if it went on");
}

#[test]
fn the_table_compares_every_row_with_the_last() {
    let mut session = Session::open("v=1&e=a4");
    search(&mut session, Kind::Reductions);
    let table = session.view().explore.table.clone();
    assert_eq!(table.len(), TABLE.len());
    for row in table.iter() {
        assert!(matches!(row.agreement, Agreement::Same | Agreement::Nothing), "{row:?}");
        let is_open = row.verdict.contains("bound");
        assert_eq!(row.agreement == Agreement::Nothing, is_open, "{row:?}");
    }
    assert_eq!(table.last().map(|row| row.agreement), Some(Agreement::Same));
}

#[test]
fn every_reduction_is_a_row_and_each_row_adds_one() {
    let count = |reductions: &Reductions| REDUCTIONS.iter().filter(|one| (one.get)(reductions)).count();
    for (at, row) in TABLE.iter().enumerate() {
        assert_eq!(count(&row.reductions), at, "{}", row.name);
    }
    assert_eq!(TABLE.last().map(|row| row.reductions), Some(Reductions::ALL));
}

#[test]
fn the_exhibit_says_what_to_look_for() {
    let mut session = Session::open("v=1&e=a4&r=v9");
    let effects = session.update(Action::FindInExhibit);
    let request = Request::from_message(&message(&effects)).expect("a request");
    assert_eq!(request.revision, "v5");
    assert_eq!(request.options.bounds.rules, [Rule::LostWakeup]);
    let view = session.view();
    assert_eq!((view.panel, &*view.header.revision), (Panel::Explore, "v5"));
}

#[test]
fn the_kernel_of_the_search_runs_when_its_way_is_stepped_through() {
    let mut session = Session::open("v=1&e=a4");
    search(&mut session, Kind::Search);
    session.update(Action::SetRevision(Some("v9".into())));
    session.update(Action::StepThroughFound);
    assert_eq!(&*session.view().header.revision, "v5");
    assert!(session.view().notices[0].text.contains("v5 again"));
}

#[test]
fn a_random_search_is_never_complete() {
    let mut session = Session::open("v=1&e=a4&r=v6");
    let mut options = Options::clone(&session.view().explore.options);
    options.policy = Policy::Random { seed: 1, runs: 20 };
    session.update(Action::AskFor(Box::new(options.clone())));
    let started = message(&session.update(Action::StartSearch(Kind::Search)));
    assert_eq!(Request::from_message(&started).map(|request| request.options), Some(options));
}

#[test]
fn a_job_can_be_left_after_every_slice() {
    let request = Request {
        kind: Kind::Search,
        script: include_str!("../../../tests/mix/2x2.dax").into(),
        revision: "fixed".into(),
        options: Options { reductions: Reductions::SHORTEST, ..Options::default() },
    };
    let at_once = {
        let mut job = Job::new(&request).expect("a job");
        job.advance(f64::INFINITY, || 0.0);
        job.report().searches
    };
    let mut job = Job::new(&request).expect("a job");
    let clock = Cell::new(0.0);
    let mut slices = 0;
    while !job.is_done() {
        job.advance(1.0, || {
            clock.set(clock.get() + 1.0);
            clock.get()
        });
        slices += 1;
        assert_eq!(job.report().is_last, job.is_done());
    }
    let in_slices = job.report().searches;
    assert!(slices > 1, "{slices}");
    assert_eq!(in_slices[0].outcome, Outcome::Complete);
    assert_eq!((in_slices[0].states, in_slices[0].transitions), (at_once[0].states, at_once[0].transitions));
}

#[test]
fn a_kernel_with_changes_is_in_the_link() {
    let mut session = run(DOWNGRADE);
    session.update(Action::SetRevision(Some("fixed wake_mode_delete=one".into())));
    let link = session.fragment();
    assert!(link.contains("r=fixed+wake_mode_delete=one"), "{link}");
    for link in [link.clone(), link.replace('+', "%20")] {
        assert_eq!(&*Session::open(&link).view().header.revision, "fixed wake_mode_delete=one", "{link}");
    }
}

#[test]
fn side_by_side_marks_the_first_divergence() {
    let mut session = Session::open("v=1&e=a4");
    assert!(session.view().side_by_side.is_none());
    session.update(Action::OpenPanel(Panel::SideBySide));
    let view = session.view().side_by_side.clone().expect("two runs");
    assert_eq!((&*view.left, &*view.right), ("v5", "v6"));
    assert!(view.left_end.is_broken && !view.right_end.is_broken);
    assert!(view.left_end.sentence.contains("Lost wake-up"), "{:?}", view.left_end);
    let divergence = view.divergence.clone().expect("they part");
    let first = view.rows.iter().find(|row| !row.is_same).expect("a row that differs");
    assert_eq!(first.number, divergence.step);
    assert!(view.rows.iter().take_while(|row| row.is_same).count() <= 3);
    assert_eq!(view.skipped + 1, view.rows[0].number);
    assert!(divergence.left_line.contains(".rs:"), "{divergence:?}");

    // Against itself nothing differs.
    session.update(Action::SetOtherRevision(Some("v5".into())));
    let view = session.view().side_by_side.clone().expect("two runs");
    assert!(view.divergence.is_none() && view.rows.iter().all(|row| row.is_same));
    // A mended kernel on screen is shown on the right of the broken one.
    session.update(Action::SetOtherRevision(None));
    session.update(Action::SetRevision(Some("v6".into())));
    assert_eq!(&*session.view().side_by_side.clone().expect("two runs").left, "v5");
}

#[test]
fn side_by_side_tells_where_a_schedule_cannot_be_followed() {
    let mut session = Session::open("v=1&e=a4");
    session.update(Action::OpenPanel(Panel::SideBySide));
    session.update(Action::SetOtherRevision(Some("4.12.4".into())));
    let view = session.view().side_by_side.clone().expect("two runs");
    assert!(view.left_end.is_broken && !view.right_end.is_broken);
    let end = &view.right_end.sentence;
    assert!(end.contains("of the schedule is not possible here:"), "{end}");
    assert!(view.rows.iter().filter_map(|row| row.right.as_ref()).any(|step| step.is_beyond));

    let mut session = run(REVIEWED);
    to_the_end(&mut session);
    session.update(Action::OpenPanel(Panel::SideBySide));
    let view = session.view().side_by_side.clone().expect("two runs");
    assert_eq!(&*view.right, "fixed", "an own script is shown beside the corrected kernel");
    assert!(view.left_end.is_broken && !view.right_end.is_broken);
}

#[test]
fn the_gallery_has_every_exhibit() {
    let mut session = Session::open("v=1&e=a4");
    assert!(session.view().gallery.is_empty(), "cards are built when they are looked at");
    session.update(Action::OpenPanel(Panel::Gallery));
    let gallery = session.view().gallery.clone();
    assert_eq!(gallery.len(), session.view().header.exhibits.len());
    assert_eq!(gallery.iter().filter(|card| card.is_open).map(|card| card.id.to_string()).collect::<Vec<_>>(), ["a4"]);
    session.update(Action::ReadExhibit("a5".into()));
    let view = session.view();
    assert_eq!((view.panel, view.header.exhibit.as_deref()), (Panel::Story, Some("a5")));
}

#[test]
fn the_verdict_is_told_once_and_before_the_explanation() {
    let mut session = Session::open("v=1&e=a4");
    let started = message(&session.update(Action::StartSearch(Kind::Search)));
    let mut job = Job::new(&Request::from_message(&started).expect("a request")).expect("a job");
    let clock = Cell::new(0.0);
    let mut told = Vec::new();
    while !job.is_done() {
        job.advance(1.0, || {
            clock.set(clock.get() + 1.0);
            clock.get()
        });
        let said = announced(&session.update(Action::SearchReported(job.report().to_message())));
        if !said.is_empty() {
            told.push((said, job.is_done()));
        }
    }
    let [(said, at_the_end)] = &told[..] else { panic!("{told:?}") };
    assert!(said.starts_with("Lost wake-up. The machine found it on v5 after"), "{said}");
    assert!(!at_the_end, "the explanation comes later");
}

#[test]
fn a_smaller_scenario_can_be_opened() {
    let mut script = session_script("v=1&e=a4");
    script = script.replace("schedule", "thread D\n  read 4K at 0\nschedule");
    let mut session = run(&script);
    search(&mut session, Kind::Search);
    let card = session.view().explore.search.clone().and_then(|search| search.card).expect("a card");
    let explanation = card.explanation.clone().expect("an explanation");
    assert!(!explanation.script.is_empty() && !explanation.removed.is_empty(), "{explanation:?}");
    // It is told where it was found: every step that is named can be gone to.
    for step in explanation.switches.iter().chain(&explanation.key_steps).map(|(step, _)| *step) {
        session.update(Action::GoToFound(step));
        let view = session.view();
        assert_eq!((view.step.number, view.threads.len()), (step, 4));
        assert!(view.explore.search.is_some());
    }
    session.update(Action::End);
    assert_eq!(&*session.view().alerts[0].rule, "lost-wakeup");
    session.update(Action::OpenSmaller);
    assert_eq!(session.view().threads.len(), 3);
    session.update(Action::End);
    assert_eq!(&*session.view().alerts[0].rule, "lost-wakeup");
}

fn session_script(fragment: &str) -> String {
    Session::open(fragment).view().script.text.to_string()
}

#[test]
fn guards_say_what_breaks_without_them() {
    let mut session = Session::open("v=1&e=a4&r=v6");
    search(&mut session, Kind::Necessity);
    let view = session.view();
    let row = |name: &str| view.explore.guards.iter().find(|guard| &*guard.name == name).cloned();
    let wake = row("wake_mode_downgrade=one").expect("a trial");
    assert_eq!(wake.tone, Some(Tone::Bad), "{wake:?}");
    assert!(wake.result.starts_with("needed: Lost wake-up after"), "{wake:?}");
    assert!(view.explore.guards.iter().any(|guard| guard.tone == Some(Tone::Good)));

    let mut session = Session::open("v=1&e=a4");
    search(&mut session, Kind::Necessity);
    let why = session.view().explore.no_guards.clone().expect("a reason");
    assert!(why.contains("breaks a rule as it is"), "{why}");
}
