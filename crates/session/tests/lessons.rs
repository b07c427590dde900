//! Every lesson is walked from its first step to its last, as a reader would.

use daxscope_lessons::lesson::{Lesson, lessons};
use daxscope_session::view::{LearnPage, LessonStepView, OptionState};
use daxscope_session::{Action, ChallengeAction, Effect, LearnAction, Panel, Session};

fn learn(session: &mut Session, action: LearnAction) -> Vec<Effect> {
    session.update(Action::Learn(action))
}

fn step(session: &Session) -> LessonStepView {
    match session.view().learn.as_deref() {
        Some(LearnPage::Step(step)) => (**step).clone(),
        other => panic!("no step is open: {other:?}"),
    }
}

fn kept(effects: &[Effect]) -> Option<String> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::KeepProgress(line) => Some(line.clone()),
        _ => None,
    })
}

fn copied(effects: &[Effect]) -> String {
    effects
        .iter()
        .find_map(|effect| match effect {
            Effect::CopyText { text, is_fragment: true, .. } => Some(text.clone()),
            _ => None,
        })
        .expect("something is copied")
}

/// Makes the steps of the way of the open task, and sees that it is reached at the last one.
fn reach(session: &mut Session, lesson: &Lesson, at: usize) {
    let Some(task) = &lesson.steps[at].task else { return };
    for &choice in &task.way.choices {
        assert!(!step(session).task.is_some_and(|task| task.is_reached), "{}.{} too early", lesson.id, at + 1);
        session.update(match choice.fail {
            true => Action::FailNext(Some(choice.thread)),
            false => Action::StepThread(choice.thread),
        });
    }
    assert!(step(session).task.is_some_and(|task| task.is_reached), "{}.{}", lesson.id, at + 1);
}

/// Answers every question of the open step, and sees that nothing is told before.
fn answer(session: &mut Session, lesson: &Lesson, right: bool) {
    for question in step(session).questions {
        assert!(question.options.iter().all(|option| option.state == OptionState::Untold && option.because.is_none()));
        let known = lesson.question(question.id).expect("it is of this lesson");
        let option = known.options.iter().find(|option| option.is_right == right).expect("an option");
        learn(session, LearnAction::Commit(question.id.into()));
        let unanswered = step(session).questions.iter().any(|one| one.id == question.id && !one.is_answered);
        assert!(unanswered, "nothing was chosen");
        learn(session, LearnAction::Choose(question.id.into(), option.letter));
        let effects = learn(session, LearnAction::Commit(question.id.into()));
        assert!(kept(&effects).is_some_and(|line| line.contains(&format!("{}={}", question.id, option.letter))));
        let told = step(session).questions.into_iter().find(|one| one.id == question.id).expect("it is still there");
        assert!(told.is_answered);
        assert_eq!(told.options.iter().all(|option| option.because.is_some()), lesson.reveals, "{}", question.id);
        // The first answer stays.
        learn(session, LearnAction::Choose(question.id.into(), 'a'));
        learn(session, LearnAction::Commit(question.id.into()));
        let again = step(session).questions.into_iter().find(|one| one.id == question.id);
        assert_eq!(again, Some(told));
    }
}

#[test]
fn every_lesson_can_be_walked_to_its_end() {
    let mut session = Session::open("");
    for lesson in lessons() {
        learn(&mut session, LearnAction::Open(lesson.id.clone(), 1));
        for at in 0..lesson.steps.len() {
            let view = step(&session);
            assert_eq!((view.lesson, view.number, view.is_elsewhere), (lesson.id.as_str(), at + 1, false));
            if lesson.steps[at].place.is_some() && lesson.steps[at].hides_future {
                assert_eq!(
                    session.view().timeline.total,
                    session.view().step.number,
                    "{}: the future shows",
                    lesson.id
                );
            }
            answer(&mut session, lesson, true);
            reach(&mut session, lesson, at);
            assert!(!step(&session).is_open);
            learn(&mut session, LearnAction::Next);
        }
        assert!(
            matches!(session.view().learn.as_deref(), Some(LearnPage::List(_))),
            "behind the last step is the list"
        );
    }
    let Some(LearnPage::List(list)) = session.view().learn.as_deref().cloned() else { panic!("the list") };
    assert!(list.lessons.iter().all(|lesson| lesson.is_done), "{list:?}");
    let line = kept(&learn(&mut session, LearnAction::Open("tree".into(), 1))).expect("the step that is open is kept");

    let mut later = Session::open("w=learn");
    learn(&mut later, LearnAction::Restore(line));
    let Some(LearnPage::List(same)) = later.view().learn.as_deref().cloned() else { panic!("the list") };
    assert_eq!(same.lessons, list.lessons);
    assert_eq!(kept(&learn(&mut later, LearnAction::Forget)).as_deref(), Some(""));
    let Some(LearnPage::List(empty)) = later.view().learn.as_deref().cloned() else { panic!("the list") };
    assert!(empty.lessons.iter().all(|lesson| !lesson.is_done && lesson.progress.is_empty()));
}

