//! What is pressed gets an answer that everybody sees, and a run that passes is told as one.

mod common;

use common::{A, DOWNGRADE, REVIEWED, run, to_the_end};
use daxscope_session::view::Verdict;
use daxscope_session::{Action, Effect, Object, Panel, Session, ThreadId};

/// What everybody sees for a moment.
fn told(effects: &[Effect]) -> Vec<&str> {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(sentence) => Some(sentence.as_str()),
        _ => None,
    });
    told.collect()
}

#[test]
fn every_refusal_is_seen() {
    let mut session = Session::open("v=1&e=a4&p=40");
    let mut check = |action: Action, word: &str| {
        let before = session.fragment();
        let effects = session.update(action.clone());
        let [sentence] = told(&effects)[..] else { panic!("{action:?}: {effects:?}") };
        assert!(sentence.contains(word), "{action:?}: {sentence}");
        assert_eq!(session.fragment(), before, "{action:?} did nothing");
    };
    check(Action::StepThread(ThreadId(6)), "There is no thread G");
    check(Action::StepThread(ThreadId(2)), "C cannot run: asleep on key 0x200");
    check(Action::RunThreadUntilBlocked(ThreadId(2)), "C cannot run");
    check(Action::PreviousViolation, "No step before this one");
    check(Action::UndoBranch, "no branch");
    check(Action::NextHit, "No step after");
    check(Action::StepThroughFound, "No way");
    check(Action::GoToFound(3), "No way");
    check(Action::OpenSmaller, "No smaller");
    check(Action::StopSearch, "Nothing is being searched");

    let mut session = Session::open("v=1&e=a4&p=73");
    for action in [Action::End, Action::Forward, Action::NextViolation, Action::StepThread(A), Action::FailNext(None)] {
        let effects = session.update(action.clone());
        assert_eq!(told(&effects).len(), 1, "{action:?}: {effects:?}");
    }
    session.update(Action::Home);
    assert_eq!(told(&session.update(Action::Back)), ["This is before the first step."]);
}

#[test]
fn what_is_put_aside_is_said() {
    let mut session = Session::open("v=1&e=a4&p=5");
    let view = session.view();
    let total = view.step.total;
    let other = view.threads.iter().find(|thread| thread.can_step && Some(thread.id) != view.step.next_thread);
    let effects = session.update(Action::StepThread(other.expect("a thread that is not next").id));
    let [sentence] = told(&effects)[..] else { panic!("{effects:?}") };
    assert!(sentence.contains(&format!("{} recorded steps", total - 5)) && sentence.contains("Ctrl+Z"), "{sentence}");
    session.update(Action::UndoBranch);
    assert_eq!(session.view().step.total, total);
}

#[test]
fn where_nothing_can_fail_nothing_is_done() {
    let mut session = Session::open("v=1&e=a4&p=40");
    let before = session.view();
    assert!(!before.threads[0].can_fail);
    for action in [Action::FailNext(None), Action::FailNext(Some(A))] {
        let effects = session.update(action);
        let [sentence] = told(&effects)[..] else { panic!("{effects:?}") };
        assert!(sentence.contains("Nothing in the next step of A can fail"), "{sentence}");
        let view = session.view();
        assert_eq!((view.step.number, view.step.total), (before.step.number, before.step.total));
    }

    // Where something can, it does.
    let mut session = run(&REVIEWED.replace("fail     preload 1\n", ""));
    while !session.view().threads[0].can_fail {
        session.update(Action::StepThread(A));
    }
    session.update(Action::FailNext(None));
    assert!(session.view().step.is_failure);
}

