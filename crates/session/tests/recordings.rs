//! Recordings of real kernels in the page: known by their beginning, read in bounded memory, answered, and refused in words.

mod common;

use daxscope_session::import::{
    ImportAction, Question, Report, Request, Sample, SpanKind, TraceReport, is_recording, read,
};
use daxscope_session::view::EntryKind;
use daxscope_session::{Action, Effect, FocusTarget, Panel, Session};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All files of `tests/traces`.
fn recordings() -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![root().join("tests/traces")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => files.push(path),
            }
        }
    }
    files.sort();
    files
}

fn bytes(name: &str) -> Vec<u8> {
    fs::read(root().join("tests/traces").join(name)).expect(name)
}

fn read_all(bytes: &[u8], request: &Request) -> String {
    read(&mut &*bytes, &request.to_message(), &mut |_| true)
}

/// A session in which the file was dropped and read.
fn opened(name: &str, bytes: &[u8]) -> Session {
    let mut session = Session::open("");
    let open = ImportAction::Open { name: name.into(), bytes: bytes.len() as u64 };
    let effects = session.update(Action::Import(open));
    finish(&mut session, bytes, &effects);
    session
}

/// Does what the page does for a request to read.
fn finish(session: &mut Session, bytes: &[u8], effects: &[Effect]) {
    let request = effects.iter().find_map(|effect| match effect {
        Effect::StartImport(request) => Some(request.clone()),
        _ => None,
    });
    let message = read(&mut &*bytes, &request.expect("something is to be read"), &mut |_| true);
    session.update(Action::Import(ImportAction::Reported(message)));
}

fn does(session: &mut Session, action: ImportAction) -> Vec<Effect> {
    session.update(Action::Import(action))
}

fn trace(session: &Session) -> TraceReport {
    session.view().import.as_ref().and_then(|view| view.trace.clone()).expect("a trace")
}

#[test]
fn every_recording_is_known_and_read_without_a_strange_line() {
    let mut traces = 0;
    for path in recordings() {
        let bytes = fs::read(&path).expect("a recording");
        assert!(is_recording(&bytes), "{}", path.display());
        let message = read_all(&bytes, &Request::default());
        let report = Report::from_message(&message).expect("a message");
        assert_eq!(report.to_message(), message, "{}", path.display());
        match report {
            Report::Trace(trace) => {
                traces += 1;
                assert_eq!(trace.not_understood, 0, "{}: {:?}", path.display(), trace.strange);
                assert!(!trace.spans.is_empty() && !trace.headline.is_empty(), "{}", path.display());
            }
            Report::Trees(trees) => assert!(trees.iter().all(|tree| tree.wrong.is_empty()), "{}", path.display()),
            other => panic!("{}: {other:?}", path.display()),
        }
    }
    assert!(traces > 20, "{traces}");
}

#[test]
fn what_daxscope_writes_is_no_recording() {
    let mut session = Session::open("#v=1&e=a4&p=21");
    let mut seen = 0;
    for action in [
        Action::CopyTable,
        Action::CopyScript,
        Action::ExportJson,
        Action::ExportMermaid,
        Action::ExportTable,
        Action::CopyShortTable,
        Action::CopyCommit,
        Action::CopyLink,
    ] {
        for effect in session.update(action) {
            if let Effect::CopyText { text, .. } | Effect::Download { text, .. } = effect {
                seen += 1;
                assert!(!is_recording(text.as_bytes()), "{text}");
            }
        }
    }
    assert!(seen >= 8, "{seen}");
}

#[test]
fn samples_are_recordings_and_nothing_else() {
    let of = ["6.12.95/fallback_reasons.txt", "7.3.4/layout_break.txt", "7.3.4/layout_break.tree.json"];
    for (sample, of) in Sample::ALL.into_iter().zip(of) {
        assert_eq!(fs::read(root().join(sample.path())).expect("a sample"), bytes(of), "{}", sample.path());
    }
    let effects = does(&mut Session::open(""), ImportAction::Sample(Sample::Fallbacks));
    assert!(effects.contains(&Effect::FetchRecording("static/sample-fallbacks.txt")), "{effects:?}");
}

