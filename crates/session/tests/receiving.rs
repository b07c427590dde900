//! Whatever the page writes it opens again, as it is, quoted in an answer, and broken into lines.

mod common;

use common::{B, C, run};
use daxscope_session::editor::EditorAction;
use daxscope_session::received::{Received, png_text, png_with_text, received};
use daxscope_session::{Action, Effect, Session};

fn told(effects: &[Effect]) -> String {
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Tell(text) => Some(text.as_str()),
        _ => None,
    });
    told.collect::<Vec<_>>().join(" | ")
}

fn opened(session: &mut Session, name: &str, text: &str) -> String {
    let open = EditorAction::Open { name: name.into(), text: text.into() };
    told(&session.update(Action::Editor(open)))
}

fn pasted(session: &mut Session, text: &str, place: Option<std::ops::Range<usize>>) -> String {
    told(&session.update(Action::Editor(EditorAction::Paste { text: text.into(), place })))
}

fn text_of(session: &mut Session, action: &Action) -> String {
    let effects = session.update(action.clone());
    let text = effects.into_iter().find_map(|effect| match effect {
        Effect::CopyText { text, is_fragment: true, .. } => Some(format!("https://example.org/dax/#{text}")),
        Effect::CopyText { text, .. } | Effect::Download { text, .. } => Some(text),
        _ => None,
    });
    text.expect("something leaves the page")
}

fn check_same(a: &Session, b: &Session, what: &str) {
    let (a, b) = (a.view(), b.view());
    assert_eq!(a.header.revision, b.header.revision, "{what}: kernel");
    assert_eq!(a.step, b.step, "{what}: step");
    assert_eq!(a.threads, b.threads, "{what}: threads");
    assert_eq!(a.transcript.rows, b.transcript.rows, "{what}: transcript");
}

const LONG: &str = "title    a downgrade of an empty entry whose title is much longer than a line of a mail, and {odd} \u{2014} RFC\n\
                    # a remark that is far too long for a mail as well, because people write what they think\n\
                    revision v5\nfile     4M\nprocess  \"fio job\" maps 0..4M shared rw\nthread A in \"fio job\"\n  \
                    read 2M at 2M\nthread B in \"fio job\"\n  write 4K at 0x203p\nthread C in \"fio job\"\n  write 4K at 0x204p\n";

const LONG_REMARK: &str = "far too long for a mail";

/// An own script with everything that is hard to carry, and an exhibit with a branch and another kernel.
fn sessions() -> Vec<Session> {
    let mut own = run(LONG);
    for _ in 0..30 {
        own.update(Action::Forward);
    }
    own.update(Action::GoTo(17));
    let mut exhibit = Session::open("#v=1&e=a4&p=21");
    for thread in [C, C, B] {
        exhibit.update(Action::StepThread(thread));
    }
    exhibit.update(Action::SetRevision(Some("v6 wake_mode_delete=all".into())));
    exhibit.update(Action::GoTo(11));
    vec![own, exhibit]
}

const EXPORTS: [Action; 7] = [
    Action::CopyTable,
    Action::CopyShortTable,
    Action::CopyCommit,
    Action::ExportJson,
    Action::ExportMermaid,
    Action::CopyScript,
    Action::CopyLink,
];

#[test]
fn every_export_opens_again() {
    for home in ["", "http://127.0.0.1:8080/", "https://example.org/dax/"] {
        for mut session in sessions() {
            session.update(Action::KnowAddress(home.into()));
            for action in EXPORTS {
                let text = text_of(&mut session, &action);
                let mut again = Session::open("");
                let said = opened(&mut again, "a file", &text);
                if action == Action::CopyScript {
                    again.update(Action::RunScript);
                }
                check_same(&session, &again, &format!("{action:?} from {home:?}: {said}\n{text}"));
                assert!(said.contains("pened"), "{said}");
                let mut again = Session::open("");
                pasted(&mut again, &text, None);
                if action == Action::CopyScript {
                    again.update(Action::RunScript);
                }
                check_same(&session, &again, &format!("{action:?}, pasted"));
            }
        }
    }
}

/// As it stands in an answer, and in an answer to that.
#[test]
fn quoted_exports_open_again() {
    for mut session in sessions() {
        session.update(Action::KnowAddress("https://example.org/dax/".into()));
        for action in [
            Action::CopyTable,
            Action::CopyShortTable,
            Action::CopyCommit,
            Action::ExportMermaid,
            Action::CopyScript,
            Action::CopyLink,
        ] {
            let text = text_of(&mut session, &action);
            for (quoted, empty) in [("> ", ">"), ("> > ", "> >"), (">> ", ">>")] {
                let line = |line: &str| if line.is_empty() { empty.to_owned() } else { format!("{quoted}{line}") };
                let lines = text.lines().map(line).collect::<Vec<_>>().join("\n");
                let mail = match action {
                    Action::CopyScript => lines,
                    _ => format!("On Monday somebody wrote:\n{lines}\n\nI see the same here.\n-- \nsomebody\n"),
                };
                let mut again = Session::open("");
                let said = opened(&mut again, "an answer", &mail);
                if action == Action::CopyScript {
                    again.update(Action::RunScript);
                }
                check_same(&session, &again, &format!("{action:?} behind {quoted:?}: {said}\n{mail}"));
            }
        }
    }
}

