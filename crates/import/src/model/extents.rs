//! Extents out of markers, or out of what faults found.
//!
//! A marker `extent[...] #0 logical 0 physical 0x8400000 len 0x400000 written` says them exactly. Without, a fault that found blocks without
//! allocating any says that there were some, and one that mapped the zero page that there were none; where the rest lies is not known.

use super::lanes::{Accessed, Act, Did, Ended};
use daxscope_core::scenario::limits::{MAX_DEVICE_BLOCKS, MAX_EXTENTS, MAX_FILE_PAGES};
use daxscope_core::scenario::{Extent, ExtentKind};
use daxscope_core::units::{PAGE_SHIFT, PMD_PAGES, pmd_start};
use std::collections::BTreeMap;

/// The extents at the beginning, and how they are known.
pub(super) struct Found {
    pub(super) extents: Vec<Extent>,
    /// The line of the first marker; `None`: inferred.
    pub(super) line: Option<u64>,
    pub(super) left_out: usize,
}

pub(super) fn find(acts: &[Act]) -> Found {
    let mut told = Vec::new();
    let mut line = None;
    for act in acts {
        match &act.what {
            Did::Said(text) => {
                if let Some(extent) = marked(text) {
                    told.push(extent);
                    line = line.or(Some(act.line));
                } else if text.starts_with("step:") || text.starts_with("op:") {
                    break;
                }
            }
            _ => break,
        }
    }
    let mut extents = if line.is_some() { told } else { inferred(acts) };
    extents.sort_by_key(|extent| extent.first);
    extents.dedup_by(|next, before| next.first < before.first + before.count);
    let left_out = extents.len().saturating_sub(MAX_EXTENTS);
    extents.truncate(MAX_EXTENTS);
    Found { extents, line, left_out }
}

/// `extent[written] #0 logical 0 physical 0x8400000 len 0x400000 written`.
fn marked(text: &str) -> Option<Extent> {
    let rest = text.strip_prefix("extent[")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let of = |name: &str| {
        let at = words.iter().position(|word| *word == name)?;
        Some(crate::scan::number(words.get(at + 1)?.as_bytes())? >> PAGE_SHIFT)
    };
    let kind = match *words.last()? {
        "written" => ExtentKind::Mapped,
        "unwritten" => ExtentKind::Unwritten,
        _ => return None,
    };
    let extent = Extent { first: of("logical")?, count: of("len")?, kind, phys: of("physical")? };
    let ends_by = |first: u64, most: u64| first.checked_add(extent.count).is_some_and(|end| end <= most);
    let is_sayable = ends_by(extent.first, MAX_FILE_PAGES) && ends_by(extent.phys, MAX_DEVICE_BLOCKS / 2);
    (extent.count > 0 && is_sayable).then_some(extent)
}

/// What a fault found at a page: the first that looked says it.
fn inferred(acts: &[Act]) -> Vec<Extent> {
    let mut blocks: BTreeMap<u64, bool> = BTreeMap::new();
    let mut huge: BTreeMap<u64, bool> = BTreeMap::new();
    // A store may allocate all 2 MiB around it: from its beginning on what others find says nothing.
    let mut stored: Vec<(u32, u64)> = Vec::new();
    for act in acts {
        let Did::Access(access) = &act.what else { continue };
        let start = pmd_start(access.page);
        let is_spoilt = stored.iter().any(|&(tid, of)| of == start && (tid != act.tid || huge.contains_key(&start)));
        if access.is_write && access.is_shared {
            stored.push((act.tid, start));
        }
        let has = if is_spoilt { None } else { has_blocks(access) };
        if access.ended == Ended::Huge && has.is_none() {
            huge.entry(start).or_insert(false);
        }
        let Some(has) = has else { continue };
        if access.ended == Ended::Huge {
            huge.entry(pmd_start(access.page)).or_insert(has);
        } else if !huge.contains_key(&pmd_start(access.page)) {
            blocks.entry(access.page).or_insert(has);
        }
    }
    let mut extents = Vec::new();
    for (&first, _) in huge.iter().filter(|(_, has)| **has) {
        push(&mut extents, first, PMD_PAGES);
    }
    for (&page, _) in blocks.iter().filter(|(page, has)| **has && !huge.contains_key(&pmd_start(**page))) {
        push(&mut extents, page, 1);
    }
    extents
}

/// Were there written blocks? `None`: it does not show.
fn has_blocks(access: &Accessed) -> Option<bool> {
    match access.ended {
        _ if access.is_zero || access.is_major => Some(false),
        Ended::Small => Some(true),
        // A huge store may have allocated: only a load shows that blocks were there.
        Ended::Huge if !access.is_write => Some(true),
        Ended::Huge | Ended::Copied | Ended::Failed | Ended::Nothing | Ended::Unfinished => None,
    }
}

/// On the device at the same distance from a multiple of 2 MiB, behind the first 16 MiB.
fn push(extents: &mut Vec<Extent>, first: u64, count: u64) {
    const BASE: u64 = 8 * PMD_PAGES;
    if let Some(last) = extents.last_mut()
        && last.first + last.count == first
    {
        last.count += count;
        return;
    }
    extents.push(Extent { first, count, kind: ExtentKind::Mapped, phys: BASE + first });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_say_extents() {
        let extent = marked("extent[punched] #1 logical 0x4000 physical 0x8204000 len 0x5fc000 written");
        assert_eq!(extent, Some(Extent { first: 4, count: 0x5fc, kind: ExtentKind::Mapped, phys: 0x8204 }));
        assert_eq!(marked("extent[x] #0 logical 0 physical 0 len 0 written"), None);
        assert_eq!(marked("extent of the damage"), None);
    }
}
