//! What a person does in the editor.

use crate::scripts;
use daxscope_core::scenario::parse;
use daxscope_session::editor::{Draft, Edit, EditorAction, MAX_DRAFTS, TEMPLATES, completions_at};
use daxscope_session::received::MAX_RECEIVED_BYTES;
use daxscope_session::{Action, Effect, KeyFocus, KeyPress, Modifiers, Panel, Session};

fn editor(session: &mut Session, action: EditorAction) -> Vec<Effect> {
    session.update(Action::Editor(action))
}

fn text(session: &Session) -> String {
    session.view().script.text.to_string()
}

fn told(effects: &[Effect]) -> String {
    let said = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(said) => Some(said.as_str()),
        _ => None,
    });
    said.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_template_is_clean_and_runs_to_an_end() {
    assert!(TEMPLATES.len() >= 6);
    for template in TEMPLATES {
        let parsed = parse(template.text);
        assert_eq!(parsed.diagnostics, [], "{}", template.name);
        let mut session = Session::open("");
        editor(&mut session, EditorAction::Template(template.name));
        assert_eq!(text(&session), template.text);
        session.update(Action::RunScript);
        assert!(session.view().header.exhibit.is_none(), "{} is an own script", template.name);
        session.update(Action::RunUntilViolation);
        assert!(session.view().step.total > parsed.scenario.threads.len(), "{} moves", template.name);
    }
}

#[test]
fn undo_survives_format_templates_controls_files_and_exhibits() {
    let mut session = Session::open("v=1&e=a4");
    let first = text(&session);
    session.update(Action::EditScript("thread   A\n read 4K at   0\n".into()));
    session.update(Action::FormatScript);
    editor(&mut session, EditorAction::Change(Box::new(Edit::AddThread(0))));
    let controlled = text(&session);
    editor(&mut session, EditorAction::Template(TEMPLATES[0].name));
    editor(&mut session, EditorAction::Open { name: "x.dax".into(), text: "thread A\n".into() });
    session.update(Action::LoadExhibit("d6".into()));
    let mut seen = vec![text(&session)];
    while session.view().script.can_undo {
        editor(&mut session, EditorAction::Undo);
        seen.push(text(&session));
    }
    assert!(seen.contains(&controlled) && seen.contains(&first) && seen.contains(&"thread A\n".to_owned()), "{seen:?}");
    for _ in 1..seen.len() {
        editor(&mut session, EditorAction::Redo);
    }
    assert_eq!(text(&session), seen[0]);
    assert!(!session.view().script.can_redo);
    assert!(told(&editor(&mut session, EditorAction::Redo)).contains("no change"));
}

#[test]
fn an_exhibit_that_is_opened_over_a_draft_loses_nothing() {
    let mut session = Session::open("");
    editor(&mut session, EditorAction::Restore(Vec::new(), 1000));
    let kept = session.update(Action::EditScript("title mine\nthread A\n".into()));
    assert!(
        kept.contains(&Effect::KeepDraft { key: "1000".into(), text: "title mine\nthread A\n".into() }),
        "{kept:?}"
    );
    session.update(Action::LoadExhibit("a4".into()));
    let notices: Vec<String> = session.view().notices.iter().map(|notice| notice.text.to_string()).collect();
    assert!(notices.join(" ").contains("Your draft \"mine\" is kept"), "{notices:?}");
    session.update(Action::EditScript("title other\nthread A\n".into()));
    let drafts = session.view().script.drafts.clone();
    let names: Vec<&str> = drafts.iter().map(|draft| &*draft.name).collect();
    assert_eq!(names, ["other", "mine"]);
    editor(&mut session, EditorAction::OpenDraft("1000".into()));
    assert_eq!(text(&session), "title mine\nthread A\n");
    assert_eq!(session.view().panel, Panel::Script);
    let effects = editor(&mut session, EditorAction::ForgetDraft("1000".into()));
    assert!(effects.contains(&Effect::KeepDraft { key: "1000".into(), text: String::new() }));
    assert_eq!(session.view().script.drafts.len(), 1);
}