#[test]
fn the_first_thing_on_screen_is_why_faults_fell_back() {
    let bytes = bytes("6.12.95/fallback_reasons.txt");
    let session = opened("fallback_reasons.txt", &bytes);
    let view = session.view();
    assert_eq!(view.panel, Panel::Import);
    let trace = trace(&session);
    let names: Vec<&str> = trace.reasons.iter().map(|reason| reason.name.as_str()).collect();
    for name in ["colour", "private-write", "range", "end-of-file"] {
        assert!(names.contains(&name), "{names:?}");
    }
    for reason in &trace.reasons {
        assert!(reason.line > 0 && !reason.because.is_empty() && !reason.remedy.is_empty(), "{reason:?}");
    }
    let lanes = view.import.as_ref().and_then(|view| view.lanes.clone()).expect("lanes");
    assert!(lanes.rows.iter().any(|row| row.outcome.starts_with("falls back")), "{lanes:?}");
}

#[test]
fn suspects_are_told_with_their_lines() {
    let session = opened("layout_break.txt", &bytes("7.3.4/layout_break.txt"));
    let trace = trace(&session);
    assert!(!trace.suspects.is_empty());
    for suspect in &trace.suspects {
        assert!(suspect.evidence.len() >= 2, "{suspect:?}");
        assert!(suspect.evidence.iter().all(|(line, _)| *line > 0), "{suspect:?}");
    }
}

#[test]
fn a_line_leads_to_its_handler_in_the_lanes() {
    let mut session = opened("race.txt", &bytes("7.3.4/race_hole_rw.cut.txt"));
    let line = trace(&session).reasons.first().map(|reason| reason.line).expect("a reason");
    let effects = does(&mut session, ImportAction::Show(line));
    assert!(effects.contains(&Effect::Focus(FocusTarget::Lanes)), "{effects:?}");
    let lanes = session.view().import.as_ref().and_then(|view| view.lanes.clone()).expect("lanes");
    let chosen: Vec<_> = lanes.lanes.iter().flat_map(|lane| &lane.bars).filter(|bar| bar.is_chosen).collect();
    assert_eq!(chosen.len(), 1, "{lanes:?}");
    assert_eq!(chosen[0].kind, SpanKind::FellBack);
    assert_eq!(lanes.rows.iter().filter(|row| row.is_chosen).count(), 1);
    for bar in lanes.lanes.iter().flat_map(|lane| &lane.bars) {
        assert!(bar.columns.0 < bar.columns.1 && bar.columns.1 <= lanes.slots, "{bar:?}");
    }
    let before = lanes.said.clone();
    does(&mut session, ImportAction::Move(true));
    does(&mut session, ImportAction::Move(true));
    let after = session.view().import.as_ref().and_then(|view| view.lanes.clone()).expect("lanes");
    assert_ne!(after.said, before);
}

#[test]
fn of_a_long_trace_the_lanes_hold_a_part_and_the_rest_is_read_again() {
    let text = String::from_utf8(bytes("6.12.95/fallback_reasons.txt")).expect("text");
    let events: Vec<&str> = text.lines().filter(|line| line.contains(": dax_p")).collect();
    let mut long = String::from("# tracer: nop\n");
    for _ in 0..400 {
        for line in &events {
            long.push_str(line);
            long.push('\n');
        }
    }
    let mut session = opened("long.txt", long.as_bytes());
    let lanes = session.view().import.as_ref().and_then(|view| view.lanes.clone()).expect("lanes");
    assert!(lanes.beyond.is_some());
    let last = long.lines().count() as u64;
    let effects = does(&mut session, ImportAction::Show(last - 10));
    finish(&mut session, long.as_bytes(), &effects);
    let lanes = session.view().import.as_ref().and_then(|view| view.lanes.clone()).expect("lanes");
    assert!(lanes.rows.iter().any(|row| row.is_chosen), "{:?}", lanes.said);
    assert!(lanes.rows.iter().all(|row| row.line > last - 500), "{:?}", lanes.said);
}

