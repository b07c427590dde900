//! A tree of the model beside a snapshot of the real one.
//!
//! Compared are kinds, order, marks, `nrpages` (before 5.13 `nrexceptional`), and from 6.15 on references and mappings of folios. Frames are
//! not: the allocator of the file system is not modelled.

use crate::snapshot::{Entry, Snapshot};
use crate::word::Decoded;
use daxscope_core::entry::XEntry;
use daxscope_core::revision::PageState;
use daxscope_core::tree::xarray::Mark;
use daxscope_core::units::{Block, PMD_PAGES};
use daxscope_core::world::World;

/// Something that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// What: `events`, `entries`, `nrpages`, `nrexceptional`, `size`.
    pub what: &'static str,
    /// The name under which docs/conformance.md lists it, if it is known.
    pub name: Option<&'static str>,
    /// On the real kernel.
    pub real: String,
    /// In the model.
    pub model: String,
}

/// Everything that differs. `range`: only these 2 MiB are looked at, and no counters.
#[must_use]
pub fn compare(world: &World, snapshot: &Snapshot, range: Option<u64>) -> Vec<Difference> {
    let mut differences = Vec::new();
    let is_in = |index: u64| range.is_none_or(|range| index / PMD_PAGES == range);
    let counts = counts_folios(world) && has_folios(snapshot);
    let told = |counts| {
        let all = snapshot.entries.iter().filter(|entry| is_in(entry.index));
        all.map(|entry| of_snapshot(entry, counts)).collect::<Vec<_>>()
    };
    let modelled = |counts| {
        let all = entries(world, counts).into_iter().filter(|(index, _)| is_in(*index));
        all.map(|(_, text)| text).collect::<Vec<_>>()
    };
    let (real, model) = (told(counts), modelled(counts));
    if real != model {
        // Only who maps the blocks differs: munmap, mprotect and the end of a process have no event.
        let name = (told(false) == modelled(false)).then_some(UNTOLD_UNMAPPING);
        differences.push(Difference { what: "entries", name, real: list(&real), model: list(&model) });
    }
    if range.is_some() {
        return differences;
    }
    let counters = match snapshot.exceptional {
        Some(count) => [
            ("nrexceptional", Some(count), world.mapping.nrexceptional),
            ("nrpages", snapshot.pages, world.mapping.nrpages),
        ],
        None => [("nrpages", snapshot.pages, world.mapping.nrpages), ("size", None, 0)],
    };
    for (what, real, model) in counters {
        if let Some(real) = real
            && i64::try_from(real) != Ok(model)
        {
            differences.push(Difference { what, name: None, real: real.to_string(), model: model.to_string() });
        }
    }
    if let Some(size) = snapshot.size.map(|bytes| bytes.div_ceil(4096))
        && size != world.file.size_pages
    {
        let model = format!("{:#x} pages", world.file.size_pages);
        differences.push(Difference { what: "size", name: None, real: format!("{size:#x} pages"), model });
    }
    differences
}

/// Mappings of blocks are counted otherwise, and nothing else differs.
pub const UNTOLD_UNMAPPING: &str = "untold-unmapping";

/// Does the modelled kernel count references of folios (6.15 on)? Before, a block in use has one, whoever maps it.
fn counts_folios(world: &World) -> bool {
    world.scenario.revision.xarray().is_some_and(|switches| switches.page_state == PageState::Folio)
}

fn has_folios(snapshot: &Snapshot) -> bool {
    snapshot.entries.iter().any(|entry| entry.page.is_some_and(|page| page.folio_order.is_some()))
}

/// The entries of the model, in the words of [`of_snapshot`].
fn entries(world: &World, has_counts: bool) -> Vec<(u64, String)> {
    let Some(tree) = world.mapping.xarray.get() else { return Vec::new() };
    let mut all = Vec::new();
    for leaf in tree.leaves() {
        let Some(entry) = XEntry::from_word(leaf.word) else { continue };
        let marks: Vec<&str> =
            Mark::ALL.into_iter().filter(|mark| leaf.marks & (1 << *mark as u8) != 0).map(name).collect();
        let counts = (has_counts && entry.is_block()).then(|| counts(world, entry.frame()));
        all.push((leaf.index, words(leaf.index, entry, &marks, counts)));
    }
    all
}

const fn name(mark: Mark) -> &'static str {
    match mark {
        Mark::Dirty => "DIRTY",
        Mark::Writeback => "WRITEBACK",
        Mark::Towrite => "TOWRITE",
    }
}

fn counts(world: &World, block: Block) -> (i64, i64) {
    let folio = world.pages.frames.get().map(|frames| frames.folio(block));
    folio.map_or((0, 0), |folio| (folio.refs.into(), folio.mapcount.into()))
}

/// `0x200 2 MiB block DIRTY 1/1`: index, kind, marks, references and mappings of the folio.
fn of_snapshot(entry: &Entry, with_counts: bool) -> String {
    let Decoded::XArray(word) = entry.decoded() else {
        return format!("{:#x} {}", entry.index, entry.decoded().words());
    };
    let marks: Vec<&str> = entry.marks.iter().map(String::as_str).collect();
    let page = entry.page.filter(|_| with_counts && word.is_block());
    let counts = page.map(|page| (page.references.unwrap_or(0) as i64, page.mappings.unwrap_or(0) as i64));
    words(entry.index, word, &marks, counts)
}

fn words(index: u64, entry: XEntry, marks: &[&str], counts: Option<(i64, i64)>) -> String {
    let locked = if entry.is_locked() { "locked " } else { "" };
    let mut text = format!("{index:#x} {locked}{}", entry.kind());
    for mark in marks {
        text.push(' ');
        text.push_str(mark);
    }
    if let Some((references, mappings)) = counts {
        text.push_str(&format!(" {references}/{mappings}"));
    }
    text
}

fn list(entries: &[String]) -> String {
    if entries.is_empty() { "nothing".into() } else { entries.join(", ") }
}
