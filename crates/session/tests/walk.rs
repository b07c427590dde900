//! A person's way through a run: step, back, branch, other kernels.

mod common;

use common::{A, B, C, DOWNGRADE, REVIEWED, Random, run, steps, to_the_end};
use daxscope_session::view::{BarKind, NoticeKind, ThreadStatus, Verdict};
use daxscope_session::{Action, Effect, Object, Panel, Playback, Session, StepSize, ThreadId};
use std::rc::Rc;

fn announced(effects: &[Effect]) -> String {
    let sentences = effects.iter().filter_map(|effect| match effect {
        Effect::Announce(sentence) | Effect::Tell(sentence) => Some(sentence.as_str()),
        _ => None,
    });
    sentences.collect::<Vec<_>>().join(" ")
}

#[test]
fn the_reviewed_line_kills_the_kernel_and_v9_does_not() {
    let mut session = run(REVIEWED);
    assert!(session.view().alerts.is_empty());
    to_the_end(&mut session);
    let view = session.view();
    assert_eq!(view.threads[0].status, ThreadStatus::Crashed);
    assert_eq!(&*view.alerts[0].rule, "kernel-bug");
    assert!(view.alerts[0].is_new);
    assert!(view.step.status.contains("dead"), "{}", view.step.status);
    assert!(view.transcript.rows.iter().any(|row| row.is_failure));
    assert_eq!(*view.timeline.violations, [view.step.total]);
    let dead_at = view.step.number;

    session.update(Action::Back);
    assert!(session.view().alerts.is_empty());

    let effects = session.update(Action::SetRevision(Some("v9".into())));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::PushUrl(url) if url.contains("r=v9"))));
    let view = session.view();
    assert!(view.step.number >= dead_at, "a run that passes is followed to its end");
    assert!(view.header.revision_is_overridden && !view.step.can_forward);
    assert!(view.alerts.is_empty(), "{:?}", view.alerts);
    assert_eq!(view.threads[0].status, ThreadStatus::Done);

    session.update(Action::SetRevision(None));
    session.update(Action::End);
    assert_eq!(&*session.view().alerts[0].rule, "kernel-bug");
}

#[test]
fn a_failure_can_be_chosen_while_stepping() {
    let mut session = run(&REVIEWED.replace("fail     preload 1\n", ""));
    for _ in 0..200 {
        if session.view().threads[0].can_fail && session.view().threads[0].next.contains("reallocate") {
            session.update(Action::FailNext(Some(A)));
            break;
        }
        session.update(Action::StepThread(A));
    }
    assert!(session.view().step.is_failure);
    session.update(Action::RunUntilViolation);
    assert_eq!(&*session.view().alerts[0].rule, "kernel-bug");
}

#[test]
fn an_unfollowable_schedule_says_where_and_keeps_its_end() {
    let mut session = run(&format!("{}schedule A5\n", REVIEWED.replace("v6", "v9")));
    to_the_end(&mut session);
    let total = session.view().step.total;
    let long = format!("{}schedule A{}\n", REVIEWED, total + 3);
    let mut session = run(&long);
    let notice = session.view().notices[0].clone();
    assert_eq!(notice.kind, NoticeKind::Information);
    assert!(notice.text.contains("could not be followed at step"), "{}", notice.text);
    let on_v6 = session.view().step.total;
    session.update(Action::SetRevision(Some("v9".into())));
    assert_eq!(session.view().step.total, total);
    assert!(on_v6 < total);
    session.update(Action::SetRevision(None));
    assert_eq!(session.view().step.total, on_v6);
}

