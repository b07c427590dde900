//! Snapshots of a tree: which there are, the one that is shown as a tree, and its entries bit by bit.

use super::Importing;
use super::report::{TreeEntry, TreeReport};
use crate::view::recorded_tree::{Recorded, entry_of};
use crate::view::{BitsNumber, EntryBitsView, Text, TreeView, xarray_bits};
use daxscope_import::word::{Era, decode};
use std::rc::Rc;

/// Entries of the table.
const ROWS: usize = 200;

/// Snapshots of a tree.
#[derive(Clone, PartialEq, Debug)]
pub struct TreesView {
    /// All of them.
    pub snapshots: Vec<SnapshotItem>,
    /// Which is shown.
    pub shown: usize,
    /// Its counters and what follows from its entries: name and value.
    pub facts: Vec<(&'static str, Text)>,
    /// What does not fit together, in sentences.
    pub wrong: Vec<Text>,
    /// The picture.
    pub tree: Rc<TreeView>,
    /// Its entries, the first ones.
    pub rows: Vec<EntryRow>,
    /// Entries that are not listed.
    pub more: usize,
    /// The entry that is looked at.
    pub entry: Option<RecordedEntry>,
}

/// A snapshot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnapshotItem {
    /// What had just been done.
    pub name: Text,
    /// `2 entries, nrpages 513`.
    pub about: Text,
    /// Does something in it not fit together?
    pub is_wrong: bool,
}

/// An entry in the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryRow {
    /// Its first page.
    pub index: u64,
    /// `0x0-0x1ff`.
    pub pages: Text,
    /// `0x2108005`.
    pub word: Text,
    /// `2 MiB block, frame 0x108400`.
    pub what: Text,
    /// `DIRTY TOWRITE`.
    pub marks: Text,
    /// Its page or folio.
    pub page: Text,
    /// Was it not there, or another, in the snapshot before?
    pub is_changed: bool,
    /// Is it looked at?
    pub is_shown: bool,
}

/// An entry bit by bit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RecordedEntry {
    /// `0x0-0x1ff`.
    pub pages: Text,
    /// `2 MiB block, frame 0x108400`.
    pub what: Text,
    /// The word bit by bit; `None`: it is no entry of DAX.
    pub bits: Option<EntryBitsView>,
    /// Marks: name, is it set, what that means.
    pub marks: [(&'static str, bool, &'static str); 3],
    /// Where it stands: `slots 0 to 7 of a node of shift 6: the entry and 7 siblings`.
    pub place: Text,
    /// Its page or folio; may be empty.
    pub page: Text,
}

pub(super) fn trees(importing: &Importing, all: &[TreeReport]) -> TreesView {
    let shown = importing.snapshot.min(all.len().saturating_sub(1));
    let nothing = TreeReport::default();
    let tree = all.get(shown).unwrap_or(&nothing);
    let before = shown.checked_sub(1).and_then(|before| all.get(before));
    let recorded = Recorded::new(tree);
    let picture = recorded.view(tree, before, &importing.toggled, importing.entry);
    let mut wrong: Vec<Text> = tree.wrong.iter().map(|sentence| sentence.as_str().into()).collect();
    if recorded.left_out > 0 {
        wrong.push(
            format!("{} entries are not in the picture: no XArray of DAX has them so.", recorded.left_out).into(),
        );
    }
    let entry = importing.entry.and_then(|page| tree.entries.iter().find(|entry| covers(entry, page)));
    let mut rows = Vec::new();
    for it in tree.entries.iter().take(ROWS) {
        let was = before.and_then(|before| before.entries.iter().find(|was| was.index == it.index));
        let is_changed = before.is_some() && was.is_none_or(|was| (was.raw, &was.marks) != (it.raw, &it.marks));
        rows.push(EntryRow {
            index: it.index,
            pages: pages(it).into(),
            word: format!("{:#x}", it.raw).into(),
            what: decode(it.raw, Era::XArray).words().into(),
            marks: it.marks.as_str().into(),
            page: it.page.as_str().into(),
            is_changed,
            is_shown: entry == Some(it),
        });
    }
    TreesView {
        snapshots: all.iter().map(item).collect(),
        shown,
        facts: facts(tree, &recorded),
        wrong,
        tree: Rc::new(picture),
        rows,
        more: tree.entries.len().saturating_sub(ROWS),
        entry: entry.map(details),
    }
}

