//! What a script editor asks: what each word of a line is, and what could be written at a place.
//!
//! Both come from the reader itself ([`super::read`]), so they cannot disagree with it.

use super::build::Parsed;
use super::line::{Line, Word, is_space};
use super::read::heard::{Heard, Listener, PROBE, Wanted, WordKind};
use super::read::statement_heard;
use super::statement::{OPERATION_KEYWORDS, TOP_KEYWORDS, name_text};
use crate::revision::switch;
use crate::units::ThreadId;
use std::cell::RefCell;
use std::ops::Range;

/// A word of a line that the reader understands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptWord {
    /// Where it stands, in bytes of the line.
    pub bytes: Range<usize>,
    /// What it is.
    pub kind: WordKind,
}

/// What could be written at a place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completions {
    /// What it would replace, in bytes of the text.
    pub replaces: Range<usize>,
    /// What is written of it before the place.
    pub typed: String,
    /// The words, each of which the reader takes there. Those that begin with what is typed.
    pub words: Vec<String>,
}

/// The words of one line that mean something, in order. What is left out is blank, or not understood.
#[must_use]
pub fn words(line: &str) -> Vec<ScriptWord> {
    let whole = Line { number: 1, start: 0, text: line };
    let Ok(lexed) = whole.lex() else { return Vec::new() };
    let heard = RefCell::new(Heard::default());
    let _ = statement_heard(&whole, &lexed.words, &mut Vec::new(), Listener(Some(&heard)));
    let mut words: Vec<ScriptWord> = Vec::new();
    for (bytes, kind) in heard.into_inner().words {
        words.push(ScriptWord { bytes, kind });
    }
    crate::order::sort_by_key(&mut words, |word| (word.bytes.start, word.bytes.end));
    if let Some(comment) = lexed.comment {
        let start = comment.as_ptr() as usize - line.as_ptr() as usize;
        words.push(ScriptWord { bytes: start..start + comment.len(), kind: WordKind::Comment });
    }
    words
}

/// What could be written at the byte `at` of `text`, of which `parsed` is the reading.
#[must_use]
pub fn completions(text: &str, at: usize, parsed: &Parsed) -> Completions {
    let Some((before, behind)) = text.split_at_checked(at) else { return Completions::default() };
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = &before[start..];
    let word =
        start + line.rfind(is_space).map_or(0, |space| space + line[space..].chars().next().map_or(1, char::len_utf8));
    let end = at + behind.find(|c: char| is_space(c) || c == '#').unwrap_or(behind.len());
    let whole = Line { number: 1, start, text: &text[start..word] };
    let Ok(lexed) = whole.lex() else { return Completions::default() };
    let typed = &text[word..at];
    if lexed.comment.is_some() || typed.starts_with(['#', '"']) {
        return Completions::default();
    }
    let place = Place { line: Line { text: &text[start..end], ..whole }, words: &lexed.words, bytes: word..end };
    let mut words = place.candidates(typed, parsed);
    words.retain(|candidate| candidate.starts_with(typed) && place.takes(candidate));
    words.dedup();
    Completions { replaces: word..end, typed: typed.to_owned(), words }
}

/// Where something is to be written.
struct Place<'a, 't> {
    line: Line<'t>,
    words: &'a [Word<'t>],
    bytes: Range<usize>,
}

impl Place<'_, '_> {
    /// What the reader says of the line if `text` stands at the place.
    fn read(&self, text: &str, heard: &RefCell<Heard>) -> bool {
        let mut words: Vec<Word<'_>> = self.words.to_vec();
        let end = self.bytes.start + text.len();
        words.push(Word { text, bytes: self.bytes.start..end, string: None });
        let mut mistakes = Vec::new();
        let read = statement_heard(&self.line, &words, &mut mistakes, Listener(Some(heard)));
        let wrong = |span: &Range<usize>| span.start < end;
        !read.err().is_some_and(|mistake| wrong(&mistake.span.bytes))
            && !mistakes.iter().any(|mistake| wrong(&mistake.span.bytes))
    }

    /// Would the reader take that word there? More may have to follow.
    fn takes(&self, candidate: &str) -> bool {
        self.words.is_empty() || self.read(candidate, &RefCell::default())
    }

    fn candidates(&self, typed: &str, parsed: &Parsed) -> Vec<String> {
        if self.words.is_empty() {
            return statements(parsed);
        }
        let heard = RefCell::new(Heard::default());
        self.read(PROBE, &heard);
        let Heard { known, wanted, .. } = heard.into_inner();
        let mut all = Vec::new();
        for word in known {
            match switch(&word) {
                Some(switch) => all.extend(switch.values.iter().map(|value| format!("{word}={value}"))),
                None => all.push(word),
            }
        }
        for wanted in wanted {
            self.values(wanted, typed, parsed, &mut all);
        }
        all
    }

    fn values(&self, wanted: Wanted, typed: &str, parsed: &Parsed, all: &mut Vec<String>) {
        let threads = parsed.scenario.threads.len() as u8;
        match wanted {
            Wanted::Thread if self.words.len() == 1 && self.words[0].text == "thread" => {
                all.push(ThreadId(threads).letter().to_string());
            }
            Wanted::Thread => all.extend((0..threads).map(|index| ThreadId(index).letter().to_string())),
            Wanted::Steps => all.extend((0..threads).map(|index| format!("{typed}{}", ThreadId(index).letter()))),
            Wanted::Process => {
                for (index, process) in parsed.scenario.processes.iter().enumerate() {
                    let number = || (index + 1).to_string();
                    all.push(if process.name.is_empty() { number() } else { name_text(&process.name) });
                }
            }
            Wanted::Size => all.extend(["0", "4K", "3p", "2M", "0x203p", "4M", "16M"].map(str::to_owned)),
            Wanted::Range => all.extend(["0..2M", "2M..4M", "0x203p+1p", "2M.."].map(str::to_owned)),
        }
    }
}

/// The words that may begin a further line.
fn statements(parsed: &Parsed) -> Vec<String> {
    let source = &parsed.source;
    let once = [
        ("title", source.title),
        ("revision", source.revision),
        ("file", source.file),
        ("alloc", source.allocator),
        ("device", source.device),
        ("platform", source.platform),
        ("without", source.without),
        ("fs", source.fs),
        ("fs_lock", source.fs_lock),
        ("i_mmap_rwsem", source.i_mmap_rwsem),
        ("journal", source.journal),
    ];
    let is_there = |word: &str| once.iter().any(|(name, line)| *name == word && line.is_some());
    let mut all: Vec<String> = Vec::new();
    if !source.threads.is_empty() {
        all.extend(OPERATION_KEYWORDS.map(str::to_owned));
    }
    all.extend(TOP_KEYWORDS.iter().filter(|word| !is_there(word)).map(|word| (*word).to_owned()));
    all
}
