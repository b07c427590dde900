//! What leaves the page is what is on screen: every export, read again, gives the same state.

mod common;

use common::{B, C, DOWNGRADE, REVIEWED, Random, run, steps};
use daxscope_session::view::EditorState;
use daxscope_session::{Action, Effect, Session, StepSize, ThreadId};

/// What an action copies or saves.
fn text_of(session: &mut Session, action: Action) -> String {
    let effects = session.update(action);
    let text = effects.into_iter().find_map(|effect| match effect {
        Effect::CopyText { text, .. } | Effect::Download { text, .. } => Some(text),
        _ => None,
    });
    text.expect("something leaves the page")
}

/// Two sessions show the same.
fn check_same(a: &Session, b: &Session, what: &str) {
    let (a, b) = (a.view(), b.view());
    assert_eq!(a.header.revision, b.header.revision, "{what}: kernel");
    assert_eq!(a.header.step_size, b.header.step_size, "{what}: step size");
    assert_eq!(a.step, b.step, "{what}: step");
    assert_eq!(a.tree, b.tree, "{what}: tree");
    assert_eq!(a.threads, b.threads, "{what}: threads");
    assert_eq!(a.transcript.rows, b.transcript.rows, "{what}: transcript");
}

fn pasted(text: &str) -> Session {
    let mut session = Session::open("");
    session.update(Action::EditScript(text.into()));
    session.update(Action::RunScript);
    session
}

/// The script, pasted, and the link, opened, are the state; the script is canonical.
fn check_script_and_link(session: &mut Session, what: &str) {
    let script = text_of(session, Action::CopyScript);
    let mut again = pasted(&script);
    check_same(session, &again, what);
    assert_eq!(text_of(&mut again, Action::CopyScript), script, "{what}: copied twice");
    assert_eq!(again.view().script.state, EditorState::Running, "{what}: {:?}", again.view().script.beyond);
    check_same(session, &Session::open(&session.fragment()), what);
}

/// The museum's A4 with a branch of its own: what was copied was the museum's schedule.
#[test]
fn a_branch_in_an_exhibit_is_in_the_script() {
    let mut session = Session::open("#v=1&e=a4&p=21");
    for thread in [C, C, B] {
        session.update(Action::StepThread(thread));
    }
    let script = text_of(&mut session, Action::CopyScript);
    assert!(script.contains("schedule A21 C2 B\nposition 24\n"), "{script}");
    check_script_and_link(&mut session, "a4");
}

/// An own script without a schedule, stepped by hand on another kernel.
#[test]
fn steps_and_kernel_of_an_own_script_are_in_it() {
    let mut session = run("thread A\n  write 4K at 3p\nthread B\n  read 2M at 0\n");
    steps(&mut session, "AABA");
    session.update(Action::SetRevision(Some("v5".into())));
    let script = text_of(&mut session, Action::CopyScript);
    assert!(script.starts_with("revision v5\n") && script.contains("\nschedule A2 B A\nposition 4\n"), "{script}");
    check_script_and_link(&mut session, "own");
}

#[test]
fn the_kernel_is_named_as_written() {
    let name = "v6 unlock_on_preload_fail=if_downgrade wake_mode_delete=all";
    let mut session = run(&format!("revision {name}\nthread A\n  write 4K at 3p\n"));
    assert_eq!(&*session.view().header.revision, name);
    check_script_and_link(&mut session, "written in the script");
    session.update(Action::SetRevision(Some("v8 wake_mode_delete=all".into())));
    assert_eq!(&*session.view().header.revision, "v8 wake_mode_delete=all");
    assert!(text_of(&mut session, Action::CopyScript).starts_with("revision v8 wake_mode_delete=all\n"));
    check_script_and_link(&mut session, "chosen");
}