#[test]
fn what_happened_becomes_a_script_that_runs() {
    let bytes = bytes("7.3.4/race_hole_rw.cut.txt");
    let mut session = opened("race_hole_rw.txt", &bytes);
    let line = trace(&session).reasons.first().map(|reason| reason.line).expect("a reason");
    does(&mut session, ImportAction::Show(line));
    let effects = does(&mut session, ImportAction::Lift);
    finish(&mut session, &bytes, &effects);
    let view = session.view();
    let view = view.import.as_ref().expect("the panel");
    let scenario = view.scenario.clone().expect("a script");
    assert!(view.trace.is_some() && scenario.follows, "{scenario:?}");
    assert!(scenario.verdict.starts_with("The order that was seen fits"), "{}", scenario.verdict);
    assert_eq!(
        Report::from_message(&Report::Scenario(Box::new((*scenario).clone())).to_message()),
        Some(Report::Scenario(Box::new((*scenario).clone())))
    );
    assert!(scenario.lanes.len() == 2 && !scenario.facts.is_empty());
    let effects = does(&mut session, ImportAction::StepIt);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::PushUrl(_))), "{effects:?}");
    let view = session.view();
    assert_eq!((view.panel, view.threads.len()), (Panel::None, 2));
    assert!(view.step.total > 0, "the schedule that was seen is there");
    // The recording is still there when the panel is opened anew.
    session.update(Action::OpenPanel(Panel::Import));
    assert_eq!(&*session.view().import.as_ref().expect("the panel").file, "race_hole_rw.txt");
}

#[test]
fn the_kernel_can_be_named_and_a_wrong_one_is_contradicted() {
    let bytes = bytes("6.12.95/fallback_reasons.txt");
    let mut session = opened("fallback_reasons.txt", &bytes);
    let effects = does(&mut session, ImportAction::Kernel("5.10".into()));
    finish(&mut session, &bytes, &effects);
    assert!(trace(&session).contradiction.contains("the kernel that you name"), "{:?}", trace(&session).contradiction);
    let effects = does(&mut session, ImportAction::Kernel("seven".into()));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Tell(why) if why.contains("`seven`"))), "{effects:?}");
    let effects = does(&mut session, ImportAction::Kernel("6.12".into()));
    finish(&mut session, &bytes, &effects);
    assert_eq!(trace(&session).contradiction, "");
}

#[test]
fn snapshots_are_trees_with_every_word_decoded() {
    let mut session = opened("layout_break.tree.json", &bytes("7.3.4/layout_break.tree.json"));
    let view = session.view();
    let trees = view.import.as_ref().and_then(|view| view.trees.clone()).expect("trees");
    assert_eq!(&*trees.snapshots[0].name, "two dirty entries");
    let kinds: Vec<EntryKind> = trees.tree.leaves.iter().map(|leaf| leaf.kind).collect();
    assert_eq!(kinds, [EntryKind::BlockPmd, EntryKind::BlockPte]);
    assert!(trees.tree.leaves.iter().all(|leaf| leaf.tags.dirty));
    assert!(trees.facts.contains(&("nrpages", "513".into())) && trees.facts.contains(&("sibling slots", "7".into())));
    assert!(trees.facts.contains(&("nodes", "2".into())), "{:?}", trees.facts);
    does(&mut session, ImportAction::Entry(Some(0x123)));
    let entry = session.view().import.as_ref().and_then(|view| view.trees.clone()?.entry).expect("an entry");
    assert_eq!(&*entry.what, "2 MiB block, frame 0x108400");
    let bits = entry.bits.clone().expect("bits");
    let flags: u64 = bits.bits.iter().filter(|bit| bit.is_set).map(|bit| bit.mask).sum();
    assert_eq!((flags | 0x108400 << 5, &*bits.word), (0x2108005, "0x2108005"));
    assert!(entry.place.contains("7 siblings") && entry.page.contains("folio order 9"), "{entry:?}");
    does(&mut session, ImportAction::Snapshot(1));
    let trees = session.view().import.as_ref().and_then(|view| view.trees.clone()).expect("trees");
    assert!(trees.tree.leaves.is_empty() && trees.shown == 1);
}