#[test]
fn a_link_opens_a_lesson_at_a_step_with_its_scene() {
    for lesson in lessons() {
        for at in 0..lesson.steps.len() {
            let mut session = Session::open("");
            learn(&mut session, LearnAction::Open(lesson.id.clone(), at + 1));
            let link = copied(&learn(&mut session, LearnAction::CopyStepLink));
            let other = Session::open(&link);
            assert_eq!(other.view().panel, Panel::Learn);
            assert_eq!(step(&other), step(&session), "{link}");
            if lesson.steps[at].place.is_some() {
                assert_eq!(other.view().step.sentence, session.view().step.sentence, "{link}");
                assert_eq!(other.view().header.revision, session.view().header.revision, "{link}");
            }
            // The address has the run as well, and leads to the same place.
            assert_eq!(Session::open(&session.fragment()).fragment(), session.fragment(), "{link}");
        }
    }
}

#[test]
fn a_link_to_no_lesson_says_which_there_are() {
    for (link, says) in
        [("v=1&l=nowhere.1", "no lesson `nowhere`"), ("v=1&l=tree.99", "no step `99`"), ("v=1&l=tree.x", "no step `x`")]
    {
        let mut followed = Session::open("v=1&l=keys.2");
        followed.update(Action::LoadLink(link.into()));
        for session in [Session::open(link), followed] {
            let notices = session.view().notices.clone();
            assert!(notices.iter().any(|notice| notice.text.contains(says)), "{notices:?}");
            assert!(matches!(session.view().learn.as_deref(), Some(LearnPage::List(_))));
        }
    }
}

#[test]
fn a_task_is_not_reached_by_another_script() {
    let mut session = Session::open("v=1&l=empty.3");
    session.update(Action::LoadExhibit("a4".into()));
    session.update(Action::OpenPanel(Panel::Learn));
    session.update(Action::End);
    let view = step(&session);
    assert!(view.is_elsewhere && view.task.is_some_and(|task| !task.is_reached));
    learn(&mut session, LearnAction::Scene);
    assert!(!step(&session).is_elsewhere);
}

#[test]
fn a_teacher_sees_what_a_class_answered() {
    let hand_in = |name: &str, right: bool| {
        let mut session = Session::open("v=1&l=keys.2");
        let keys = lessons().iter().find(|lesson| lesson.id == "keys").expect("a lesson");
        answer(&mut session, keys, right);
        learn(&mut session, LearnAction::Name(name.into()));
        copied(&learn(&mut session, LearnAction::CopyAnswers))
    };
    let links = [hand_in("Ada", true), hand_in("Bob", false), hand_in("=1+1", true)];
    let pasted = format!("http://host/#{}\n> http://host/#{} \nhttp://host/#{}\nhello\n", links[0], links[1], links[2]);
    let mut session = Session::open("");
    learn(&mut session, LearnAction::Teachers);
    learn(&mut session, LearnAction::Grade(pasted));
    let Some(LearnPage::Teachers(view)) = session.view().learn.as_deref().cloned() else { panic!("the page") };
    let columns: Vec<_> = view.columns.iter().map(|column| (column.id, column.of, &*column.sum)).collect();
    assert_eq!(columns, [("keys-which", "The key of a wait", "2 of 3")]);
    assert_eq!(view.groups, [("The key of a wait".into(), 1)]);
    let taken: Vec<_> = view.columns[0].options.iter().map(|option| (option.letter, option.count)).collect();
    assert_eq!(taken, [('a', 1), ('b', 2), ('c', 0)]);
    let rows: Vec<_> = view.rows.iter().map(|row| (&*row.name, row.cells.first().map(|cell| cell.is_right))).collect();
    assert_eq!(
        rows,
        [("Ada", Some(Some(true))), ("Bob", Some(Some(false))), ("=1+1", Some(Some(true))), ("line 4", None)]
    );
    assert!(view.rows[0].cells[0].says.starts_with("Both on 0x200"), "{:?}", view.rows[0]);
    assert!(view.rows[3].is_damaged && view.rows[3].sum.contains("no link"), "{:?}", view.rows[3]);
    assert!(view.markdown.contains("75 minutes"));
    let effects = learn(&mut session, LearnAction::CopyGrades);
    let csv = effects.iter().find_map(|effect| match effect {
        Effect::CopyText { text, .. } => Some(text.clone()),
        _ => None,
    });
    assert!(csv.is_some_and(|csv| csv.contains("\"'=1+1\"")), "a name must not become a formula");
    // Followed by itself, such a link shows its table.
    let opened = Session::open(&links[0]);
    let Some(LearnPage::Teachers(view)) = opened.view().learn.as_deref().cloned() else { panic!("the page") };
    assert_eq!(&*view.rows[0].name, "Ada");
}

