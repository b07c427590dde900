//! What a class hands in: merged in the browser, read and judged on the page for teachers.

use daxscope_lessons::lesson::lesson;
use daxscope_session::search::{Job, Request};
use daxscope_session::view::{GradeRow, LearnPage, Standing, TeachersView};
use daxscope_session::{Action, ChallengeAction, Effect, LearnAction, Panel, Session, merged_progress};
use std::cell::Cell;

fn learn(session: &mut Session, action: LearnAction) -> Vec<Effect> {
    session.update(Action::Learn(action))
}

fn teachers(session: &Session) -> TeachersView {
    match session.view().learn.as_deref() {
        Some(LearnPage::Teachers(view)) => (**view).clone(),
        other => panic!("the page for teachers: {other:?}"),
    }
}

fn kept(effects: &[Effect]) -> String {
    let line = effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepProgress(line) => Some(line.clone()),
        _ => None,
    });
    line.expect("something is kept")
}

fn copied(effects: &[Effect]) -> (String, String) {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::CopyText { text, done, .. } => Some((text.clone(), done.clone())),
        _ => None,
    });
    found.expect("something is copied")
}

/// Answers a question, in the lesson and step that ask it.
fn answer(session: &mut Session, step: (&str, usize), question: &str, letter: char) -> Vec<Effect> {
    learn(session, LearnAction::Open(step.0.into(), step.1));
    learn(session, LearnAction::Choose(question.into(), letter));
    learn(session, LearnAction::Commit(question.into()))
}

/// Does the worker's part until nothing is left to search.
fn work(session: &mut Session, mut effects: Vec<Effect>) -> usize {
    let mut searches = 0;
    while let Some(message) = effects.iter().find_map(|effect| match effect {
        Effect::StartSearch(message) => Some(message.clone()),
        _ => None,
    }) {
        searches += 1;
        let request = Request::from_message(&message).expect("a request");
        let mut job = Job::new(&request).expect("a script without errors");
        let clock = Cell::new(0.0);
        while !job.is_done() {
            job.advance(1_000.0, || {
                clock.set(clock.get() + 20.0);
                clock.get()
            });
            effects = session.update(Action::SearchReported(job.report().to_message()));
        }
    }
    searches
}

#[test]
fn two_windows_keep_the_answers_of_both() {
    let (mut one, mut two) = (Session::open("v=1&l=wake.2"), Session::open("v=1&l=keys.2"));
    let first = kept(&answer(&mut one, ("wake", 2), "wake-chain", 'c'));
    let second = kept(&answer(&mut two, ("keys", 2), "keys-which", 'a'));
    let stored = merged_progress(&first, &second);
    // The first window hears of it, and goes on.
    learn(&mut one, LearnAction::Restore(stored.clone()));
    let third = kept(&answer(&mut one, ("tree", 2), "tree-count", 'b'));
    for part in ["wake-chain=c", "keys-which=a", "tree-count=b"] {
        assert!(third.contains(part), "{third}");
    }
    // It answers nothing anew.
    answer(&mut one, ("keys", 2), "keys-which", 'b');
    let fourth = kept(&learn(&mut one, LearnAction::Open("keys".into(), 3)));
    assert!(fourth.contains("keys-which=a"), "{fourth}");
    learn(&mut one, LearnAction::Forgotten);
    assert!(!kept(&learn(&mut one, LearnAction::Open("tree".into(), 1))).contains("wake-chain"));
}

#[test]
fn what_is_chosen_outlives_a_reload() {
    let mut session = Session::open("v=1&l=keys.2");
    let line = kept(&learn(&mut session, LearnAction::Choose("keys-which".into(), 'c')));
    let mut later = Session::open("v=1&l=keys.2");
    learn(&mut later, LearnAction::Restore(line));
    let effects = learn(&mut later, LearnAction::Commit("keys-which".into()));
    assert!(kept(&effects).contains(" keys-which=c"), "{effects:?}");
    assert!(!kept(&effects).contains('?'));
}