fn item(tree: &TreeReport) -> SnapshotItem {
    let count = tree.entries.len();
    let counter = match (tree.exceptional, tree.pages) {
        (Some(count), _) => format!(", nrexceptional {count}"),
        (None, Some(pages)) => format!(", nrpages {pages}"),
        (None, None) => String::new(),
    };
    let about = match count {
        0 => "empty".to_owned(),
        1 => format!("1 entry{counter}"),
        _ => format!("{count} entries{counter}"),
    };
    SnapshotItem { name: tree.tag.as_str().into(), about: about.into(), is_wrong: !tree.wrong.is_empty() }
}

fn facts(tree: &TreeReport, recorded: &Recorded) -> Vec<(&'static str, Text)> {
    let (nodes, siblings) = recorded.nodes_and_siblings();
    let mut facts: Vec<(&'static str, Text)> = Vec::new();
    let mut say = |name, value: Option<u64>| facts.extend(value.map(|value| (name, value.to_string().into())));
    say("entries", Some(tree.entries.len() as u64));
    say("nrpages", tree.pages.filter(|_| tree.exceptional.is_none()));
    say("nrexceptional", tree.exceptional);
    say("nodes", Some(nodes as u64));
    say("sibling slots", Some(siblings as u64));
    if let Some(size) = tree.size {
        facts.push(("pages of the file", format!("{:#x}", size.div_ceil(4096)).into()));
    }
    if let Some(ino) = tree.ino {
        facts.push(("inode", format!("{ino:#x}").into()));
    }
    facts
}

fn last(entry: &TreeEntry) -> u64 {
    let pages = entry_of(entry.raw).map_or(1, |known| known.size().pages());
    entry.index.saturating_add(pages - 1)
}

fn covers(entry: &TreeEntry, page: u64) -> bool {
    (entry.index..=last(entry)).contains(&page)
}

fn pages(entry: &TreeEntry) -> String {
    let last = last(entry);
    if last == entry.index { format!("{last:#x}") } else { format!("{:#x}-{last:#x}", entry.index) }
}

fn details(entry: &TreeEntry) -> RecordedEntry {
    let known = entry_of(entry.raw);
    let mark = |name: &'static str| entry.marks.split(' ').any(|word| word == name);
    let bits = known.map(|known| {
        let mut view = xarray_bits(known);
        if known.is_zero() {
            let meaning = "the frame of the zero page of this boot, no block of the device";
            let numbers: Vec<BitsNumber> =
                view.numbers.iter().map(|number| BitsNumber { meaning, ..number.clone() }).collect();
            view.numbers = numbers.into();
        }
        view
    });
    let place = match known.map(|known| known.is_pmd()) {
        Some(true) => {
            let first = entry.index >> 6 & 63;
            format!(
                "slots {first} to {} of a node in which a slot is 64 pages: the entry and 7 siblings, which point at slot {first}",
                first + 7
            )
        }
        Some(false) => format!("slot {} of a node in which a slot is 1 page", entry.index & 63),
        None => "not known: the word is no entry of DAX".into(),
    };
    RecordedEntry {
        pages: pages(entry).into(),
        what: decode(entry.raw, Era::XArray).words().into(),
        bits,
        marks: [
            ("DIRTY", mark("DIRTY"), "a store may have gone through a mapping since it was written back"),
            ("WRITEBACK", mark("WRITEBACK"), "DAX never sets it"),
            ("TOWRITE", mark("TOWRITE"), "fsync or msync has chosen it, and has not flushed it"),
        ],
        place: place.into(),
        page: entry.page.as_str().into(),
    }
}