#[test]
fn the_downgrade_loses_a_wake_up() {
    let mut session = run(DOWNGRADE);
    // A downgrades; B and C go to sleep while it holds the entry.
    let mut guard = 0;
    while !session.view().threads[0].held.iter().any(|held| held.name.starts_with("entry"))
        || session.view().threads[0].operations[0].state != daxscope_session::view::OperationState::Done
    {
        session.update(Action::StepThread(A));
        guard += 1;
        assert!(guard < 300);
    }
    while session.view().threads[0].held.iter().any(|held| &*held.name == "tree_lock") {
        session.update(Action::StepThread(A));
    }
    for thread in [B, C] {
        session.update(Action::RunThreadUntilBlocked(thread));
        let view = session.view();
        assert_eq!(view.threads[thread.index()].status, ThreadStatus::Asleep, "{:?}", view.threads[thread.index()]);
        assert!(view.threads[thread.index()].why.contains("key 0x200"), "{}", view.threads[thread.index()].why);
    }
    let view = session.view();
    assert_eq!(view.waits[0].key, 0x200);
    assert!(view.waits[0].sentence.contains("exclusive; now there is 0x"), "{}", view.waits[0].sentence);
    let order: Vec<ThreadId> = view.waits[0].waiters.iter().map(|waiter| waiter.thread).collect();
    assert_eq!(order, [B, C]);
    let leaf = view.tree.leaves.iter().find(|leaf| leaf.index == 0x200).expect("the 2 MiB entry");
    assert_eq!((leaf.holder, &*leaf.waiters), (Some(A), &[B, C][..]));
    let lock = view.locks.iter().find(|lock| lock.object == Object::Slot(0x200)).expect("its lock");
    assert_eq!(&*lock.waiters, [B, C]);

    to_the_end(&mut session);
    let view = session.view();
    assert_eq!(view.threads[2].status, ThreadStatus::WakeLost);
    assert_eq!(&*view.threads[2].chip, "asleep, wake lost");
    assert_eq!(&*view.alerts[0].rule, "lost-wakeup");
    assert!(view.timeline.lanes[2].bars.iter().any(|bar| bar.kind == BarKind::Lost));
    assert_eq!(view.tree.ghosts[0].key, 0x200);
    assert!(view.timeline.wakes.iter().any(|wake| (wake.from, wake.to) == (A, B)));

    session.update(Action::OpenPanel(Panel::Compare));
    let rows = session.view().compare;
    let verdict = |name| rows.iter().find(|row| row.revision == name).map(|row| row.verdict);
    assert_eq!(verdict("v5"), Some(Verdict::Broken));
    assert_ne!(verdict("v9"), Some(Verdict::Broken));
    assert!(rows.iter().any(|row| row.is_current));
}

#[test]
fn another_thread_in_the_middle_is_a_branch_that_can_be_undone() {
    let mut session = run(DOWNGRADE);
    steps(&mut session, "AAABBAAA");
    let whole = session.view().transcript;
    let whole_fragment = session.fragment();
    session.update(Action::GoTo(3));
    let effects = session.update(Action::StepThread(B));
    assert!(matches!(effects.last(), Some(Effect::ReplaceUrl(_))), "the recorded step is no branch: {effects:?}");
    session.update(Action::Back);
    let effects = session.update(Action::StepThread(C));
    assert!(matches!(effects.last(), Some(Effect::PushUrl(_))), "{effects:?}");
    let view = session.view();
    assert_eq!((view.step.number, view.step.total), (4, 4));
    assert_eq!(view.header.undo.map(|undo| (undo.at, undo.steps)), Some((3, 5)));
    session.update(Action::UndoBranch);
    assert_eq!(*session.view().transcript, *whole);
    session.update(Action::End);
    assert_eq!(session.fragment(), whole_fragment);
    session.update(Action::UndoBranch);
    assert_eq!(session.view().step.total, 8, "nothing is left to undo");
    session.update(Action::RedoBranch);
    assert_eq!(session.view().step.total, 4);
}

#[test]
fn back_and_forward_show_the_same_states() {
    let mut session = run(DOWNGRADE);
    let mut random = Random(7);
    let mut views = vec![session.view()];
    while session.view().step.can_forward && views.len() < 300 {
        let able: Vec<_> =
            session.view().threads.iter().filter(|thread| thread.can_step).map(|thread| thread.id).collect();
        let thread = able[random.below(able.len() as u64) as usize];
        session.update(Action::StepThread(thread));
        views.push(session.view());
    }
    let last = views.len() - 1;
    for _ in 0..200 {
        let number = random.below(views.len() as u64) as usize;
        session.update(Action::GoTo(number));
        let (seen, was) = (session.view(), &views[number]);
        assert_eq!(seen.tree, was.tree);
        assert_eq!(seen.waits, was.waits);
        assert_eq!(seen.locks, was.locks);
        assert_eq!(seen.page_tables, was.page_tables);
        assert_eq!(seen.pmem, was.pmem);
        assert_eq!(seen.threads, was.threads);
        assert_eq!(seen.step.changes, was.step.changes);
        assert_eq!(seen.alerts, was.alerts);
    }
    session.update(Action::Home);
    for was in &views[1..] {
        session.update(Action::Forward);
        assert_eq!(session.view().threads, was.threads);
    }
    let effects = session.update(Action::End);
    assert!(announced(&effects).contains("after the last step"));
    for was in views[..last].iter().rev() {
        session.update(Action::Back);
        assert_eq!(session.view().source, was.source);
    }
}