#[test]
fn a_browser_that_keeps_nothing_is_told_once_and_in_the_list() {
    let mut session = Session::open("v=1&w=learn");
    let tells = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::Tell(_)));
    assert!(tells(&learn(&mut session, LearnAction::CannotKeep)));
    assert!(!tells(&learn(&mut session, LearnAction::CannotKeep)));
    let Some(LearnPage::List(list)) = session.view().learn.as_deref().cloned() else { panic!("the list") };
    assert!(list.kept.contains("keeps nothing"), "{}", list.kept);
}

#[test]
fn a_link_without_a_name_warns_who_copies_it() {
    let mut session = Session::open("v=1&l=keys.2");
    answer(&mut session, ("keys", 2), "keys-which", 'b');
    let (link, done) = copied(&learn(&mut session, LearnAction::CopyAnswers));
    assert!(done.contains("without a name"), "{done}");
    learn(&mut session, LearnAction::Name(" Ada ".into()));
    let (named, done) = copied(&learn(&mut session, LearnAction::CopyAnswers));
    assert_eq!(done, "A link with your answers is copied.");
    learn(&mut session, LearnAction::Grade(format!("{link}\n{named}\n{named}\n{link}")));
    learn(&mut session, LearnAction::Teachers);
    let names: Vec<_> = teachers(&session).rows.iter().map(|row| row.name.to_string()).collect();
    assert_eq!(names, ["no name (line 1)", "Ada"]);
}

fn cells(row: &GradeRow) -> Vec<(String, Option<bool>)> {
    row.cells.iter().map(|cell| (cell.label.to_string(), cell.is_right)).collect()
}

#[test]
fn answers_to_challenges_are_judged_in_the_list() {
    let mut student = Session::open("v=1&q=order-wakeup:abcde");
    student.update(Action::Challenge(ChallengeAction::RunOrder));
    learn(&mut student, LearnAction::Name("Ada".into()));
    let (link, _) = copied(&learn(&mut student, LearnAction::CopyAnswers));
    let pasted = format!(
        "http://h/#{link}\nBob http://h/#v=1&q=order-wakeup:dabc\nBob http://h/#v=1&q=fix-fsync:huge\n\
         Eve http://h/#v=1&q=fix-fsync:huge+middle\nEve http://h/#v=1&s=p1x5.2&q=lost-wakeup\n"
    );
    let mut session = Session::open("v=1&l=teachers");
    let effects = learn(&mut session, LearnAction::Grade(pasted.clone()));
    assert_eq!(teachers(&session).waiting, 2);
    assert_eq!(work(&mut session, effects), 2);
    let view = teachers(&session);
    assert_eq!(view.waiting, 0);
    let columns: Vec<_> = view.columns.iter().map(|column| (column.id, &*column.sum)).collect();
    assert_eq!(columns.len(), 3, "{columns:?}");
    let at = |id: &str| view.columns.iter().position(|column| column.id == id).expect("a column");
    let (order, fix, broken) = (at("order-wakeup"), at("fix-fsync"), at("lost-wakeup"));
    let all: Vec<_> = view.rows.iter().map(cells).collect();
    assert_eq!(all[0][order], ("par".into(), Some(true)));
    assert_eq!(all[1][order], ("not".into(), Some(false)));
    assert_eq!(all[1][fix], ("not".into(), Some(false)));
    assert_eq!(all[2][fix], ("par".into(), Some(true)));
    assert_eq!(all[2][broken], ("not".into(), Some(false)));
    // The same again is not searched again.
    let effects = learn(&mut session, LearnAction::Grade(pasted));
    assert_eq!(work(&mut session, effects), 0);
}