/// A mailer that breaks lines at 72 columns.
fn broken(text: &str) -> String {
    let mut all = String::new();
    for line in text.lines() {
        let mut rest = line;
        while rest.chars().count() > 72 {
            let bytes = rest.char_indices().nth(72).map_or(rest.len(), |(at, _)| at);
            let Some(at) = rest[..bytes].rfind(' ').filter(|&at| !rest[..at].trim().is_empty()) else { break };
            all.push_str(&rest[..at]);
            all.push('\n');
            rest = &rest[at + 1..];
        }
        all.push_str(rest);
        all.push('\n');
    }
    all
}

#[test]
fn broken_lines_are_joined_and_that_is_told() {
    for mut session in sessions() {
        for action in [Action::CopyTable, Action::CopyScript] {
            let text = text_of(&mut session, &action);
            let text = if action == Action::CopyTable { text.replace(" \\\n      ", " ") } else { text };
            let mail = broken(&text);
            let mut again = Session::open("");
            let said = opened(&mut again, "a mail", &mail);
            if action == Action::CopyScript {
                again.update(Action::RunScript);
            }
            check_same(&session, &again, &format!("{action:?}: {said}\n{mail}"));
            let is_script_broken = text.contains(LONG_REMARK);
            assert_eq!(said.contains("joined again"), is_script_broken, "{said}");
        }
    }
}

#[test]
fn the_mail_and_the_diagram_keep_their_width() {
    for mut session in sessions() {
        for (action, width) in [(Action::CopyTable, 78), (Action::CopyShortTable, 78), (Action::CopyCommit, 72)] {
            for line in text_of(&mut session, &action).lines().filter(|line| !line.starts_with("link: ")) {
                assert!(line.chars().count() <= width, "{action:?}: {line}");
            }
        }
    }
}

#[test]
fn pictures_and_the_page_in_one_file_carry_their_run() {
    for session in sessions() {
        let carried = session.carried();
        let escaped = carried.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let svg = format!("<svg xmlns=\"x\"><title>t</title><metadata>{escaped}</metadata><text>A</text></svg>");
        let png = png_with_text(
            &[b"\x89PNG\r\n\x1a\n\0\0\0\0".as_slice(), b"IEND", &[0xae, 0x42, 0x60, 0x82]].concat(),
            &carried,
        );
        let inside = png_text(&png).expect("a text");
        let start = session.fragment().replace('&', "&amp;");
        let html = format!("<!doctype html>\n<meta name=\"daxscope-start\" content=\"{start}\">\n<script>0</script>");
        for (what, text) in [("svg", svg), ("png", inside), ("html", html)] {
            let mut again = Session::open("");
            let said = opened(&mut again, what, &text);
            check_same(&session, &again, &format!("{what}: {said}"));
        }
    }
}

#[test]
fn what_is_not_ours_leaves_the_editor_alone() {
    let mut session = run(LONG);
    let before = session.view().script.text.clone();
    for text in [
        "{\n  \"name\": \"x\",\n  \"script\": \"node x.js\"\n}\n",
        "<svg><text>schedule A3</text></svg>",
        "<!doctype html><p>hello",
        "<meta name=\"daxscope-start\" content=\"\">",
        "Dear list,\n\nI have nothing to say.\n",
    ] {
        let said = opened(&mut session, "thing", text);
        assert!(said.starts_with("Not opened: thing is no script"), "{said}");
        assert_eq!(session.view().script.text, before);
        assert!(pasted(&mut session, text, None).starts_with("Not opened"), "{text}");
    }
}

#[test]
fn a_script_with_errors_says_so_and_is_in_the_editor() {
    let mut session = Session::open("");
    let said = opened(&mut session, "x.dax", "thread A\n  read 4K at 0\n  frobnicate\n  hop\n");
    assert!(said.contains("does not run yet: 2 errors, the first on line 3."), "{said}");
    assert!(session.view().script.text.contains("frobnicate"));
}

/// In the editor only what is nothing but a run is opened; any other text goes where the caret is.
#[test]
fn a_paste_into_the_editor() {
    let mut session = run("thread A\n  read 4K at 0\n");
    pasted(&mut session, "thread B\n  read 4K at 1p\n", Some(0..0));
    assert!(session.view().script.text.starts_with("thread B\n"));
    let end = session.view().script.text.len();
    pasted(&mut session, "# as https://example.org/#v=1&e=a5 says\n", Some(end..end));
    assert!(session.view().script.text.ends_with("says\n"));
    let said = pasted(&mut session, "> thread C\n>   read 4K at 2p\n", Some(end..end));
    assert!(said.contains("marks of quotation before 2 lines"), "{said}");
    assert!(session.view().script.text.contains("\nthread C\n  read 4K at 2p\n"));
    let said = pasted(&mut session, "<https://example.org/#v=1&e=a4&p=40>.", Some(0..3));
    assert!(said.starts_with("Opened the link in what was pasted"), "{said}");
    assert_eq!(session.view().step.number, 40);
}

