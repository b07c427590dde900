//! What a word of a script means: sections and table rows of docs/script.md, which says it once.

use daxscope_core::scenario::{ScriptWord, WordKind, words};

/// What is said of a word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Help {
    /// The word.
    pub title: String,
    /// As Markdown: paragraphs, lists, code.
    pub text: String,
}

/// What `reference`, the text of docs/script.md, says of the word at a byte of a script.
#[must_use]
pub fn help_at(reference: &str, script: &str, at: usize) -> Option<Help> {
    let at = at.min(script.len());
    let start = script.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let line = script[start..].lines().next().unwrap_or_default();
    let words = words(line);
    let keyword = words.iter().find(|word| word.kind == WordKind::Keyword)?;
    let here = words.iter().find(|word| (word.bytes.start..=word.bytes.end).contains(&(at - start))).unwrap_or(keyword);
    help(reference, &line[keyword.bytes.clone()], here, &line[here.bytes.clone()])
}

fn help(reference: &str, keyword: &str, word: &ScriptWord, text: &str) -> Option<Help> {
    let own = section(reference, &format!("`{keyword}`"));
    let found = match word.kind {
        WordKind::Comment => return None,
        WordKind::Number => Some(table(section(reference, "Sizes, offsets and ranges")?, "")),
        WordKind::Thread => section(reference, "`thread`").map(introduction),
        WordKind::Name => section(reference, "`process`").map(introduction),
        WordKind::Steps => section(reference, "`schedule`").map(introduction),
        WordKind::Text | WordKind::Keyword => None,
        WordKind::Word => {
            let name = text.split('=').next().unwrap_or(text);
            let rows = table(own.unwrap_or_default(), name);
            let elsewhere = || table(section(reference, "Why a fault falls back").unwrap_or_default(), name);
            Some(rows).filter(|rows| !rows.is_empty()).or_else(|| Some(elsewhere()).filter(|rows| !rows.is_empty()))
        }
    };
    if let Some(found) = found.filter(|found| !found.is_empty()) {
        return Some(Help { title: text.to_owned(), text: found });
    }
    let text = match own {
        Some(own) => introduction(own),
        None => table(section(reference, "Operations")?, keyword),
    };
    Some(Help { title: keyword.to_owned(), text })
}

/// What stands below a heading, up to the next one.
fn section<'t>(reference: &'t str, heading: &str) -> Option<&'t str> {
    let at = ["\n### ", "\n## "].iter().find_map(|mark| {
        let heading = format!("{mark}{heading}\n");
        reference.find(&heading).map(|at| at + heading.len())
    })?;
    let rest = &reference[at..];
    let ends = ["\n## ", "\n### "].iter().filter_map(|mark| rest.find(mark));
    Some(&rest[..ends.min().unwrap_or(rest.len())])
}

/// The paragraphs of a section, without its tables and examples.
fn introduction(section: &str) -> String {
    let mut text = String::new();
    let mut is_example = false;
    for line in section.lines() {
        if line.starts_with("```") {
            is_example = !is_example;
        } else if !is_example && !line.starts_with('|') {
            text.push_str(line);
            text.push('\n');
        }
    }
    text.trim().to_owned()
}

/// The rows of a section's tables whose first cell names the word, as a list; all of them for an empty word.
fn table(section: &str, word: &str) -> String {
    let mut text = String::new();
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let row = row.trim_matches(['|', ' ']);
        let Some((first, rest)) = row.split_once(" | ") else { continue };
        let mut names = first.split('`').skip(1).step_by(2);
        let is_it = |name: &str| name == word || name.split(' ').any(|part| part == word);
        if word.is_empty() || names.any(is_it) {
            text.push_str(&format!("- {first}: {}\n", rest.replace(" | ", "; ")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::TextId;

    fn reference() -> &'static str {
        TextId::Script.compiled_in().expect("native")
    }

    fn at(line: &str, word: &str) -> Help {
        let script = format!("thread A\n{line}\n");
        let at = "thread A\n".len() + line.find(word).expect("the word");
        help_at(reference(), &script, at).unwrap_or_else(|| panic!("no help for {word} in {line}"))
    }

    #[test]
    fn every_kind_of_word_is_explained_by_the_reference() {
        let check = |line: &str, word: &str, expect: &str| {
            let help = at(line, word);
            assert!(help.text.contains(expect), "{line}, {word}: {help:?}");
        };
        check("read 2M at 0 via Q", "read", "page faults of 4 KiB");
        check("read 2M at 0x203p", "0x203p", "pages of 4096 bytes");
        check("write(2) 0..2M", "write(2)", "system calls");
        check("fsync", "fsync", "`fsync(2)` of all");
        check("revision v6 lock_before_drop=off", "v6", "12 Oct 2016");
        check("revision v6 lock_before_drop=off", "lock_before_drop", "before it drops tree_lock");
        check("extent 2M..4M mapped at 16M", "extent", "What backs a range");
        check("extent 2M..4M mapped at 16M", "mapped", "What backs a range");
        check("fail preload 1 in A", "preload", "The nth call of a kind fails");
        check("expect fallback alignment in A", "alignment", "not aligned to 2 MiB");
        check("expect huge 2M", "huge", "by a huge page");
        check("schedule by point A5", "A5", "Who runs when");
        check("process P maps 0..4M", "P", "A process and its mapping");
        check("fs_lock off", "fs_lock", "file-system lock");
    }

    #[test]
    fn every_statement_and_every_operation_has_help() {
        use daxscope_core::scenario::{completions, parse};
        for keyword in completions("thread A\n", 9, &parse("thread A\n")).words {
            let script = format!("thread A\n{keyword}");
            let help = help_at(reference(), &script, 9).unwrap_or_else(|| panic!("no help for {keyword}"));
            assert!(help.text.len() > 20, "{keyword}: {help:?}");
        }
    }
}