/// Everything that a person can do to a run, at random, in every exhibit and in scripts.
#[test]
fn every_state_comes_back() {
    let ids: Vec<String> = Session::open("").view().header.exhibits.iter().map(|one| one.id.to_string()).collect();
    let mut random = Random(7);
    for (at, id) in ids.iter().enumerate() {
        let mut session = if at % 4 == 3 { run(DOWNGRADE) } else { Session::open(&format!("v=1&e={id}")) };
        for _ in 0..6 {
            let thread = ThreadId(random.below(4) as u8);
            session.update(match random.below(12) {
                0 => Action::SetRevision(Some("v5".into())),
                1 => Action::SetRevision(Some("fixed wake_mode_delete=one".into())),
                2 => Action::SetStepSize(StepSize::Point),
                3 => Action::SetStepSize(StepSize::Operation),
                4 => Action::FailNext(Some(thread)),
                5 => Action::GoTo(random.below(30) as usize),
                6 => Action::RunThreadUntilBlocked(thread),
                7 => Action::SetRevision(None),
                _ => Action::StepThread(thread),
            });
        }
        check_script_and_link(&mut session, id);
    }
}

#[test]
fn the_dialog_never_says_what_is_not_so() {
    let mut session = run(DOWNGRADE);
    assert_eq!(session.view().script.state, EditorState::Running);
    steps(&mut session, "AAB");
    let view = session.view().script;
    assert_eq!(view.state, EditorState::OtherRun);
    assert!(!view.summary.contains("this is what runs"), "{}", view.summary);
    assert_eq!(view.beyond.as_deref(), Some("The run on screen has steps that no schedule says."));
    session.update(Action::SetRevision(Some("v9".into())));
    let beyond = session.view().script.beyond.clone().expect("more than the script says");
    assert_eq!(&*beyond, "The run on screen has another kernel (v9) and steps that no schedule says.");
    session.update(Action::TakeRun);
    let view = session.view().script;
    assert_eq!((view.state, view.beyond.clone()), (EditorState::Running, None));
    assert!(view.text.contains("revision v9\n") && view.text.ends_with("schedule A2 B\nposition 3\n"), "{}", view.text);
    // What was edited besides is kept.
    session.update(Action::EditScript(view.text.replace("write 4K at 0x204p", "write 4K at 0x205p  # mine")));
    assert_eq!(session.view().script.state, EditorState::Edited);
    steps(&mut session, "C");
    session.update(Action::TakeRun);
    let text = session.view().script.text.clone();
    assert!(text.contains("0x205p  # mine") && text.contains("schedule A2 B C\nposition 4\n"), "{text}");
}

#[test]
fn run_puts_a_branch_aside_and_undo_brings_it_back() {
    let mut session = Session::open("#v=1&e=a4&p=21");
    for thread in [C, C, B] {
        session.update(Action::StepThread(thread));
    }
    session.update(Action::SetRevision(Some("v9".into())));
    let before = session.fragment();
    let shown = Session::open(&before);
    session.update(Action::RunScript);
    assert_eq!(session.view().step.number, 0);
    session.update(Action::UndoBranch);
    assert_eq!(session.fragment(), before);
    check_same(&session, &shown, "after undo");
    session.update(Action::RedoBranch);
    assert_eq!(session.view().step.number, 0, "and back again");
}

#[test]
fn nothing_is_put_aside_where_nothing_is_lost() {
    let mut session = run(REVIEWED);
    session.update(Action::RunScript);
    let before = session.fragment();
    session.update(Action::UndoBranch);
    assert_eq!(session.fragment(), before);
    steps(&mut session, "AA");
    session.update(Action::TakeRun);
    session.update(Action::RunScript);
    let effects = session.update(Action::UndoBranch);
    assert_eq!(session.view().step.number, 2, "{effects:?}");
}

/// The fields of the JSON that reproduce it.
#[test]
fn the_json_reproduces_the_state() {
    let mut session = Session::open("#v=1&e=a4&p=21");
    for thread in [C, C, B] {
        session.update(Action::StepThread(thread));
    }
    session.update(Action::Back);
    let json = text_of(&mut session, Action::ExportJson);
    let field = |name: &str| {
        let (_, rest) = json.split_once(&format!("\"{name}\":")).expect(name);
        rest.split("\",\"").next().unwrap_or("").trim_start_matches('"').replace("\\n", "\n")
    };
    check_same(&session, &pasted(&field("script")), "script in JSON");
    assert_eq!(field("schedule"), "o1x21.332");
    let link = field("link");
    assert!(link.starts_with("v=1&k="), "{link}");
    check_same(&session, &Session::open(&link), "link in JSON");
}