#[test]
fn opening_a_run_can_be_taken_back() {
    let mut session = Session::open("#v=1&e=a4&p=21");
    session.update(Action::StepThread(C));
    let before = session.fragment();
    let mail = text_of(&mut sessions().remove(0), &Action::CopyTable);
    let said = opened(&mut session, "mail.txt", &mail);
    assert!(said.contains("Opened the run in the mail") && said.contains("Ctrl+Z"), "{said}");
    session.update(Action::UndoBranch);
    assert_eq!(session.fragment(), before);
}

/// Old mails have a link alone below their lines.
#[test]
fn a_link_in_a_letter_is_taken() {
    let letter = "Hello,\n\nsee https://example.org/dax/#v=1&e=a4&p=12.\n\nBye\n";
    assert_eq!(received(letter), Received::Link { fragment: "v=1&e=a4&p=12".into(), is_alone: false });
}

/// Who can open a link is said where it leaves.
#[test]
fn a_link_says_who_can_open_it() {
    let mut session = Session::open("#v=1&e=a4&p=21");
    let copied = |session: &mut Session| match &session.update(Action::CopyLink)[..] {
        [Effect::CopyText { text, done, .. }] => (text.clone(), done.clone()),
        other => panic!("{other:?}"),
    };
    for (home, link, said) in [
        (
            "http://127.0.0.1:8080/",
            Some("http://127.0.0.1:8080/#v=1"),
            "This link opens only on the machine that wrote it.",
        ),
        ("", None, "To open this run: paste this text into any page"),
        ("https://example.org/dax/", Some("https://example.org/dax/#v=1"), "link: https"),
    ] {
        session.update(Action::KnowAddress(home.into()));
        for action in [Action::CopyTable, Action::CopyCommit, Action::ExportMermaid] {
            let text = text_of(&mut session, &action).replace("\n  %% ", "\n").replace('\n', " ");
            let said = if action == Action::ExportMermaid { said.trim_start_matches("link: ") } else { said };
            assert!(text.contains(said), "{home} {action:?}: {text}");
            assert_eq!(text.contains("#v=1"), link.is_some(), "{home} {action:?}: {text}");
            assert!(link.is_none_or(|link| text.contains(link)), "{text}");
        }
    }
    session.update(Action::KnowAddress("http://localhost:8080/".into()));
    assert!(copied(&mut session).1.contains("opens only on this machine"));
    session.update(Action::KnowAddress(String::new()));
    assert!(copied(&mut session).1.contains("only the part from #"));
    assert!(told(&session.update(Action::SetBase("example.org".into()))).contains("begins with http"));
    session.update(Action::SetBase("https://example.org/dax/#old".into()));
    let (text, done) = copied(&mut session);
    assert!(text.starts_with("https://example.org/dax/#v=1&k=") && done == "The link is copied.", "{text} {done}");
}

#[test]
fn a_saved_script_is_the_run_on_screen_or_says_that_it_is_not() {
    let mut session = run(LONG);
    let save = |session: &mut Session| {
        let effects = session.update(Action::Editor(EditorAction::Save));
        let text = effects.iter().find_map(|effect| match effect {
            Effect::Download { text, .. } => Some(text.clone()),
            _ => None,
        });
        (text.expect("a file"), told(&effects))
    };
    assert_eq!(save(&mut session).0, LONG);
    session.update(Action::Forward);
    session.update(Action::SetRevision(Some("v6".into())));
    let (text, said) = save(&mut session);
    assert!(text.contains("revision v6\n") && text.ends_with("schedule A\nposition 1\n"), "{text}");
    assert!(said.contains("with the run on screen: v6, 1 step, position 1"), "{said}");
    session.update(Action::EditScript("thread A\n  read 4K at 3p\n".into()));
    let (text, said) = save(&mut session);
    assert_eq!(text, "thread A\n  read 4K at 3p\n");
    assert!(said.contains("The run on screen is of another script"), "{said}");
}

/// Where a link is cut off, that is told, and a script that is lost is not replaced by another.
#[test]
fn cuts_and_clamps_are_told() {
    for mut session in sessions() {
        session.update(Action::KnowAddress("https://example.org/".into()));
        let address = text_of(&mut session, &Action::CopyLink);
        let link = address.split_once('#').expect("a link").1;
        let from = link.find("&k=").expect("a checksum") + 3;
        let subject = link[from..].find('&').expect("a subject") + from;
        for at in subject + 1..link.len() {
            let view = Session::open(&link[..at]).view();
            let told = view.notices.iter().any(|notice| notice.text.contains("was cut off"));
            assert!(told, "{}: {:?}", &link[..at], view.notices);
        }
        let view = Session::open(link).view();
        let is_told =
            view.notices.iter().any(|notice| notice.text.contains("was cut off") || notice.text.contains("copied"));
        assert!(!is_told, "{:?}", view.notices);
    }
    let notices = Session::open("v=1&e=a4&p=7700").view().notices;
    assert!(notices[0].text.contains("Step 7700 was asked for, but the run has 73 steps"), "{notices:?}");
}