#[test]
fn lessons_that_are_fetched_open_when_they_come() {
    let mut session = Session::open_without_texts("v=1&l=keys.2");
    assert!(matches!(session.view().learn.as_deref(), Some(LearnPage::Missing(_))));
    let keys = lessons().iter().find(|lesson| lesson.id == "keys").expect("a lesson");
    learn(&mut session, LearnAction::Restore("1 keys-which=b".into()));
    let text = daxscope_session::TextId::Lessons.compiled_in().expect("native").to_owned();
    session.update(Action::TextArrived(daxscope_session::TextId::Lessons, text));
    let view = step(&session);
    assert_eq!((view.lesson, view.number, view.questions[0].is_answered), (keys.id.as_str(), 2, true));
    assert_eq!(session.view().step.number, 11, "the scene runs");
}

#[test]
fn the_glossary_opens_over_what_is_open_and_closes_alone() {
    let mut session = Session::open("v=1&l=keys.2");
    session.update(Action::ShowTerm("hzp".into()));
    let view = session.view();
    assert!(view.glossary.terms.iter().any(|term| term.is_called("hzp") && term.meaning.contains("zeroes")));
    assert_eq!((view.panel, view.glossary.open.as_deref()), (Panel::Learn, Some("hzp")));
    session.update(Action::Close);
    let view = session.view();
    assert_eq!((view.panel, view.glossary.open.as_deref()), (Panel::Learn, None));
}

#[test]
fn no_step_of_a_lesson_or_order_opens_with_a_complaint() {
    let told = |session: &Session, at: &str| {
        let notices: Vec<String> = session.view().notices.iter().map(|notice| notice.text.to_string()).collect();
        assert!(notices.is_empty(), "{at}: {notices:?}");
    };
    for lesson in lessons() {
        for at in 1..=lesson.steps.len() {
            let session = Session::open(&format!("v=1&l={}.{at}", lesson.id));
            told(&session, &format!("{}.{at}", lesson.id));
        }
    }
    let mut order = Session::open("v=1&q=order-wakeup:abcde");
    order.update(Action::Challenge(ChallengeAction::RunOrder));
    told(&order, "order-wakeup");
}

/// A link to a step, the list, or another lesson: beside a step stands its own scene, never what was open before.
#[test]
fn beside_a_step_stands_its_own_scene_however_it_is_opened() {
    let mut without = 0;
    for lesson in lessons() {
        for at in 0..lesson.steps.len() {
            let by_link = Session::open(&format!("v=1&l={}.{}", lesson.id, at + 1));
            let mut by_list = Session::open("v=1&e=a4&p=9");
            learn(&mut by_list, LearnAction::Open(lesson.id.clone(), at + 1));
            for session in [&by_link, &by_list] {
                let name = format!("{}.{}", lesson.id, at + 1);
                assert!(!step(session).is_elsewhere, "{name}");
                let place = lesson.place_of(at).expect("the first step has a scene");
                let script = lesson.script(&place.scene).expect("a scene");
                let title = script.lines().next().and_then(|line| line.strip_prefix("title    ")).expect("a title");
                assert_eq!(session.view().header.title, title.into(), "{name}");
            }
            without += usize::from(lesson.steps[at].place.is_none());
        }
    }
    assert!(without > 8, "{without}");
}

/// Who goes on to a step without a scene of its own keeps what was done in the scene before.
#[test]
fn a_step_without_a_scene_leaves_the_run_alone() {
    let mut session = Session::open("v=1&l=downgrade.4");
    for _ in 0..3 {
        session.update(Action::StepThread(daxscope_session::ThreadId(0)));
    }
    let position = session.view().step.number;
    learn(&mut session, LearnAction::Next);
    assert_eq!((step(&session).number, session.view().step.number), (5, position));
}

/// A test has nothing beside it that answers it, and that before the lessons does not say how much is right.
#[test]
fn a_test_gives_nothing_away() {
    for id in ["before", "after"] {
        let view = Session::open(&format!("v=1&l={id}.1")).view();
        assert_eq!((view.threads.len(), view.step.number, view.step.total), (1, 0, 0), "{id}");
    }
    let mut session = Session::open("v=1&w=learn");
    let test = lessons().iter().find(|lesson| lesson.id == "before").expect("the test");
    for at in 0..test.steps.len() {
        learn(&mut session, LearnAction::Open(test.id.clone(), at + 1));
        answer(&mut session, test, at == 0);
    }
    let score = step(&session).score.expect("it is the last step");
    assert_eq!(&*score, "12 of 12 answered. What is right is told after the lessons.");
}
