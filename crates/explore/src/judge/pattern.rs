//! What a line of a diagram claims, and whether an operation is that.

use daxscope_core::narrate::{Entered, Spoken};

/// Arguments that name no thing of the run: variables of the kernel.
const VARIABLES: [&str; 14] =
    ["...", "mapping", "inode", "vma", "vmf", "mm", "entry", "index", "xas", "page", "pmd", "pte", "page_tree", "file"];

/// One line, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// The function or call, if it is one: `radix_tree_delete`.
    name: Option<String>,
    /// What has to be among the arguments, each as words; of a line in words, the words.
    words: Vec<Vec<String>>,
    /// What has to come of it, as words.
    result: Option<Vec<String>>,
}

impl Pattern {
    /// Reads `name(arguments) -> result`, or words as daxscope writes them.
    #[must_use]
    pub fn read(text: &str) -> Pattern {
        let (head, result) = parted(text);
        let result = result.map(tokens);
        match as_call(head) {
            Some((name, arguments)) => {
                let pieces = arguments.split(',').map(str::trim).filter(|piece| !is_variable(piece));
                let words = pieces.map(tokens).filter(|words| !words.is_empty()).collect();
                Pattern { name: Some(name.to_owned()), words, result }
            }
            None => Pattern { name: None, words: vec![tokens(head)], result },
        }
    }

    /// The function or call that it names.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Does the line say this operation?
    #[must_use]
    pub fn is_said_by(&self, spoken: &Spoken) -> bool {
        let result = || self.result.as_ref().is_none_or(|result| contains(&tokens(&spoken.result), result));
        match (&self.name, as_call(&spoken.call)) {
            (Some(name), Some((called, arguments))) => name == called && self.fits(arguments) && result(),
            (Some(_), None) => false,
            (None, _) => {
                let told = tokens(&format!("{} {}", spoken.call, spoken.result));
                let mut all: Vec<Vec<String>> = spoken.clauses.iter().map(|clause| tokens(clause)).collect();
                all.push(told);
                let [words] = self.words.as_slice() else { return false };
                all.iter().any(|told| contains(told, words)) && result()
            }
        }
    }

    /// Is it a call of that name, though with other arguments or another result?
    #[must_use]
    pub fn is_nearly(&self, spoken: &Spoken) -> bool {
        let called = as_call(&spoken.call).map(|(name, _)| name);
        self.name.is_some() && self.name.as_deref() == called && !self.is_said_by(spoken)
    }

    /// Does the line say that this function is entered?
    #[must_use]
    pub fn is_entered(&self, entered: &Entered) -> bool {
        let name = self.name.as_deref().is_some_and(|name| entered.names.contains(&name));
        name && self.result.is_none() && self.fits(&entered.arguments)
    }

    /// Does the line say that the CPU falls asleep?
    #[must_use]
    pub fn is_sleep(&self) -> bool {
        let sleeps = |words: &Vec<String>| words.iter().any(|word| word == "sleeps" || word == "asleep");
        match self.name.as_deref() {
            Some("schedule") => self.result.as_ref().is_none_or(sleeps),
            Some(_) => false,
            None => {
                let [words] = self.words.as_slice() else { return false };
                [&["sleeps"][..], &["falls", "asleep"], &["is", "asleep"]].iter().any(|said| words == said)
            }
        }
    }

    /// Are the words, numbers aside, some that daxscope uses for this?
    #[must_use]
    pub fn is_known_by(&self, spoken: &Spoken) -> bool {
        let bare = |text: &str| -> Vec<String> { tokens(text).into_iter().filter(|word| !is_number(word)).collect() };
        match &self.name {
            Some(name) => as_call(&spoken.call).is_some_and(|(called, _)| called == name),
            None => {
                let words: Vec<String> = self.words.concat().into_iter().filter(|word| !is_number(word)).collect();
                let all = spoken.clauses.iter().map(|clause| bare(clause)).chain([bare(&spoken.call)]);
                !words.is_empty() && all.into_iter().any(|told| contains(&told, &words))
            }
        }
    }

    fn fits(&self, arguments: &str) -> bool {
        let told = tokens(arguments);
        self.words.iter().all(|words| contains(&told, words))
    }
}