#[test]
fn a_snapshot_that_contradicts_itself_says_so_and_is_drawn_as_far_as_it_goes() {
    let text = r#"[{"tag": "odd", "nrpages": 3, "entries": [
        {"index": 512, "raw": "0x2108005"}, {"index": 513, "raw": "0x11"}, {"index": 7, "raw": "0x2108005"},
        {"index": 18446744073709551615, "raw": "0x11"}, {"index": 9, "raw": "0x402"}, {"index": 3, "raw": "0x66209", "marks": ["DIRTY"]}]}]"#;
    let session = opened("odd.tree.json", text.as_bytes());
    let view = session.view();
    let trees = view.import.as_ref().and_then(|view| view.trees.clone()).expect("trees");
    assert_eq!(trees.tree.leaves.len(), 2, "{:?}", trees.tree.leaves);
    assert!(trees.wrong.iter().any(|said| said.contains("nrpages is 3")), "{:?}", trees.wrong);
    assert!(trees.wrong.iter().any(|said| said.starts_with("4 entries are not in the picture")), "{:?}", trees.wrong);
}

#[test]
fn what_cannot_be_read_says_why_and_what_to_do() {
    for (bytes, words) in [
        (&b""[..], "It is empty."),
        (b"\x17\x08\x44tracing1", "trace-cmd report"),
        (b"PERFILE2xxxx", "perf script"),
        (b"\x28\xb5\x2f\xfd....", "unzstd"),
        (b"{\"a\": 1}", "This is JSON, but neither"),
        (b"hello\nworld\n", "No event of fs_dax is in its 2 lines; line 1 is not of the form"),
        (b"# tracer: function_graph\n", "graph of functions"),
        (b"[{\"entries\": [{\"index\": 3}]}]", "an entry needs `index` and `raw`"),
        (b"[{\"entries\": [{\"index\": 3", "was the file cut"),
    ] {
        let session = opened("x", bytes);
        let view = session.view();
        let problem = view.import.as_ref().and_then(|view| view.problem.clone()).unwrap_or_default();
        assert!(problem.contains(words), "{problem:?} has no {words:?}");
        assert!(problem.ends_with('.'), "{problem}");
    }
}

#[test]
fn cut_and_mixed_input_is_read_as_far_as_it_goes() {
    let text = bytes("7.3.4/layout_break.txt");
    for end in (0..text.len()).step_by(97) {
        let report = Report::from_message(&read_all(&text[..end], &Request::default()));
        assert!(report.is_some_and(|report| report.is_last()), "cut at {end}");
    }
    let old = bytes("5.10.262/fallback_reasons.txt");
    let both = [&old[..], &text[..]].concat();
    let session = opened("both.txt", &both);
    let trace = trace(&session);
    assert!(trace.warnings.iter().any(|said| said.starts_with("Another trace begins at line")), "{:?}", trace.warnings);
    assert!(!trace.contradiction.is_empty());
    let strange = [&b"# tracer: nop\n\xff\xfe binary \x00\n"[..], &text[..]].concat();
    let session = opened("strange.txt", &strange);
    let lines: Vec<u64> = self::trace(&session).strange.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, [2]);
}