#[test]
fn an_answer_that_is_opened_is_judged_and_is_not_mine() {
    let mut solver = Session::open("v=1&q=lost-wakeup");
    let schedule = daxscope_lessons::challenge::challenge("lost-wakeup").expect("a challenge");
    assert_eq!(schedule.id, "lost-wakeup");
    for (thread, steps) in [(0, 21), (1, 8), (2, 8), (0, 18), (1, 18)] {
        for _ in 0..steps {
            solver.update(Action::StepThread(daxscope_session::ThreadId(thread)));
        }
    }
    let standing = |session: &Session| session.view().challenges.open.as_ref().map(|open| open.standing);
    let solved = |session: &mut Session| {
        session.update(Action::Challenge(ChallengeAction::List));
        session.update(Action::OpenPanel(Panel::Learn));
        session.view().challenges.list.iter().filter(|item| !item.solved.is_empty()).count()
    };
    assert_eq!(standing(&solver), Some(Standing::Solved));
    let link = solver.fragment();
    assert_eq!(solved(&mut solver), 1);
    let mut other = Session::open(&link);
    other.update(Action::End);
    assert_eq!(standing(&other), Some(Standing::Solved));
    let view = other.view();
    let status = &view.challenges.open.as_ref().expect("it is open").status;
    assert!(status.contains("does not count as yours"), "{status}");
    assert_eq!(solved(&mut other), 0);

    let mut order = Session::open("v=1&q=order-wakeup:abcde");
    assert_eq!(standing(&order), Some(Standing::Solved), "an order is judged at once");
    assert_eq!(solved(&mut order), 0);
    let mut fix = Session::open("v=1&q=fix-fsync:huge");
    let effects = fix.update(Action::KnowAddress("http://h/".into()));
    assert_eq!(work(&mut fix, effects), 1, "guards are attacked without being asked");
    assert_eq!(standing(&fix), Some(Standing::Wrong));
    let mut fix = Session::open("v=1&q=fix-fsync:huge+middle");
    let effects = fix.update(Action::KnowAddress("http://h/".into()));
    work(&mut fix, effects);
    assert_eq!(standing(&fix), Some(Standing::Solved));
    let effects = fix.update(Action::Challenge(ChallengeAction::Attack));
    work(&mut fix, effects);
    assert_eq!(solved(&mut fix), 1, "who attacks it has answered");
}

#[test]
fn before_and_after_stand_beside_each_other() {
    let mut student = Session::open("v=1&w=learn");
    for (test, right) in [("before", false), ("after", true)] {
        let test = lesson(test).expect("a test");
        for (at, step) in test.steps.iter().enumerate() {
            for id in &step.asks {
                let question = test.question(id).expect("a question");
                let option = question.options.iter().find(|option| option.is_right == right).expect("an option");
                answer(&mut student, (&test.id, at + 1), id, option.letter);
            }
        }
    }
    learn(&mut student, LearnAction::Name("Ada".into()));
    let (link, _) = copied(&learn(&mut student, LearnAction::CopyAnswers));
    let mut session = Session::open("v=1&l=teachers");
    learn(&mut session, LearnAction::Grade(link));
    let view = teachers(&session);
    let first = &view.compared[0];
    assert_eq!((&*first.name, &*first.before, &*first.after, &*first.gained), ("Ada", "0 of 12", "12 of 12", "+12"));
    assert_eq!(view.compared.len(), 13);
    assert_eq!(view.groups.len(), 2);
}

#[test]
fn every_lesson_has_a_handout_and_its_solutions() {
    for lesson in daxscope_lessons::lesson::lessons() {
        for is_solved in [false, true] {
            let mut session = Session::open("v=1");
            session.update(Action::KnowAddress("http://h/".into()));
            learn(&mut session, LearnAction::Handout(lesson.id.clone(), is_solved));
            let other = Session::open(&session.fragment());
            let Some(LearnPage::Handout(view)) = other.view().learn.as_deref().cloned() else { panic!("a handout") };
            let steps: Vec<_> = view.sheets.iter().flatten().map(|step| step.number).collect();
            assert_eq!((steps, view.is_solved), ((1..=lesson.steps.len()).collect(), is_solved));
            let Some(LearnPage::Handout(view)) = session.view().learn.as_deref().cloned() else { panic!("a handout") };
            assert_eq!(&*view.sheets[0][0].link, format!("http://h/#v=1&l={}.1", lesson.id));
        }
    }
}