/// The mail's link and its script give the state, and it says who runs where.
#[test]
fn the_mail_reproduces_the_state() {
    let mut session = run(DOWNGRADE);
    steps(&mut session, "AAAAAAABBCCA");
    session.update(Action::SetRevision(Some("v6 wake_mode_delete=all".into())));
    session.update(Action::KnowAddress("https://example.org/dax/".into()));
    for action in [Action::CopyTable, Action::CopyShortTable, Action::ExportTable, Action::ExportShortTable] {
        let text = text_of(&mut session, action);
        let link = text.lines().find_map(|line| line.strip_prefix("link: https://example.org/dax/")).expect("a link");
        check_same(&session, &Session::open(link), "link in a mail");
        let (_, script) = text.split_once("`daxscope run FILE`:\n\n").expect("a script");
        check_same(&session, &pasted(script), "script in a mail");
        for said in [
            "kernel: v6 wake_mode_delete=all",
            "A in process P: read 2M at 2M; write 4K at 0x202p via Q",
            "grab_mapping_entry:",
        ] {
            assert!(text.contains(said), "{said} is missing in\n{text}");
        }
        for line in text.lines().filter(|line| !line.starts_with("link: ")) {
            assert!(line.chars().count() <= 78, "{line}");
        }
    }
}

#[test]
fn the_short_mail_says_so_and_is_shorter() {
    let mut session = Session::open("#v=1&e=a4&p=73");
    let (long, short) = (text_of(&mut session, Action::CopyTable), text_of(&mut session, Action::CopyShortTable));
    assert!(short.lines().count() * 4 < long.lines().count() * 3, "{short}");
    assert!(short.contains(" of 73 steps: the ends of each turn"), "{short}");
}

/// What a browser draws of a Mermaid text: entities become characters again.
fn drawn(text: &str) -> String {
    let mut drawn = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('#') {
        let (code, behind) = after.split_once(';').expect("an entity ends");
        drawn.push_str(before);
        drawn.push(char::from_u32(code.parse().expect("a number")).expect("a character"));
        rest = behind;
    }
    drawn + rest
}

/// Threads, labels and order of the diagram are those of the run; notes stand over the thread they speak of.
#[test]
fn mermaid_says_what_the_transcript_says() {
    let mut session = Session::open("#v=1&e=a4&p=73");
    let text = text_of(&mut session, Action::ExportMermaid);
    let steps = text.lines().filter_map(|line| line.trim().split_once("->>"));
    let steps: Vec<String> = steps
        .filter(|(from, _)| from.len() == 1)
        .map(|(from, rest)| format!("{from} {}", drawn(rest.split_once(": ").expect("a label").1)))
        .collect();
    let view = session.view();
    let told: Vec<String> = view.transcript.rows.iter().map(|row| row.sentence.to_string()).collect();
    assert_eq!(steps, told);
    for line in text.lines().filter(|line| !line.trim().starts_with("%%")) {
        let label = line.split_once(": ").map_or("", |(_, label)| label);
        assert!(!drawn_is_needed(label), "{line}");
    }
    assert!(text.contains("B#59; C stays asleep"), "{text}");
    let notes: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("Note over ")).collect();
    assert!(!notes.is_empty());
    for note in notes {
        let (over, words) = note.split_once(": ").expect("a note has words");
        let first = words.split(' ').next().unwrap_or("");
        assert!(first.len() > 1 || first == over, "{note}");
    }
    assert!(
        session.view().threads.iter().all(|it| text.contains(&format!("participant {} as {}: ", it.letter, it.letter)))
    );
}

/// Is there a semicolon that ends no entity?
fn drawn_is_needed(label: &str) -> bool {
    label.split_inclusive(';').any(|part| part.ends_with(';') && !part.contains('#'))
}

#[test]
fn one_file_says_what_is_on_screen() {
    let mut session = Session::open("#v=1&e=a4&p=21");
    session.update(Action::StepThread(C));
    let effects = session.update(Action::SaveOneFile);
    let [Effect::SaveOneFile { name, title, fragment }] = &effects[..] else { panic!("{effects:?}") };
    assert!(name.ends_with(".html") && title.contains("wake-up"), "{name} {title}");
    check_same(&session, &Session::open(fragment), "one file");
}