#[test]
fn a_run_that_passes_says_so() {
    let mut session = run(REVIEWED);
    to_the_end(&mut session);
    let broken = session.view().step.total;
    assert_eq!(session.view().passed, None);
    session.update(Action::SetRevision(Some("v9".into())));
    let view = session.view();
    let passed = view.passed.clone().expect("it passes");
    assert!(passed.contains(&format!("the same {broken} steps break nothing")), "{passed}");
    assert!(passed.starts_with("v9: ") && passed.contains("A got VM_FAULT_OOM"), "{passed}");
    assert!(passed.contains("kill the process, which is not modelled"), "{passed}");
    let operation = view.threads[0].operations[0].result.clone();
    assert!(operation.contains("VM_FAULT_OOM") && operation.contains("not modelled"), "{operation}");
    assert!(!view.step.can_forward, "the run is followed to its end");
    // It belongs to the end of the run.
    session.update(Action::Back);
    assert_eq!(session.view().passed, None);
    session.update(Action::End);
    assert_eq!(session.view().passed, Some(passed));
    // And the way back leads to the run that broke.
    session.update(Action::SetRevision(None));
    let view = session.view();
    assert_eq!((view.step.total, view.passed.clone()), (broken, None));
    assert_eq!(view.notices.len(), 0, "{:?}", view.notices);
    session.update(Action::End);
    assert_eq!(&*session.view().alerts[0].rule, "kernel-bug");
}

#[test]
fn every_exhibit_passes_or_shows_why_not_on_its_first_mended_kernel() {
    let ids: Vec<String> = Session::open("").view().header.exhibits.iter().map(|item| item.id.to_string()).collect();
    let mut passed = 0;
    for id in ids {
        let mut session = Session::open(&format!("v=1&e={id}"));
        session.update(Action::End);
        let Some(mended) = session.view().alerts.first().and_then(|alert| alert.try_revision.clone()) else { continue };
        session.update(Action::SetRevision(Some(mended.to_string())));
        let view = session.view();
        session.update(Action::End);
        let at_end = session.view();
        match &view.passed {
            Some(sentence) => {
                assert!(at_end.alerts.is_empty(), "{id} on {mended}: {sentence}");
                assert!(sentence.contains("break nothing") || sentence.contains("breaks nothing"), "{id}: {sentence}");
                passed += 1;
            }
            None => assert!(!at_end.alerts.is_empty(), "{id} on {mended}"),
        }
    }
    assert!(passed >= 15, "{passed}");
}

/// Whoever has seen how a run ends sees it on every kernel, as the table of all kernels says; and the way back is the run before.
#[test]
fn every_change_of_kernel_ends_as_the_table_says() {
    let ids: Vec<String> = Session::open("").view().header.exhibits.iter().map(|item| item.id.to_string()).collect();
    let mut broken = 0;
    for id in ids.iter().step_by(3) {
        let mut session = Session::open(&format!("v=1&e={id}"));
        session.update(Action::End);
        let before = session.view();
        session.update(Action::OpenPanel(Panel::Compare));
        let rows = session.view().compare.clone();
        session.update(Action::Close);
        for row in rows.iter().filter(|row| !row.is_current) {
            session.update(Action::SetRevision(Some(row.revision.into())));
            let view = session.view();
            if row.verdict == Verdict::Broken {
                assert!(!view.alerts.is_empty(), "{id} on {}: {}", row.revision, row.sentence);
                broken += 1;
            } else {
                assert!(view.alerts.is_empty(), "{id} on {}: {:?}", row.revision, view.alerts);
                assert!(view.step.is_at_end && view.passed.is_some(), "{id} on {}: {}", row.revision, row.sentence);
            }
        }
        session.update(Action::SetRevision(None));
        let after = session.view();
        assert_eq!((after.step.number, after.step.total), (before.step.number, before.step.total), "{id}");
        assert_eq!(after.alerts, before.alerts, "{id}");
    }
    assert!(broken >= 5, "{broken}");
}

