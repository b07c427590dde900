//! Snapshots of a tree in plain text, every word decoded.

use super::table::aligned;
use super::{line, many};
use crate::snapshot::{Entry, Page, Snapshot};
use crate::word::Decoded;

/// All snapshots of a file.
#[must_use]
pub fn snapshots(snapshots: &[Snapshot]) -> String {
    let mut text = String::new();
    line(&mut text, &format!("{} of a tree", many(snapshots.len() as u64, "snapshot", "snapshots")));
    for snapshot in snapshots {
        one(&mut text, snapshot);
    }
    text
}

fn one(text: &mut String, snapshot: &Snapshot) {
    line(text, "");
    let mut head = vec![if snapshot.tag.is_empty() { format!("line {}", snapshot.line) } else { snapshot.tag.clone() }];
    if let Some(ino) = snapshot.ino {
        head.push(format!("ino {ino:#x}"));
    }
    if let Some(size) = snapshot.size {
        head.push(format!("{:#x} pages", size.div_ceil(4096)));
    }
    match (snapshot.exceptional, snapshot.pages) {
        (Some(count), _) => head.push(format!("nrexceptional {count}")),
        (None, Some(pages)) => head.push(format!("nrpages {pages}")),
        (None, None) => {}
    }
    line(text, &head.join(", "));
    if snapshot.entries.is_empty() {
        line(text, "    the tree is empty");
    }
    let rows: Vec<Vec<String>> = snapshot.entries.iter().map(row).collect();
    for row in aligned(&rows, 1) {
        line(text, &format!("    {row}"));
    }
    for sentence in snapshot.differences() {
        line(text, &format!("    ! {sentence}"));
    }
}

fn row(entry: &Entry) -> Vec<String> {
    let decoded = entry.decoded();
    let last = match decoded {
        Decoded::XArray(word) => entry.index.saturating_add(word.size().pages() - 1),
        _ => entry.index,
    };
    let pages = if last == entry.index { format!("{last:#x}") } else { format!("{:#x}-{last:#x}", entry.index) };
    let page = entry.page.as_ref().map(words).unwrap_or_default();
    vec![pages, format!("{:#x}", entry.raw), decoded.words(), entry.marks.join(" "), page]
}

/// `refcount 1, mapcount 1, folio order 9`.
fn words(page: &Page) -> String {
    let mut said = Vec::new();
    for (name, value) in [("refcount", page.references), ("mapcount", page.mappings), ("folio order", page.folio_order)]
    {
        if let Some(value) = value {
            said.push(format!("{name} {value}"));
        }
    }
    if page.is_of_file == Some(false) {
        said.push("of no file or of another".into());
    }
    said.join(", ")
}
