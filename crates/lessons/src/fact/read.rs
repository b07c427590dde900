//! Facts from words.

use super::{Fact, Stands, Trait, What};
use daxscope_core::check::Rule;
use daxscope_core::errno::Errno;
use daxscope_core::fallback::FallbackReason;
use daxscope_core::scenario::MappedHow;
use daxscope_core::scenario::limits::MAX_THREADS;
use daxscope_core::scenario::{ResultWord, parse_bytes};
use daxscope_core::units::{MmId, PageIndex, ThreadId};

/// Words of one fact, taken one by one.
struct Words<'t> {
    all: &'t str,
    rest: std::str::SplitWhitespace<'t>,
}

impl Fact {
    /// Reads facts with `; ` between them.
    ///
    /// # Errors
    ///
    /// A sentence: which word is wrong, and what can stand there.
    pub fn read_all(text: &str) -> Result<Vec<Fact>, String> {
        let mut facts = Vec::new();
        for part in text.split(';') {
            facts.push(Fact::read(part.trim())?);
        }
        Ok(facts)
    }

    /// Reads one fact.
    ///
    /// # Errors
    ///
    /// As [`Fact::read_all`].
    pub fn read(text: &str) -> Result<Fact, String> {
        let (holds, words) = match text.strip_prefix("not ") {
            Some(rest) => (false, rest),
            None => (true, text),
        };
        let mut words = Words { all: text, rest: words.split_whitespace() };
        let what = words.what()?;
        match words.rest.next() {
            None => Ok(Fact { holds, what }),
            Some(more) => Err(format!("`{more}` is too much in `{text}`. Write `; ` between two facts.")),
        }
    }
}

impl<'t> Words<'t> {
    fn what(&mut self) -> Result<What, String> {
        let word = self.next("a fact")?;
        if let Some(thread) = thread(word) {
            return Ok(What::Thread(thread, self.stands()?));
        }
        Ok(match word {
            "entry" => What::Entry(self.page()?, self.traits()?),
            "word" => What::Word(self.page()?, self.number()?),
            "nrexceptional" => What::NrExceptional(self.signed()?),
            "nrpages" => What::NrPages(self.signed()?),
            "count" => What::Count(self.page()?, self.number()?),
            "unflushed" => What::Unflushed(self.number()?),
            "sleepers" => What::Sleepers(self.page()?, self.number()?),
            "huge" => self.mapped(MappedHow::Huge)?,
            "mapped" => self.mapped(MappedHow::AtAll)?,
            "writable" => self.mapped(MappedHow::Writable)?,
            "broken" => What::Broken(self.rest.next().map(rule).transpose()?),
            "done" => What::AllDone,
            "steps" => What::Steps(self.number()?),
            _ => {
                return Err(format!(
                    "There is no fact `{word}`. Write a thread (A to I) or one of entry, word, nrexceptional, nrpages, \
                     count, unflushed, sleepers, huge, mapped, writable, broken, done, steps."
                ));
            }
        })
    }

    fn next(&mut self, what: &str) -> Result<&'t str, String> {
        self.rest.next().ok_or_else(|| format!("`{}` ends where {what} is due.", self.all))
    }

    fn page(&mut self) -> Result<PageIndex, String> {
        page(self.next("a place in the file")?)
    }

    fn number(&mut self) -> Result<u64, String> {
        number(self.next("a number")?)
    }

    fn signed(&mut self) -> Result<i64, String> {
        let word = self.next("a number")?;
        word.parse().map_err(|_| format!("`{word}` is no number."))
    }

    fn mapped(&mut self, how: MappedHow) -> Result<What, String> {
        let page = self.page()?;
        let mm = match self.rest.next() {
            None => None,
            Some("in") => {
                let word = self.next("the number of a process")?;
                let number: u8 = word.parse().map_err(|_| format!("`{word}` is no number of a process."))?;
                Some(MmId(number.checked_sub(1).ok_or("Processes count from 1.")?))
            }
            Some(word) => return Err(format!("`{word}` was not expected. Write `in 1` or nothing.")),
        };
        Ok(What::Mapped(how, page, mm))
    }

    fn traits(&mut self) -> Result<Vec<Trait>, String> {
        let mut all = Vec::new();
        while let Some(word) = self.rest.next() {
            all.push(match word {
                "none" => Trait::Nothing,
                "4K" => Trait::Small,
                "2M" => Trait::Large,
                "empty" => Trait::Empty,
                "zero" => Trait::Zero,
                "block" => Trait::Block,
                "page" => Trait::Page,
                "locked" => Trait::Locked,
                "unlocked" => Trait::Unlocked,
                "dirty" => Trait::Dirty,
                "towrite" => Trait::Towrite,
                "by" => Trait::By(thread(self.next("a thread")?).ok_or("After `by` stands a thread, A to I.")?),
                _ => {
                    return Err(format!(
                        "No entry is `{word}`. Write some of none, 4K, 2M, empty, zero, block, page, locked, unlocked, \
                         dirty, towrite, by A."
                    ));
                }
            });
        }
        if all.is_empty() { Err(format!("`{}` says nothing of the entry.", self.all)) } else { Ok(all) }
    }

    fn stands(&mut self) -> Result<Stands, String> {
        let word = self.next("how the thread stands")?;
        Ok(match word {
            "asleep" => Stands::Asleep(self.rest.next().map(page).transpose()?),
            "lost" => Stands::Lost,
            "ready" => Stands::Ready,
            "spins" => Stands::Spins,
            "done" => Stands::Done,
            "preloaded" => Stands::Preloaded,
            "result" => {
                let result = result(self.next("a result")?)?;
                Stands::Result(result, self.rest.next().map(number).transpose()?.map(|number| number as usize))
            }
            "fellback" => Stands::FellBack(self.rest.next().map(reason).transpose()?),
            _ => {
                return Err(format!(
                    "No thread stands `{word}`. Write one of asleep, lost, ready, spins, done, preloaded, result, fellback."
                ));
            }
        })
    }
}

/// A thread by its letter.
pub(crate) fn thread(word: &str) -> Option<ThreadId> {
    let &[letter] = word.as_bytes() else { return None };
    let number = letter.checked_sub(b'A')?;
    (usize::from(number) < MAX_THREADS).then_some(ThreadId(number))
}

fn page(word: &str) -> Result<PageIndex, String> {
    parse_bytes(word).map(|bytes| bytes >> 12).map_err(|_| format!("`{word}` is no place in the file. Write `0x203p`."))
}

fn number(word: &str) -> Result<u64, String> {
    let parsed = match word.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => word.parse(),
    };
    parsed.map_err(|_| format!("`{word}` is no number."))
}

fn rule(word: &str) -> Result<Rule, String> {
    Rule::from_name(word).ok_or_else(|| format!("There is no rule `{word}`. docs/rules.md has their names."))
}

fn reason(word: &str) -> Result<&'static str, String> {
    FallbackReason::names()
        .find(|name| *name == word)
        .ok_or_else(|| format!("No fault falls back for `{word}`. docs/script.md has the reasons."))
}

fn result(word: &str) -> Result<ResultWord, String> {
    Ok(match word {
        "done" => ResultWord::Done,
        "SIGBUS" => ResultWord::Sigbus,
        "SIGSEGV" => ResultWord::Sigsegv,
        "OOM" => ResultWord::Oom,
        _ => match word.parse() {
            Ok(number) => ResultWord::Number(number),
            Err(_) => ResultWord::Error(
                Errno::from_name(word).ok_or_else(|| format!("`{word}` is no result of an operation."))?,
            ),
        },
    })
}