/// In the middle one stays, and comes back to where one was.
#[test]
fn a_change_of_kernel_keeps_the_place() {
    let mut session = Session::open("v=1&e=a4&p=20&s=o1x30");
    for kernel in ["v4", "v8", "v9", "v5"] {
        session.update(Action::SetRevision(Some(kernel.into())));
        assert_eq!(session.view().step.number, 20.min(session.view().step.total), "{kernel}");
    }
    session.update(Action::Back);
    session.update(Action::SetRevision(Some("v9".into())));
    assert_eq!(session.view().step.number, 19);
}

#[test]
fn processes_have_the_names_of_the_script_everywhere() {
    let script = DOWNGRADE.replace("process  P", "process  left").replace("process  Q", "process  right");
    let mut session = run(&script.replace("in P", "in left").replace("in Q", "in right").replace("via Q", "via right"));
    let mut seen = 0;
    for _ in 0..200 {
        let view = session.view();
        if !view.step.can_forward {
            break;
        }
        session.update(Action::Forward);
        let text =
            format!("{:?} {:?} {:?} {:?} {:?}", view.threads, view.locks, view.step, view.alerts, view.page_tables);
        for number in ["process 1", "process 2"] {
            assert!(!text.contains(number), "{text}");
        }
        seen += usize::from(text.contains("process left")) + usize::from(text.contains("process right"));
    }
    assert!(seen > 50, "{seen}");
    session.update(Action::Select(Some(Object::Pte(daxscope_core::units::MmId(1), 0x203))));
    assert_eq!(&*session.view().selection.as_ref().expect("a history").title, "pte 0x203 of process right");
}

#[test]
fn an_entry_that_is_gone_is_a_warning_only_when_nobody_will_wake() {
    // On v6 the deletion wakes everybody, one operation later.
    let mut session = Session::open("v=1&e=a4&r=v6");
    session.update(Action::Home);
    for _ in 0..300 {
        let view = session.view();
        assert!(view.tree.ghosts.is_empty(), "step {}: {:?}", view.step.number, view.tree.ghosts);
        if !view.step.can_forward {
            break;
        }
        session.update(Action::Forward);
    }
    let mut session = Session::open("v=1&e=a4&p=73");
    session.update(Action::End);
    let ghosts = session.view().tree.ghosts.clone();
    assert_eq!(ghosts.len(), 1);
    assert!(ghosts[0].label.contains("waits for one that is gone") == (ghosts[0].waiters.len() == 1), "{ghosts:?}");
}

#[test]
fn a_history_is_seen_beside_every_panel() {
    let mut session = Session::open("v=1&e=a4&p=20");
    for panel in [Panel::None, Panel::Story, Panel::Transcript, Panel::Explore] {
        session.update(Action::OpenPanel(panel));
        session.update(Action::Select(Some(Object::Slot(0x200))));
        let view = session.view();
        assert_eq!(view.panel, panel, "what was open stays");
        assert!(view.selection.is_some(), "{panel:?}");
        session.update(Action::Select(None));
    }
}

#[test]
fn a_run_that_can_go_on_says_who_can() {
    let mut session = Session::open("v=1&e=a4&p=0");
    assert_eq!(&*session.view().step.status, "Nobody has run yet.");
    session.update(Action::StepThread(ThreadId(1)));
    assert_eq!(&*session.view().step.status, "A, B, C can still run.");
}

#[test]
fn what_the_script_expects_is_judged_at_the_end() {
    let script = "file 4M\nthread A\n  read 2M at 0\nexpect huge 0\nexpect no huge 0\n";
    let mut session = run(script);
    let met = |session: &Session| session.view().expectations.iter().map(|one| one.is_met).collect::<Vec<_>>();
    assert_eq!(met(&session), [None, None]);
    to_the_end(&mut session);
    assert_eq!(met(&session), [Some(true), Some(false)]);
    let view = session.view();
    assert_eq!(&*view.expectations[1].words, "no huge 0");
    assert!(view.expectations[1].instead.contains("Expected `no huge 0`, but"), "{:?}", view.expectations);
    session.update(Action::Back);
    assert_eq!(met(&session), [None, None]);
}