#[test]
fn drafts_come_back_and_the_oldest_goes_with_a_word() {
    let mut session = Session::open("");
    let kept = |key: u64| Draft { key: key.to_string(), text: format!("title number {key}\nthread A\n") };
    editor(&mut session, EditorAction::Restore((1..=MAX_DRAFTS as u64).map(kept).collect(), 5000));
    assert_eq!(session.view().script.drafts.len(), MAX_DRAFTS);
    let effects = session.update(Action::EditScript("title new\nthread A\n".into()));
    assert_eq!(session.view().script.drafts.len(), MAX_DRAFTS);
    let said = told(&effects);
    assert!(said.contains("number 1,") && said.contains(&MAX_DRAFTS.to_string()), "{said}");
}

#[test]
fn a_full_storage_is_said_once_and_shown() {
    let mut session = Session::open("");
    assert!(session.view().script.storage.is_empty());
    assert!(told(&editor(&mut session, EditorAction::StorageFull)).contains("full or forbidden"));
    assert_eq!(told(&editor(&mut session, EditorAction::StorageFull)), "");
    assert!(session.view().script.storage.contains("Save it as a file"));
}

#[test]
fn files_that_are_no_scripts_are_refused() {
    let mut session = Session::open("");
    let before = text(&session);
    let large = EditorAction::Open { name: "big".into(), text: "x".repeat(MAX_RECEIVED_BYTES + 1) };
    assert!(told(&editor(&mut session, large)).contains(&MAX_RECEIVED_BYTES.to_string()));
    let binary = EditorAction::Open { name: "a.out".into(), text: "\u{fffd}ELF\0".into() };
    assert!(told(&editor(&mut session, binary)).contains("not a text"));
    assert_eq!(text(&session), before);
    let effects = editor(&mut session, EditorAction::Save);
    assert!(
        effects.iter().any(|it| matches!(it, Effect::Download { name, .. } if name.ends_with(".dax"))),
        "{effects:?}"
    );
}

#[test]
fn an_empty_script_is_not_ready_to_run() {
    let mut session = Session::open("");
    editor(&mut session, EditorAction::New);
    let summary = session.view().script.summary.clone();
    assert!(!summary.contains("ready") && summary.contains("nothing to run"), "{summary}");
}

#[test]
fn controls_show_what_the_text_says() {
    for (name, script) in scripts() {
        let mut session = Session::open("");
        session.update(Action::OpenPanel(Panel::Script));
        session.update(Action::EditScript(script.clone()));
        let view = session.view().script.controls.clone();
        let scenario = parse(&script).scenario;
        assert_eq!(view.threads.len(), scenario.threads.len(), "{name}");
        // What a control shows of an operation, written by it again, changes nothing.
        for (thread, it) in view.threads.iter().enumerate() {
            for (index, operation) in it.operations.iter().enumerate() {
                let action = EditorAction::Operation {
                    thread,
                    index: Some(index),
                    words: operation.words(),
                    via: operation.via,
                };
                let effects = editor(&mut session, action);
                assert_eq!((text(&session), told(&effects)), (script.clone(), String::new()), "{name}: {operation:?}");
            }
        }
        assert_eq!((view.extents.len(), view.failures.len()), (scenario.file.extents.len(), scenario.failures.len()));
        if let Some(extent) = view.next_extent {
            editor(&mut session, EditorAction::Change(Box::new(Edit::AddExtent(extent))));
            assert!(session.view().script.can_run, "{name}: {extent:?}");
        }
    }
}

#[test]
fn an_operation_that_is_none_is_refused_in_words() {
    let mut session = Session::open("");
    session.update(Action::EditScript("thread A\n  fsync\n".into()));
    let action = EditorAction::Operation { thread: 0, index: Some(0), words: "read 8K at 0".into(), via: None };
    assert!(told(&editor(&mut session, action)).contains("not the size of a page fault"));
    let action = EditorAction::Operation { thread: 0, index: None, words: "write 4K at 3".into(), via: None };
    assert!(told(&editor(&mut session, action)).contains("is a byte"));
    assert_eq!(text(&session), "thread A\n  fsync\n");
}