/// A call, and what came of it: behind an arrow that is in no parentheses, or as `foo() fails with -EEXIST`, `foo() returns NULL`.
#[must_use]
pub fn parted(text: &str) -> (&str, Option<&str>) {
    for words in [" fails with ", " returns ", " finds "] {
        if let Some((head, result)) = text.split_once(words)
            && as_call(head.trim()).is_some()
        {
            return (head.trim(), Some(result));
        }
    }
    let is_outside = |at: usize| text[..at].matches('(').count() <= text[..at].matches(')').count();
    let arrow = text.match_indices("->").map(|(at, _)| at).find(|&at| is_outside(at));
    arrow.map_or((text.trim(), None), |at| (text[..at].trim(), Some(&text[at + 2..])))
}

/// `name(arguments)` taken apart; a name alone is one if it cannot be a word.
#[must_use]
pub fn as_call(text: &str) -> Option<(&str, &str)> {
    let is_name = |text: &str| {
        let mut letters = text.chars();
        letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    match text.split_once('(') {
        Some((name, rest)) if is_name(name) => {
            rest.trim_end_matches([';', ':']).strip_suffix(')').map(|rest| (name, rest))
        }
        Some(_) => None,
        None => {
            let name = text.trim_end_matches([';', ':']);
            (is_name(name) && name.contains('_')).then_some((name, ""))
        }
    }
}

fn is_variable(piece: &str) -> bool {
    piece.contains("->") || piece.starts_with(['&', '*']) || VARIABLES.contains(&piece)
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// The words of a text in small letters, without articles and signs; numbers as decimal ones.
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || ",;:()`'\"".contains(c));
    let words = words.map(|word| word.trim_end_matches('.').to_lowercase());
    let kept = words.filter(|word| !word.is_empty() && !matches!(word.as_str(), "a" | "an" | "the"));
    kept.map(|word| number(&word).map_or(word, |number| number.to_string())).collect()
}

fn number(word: &str) -> Option<u64> {
    match word.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

/// Do the words stand in the text, one after the other?
fn contains(told: &[String], words: &[String]) -> bool {
    words.is_empty() || told.windows(words.len()).any(|part| part == words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(call: &str, result: &str, clause: &str) -> Spoken {
        Spoken { call: call.into(), result: result.into(), clauses: vec![clause.into()] }
    }

    #[test]
    fn calls_are_told_apart_by_arguments_and_results() {
        let made = spoken("__radix_tree_insert(0x200, locked 2 MiB empty entry)", "-EEXIST", "finds an entry there");
        let says = |text: &str| Pattern::read(text).is_said_by(&made);
        for text in [
            "__radix_tree_insert()",
            "__radix_tree_insert",
            "__radix_tree_insert(mapping, 512)",
            "__radix_tree_insert(&mapping->page_tree, 0x200, the locked 2 MiB empty entry);",
            "__radix_tree_insert(0x200) -> -EEXIST",
            "__radix_tree_insert() fails with -EEXIST",
            "finds an entry",
        ] {
            assert!(says(text), "{text}");
        }
        for text in [
            "radix_tree_insert()",
            "__radix_tree_insert(0x201)",
            "__radix_tree_insert(0x200, unlocked 2 MiB empty entry)",
            "__radix_tree_insert(0x200) -> 0",
            "finds nothing",
        ] {
            assert!(!says(text), "{text}");
        }
        assert!(Pattern::read("__radix_tree_insert(0x201)").is_nearly(&made));
        assert!(Pattern::read("__radix_tree_insert(3) -> 0").is_known_by(&made));
        assert!(!Pattern::read("__radix_tree_insrt(3)").is_known_by(&made));
    }

    #[test]
    fn a_function_is_entered_by_any_of_its_names() {
        let entered = Entered { names: vec!["insert_pfn", "get_locked_pte"], arguments: "0x3".into() };
        for text in ["insert_pfn()", "get_locked_pte(mm, 3)", "insert_pfn"] {
            assert!(Pattern::read(text).is_entered(&entered), "{text}");
        }
        for text in ["insert_pfn(4)", "insert_pfn() -> 0", "insert_pmd()"] {
            assert!(!Pattern::read(text).is_entered(&entered), "{text}");
        }
        assert!(Pattern::read("schedule() -> sleeps").is_sleep() && Pattern::read("falls asleep").is_sleep());
        assert!(!Pattern::read("schedule() -> returns").is_sleep());
    }
}
