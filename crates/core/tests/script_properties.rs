//! What holds for every scenario and for every text.

mod common;

use common::Draw;
use daxscope_core::scenario::{Parsed, Schedule, Severity, format, format_text, parse, render};
use proptest::collection::vec;
use proptest::prelude::*;

/// Spans lie inside the text and agree with it; the scenario can be written and read; the source map fits.
fn check_parsed(parsed: &Parsed, text: &str) {
    for diagnostic in &parsed.diagnostics {
        let span = &diagnostic.span;
        assert!(text.get(span.bytes.clone()).is_some_and(|part| !part.contains('\n')), "{diagnostic:?}");
        let before = &text[..span.bytes.start];
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        assert_eq!(span.line as usize, before.matches('\n').count() + 1, "{diagnostic:?}");
        assert_eq!(span.start as usize, column, "{diagnostic:?}");
        assert_eq!((span.end - span.start) as usize, text[span.bytes.clone()].chars().count(), "{diagnostic:?}");
        assert!(diagnostic.message.ends_with('.'), "{diagnostic:?}");
        assert_eq!(render(diagnostic, text).lines().count(), 3);
    }
    let again = parse(&format(&parsed.scenario));
    assert!(again.is_ok(), "{:?}", again.diagnostics);
    assert_eq!(again.scenario, parsed.scenario);
    let (scenario, source) = (&parsed.scenario, &parsed.source);
    assert_eq!(source.extents.len(), scenario.file.extents.len());
    assert_eq!(source.processes.len(), scenario.processes.len());
    assert_eq!(source.failures.len(), scenario.failures.len());
    assert_eq!(source.threads.len(), scenario.threads.len());
    let counts: Vec<usize> = scenario.threads.iter().map(|thread| thread.operations.len()).collect();
    assert_eq!(source.operations.iter().map(Vec::len).collect::<Vec<_>>(), counts);
}

/// Formatting again changes nothing, and formatting never changes what a script means.
fn check_format_text(text: &str) {
    let formatted = format_text(text);
    assert_eq!(format_text(&formatted), formatted);
    assert_eq!(parse(&formatted).scenario, parse(text).scenario);
    let errors = |text: &str| parse(text).diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    assert_eq!(errors(&formatted), errors(text));
}

fn decisions() -> impl Strategy<Value = Vec<u64>> {
    vec(any::<u64>(), 0..300)
}

/// Words of the language and other things, in any order.
fn soup() -> impl Strategy<Value = String> {
    let words = "title revision v6 4.10 wake_mode_delete=all colour_check= file extent hole unwritten mapped alloc next \
                 align max device devmap fs_lock on off process P Q maps shared private rw ro skew thread A B C a in via \
                 read write 4K 2M at 0 0x200p 5000 3p 0..2M 2M..4M 2M+1p 4M..2M .. 0.. 8192G 99999999999999999999 punch \
                 truncate fsync invalidate invalidate2 write(2) read(2) munmap fail preload page_alloc 1 with ENOMEM 12 \
                 schedule by point A5 B! A5!B AB! A99999 # \" \"x\" \"\\ \\ é \u{feff} \r \t > - = ! 1 2";
    let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let glue = prop::sample::select(vec![" ", " ", " ", "\n", "\n", "", "\r\n"]);
    vec((prop::sample::select(words), glue), 0..60)
        .prop_map(|parts| parts.into_iter().flat_map(|(word, glue)| [word, glue.to_owned()]).collect())
}

/// Puts `part` in place of some bytes of `text`.
fn mutate(text: &mut String, at: usize, length: usize, part: &str) {
    let boundary = |offset: usize| (0..=offset.min(text.len())).rev().find(|&o| text.is_char_boundary(o)).unwrap_or(0);
    let start = boundary(at % (text.len() + 1));
    let end = boundary(start.saturating_add(length)).max(start);
    text.replace_range(start..end, part);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scenario_survives_its_script(decisions in decisions()) {
        let scenario = Draw::new(&decisions).scenario();
        let text = format(&scenario);
        let parsed = parse(&text);
        prop_assert_eq!(&parsed.diagnostics, &[], "{}", text);
        prop_assert_eq!(&parsed.scenario, &scenario, "{}", text);
        prop_assert_eq!(format(&parsed.scenario), text.clone());
        prop_assert_eq!(format_text(&text), text.clone());
        check_parsed(&parsed, &text);
    }

    #[test]
    fn any_text_gives_a_scenario(text in any::<String>()) {
        check_parsed(&parse(&text), &text);
        check_format_text(&text);
    }

    #[test]
    fn any_words_give_a_scenario(text in soup()) {
        check_parsed(&parse(&text), &text);
        check_format_text(&text);
    }

    #[test]
    fn a_damaged_script_gives_a_scenario(
        decisions in decisions(),
        cuts in vec((any::<usize>(), 0..20_usize, soup()), 1..4),
    ) {
        let mut text = format(&Draw::new(&decisions).scenario());
        for (at, length, part) in cuts {
            mutate(&mut text, at, length, part.split(' ').next().unwrap_or_default());
        }
        check_parsed(&parse(&text), &text);
        check_format_text(&text);
    }

    #[test]
    fn a_schedule_survives_its_link(decisions in decisions()) {
        let schedule = Draw::new(&decisions).schedule(9);
        let compact = schedule.to_compact();
        prop_assert!(compact.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') && !compact.ends_with('.'));
        prop_assert_eq!(Schedule::from_compact(&compact), Ok(schedule));
    }

    #[test]
    fn any_text_is_a_link_or_an_error(text in "[opf1-90x.!]{0,12}|.*") {
        match Schedule::from_compact(&text) {
            Ok(schedule) => prop_assert_eq!(Schedule::from_compact(&schedule.to_compact()), Ok(schedule)),
            Err(error) => prop_assert!(error.position <= text.chars().count()),
        }
    }
}
