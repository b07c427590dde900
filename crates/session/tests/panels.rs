//! Single panels: the history of an object, the source, the script editor.

mod common;

use common::{DOWNGRADE, REVIEWED, run, steps, to_the_end};
use daxscope_session::{Action, Effect, Object, Panel, Session, TextId, ThreadId};

fn announced(effects: &[Effect]) -> String {
    let sentences = effects.iter().filter_map(|effect| match effect {
        Effect::Announce(sentence) | Effect::Tell(sentence) => Some(sentence.as_str()),
        _ => None,
    });
    sentences.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_selected_slot_tells_who_wrote_it() {
    let mut session = run(DOWNGRADE);
    to_the_end(&mut session);
    session.update(Action::Select(Some(Object::Slot(0x202))));
    let selection = session.view().selection.expect("a selection");
    assert_eq!(&*selection.title, "entry 0x202");
    assert!(selection.last_write.starts_with("Step "), "{}", selection.last_write);
    assert!(selection.history.len() > 3);
    assert!(selection.history.windows(2).all(|pair| pair[0].step >= pair[1].step));
    for object in [
        Object::Tag(0x202, daxscope_session::Tag::Dirty),
        Object::NrExceptional,
        Object::NrPages,
        Object::TreeLock,
        Object::Lock(daxscope_session::LockId::Mm(daxscope_session::MmId(200))),
        Object::WaitKey(0x200),
        Object::Thread(ThreadId(200)),
        Object::Page(daxscope_session::PageId(9)),
        Object::Pte(daxscope_session::MmId(77), 3),
        Object::Pmd(daxscope_session::MmId(1), 0x202),
        Object::Block(u64::MAX),
        Object::Slot(u64::MAX),
        Object::FileSize,
    ] {
        session.update(Action::Select(Some(object)));
        assert!(session.view().selection.is_some(), "{object:?}");
    }
    session.update(Action::Close);
    assert!(session.view().selection.is_none());
}

#[test]
fn the_source_is_the_function_that_the_thread_is_in() {
    let mut session = run(REVIEWED);
    to_the_end(&mut session);
    session.update(Action::Back);
    for _ in 0..session.view().step.number {
        let view = session.view();
        let source = &view.source;
        assert!(source.file.ends_with(".rs"));
        let line = source.current_line.expect("a line");
        let last = source.first_line + source.lines.len() as u32;
        assert!((source.first_line..last).contains(&line));
        assert!(source.marks.iter().any(|mark| mark.line == line));
        assert!(source.lines.last().is_some_and(|line| line.starts_with('}')), "{:?}", source.lines);
        assert!(!source.function.is_empty());
        session.update(Action::Back);
    }
}

#[test]
fn a_script_with_errors_is_kept_and_does_not_run() {
    let mut session = run(REVIEWED);
    steps(&mut session, "AAA");
    let broken = "thread A\n  wirte 4K at 0\n";
    session.update(Action::EditScript(broken.into()));
    let view = session.view();
    assert_eq!(&*view.script.text, broken);
    assert!(!view.script.can_run);
    assert_eq!(view.script.diagnostics[0].line, 2);
    assert!(view.script.diagnostics[0].rendered.contains('^'));
    assert_eq!(view.step.number, 3, "the machine goes on");
    let effects = session.update(Action::RunScript);
    assert!(announced(&effects).contains("line 2"), "{effects:?}");
    let view = session.view();
    assert_eq!((&*view.script.text, view.step.number), (broken, 3));
    steps(&mut session, "A");
    session.update(Action::FormatScript);
    assert!(session.view().script.text.contains("wirte"));
}

/// Opened as in a browser, with what has to be fetched at once.
fn without_texts(fragment: &str) -> (Session, Vec<Effect>) {
    let mut session = Session::open_without_texts(fragment);
    let effects = session.begin();
    (session, effects)
}

#[test]
fn the_listing_is_fetched_and_said_to_be_on_its_way() {
    let (mut session, effects) = without_texts("v=1&e=a4&p=20");
    assert_eq!(effects, [Effect::FetchText(TextId::Kernel)]);
    let source = session.view().source;
    let missing = source.missing.as_ref().expect("a sentence");
    assert_eq!(&*missing.sentence, "The listing of the kernel functions is on its way.");
    assert!(!missing.has_failed && source.lines.is_empty() && source.current_line.is_some());
    assert!(!session.update(Action::Forward).contains(&Effect::FetchText(TextId::Kernel)), "once is enough");

    let text = TextId::Kernel.compiled_in().expect("native");
    session.update(Action::TextArrived(TextId::Kernel, text.into()));
    let mut native = Session::open("v=1&e=a4&p=20");
    native.update(Action::Forward);
    assert!(!session.view().source.lines.is_empty());
    assert_eq!(session.view().source, native.view().source);
}

#[test]
fn a_story_is_fetched_when_it_is_read() {
    let (mut session, effects) = without_texts("v=1&e=a4");
    assert!(!effects.contains(&Effect::FetchText(TextId::Stories)), "nobody reads");
    let effects = session.update(Action::OpenPanel(Panel::Story));
    assert!(effects.contains(&Effect::FetchText(TextId::Stories)));

    session.update(Action::TextFailed(TextId::Stories, "the server answers 404".into()));
    let story = session.view().story.expect("an exhibit");
    let missing = story.missing.as_ref().expect("a sentence");
    assert_eq!(
        &*missing.sentence,
        "The story did not come (the server answers 404). Everything else works without it."
    );
    assert!(missing.has_failed && story.markdown.is_empty() && !story.title.is_empty());

    assert_eq!(session.update(Action::FetchText(TextId::Stories)), [Effect::FetchText(TextId::Stories)]);
    let text = TextId::Stories.compiled_in().expect("native");
    session.update(Action::TextArrived(TextId::Stories, text.into()));
    let story = session.view().story.expect("an exhibit");
    assert!(story.missing.is_none() && story.markdown.contains("key **0x203**"), "{}", story.markdown);
}

#[test]
fn side_by_side_names_the_line_when_the_listing_has_come() {
    let (mut session, _) = without_texts("v=1&e=a4&m=side-by-side");
    let line = |session: &Session| {
        let view = session.view().side_by_side.expect("the panel is open");
        view.divergence.as_ref().expect("they part").left_line.clone()
    };
    session.update(Action::OpenPanel(Panel::SideBySide));
    assert!(line(&session).ends_with(": "), "{}", line(&session));
    session.update(Action::TextArrived(TextId::Kernel, TextId::Kernel.compiled_in().expect("native").into()));
    assert!(line(&session).contains("task."), "{}", line(&session));
}
