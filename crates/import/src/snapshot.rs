//! Snapshots of a tree, the form `.tree.json`: read, checked, and every word decoded.
//!
//! One object for each snapshot, in an array or alone: `tag`, `ino`, `i_size`, `nrpages`, `nrexceptional` (before 5.13), `nodes`,
//! `siblings`, `entries` with `index`, `order`, `raw`, `flags`, `pfn`, `marks`, `page`. The word `raw` is what counts: what
//! stands beside it is compared with it, and a difference is told.
//!
//! Source: shared/traces/README.md, section 6.

use crate::json::{Token, Tokens};
use crate::limits::{MAX_SNAPSHOT_ENTRIES, MAX_SNAPSHOTS};
use crate::scan;
use crate::trace::Refused;
use crate::word::{Decoded, Era, decode};
use daxscope_core::units::PMD_ORDER;
use std::io::BufRead;

/// A snapshot.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Snapshot {
    /// The line at which it begins.
    pub line: u64,
    /// Its name: what had just been done.
    pub tag: String,
    /// Inode.
    pub ino: Option<u64>,
    /// Size of the file in bytes.
    pub size: Option<u64>,
    /// Pages that the mapping counts; before 5.13 only those that are no entries.
    pub pages: Option<u64>,
    /// Entries that the mapping counts (before 5.13).
    pub exceptional: Option<u64>,
    /// Entries, in the order of the file.
    pub entries: Vec<Entry>,
    /// Was the tree never the same twice while it was read without a lock? So says `"steady": false` of `tools/drgn/dax_tree.py`.
    pub is_unsteady: bool,
}

/// An entry of a snapshot.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Entry {
    /// First page.
    pub index: u64,
    /// Order: 0 or 9. `None`: not said (drgn does not know it).
    pub order: Option<u64>,
    /// The word of the slot.
    pub raw: u64,
    /// `DIRTY`, `WRITEBACK`, `TOWRITE`.
    pub marks: Vec<String>,
    /// Names of the bits, as the writer decoded them.
    flags: Option<Vec<String>>,
    /// The frame, as the writer decoded it.
    frame: Option<u64>,
    /// The page or folio of the first block.
    pub page: Option<Page>,
}

/// The page of a block entry; of the folio, where there is one.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Page {
    /// Does it belong to the file?
    pub is_of_file: Option<bool>,
    /// `index`, or `share` where several files have it.
    pub index_or_share: Option<u64>,
    /// References.
    pub references: Option<u64>,
    /// Mappings (7.3).
    pub mappings: Option<u64>,
    /// Order of the folio (7.3).
    pub folio_order: Option<u64>,
}

impl Entry {
    /// What the word means. Snapshots are of kernels with an XArray.
    #[must_use]
    pub fn decoded(&self) -> Decoded {
        decode(self.raw, Era::XArray)
    }

    /// What the writer says otherwise than the word does, as sentences.
    #[must_use]
    pub fn differences(&self) -> Vec<String> {
        let mut said = Vec::new();
        let Decoded::XArray(entry) = self.decoded() else {
            said.push(format!("page {:#x}: {} is no entry", self.index, self.decoded().words()));
            return said;
        };
        let order = u64::from(entry.size().order());
        if self.order.is_some_and(|said| said != order) {
            said.push(format!(
                "page {:#x}: order {} beside a word of order {order}",
                self.index,
                self.order.unwrap_or(0)
            ));
        }
        if order == u64::from(PMD_ORDER) && !self.index.is_multiple_of(1 << PMD_ORDER) {
            said.push(format!("page {:#x}: an entry of 2 MiB that does not begin at a multiple of 512", self.index));
        }
        if self.frame.is_some_and(|frame| frame != entry.frame()) {
            said.push(format!(
                "page {:#x}: frame {:#x} beside the word's {:#x}",
                self.index,
                self.frame.unwrap_or(0),
                entry.frame()
            ));
        }
        if let Some(flags) = &self.flags {
            let bits = [
                ("LOCKED", entry.is_locked()),
                ("PMD", entry.is_pmd()),
                ("ZERO_PAGE", entry.is_zero()),
                ("EMPTY", entry.is_empty()),
            ];
            for (name, is) in bits {
                if flags.iter().any(|flag| flag == name) != is {
                    said.push(format!("page {:#x}: the flag {name} is not as in the word {:#x}", self.index, self.raw));
                }
            }
        }
        said
    }
}

impl Snapshot {
    /// What does not fit together, as sentences: entries against their words, counts against entries.
    #[must_use]
    pub fn differences(&self) -> Vec<String> {
        let mut said: Vec<String> = Vec::new();
        if self.is_unsteady {
            said.push("it was read while it changed, and was never the same twice: entries of different moments may stand side by side".into());
        }
        said.extend(self.entries.iter().flat_map(Entry::differences));
        for pair in self.entries.windows(2) {
            if pair[1].index < end(&pair[0]) {
                said.push(format!("pages {:#x} and {:#x} overlap", pair[0].index, pair[1].index));
            }
        }
        let covered: u64 = self.entries.iter().map(|entry| end(entry) - entry.index).sum();
        match (self.exceptional, self.pages) {
            (Some(count), _) if count != self.entries.len() as u64 => {
                said.push(format!("nrexceptional is {count}, and there are {} entries", self.entries.len()));
            }
            (None, Some(pages)) if pages != covered => {
                said.push(format!("nrpages is {pages}, and the entries cover {covered} pages"));
            }
            _ => {}
        }
        said
    }
}