#[test]
fn damaged_messages_do_nothing_and_late_ones_are_dropped() {
    let text = bytes("7.3.4/layout_break.txt");
    let message = read_all(&text, &Request::default());
    for end in (0..message.len()).step_by(211) {
        if message.is_char_boundary(end) {
            let _ = Report::from_message(&message[..end]);
        }
    }
    let mut session = Session::open("");
    does(&mut session, ImportAction::Open { name: "x".into(), bytes: 10 });
    let effects = does(&mut session, ImportAction::Stop);
    assert!(effects.contains(&Effect::StopImport));
    does(&mut session, ImportAction::Reported(message));
    let view = session.view();
    let view = view.import.as_ref().expect("the panel");
    assert!(view.trace.is_none() && view.problem.is_some() && view.reading.is_none());
}

#[test]
fn progress_is_heard_and_reading_stops_when_it_says_so() {
    let text = bytes("6.12.95/fallback_reasons.txt").repeat(100);
    let mut heard = Vec::new();
    let message = read(&mut &*text, "answers 0 ", &mut |bytes| {
        heard.push(bytes);
        heard.len() < 3
    });
    assert_eq!(Report::from_message(&message), Some(Report::Failed("Stopped.".into())));
    assert!(heard.windows(2).all(|pair| pair[0] < pair[1]) && heard.len() == 3, "{heard:?}");
}

#[test]
fn the_panel_is_in_links_and_closes() {
    let mut session = Session::open("#v=1&e=a4&w=import");
    assert_eq!(session.view().panel, Panel::Import);
    assert!(session.view().import.is_some());
    session.update(Action::Close);
    assert!(session.view().import.is_none());
}

/// Changes a few bytes, cuts something out, or copies it elsewhere; the same for the same seed.
fn mutated(data: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % limit.max(1)
    };
    let mut data = data.to_vec();
    for _ in 0..=below(6) {
        let at = below(data.len());
        let end = (at + below(60)).min(data.len());
        match below(5) {
            0 => data[at] = below(256) as u8,
            1 => drop(data.drain(at..end)),
            2 => drop(data.splice(at..at, b"18446744073709551615".iter().copied())),
            3 => drop(data.splice(at..end, b"0x1\n".iter().copied())),
            _ => {
                let part = data[at..end].to_vec();
                let to = below(data.len());
                drop(data.splice(to..to, part));
            }
        }
    }
    data
}

#[test]
fn whatever_is_in_a_file_the_panel_has_something_to_say() {
    for name in [
        "7.3.4/layout_break.txt",
        "7.3.4/layout_break.tree.json",
        "6.12.95/fallback_reasons.txt",
        "7.3.4/race_hole_rw.cut.txt",
    ] {
        let whole = bytes(name);
        for seed in 0..60 {
            let mut session = opened("mutated", &mutated(&whole, seed));
            let line =
                session.view().import.as_ref().and_then(|view| view.trace.as_ref()?.reasons.first().map(|it| it.line));
            does(&mut session, ImportAction::Show(line.unwrap_or(seed)));
            does(&mut session, ImportAction::Snapshot(3));
            does(&mut session, ImportAction::Entry(Some(seed)));
            let view = session.view();
            let view = view.import.as_ref().expect("the panel");
            let says = view.problem.is_some() || view.trace.is_some() || view.trees.is_some();
            assert!(says && view.reading.is_none(), "{name}, seed {seed}");
        }
    }
}

#[test]
fn a_script_is_made_of_damaged_traces_too_or_refused_in_words() {
    let whole = bytes("7.3.4/layout_break.txt");
    for seed in 0..25 {
        let request = Request { question: Question::Scenario, around: 20 + seed, kernel: String::new() };
        match Report::from_message(&read_all(&mutated(&whole, seed), &request)) {
            Some(Report::Scenario(scenario)) => assert!(!scenario.verdict.is_empty() && !scenario.script.is_empty()),
            Some(Report::Failed(why)) => assert!(why.ends_with('.'), "{why}"),
            other => panic!("{other:?}"),
        }
    }
}
