//! docs/script.md: every example is a script in canonical form, and no name is missing.

use daxscope_core::errno::Errno;
use daxscope_core::fallback::FallbackReason;
use daxscope_core::revision::{PRESETS, SWITCHES, XARRAY_PRESETS};
use daxscope_core::scenario::limits::MAX_ERRNO;
use daxscope_core::scenario::{FailPoint, Parsed, format, format_text, parse};

const DOCS: &str = include_str!("../../../docs/script.md");

/// The code blocks of a language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    DOCS.split(&fence).skip(1).filter_map(|rest| rest.split_once("```")).map(|(block, _)| block).collect()
}

/// An example as it should be.
fn example(title: &str) -> Parsed {
    let titled = |block: &&str| block.lines().next() == Some(&format!("title    {title}"));
    parse(blocks("daxscope").into_iter().find(titled).expect("an example with that title"))
}

#[test]
fn every_example_is_canonical() {
    let blocks = blocks("daxscope");
    assert!(blocks.len() >= 17, "{}", blocks.len());
    for block in blocks {
        let parsed = parse(block);
        assert_eq!(parsed.diagnostics, [], "{block}");
        assert_eq!(format_text(block), block);
        assert_eq!(parse(&format(&parsed.scenario)).scenario, parsed.scenario);
    }
}

#[test]
fn the_five_examples_are_as_the_formatter_writes_them() {
    let titles = [
        "the reviewed line: a NULL entry is put",
        "a downgrade wakes one of two",
        "a refused 2 MiB fault keeps the wake-up of another",
        "zeroes over written data",
        "a misaligned mapping",
    ];
    for title in titles {
        let scenario = example(title).scenario;
        let without_comments = |text: &str| -> Vec<String> {
            text.lines().map(|line| line.split('#').next().unwrap_or("").trim_end().to_owned()).collect()
        };
        let block = blocks("daxscope").into_iter().find(|block| block.contains(&scenario.title)).unwrap_or("");
        assert_eq!(without_comments(block), without_comments(&format(&scenario)));
    }
}

#[test]
fn names_are_documented() {
    let check = |name: &str| assert!(DOCS.contains(&format!("`{name}`")), "docs/script.md says nothing of {name}");
    PRESETS.iter().chain(XARRAY_PRESETS).for_each(|preset| check(preset.name));
    FailPoint::EVERY.into_iter().for_each(|what| check(what.name()));
    (1..=MAX_ERRNO).filter_map(|number| Errno(number).name()).for_each(check);
    for reason in FallbackReason::ALL {
        let row = format!("| `{}` | {} | {} |", reason.name(), reason.label(), reason.remedy());
        assert!(DOCS.contains(&row), "docs/script.md lacks the row\n{row}");
    }
    for switch in SWITCHES {
        let values = switch.values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
        let row = format!("| `{}` | {values} | {} | {} |", switch.name, switch.about, switch.source);
        assert!(DOCS.contains(&row), "docs/script.md lacks the row\n{row}");
    }
}