/// The page behind an entry.
fn end(entry: &Entry) -> u64 {
    let order = match entry.decoded() {
        Decoded::XArray(word) => word.size().order(),
        _ => 0,
    };
    entry.index.saturating_add(1 << order)
}

/// Reads all snapshots of a stream.
///
/// # Errors
/// When it cannot be read, is no JSON, or holds more than is kept.
pub fn read<R: BufRead>(input: R) -> Result<Vec<Snapshot>, Refused> {
    let mut tokens = Tokens::new(input);
    let mut snapshots = Vec::new();
    while let Some(token) = tokens.next()? {
        if token != Token::Open(b'{') {
            continue;
        }
        if snapshots.len() == MAX_SNAPSHOTS {
            return Err(Refused::Other(format!(
                "line {}: more than {MAX_SNAPSHOTS} snapshots; split the file",
                tokens.line
            )));
        }
        snapshots.push(snapshot(&mut tokens)?);
    }
    Ok(snapshots)
}

fn snapshot<R: BufRead>(tokens: &mut Tokens<R>) -> Result<Snapshot, Refused> {
    let mut snapshot = Snapshot { line: tokens.line, ..Snapshot::default() };
    members(tokens, |key, token, tokens| {
        match (key, token) {
            (b"entries", Token::Open(b'[')) => {
                while let Some(token) = tokens.next()? {
                    match token {
                        Token::Open(b'{') if snapshot.entries.len() == MAX_SNAPSHOT_ENTRIES => {
                            let line = tokens.line;
                            return Err(Refused::Other(format!(
                                "line {line}: more than {MAX_SNAPSHOT_ENTRIES} entries in one snapshot, which is more than is read"
                            )));
                        }
                        Token::Open(b'{') => snapshot.entries.push(entry(tokens)?),
                        Token::Open(_) => tokens.skip(token)?,
                        _ => break,
                    }
                }
            }
            (_, Token::Open(_)) => tokens.skip(token)?,
            (b"tag", _) => snapshot.tag = scan::shown(&tokens.text, 200),
            (b"ino", _) => snapshot.ino = scan::number(&tokens.text),
            (b"steady", _) => snapshot.is_unsteady = tokens.text == b"false",
            (b"i_size", _) => snapshot.size = scan::number(&tokens.text),
            (b"nrpages", _) => snapshot.pages = scan::number(&tokens.text),
            (b"nrexceptional", _) => snapshot.exceptional = scan::number(&tokens.text),
            _ => {}
        }
        Ok(())
    })?;
    Ok(snapshot)
}

fn entry<R: BufRead>(tokens: &mut Tokens<R>) -> Result<Entry, Refused> {
    let line = tokens.line;
    let mut entry = Entry::default();
    let (mut index, mut raw) = (None, None);
    members(tokens, |key, token, tokens| {
        match (key, token) {
            (b"flags", Token::Open(b'[')) => entry.flags = Some(words(tokens)?),
            (b"marks", Token::Open(b'[')) => entry.marks = words(tokens)?,
            (b"page", Token::Open(b'{')) => entry.page = Some(page(tokens)?),
            (_, Token::Open(_)) => tokens.skip(token)?,
            (b"index", _) => index = scan::number(&tokens.text),
            (b"order", _) => entry.order = scan::number(&tokens.text),
            (b"raw", _) => raw = scan::number(&tokens.text),
            (b"pfn", _) => entry.frame = scan::number(&tokens.text),
            _ => {}
        }
        Ok(())
    })?;
    let (Some(index), Some(raw)) = (index, raw) else {
        return Err(Refused::Other(format!("line {line}: an entry needs `index` and `raw`, the word of its slot")));
    };
    Ok(Entry { index, raw, ..entry })
}

fn page<R: BufRead>(tokens: &mut Tokens<R>) -> Result<Page, Refused> {
    let mut page = Page::default();
    members(tokens, |key, token, tokens| {
        let value = scan::number(&tokens.text);
        match (key, token) {
            (_, Token::Open(_)) => tokens.skip(token)?,
            (b"mapping_is_this", _) => page.is_of_file = value.map(|value| value != 0),
            (b"index_or_share", _) => page.index_or_share = value,
            (b"refcount", _) => page.references = value,
            (b"mapcount", _) => page.mappings = value,
            (b"folio_order", _) => page.folio_order = value,
            _ => {}
        }
        Ok(())
    })?;
    Ok(page)
}

/// Gives each member of the object that is open to `take`, with the first token of its value.
fn members<R: BufRead>(
    tokens: &mut Tokens<R>,
    mut take: impl FnMut(&[u8], Token, &mut Tokens<R>) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let outside = tokens.depth() - 1;
    let mut key = Vec::new();
    while let Some(token) = tokens.next()? {
        match token {
            Token::Key => key.clone_from(&tokens.text),
            Token::Close(_) if tokens.depth() == outside => break,
            Token::Close(_) => {}
            token => take(&key, token, tokens)?,
        }
    }
    Ok(())
}

/// The strings of an array; at most 16 are kept.
fn words<R: BufRead>(tokens: &mut Tokens<R>) -> Result<Vec<String>, Refused> {
    let mut words = Vec::new();
    while let Some(token) = tokens.next()? {
        match token {
            Token::Close(_) => break,
            Token::Open(_) => tokens.skip(token)?,
            _ if words.len() < 16 => words.push(scan::shown(&tokens.text, 64)),
            _ => {}
        }
    }
    Ok(words)
}