#[test]
fn what_did_not_change_is_the_very_same() {
    let mut session = run(DOWNGRADE);
    steps(&mut session, "AAAA");
    let before = session.view();
    session.update(Action::StepThread(A));
    let after = session.view();
    assert!(Rc::ptr_eq(&before.header, &after.header));
    assert!(Rc::ptr_eq(&before.pmem, &after.pmem));
    assert!(Rc::ptr_eq(&before.script, &after.script));
    assert!(!Rc::ptr_eq(&before.step, &after.step));
    session.update(Action::Back);
    assert!(Rc::ptr_eq(&after.transcript, &session.view().transcript));
    assert!(Rc::ptr_eq(&after.timeline, &session.view().timeline));
    assert_eq!(session.view(), session.view());
}

#[test]
fn the_step_size_can_change_in_the_middle() {
    let mut session = run(DOWNGRADE);
    session.update(Action::RunUntilViolation);
    to_the_end(&mut session);
    let (end, total) = (session.view(), session.view().step.total);
    session.update(Action::SetStepSize(StepSize::Point));
    let points = session.view();
    assert!(points.step.total < total, "{} < {total}", points.step.total);
    assert_eq!(points.step.number, points.step.total);
    assert_eq!(points.tree.leaves.len(), end.tree.leaves.len());
    assert_eq!(points.header.step_size, StepSize::Point);
    session.update(Action::SetStepSize(StepSize::Operation));
    assert_eq!(session.view().step.total, total);
    assert_eq!(session.view().tree.leaves, end.tree.leaves);
}

#[test]
fn playing_ends_by_itself() {
    let mut session = run(REVIEWED);
    session.update(Action::TogglePlay);
    assert_eq!(session.view().playback, Playback::Playing);
    for _ in 0..200 {
        session.update(Action::Tick);
    }
    let view = session.view();
    assert_eq!(view.playback, Playback::Paused);
    assert_eq!(view.alerts.len(), 1);
    session.update(Action::Home);
    session.update(Action::Play);
    session.update(Action::Back);
    assert_eq!(session.view().playback, Playback::Paused);
}

#[test]
fn locks_violations_and_words_are_found() {
    let mut session = run(DOWNGRADE);
    to_the_end(&mut session);
    session.update(Action::Home);
    session.update(Action::Select(Some(Object::TreeLock)));
    session.update(Action::NextSameLock);
    let first = session.view();
    assert!(first.step.sentence.contains("takes tree_lock"), "{}", first.step.sentence);
    session.update(Action::NextSameLock);
    assert!(session.view().step.sentence.contains("releases tree_lock"), "{}", session.view().step.sentence);
    session.update(Action::PreviousSameLock);
    assert_eq!(session.view().step.number, first.step.number);
    session.update(Action::Search("INSERTS".into()));
    let hits = session.view().transcript.hits.to_vec();
    assert!(!hits.is_empty());
    session.update(Action::Home);
    session.update(Action::NextHit);
    assert_eq!(session.view().step.number, hits[0]);
    let effects = session.update(Action::PreviousHit);
    assert!(announced(&effects).starts_with("No step before"), "{effects:?}");
}

#[test]
fn nonsense_is_answered_and_never_a_panic() {
    let mut session = Session::open("");
    for action in [
        Action::StepThread(ThreadId(200)),
        Action::FailNext(Some(ThreadId(9))),
        Action::RunThreadUntilBlocked(ThreadId(255)),
        Action::GoTo(usize::MAX),
        Action::LoadExhibit("\u{1f600}".into()),
        Action::SetRevision(Some("7.0".into())),
        Action::UndoBranch,
        Action::DismissNotice(99),
        Action::Select(Some(Object::Thread(ThreadId(99)))),
        Action::ToggleNode { first_index: u64::MAX, shift: 255 },
        Action::EditScript(String::new()),
        Action::RunScript,
        Action::Forward,
        Action::RunUntilViolation,
        Action::NextSameLock,
        Action::CopyTable,
        Action::ExportJson,
        Action::ExportMermaid,
        Action::SetStepSize(StepSize::Point),
        Action::LoadLink("v=1&e=nothing&s=o9999x&p=-1".into()),
    ] {
        session.update(action);
        let _ = session.view();
    }
    assert!(!session.view().notices.is_empty());
}

#[test]
fn who_waits_for_an_entry_that_is_gone_is_told_so() {
    let view = Session::open("v=1&e=a4&p=45").view();
    assert_eq!(&*view.waits[0].sentence, "Key 0x200: C, exclusive; no entry is there any more.");
}
