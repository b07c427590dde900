//! What kprobes on the entry locks add: certainty where events only let infer.

use super::Answers;
use super::range::Tree;
use super::suspect::Mark;
use crate::event::{Event, File, Function, Probe};
use crate::limits::MAX_FILES;
use crate::word::{Decoded, Era, decode_returned};
use daxscope_core::units::PMD_PAGES;

/// `i_pages` lies so far behind the beginning of `struct address_space`.
const XA_IN_MAPPING: u64 = 8;
/// Bits above the frame in `pfn_t` (up to 6.12).
const FRAME_BITS: u64 = crate::word::FRAME_BITS;

/// So many ranges are looked up one by one; for more, all are walked.
const FEW: u64 = 64;

impl Answers {
    pub(super) fn see_probe(&mut self, event: &Event<'_>, probe: &Probe<'_>) {
        match (probe.function, probe.is_return) {
            (Function::Grab, false) => self.learn_mapping(event, probe),
            (Function::Grab, true) => self.grabbed(event, probe),
            (Function::GetUnlocked, true) => self.looked_up(event, probe),
            (Function::InsertEntry, false) => self.inserting(event, probe),
            (Function::Unmap, false) => self.unmapped(event, probe),
            (Function::Invalidate, false) => {
                if let Some(doing) = self.doing(event.task.tid) {
                    doing.asked_index = probe.argument("index");
                }
            }
            (Function::Invalidate, true) => self.invalidated(event, probe),
            (Function::DeleteRange, false) => self.deleted(event, probe),
            _ => {}
        }
    }

    /// A fault of a file that is known by its event grabs an entry: so this is the file's tree.
    fn learn_mapping(&mut self, event: &Event<'_>, probe: &Probe<'_>) {
        let file = self.doing.get(&event.task.tid).and_then(|doing| doing.access.as_ref()).map(|access| access.file);
        let (Some(file), Some(xa)) = (file, probe.argument("xa")) else { return };
        if self.mappings.len() < MAX_FILES || self.mappings.contains_key(&xa) {
            self.mappings.insert(xa, file);
        }
    }

    fn file_of(&self, probe: &Probe<'_>) -> Option<File> {
        let xa = probe.argument("xa").or_else(|| probe.argument("mapping")?.checked_add(XA_IN_MAPPING))?;
        self.mappings.get(&xa).copied()
    }

    /// `grab_mapping_entry` returns FALLBACK where smaller entries are in the way.
    fn grabbed(&mut self, event: &Event<'_>, probe: &Probe<'_>) {
        let Some(word) = probe.entry() else { return };
        let Some(access) = self.doing(event.task.tid).and_then(|doing| doing.access.as_mut()) else { return };
        match decode_returned(word, Era::XArray) {
            Decoded::Answer(0x800) => access.conflict = Some(event.line),
            Decoded::XArray(_) => access.locked = Some(event.line),
            _ => {}
        }
    }

    /// A look-up of write-back gives nothing though an entry is there: it was locked.
    fn looked_up(&mut self, event: &Event<'_>, probe: &Probe<'_>) {
        if probe.entry() == Some(0)
            && probe.caller.starts_with(b"dax_writeback")
            && let Some(open) = self.doing(event.task.tid).and_then(|doing| doing.sync.as_mut())
        {
            open.missed = Some(event.line);
        }
    }

    fn inserting(&mut self, event: &Event<'_>, probe: &Probe<'_>) {
        const PMD: u64 = 2;
        const ZERO: u64 = 4;
        let (Some(file), Some(index), Some(frame)) =
            (self.file_of(probe), probe.argument("index"), probe.argument("pfn"))
        else {
            return;
        };
        let flags = probe.argument("flags").unwrap_or(0);
        let Some(range) = self.range(file, index, event.line) else { return };
        if flags & ZERO == 0 {
            range.framed(index, frame & FRAME_BITS, event.line);
        }
        // A 4 KiB fault in a block entry gives that one back; only 2 MiB inserts say what is there.
        if flags & PMD != 0 {
            range.became_huge(flags & ZERO != 0);
        }
    }

    /// All mappings of pages go. Of 512 pages in the middle of a 4 KiB fault: a huge zero page is taken apart.
    fn unmapped(&mut self, event: &Event<'_>, probe: &Probe<'_>) {
        let (Some(start), Some(count)) = (probe.argument("start"), probe.argument("nr")) else { return };
        let Some(file) = self.file_of(probe) else { return };
        let last = if count == 0 { u64::MAX } else { start.saturating_add(count - 1) };
        if let Some(access) = self.doing(event.task.tid).and_then(|doing| doing.access.as_mut())
            && count == PMD_PAGES
            && access.page / PMD_PAGES == start / PMD_PAGES
        {
            access.unmapped_all = true;
        }
        let (first, last) = (start / PMD_PAGES, last / PMD_PAGES);
        if last - first <= FEW {
            for number in first..=last {
                if let Some(range) = self.ranges.get_mut(&(file, number)) {
                    range.unmapped += 1;
                }
            }
        } else {
            for range in
                self.ranges.values_mut().filter(|range| range.file == file && (first..=last).contains(&range.number))
            {
                range.unmapped += 1;
            }
        }
    }

    /// An entry is taken out because its pages go.
    fn invalidated(&mut self, event: &Event<'_>, probe: &Probe<'_>) {
        let index = self.doing(event.task.tid).and_then(|doing| doing.asked_index.take());
        let (Some(index), Some(1)) = (index, probe.argument("ret")) else { return };
        let file = self.doing.get(&event.task.tid).and_then(|doing| doing.file);
        let Some(range) = file.and_then(|file| self.ranges.get_mut(&(file, index / PMD_PAGES))) else { return };
        if range.tree == Tree::Small {
            let page = index % PMD_PAGES;
            range.dirty.remove(page, page);
        } else {
            range.emptied();
            range.forgotten();
        }
    }

    /// `dax_delete_mapping_range` takes entries out whatever their marks.
    fn deleted(&mut self, event: &Event<'_>, probe: &Probe<'_>) {
        let Some(file) = self.file_of(probe) else { return };
        let (start, end) = (probe.argument("start").unwrap_or(0), probe.argument("end").unwrap_or(u64::MAX));
        // The bounds are bytes in 7.3; only breaks of the whole file are told here.
        let is_whole = start == 0 && end >= 0x7fff_ffff_ffff_f000;
        let mut has_dirty = false;
        for range in self.ranges.values_mut().filter(|range| range.file == file && is_whole) {
            range.emptied();
            if range.store.is_some() && range.taken.is_none() {
                range.taken = Some(event.line);
                has_dirty = true;
            }
        }
        if has_dirty && let Some(known) = self.file(file) {
            known.mark(event.line, Mark::Deleted);
        }
    }
}