/// On paper too: who answers a question has not read on.
#[test]
fn a_sheet_for_students_ends_with_its_questions() {
    let mut several = 0;
    for lesson in daxscope_lessons::lesson::lessons().iter().filter(|lesson| !lesson.is_inventory) {
        let mut session = Session::open("v=1");
        learn(&mut session, LearnAction::Handout(lesson.id.clone(), false));
        let Some(LearnPage::Handout(view)) = session.view().learn.as_deref().cloned() else { panic!("a handout") };
        for sheet in &view.sheets {
            let asking = sheet.iter().position(|step| !step.questions.is_empty());
            assert!(asking.is_none_or(|at| at + 1 == sheet.len()), "{}: a step behind a question", lesson.id);
        }
        several += usize::from(view.sheets.len() > 1);
    }
    assert!(several > 10, "{several}");
}

#[test]
fn two_kernels_are_compared_as_the_lesson_does_and_closing_leads_back() {
    let mut session = Session::open("v=1&l=downgrade.4");
    session.update(Action::OpenPanel(Panel::Palette));
    session.update(Action::Close);
    session.update(Action::OpenPanel(Panel::SideBySide));
    let view = session.view().side_by_side.clone().expect("two runs");
    assert_eq!((&*view.left, &*view.right), ("v6", "v5"));
    assert_eq!(view.divergence.as_ref().map(|divergence| divergence.step), Some(41), "{:?}", view.divergence);
    assert!(view.right_end.is_broken && view.right_end.sentence.contains("Lost wake-up"), "{:?}", view.right_end);
    assert!(!view.left_end.is_broken && view.left_end.sentence.contains("Every thread is done"), "{:?}", view.left_end);
    let link = session.fragment();
    assert!(link.contains("l=downgrade.4") && link.contains("w=side-by-side"), "{link}");
    assert_eq!(Session::open(&link).view().side_by_side, session.view().side_by_side);
    session.update(Action::Close);
    assert_eq!(session.view().panel, Panel::Learn);
    assert!(session.fragment().contains("l=downgrade.4"), "{}", session.fragment());
    // The same for everything that lies over the picture, and whatever it covers.
    for covered in [Panel::Learn, Panel::Explore, Panel::Transcript, Panel::None] {
        for over in [Panel::Help, Panel::Export, Panel::Gallery, Panel::Compare, Panel::SideBySide, Panel::Palette] {
            session.update(Action::OpenPanel(covered));
            session.update(Action::OpenPanel(over));
            session.update(Action::OpenPanel(Panel::Palette));
            session.update(Action::Close);
            assert_eq!(session.view().panel, covered, "{over:?}");
        }
    }
}

/// The slots of the plan are long enough for the lessons in them.
#[test]
fn the_plan_of_the_unit_adds_up() {
    let plan = include_str!("../../../docs/teaching.md");
    let (mut end, mut slots) = (0, 0);
    for line in plan.lines().filter(|line| line.starts_with("- **") && line.contains(" to ")) {
        let (times, text) = line.trim_start_matches("- **").split_once(':').expect("times");
        let (from, to) = times.split_once(" to ").expect("from and to");
        let (from, to): (u32, u32) = (from.parse().expect("a number"), to.parse().expect("a number"));
        assert_eq!(from, end, "{line}");
        let mut needed = 0;
        for part in text.split("`l=").skip(1) {
            let id = part.split(".1`").next().unwrap_or_default();
            needed += lesson(id).map_or(0, |lesson| lesson.minutes);
        }
        assert!(needed <= to - from, "{needed} minutes of lessons in {line}");
        (end, slots) = (to, slots + 1);
    }
    assert_eq!((end, slots), (75, 10));
    assert!(plan.contains("`q=order-wakeup`"), "a challenge is in the plan");
}