#[test]
fn completions_are_words_that_the_reader_takes() {
    let check = |text: &str, expect: &[&str]| {
        let found = completions_at(text, text.len()).words;
        for word in expect {
            assert!(found.iter().any(|it| it == word), "{text}: {word} is not in {found:?}");
        }
        found
    };
    check("", &["title", "thread", "file"]);
    assert!(!check("", &[]).contains(&"read".to_owned()), "an operation needs a thread");
    check("thread A\n  re", &["read", "read(2)"]);
    check("revision ", &["v6", "4.10.0", "fixed"]);
    check("revision v6 wake_", &["wake_mode_delete=all", "wake_mode_downgrade=one"]);
    check("revision v6 wake_mode_delete=", &["wake_mode_delete=one"]);
    check("extent 0..2M ", &["mapped", "hole", "unwritten"]);
    check("process writer\nthread A in ", &["writer"]);
    check("process P\nprocess Q\nthread A in P\n read 4K at 0 via ", &["P", "Q"]);
    check("thread A\nthread ", &["B"]);
    check("thread A\n read ", &["4K", "2M"]);
    check("thread A\n read 2M at ", &["0", "2M", "0x203p"]);
    check("thread A\n punch ", &["0..2M"]);
    check("fail ", &["preload", "iomap_begin"]);
    check("thread A\nfail preload ", &["in", "with"]);
    check("thread A\nfail preload with E", &["ENOMEM", "ENOSPC"]);
    check("expect no ", &["huge", "entry", "fallback"]);
    check("thread A\nexpect violation lost", &["lost-wakeup"]);
    check("expect fallback ", &["alignment"]);
    check("schedule by ", &["operation", "point"]);
    check("fs_lock ", &["on", "off"]);
    assert!(check("file 4M\n", &["extent"]).iter().all(|word| word != "file"), "one file line");
    assert!(check("process P maps 0..2M ", &["shared", "skew"]).iter().all(|word| word != "maps"), "said already");
    assert_eq!(check("# re", &[]), Vec::<String>::new(), "nothing in a comment");
}

#[test]
fn a_completion_is_written_and_the_caret_stands_behind_it() {
    let mut session = Session::open("");
    session.update(Action::EditScript("thread A\n  wri 4K at 0\n".into()));
    let at = "thread A\n  wri".len();
    let found = completions_at(&text(&session), at);
    assert_eq!((&*found.typed, found.replaces.clone()), ("wri", 11..14));
    let effects = editor(&mut session, EditorAction::Replace { bytes: found.replaces, text: "write".into() });
    assert_eq!(text(&session), "thread A\n  write 4K at 0\n");
    assert!(effects.contains(&Effect::SelectScript(16..16)), "{effects:?}");
}

#[test]
fn what_was_being_typed_is_offered_after_a_reload_even_with_a_link() {
    let typed = "title my note\nthread A\n";
    for link in ["", "v=1&e=a4&s=o111&p=2"] {
        let mut session = Session::open(link);
        let draft = Draft { key: "7".into(), text: typed.into() };
        editor(&mut session, EditorAction::Restore(vec![draft], 1000));
        assert!(session.view().notices.is_empty());
        editor(&mut session, EditorAction::WasTyping("6".into()));
        assert!(session.view().notices.is_empty(), "no draft, no offer");
        editor(&mut session, EditorAction::WasTyping("7".into()));
        let said = session.view().notices[0].text.to_string();
        assert!(said.contains("\"my note\"") && said.contains("Bring back my draft"), "{said}");
        editor(&mut session, EditorAction::OpenDraft("7".into()));
        assert_eq!(text(&session), typed);
    }
    // What runs already is no draft to be offered.
    let mut session = Session::open("");
    let runs = text(&session);
    editor(&mut session, EditorAction::Restore(vec![Draft { key: "7".into(), text: runs }], 1000));
    editor(&mut session, EditorAction::WasTyping("7".into()));
    assert!(session.view().notices.is_empty());
}

#[test]
fn the_browsers_keys_for_saving_and_going_back_do_something_here() {
    let mut session = Session::open("v=1&e=a4&p=45");
    let press = |session: &Session, key: &str, ctrl: bool| {
        let modifiers = Modifiers { ctrl, ..Modifiers::default() };
        session.key(KeyPress { key, code: "", modifiers, focus: KeyFocus::Page }).expect("a key of the page")
    };
    let save = press(&session, "s", true);
    let effects = session.update(save);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Download { .. })), "{effects:?}");
    let back = press(&session, "Backspace", false);
    session.update(back);
    assert_eq!(session.view().step.number, 44);
}

#[test]
fn a_script_of_ones_own_says_why_it_has_no_story() {
    let mut session = Session::open("v=1&e=a4");
    editor(&mut session, EditorAction::Template(TEMPLATES[0].name));
    session.update(Action::RunScript);
    session.update(Action::OpenPanel(Panel::None));
    assert!(told(&session.update(Action::OpenPanel(Panel::Story))).contains("Only exhibits have a story"));
    assert_eq!(session.view().panel, Panel::None);
}
