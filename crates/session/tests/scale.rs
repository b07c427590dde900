//! Long runs and large trees are shown and linked, and everything that leaves the page is well formed.

mod common;

use common::{DOWNGRADE, Random, run, to_the_end};
use daxscope_session::view::RunKind;
use daxscope_session::{Action, Effect, Session, ThreadId};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// A script whose threads write many pages.
fn many_writes(threads: usize, operations: usize) -> String {
    let mut script = String::from("title many writes\nrevision v9\nfile 64M\n");
    for thread in 0..threads {
        let _ = writeln!(script, "thread {}", char::from(b'A' + thread as u8));
        for operation in 0..operations {
            let _ = writeln!(script, "  write 4K at {}p", thread * 1000 + operation * 70);
        }
    }
    script
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// How long that takes is printed, not judged: machines that run tests are busy.
#[test]
fn two_thousand_steps_are_made_taken_back_and_linked() {
    let mut session = run(&many_writes(3, 60));
    let mut random = Random(3);
    let mut go = |session: &mut Session, count: usize| {
        for _ in 0..count {
            let able: Vec<ThreadId> =
                session.view().threads.iter().filter(|thread| thread.can_step).map(|thread| thread.id).collect();
            session.update(Action::StepThread(able[random.below(able.len() as u64) as usize]));
        }
    };
    let first = timed(|| go(&mut session, 500));
    timed(|| go(&mut session, 1_000));
    let last = timed(|| go(&mut session, 500));
    assert_eq!(session.view().step.total, 2_000);
    let back = timed(|| {
        for _ in 0..100 {
            session.update(Action::Back);
        }
    });
    println!("first 500 steps {first:?}, last 500 {last:?}, 100 back {back:?}");
    assert_eq!(session.view().step.number, 1_900);
    let fragment = session.fragment();
    assert!(fragment.len() < 4_000, "{}", fragment.len());
    let opened = Session::open(&fragment);
    assert_eq!(opened.view().step, session.view().step);
}

/// What a tree says of its parts fits together.
#[test]
fn trees_are_consistent() {
    for script in [many_writes(2, 12), DOWNGRADE.to_owned()] {
        let mut session = run(&script);
        to_the_end(&mut session);
        let total = session.view().step.total;
        for number in (0..total).step_by(3) {
            session.update(Action::GoTo(number));
            let tree = session.view().tree;
            assert!(tree.leaves.is_sorted_by_key(|leaf| leaf.index));
            for (at, node) in tree.nodes.iter().enumerate() {
                assert_eq!(node.runs.iter().map(|run| usize::from(run.len)).sum::<usize>(), 64);
                assert_eq!(node.level == 0, !tree.edges.iter().any(|edge| edge.child == at));
                for run in node.runs.iter() {
                    match run.kind {
                        RunKind::Leaf(Some(leaf)) => {
                            let leaf = &tree.leaves[leaf];
                            assert_eq!((leaf.node, leaf.slot), (Some(at), run.first));
                            assert_eq!(u64::from(run.len) << node.shift, 1 << leaf.order);
                        }
                        RunKind::Child(Some(child)) => assert_eq!(tree.nodes[child].offset, run.first),
                        RunKind::Child(None) | RunKind::Leaf(None) | RunKind::Retry => panic!("{run:?}"),
                        RunKind::Empty => {}
                    }
                }
            }
        }
    }
}

fn exported(session: &mut Session, action: Action) -> String {
    match session.update(action).pop() {
        Some(Effect::Download { text, .. } | Effect::CopyText { text, .. }) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_table_fits_into_a_mail() {
    for script in [many_writes(1, 3), DOWNGRADE.to_owned(), many_writes(5, 2), many_writes(9, 2)] {
        let mut session = run(&script);
        to_the_end(&mut session);
        let table = exported(&mut session, Action::CopyTable);
        // A link that is broken up is no link.
        let fits = |line: &str| line.starts_with("link: ") || line.chars().count() <= 78;
        assert!(table.lines().all(fits), "{table}");
        assert_eq!(table, exported(&mut session, Action::CopyTable));
        assert!(table.lines().count() > session.view().step.total);
    }
}

/// Enough of JSON to see that every bracket and quote is closed.
fn check_json(text: &str) {
    let (mut depth, mut in_string, mut escaped) = (0_i32, false, false);
    for c in text.chars() {
        assert!(!in_string || !c.is_control(), "a bare control character");
        match (in_string, escaped, c) {
            (true, true, _) => escaped = false,
            (true, false, '\\') => escaped = true,
            (_, _, '"') => in_string = !in_string,
            (false, _, '{' | '[') => depth += 1,
            (false, _, '}' | ']') => depth -= 1,
            _ => {}
        }
        assert!(depth >= 0);
    }
    assert_eq!((depth, in_string), (0, false));
}

#[test]
fn exports_are_well_formed() {
    let mut session = Session::open("v=1&e=a4");
    to_the_end(&mut session);
    let script = session.view().script.text.replacen("title ", "title b; <b> ", 1);
    session.update(Action::EditScript(script));
    session.update(Action::RunScript);
    to_the_end(&mut session);
    let json = exported(&mut session, Action::ExportJson);
    check_json(&json);
    assert!(json.starts_with("{\"format\":\"daxscope run\",\"version\":1,"), "{json}");
    assert!(json.matches("\"sentence\"").count() >= session.view().step.total);
    let mermaid = exported(&mut session, Action::ExportMermaid);
    assert!(mermaid.starts_with("sequenceDiagram\n"));
    // What Mermaid would read as its own stands as a number: `#59;` for a semicolon.
    let is_plain = |line: &str| {
        if line.trim_start().starts_with("%%") {
            return true; // A comment, with the link.
        }
        let mut pieces = line.split('#');
        let first = pieces.next().is_some_and(|first| !first.contains([';', '<']));
        first
            && pieces.all(|piece| {
                piece
                    .split_once(';')
                    .is_some_and(|(number, rest)| number.parse::<u32>().is_ok() && !rest.contains([';', '<']))
            })
    };
    assert!(mermaid.lines().skip(1).all(is_plain), "{mermaid}");
    assert!(mermaid.contains("-->>"));
    let effects = session.update(Action::ExportTable);
    let named = |name: &str| name == "daxscope-b-b-lost-wake-up-on-pmd-downgrade.txt";
    assert!(matches!(&effects[0], Effect::Download { name, .. } if named(name)), "{effects:?}");
}
