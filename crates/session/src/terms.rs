//! The glossary: docs/glossary.md as a list of words, and which spellings of them are marked in texts.

/// A word and what it means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Term {
    /// The word, or several with ", " between, as the glossary has them.
    pub word: String,
    /// A sentence or two, in Markdown.
    pub meaning: String,
}

impl Term {
    /// Is it one of the words of this term, whatever its case?
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.word.split(", ").any(|word| word.eq_ignore_ascii_case(name))
    }
}

/// Spellings that are marked where they first stand in a text, each with the word of the glossary that it means. Longer ones
/// come first.
pub const MARKED: &[(&str, &str)] = &[
    ("exclusive waiters", "exclusive waiter"),
    ("huge zero page", "HZP"),
    ("empty entry", "empty entry"),
    ("block entry", "block entry"),
    ("lost wake-up", "lost wake-up"),
    ("nrexceptional", "nrexceptional"),
    ("i_mmap_rwsem", "i_mmap_rwsem"),
    ("hole page", "hole page"),
    ("iomap_begin", "iomap_begin"),
    ("wake-up", "wake one"),
    ("i_mmap_sem", "i_mmap_sem"),
    ("radix tree", "radix tree"),
    ("page table", "page table"),
    ("page fault", "page fault"),
    ("preemption", "preemption"),
    ("wait table", "wait table"),
    ("downgrade", "downgrade"),
    ("exceptional", "exceptional"),
    ("tree_lock", "tree_lock"),
    ("mmap_sem", "mmap_sem"),
    ("fallback", "fallback"),
    ("spinlock", "spinlock"),
    ("livelock", "livelock"),
    ("deadlock", "deadlock"),
    ("siblings", "sibling"),
    ("TOWRITE", "TOWRITE"),
    ("preload", "preload"),
    ("mkclean", "mkclean"),
    ("sectors", "sector"),
    ("nrpages", "nrpages"),
    ("entry", "entry"),
    ("DIRTY", "DIRTY"),
    ("relay", "relay"),
    ("extent", "extent"),
    ("fsync", "fsync"),
    ("flush", "flush"),
    ("HZP", "HZP"),
    ("PMD", "PMD"),
    ("pmd", "PMD"),
    ("pte", "PTE"),
    ("DAX", "DAX"),
    ("key", "key"),
];

/// The terms of docs/glossary.md.
pub(crate) fn read(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for line in text.lines() {
        let Some((word, meaning)) = line.strip_prefix("| ").and_then(|row| row.split_once(" | ")) else { continue };
        let meaning = meaning.trim_end_matches('|').trim();
        if word != "word" {
            terms.push(Term { word: word.replace('`', ""), meaning: meaning.to_owned() });
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marked_word_is_in_the_glossary() {
        let terms = read(include_str!("../../../docs/glossary.md"));
        assert!(terms.len() > 60 && terms.iter().all(|term| !term.meaning.is_empty()), "{terms:?}");
        for (spelling, word) in MARKED {
            assert_eq!(terms.iter().filter(|term| term.is_called(word)).count(), 1, "{spelling}: {word}");
        }
        for word in ["nrexceptional", "nrpages", "HZP", "PMD", "shift", "exceptional", "preload", "key", "downgrade"] {
            assert!(terms.iter().any(|term| term.is_called(word)), "{word}");
        }
    }

    #[test]
    fn longer_spellings_come_before_those_that_they_contain() {
        for (at, (spelling, _)) in MARKED.iter().enumerate() {
            let hidden = MARKED[..at].iter().find(|(earlier, _)| spelling.contains(earlier));
            assert_eq!(hidden, None, "{spelling} would never be found");
        }
    }
}
