//! What is known of 2 MiB of a file: counts, what the tree is believed to hold, and what is dirty.

use super::pages::Pages;
use super::why::Cause;
use crate::event::File;
use daxscope_core::fallback::FallbackReason;
use daxscope_core::units::PMD_PAGES;

/// What the tree holds for a range, as far as events show: truncate, punch and write(2) have none.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum Tree {
    /// Nothing is known.
    #[default]
    Unknown,
    /// The huge zero page.
    HugeZero,
    /// An entry of 2 MiB for blocks.
    Block,
    /// Entries of 4 KiB.
    Small,
}

/// How faults of a range, of a task or of the whole trace ended. An access is one, however often its handlers ran.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Accesses that faulted.
    pub accesses: u64,
    /// Calls of a handler: more than accesses where the first try is repeated.
    pub handlers: u64,
    /// Accesses for which 2 MiB were asked.
    pub asked: u64,
    /// Of those, mapped by 2 MiB.
    pub huge: u64,
    /// Of those, by the huge zero page.
    pub huge_zero: u64,
    /// Asked, and fell back.
    pub fell_back: u64,
    /// For which 2 MiB were not asked.
    pub not_asked: u64,
    /// Of those, because there was a page table.
    pub page_table: u64,
    /// Mapped by 4 KiB.
    pub small: u64,
    /// Copied, in a private mapping.
    pub copied: u64,
    /// That ended as SIGBUS, without memory, or in another error.
    pub failed: u64,
    /// 2 MiB asked, and another fault was faster.
    pub taken: u64,
    /// 4 KiB faults that took a huge zero page apart.
    pub downgrades: u64,
    /// Faults on what was mapped already: something took the mapping away.
    pub refaults: u64,
    /// Accesses whose end is not in the trace.
    pub unfinished: u64,
}

impl Counts {
    /// Takes others in.
    pub fn add(&mut self, other: &Counts) {
        let pairs = [
            (&mut self.accesses, other.accesses),
            (&mut self.handlers, other.handlers),
            (&mut self.asked, other.asked),
            (&mut self.huge, other.huge),
            (&mut self.huge_zero, other.huge_zero),
            (&mut self.fell_back, other.fell_back),
            (&mut self.not_asked, other.not_asked),
            (&mut self.page_table, other.page_table),
            (&mut self.small, other.small),
            (&mut self.copied, other.copied),
            (&mut self.failed, other.failed),
            (&mut self.taken, other.taken),
            (&mut self.downgrades, other.downgrades),
            (&mut self.refaults, other.refaults),
            (&mut self.unfinished, other.unfinished),
        ];
        for (mine, theirs) in pairs {
            *mine += theirs;
        }
    }
}

/// A cause, how often, and the first time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caused {
    /// The cause of the first time.
    pub cause: Cause,
    /// How often.
    pub count: u64,
    /// The line at which the first of these handlers ended.
    pub line: u64,
    /// Whose access it was.
    pub task: String,
    /// The page of the access.
    pub page: u64,
}

/// A fault that is or was under way in a range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Busy {
    pub(super) tid: u32,
    pub(super) page: u64,
    pub(super) from: u64,
    pub(super) until: Option<u64>,
    pub(super) is_small: bool,
}

/// A store that is not written back as far as the trace shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Store {
    /// The line at which its fault ended.
    pub line: u64,
    /// The page.
    pub page: u64,
    /// Who.
    pub tid: u32,
}

/// All that is known of 2 MiB of a file.
#[derive(Clone, Default, Debug)]
pub(super) struct Range {
    pub(super) file: File,
    /// Page of the file / 512.
    pub(super) number: u64,
    pub(super) counts: Counts,
    pub(super) causes: Vec<Caused>,
    pub(super) first_line: u64,
    pub(super) last_line: u64,
    pub(super) tree: Tree,
    small: Pages,
    small_first: Option<(u64, u64)>,
    pub(super) is_pmd_dirty: bool,
    pub(super) dirty: Pages,
    /// The last store that made it dirty.
    pub(super) store: Option<Store>,
    /// The line at which a kprobe shows that the dirty entries were deleted.
    pub(super) taken: Option<u64>,
    /// Was the loss of the store told?
    pub(super) is_told: bool,
    /// Faults under way and the last ones that ended; newest last.
    pub(super) busy: Vec<Busy>,
    /// Counts up whenever all mappings of the range go.
    pub(super) unmapped: u32,
    /// Counts up whenever they lose the right to store.
    pub(super) cleaned: u32,
    /// Frame minus page, of the first entry with a frame, and its line.
    shift: Option<(u64, u64)>,
    /// The line of an entry with another shift: the blocks are not in one piece.
    broken_at: Option<u64>,
}

/// Faults of a range that are remembered.
const MAX_BUSY: usize = 4;

impl Range {
    pub(super) fn new(file: File, number: u64, line: u64) -> Range {
        Range { file, number, first_line: line, last_line: line, ..Range::default() }
    }

    /// An entry of 4 KiB in the range: its page and the line it came at.
    pub(super) fn small_entry(&self) -> Option<(u64, u64)> {
        if self.tree == Tree::Small { self.small_first } else { None }
    }

    /// A 2 MiB entry is there.
    pub(super) fn became_huge(&mut self, is_zero: bool) {
        self.tree = if is_zero { Tree::HugeZero } else { Tree::Block };
        self.small = Pages::default();
        self.small_first = None;
    }

    /// A 4 KiB fault has found or made an entry. Does it take a huge zero page apart?
    pub(super) fn became_small(&mut self, page: u64, line: u64) -> bool {
        let was_zero = self.tree == Tree::HugeZero;
        if self.tree == Tree::Block {
            // Pages of a 2 MiB block are mapped out of its entry, which stays.
            return false;
        }
        if was_zero {
            self.unmapped += 1;
        }
        self.tree = Tree::Small;
        self.small.add(page);
        self.small_first = self.small_first.or(Some((page, line)));
        was_zero
    }

    /// A store went through a shared mapping.
    pub(super) fn stored(&mut self, store: Store, is_huge: bool) {
        if is_huge || self.tree == Tree::Block {
            self.is_pmd_dirty = true;
        } else {
            self.dirty.add(store.page);
        }
        self.store = Some(store);
        self.taken = None;
        self.is_told = false;
    }

    /// Is something dirty among the pages of the file from `first` to `last`?
    pub(super) fn dirty_page(&self, first: u64, last: u64) -> Option<u64> {
        let start = self.number * PMD_PAGES;
        if self.is_pmd_dirty {
            return Some(self.store.map_or(start, |store| store.page));
        }
        if last < start {
            return None;
        }
        self.dirty.first_in(first.saturating_sub(start), last - start).map(|page| start + page)
    }

    /// Entries of these pages of the file were flushed.
    pub(super) fn flushed(&mut self, first: u64, last: u64) {
        let start = self.number * PMD_PAGES;
        let is_whole = first <= start && last >= start + (PMD_PAGES - 1);
        // An entry of 4 KiB was flushed, so there is none of 2 MiB.
        if !is_whole && self.tree == Tree::Block {
            self.tree = Tree::Unknown;
        }
        self.is_pmd_dirty = false;
        self.cleaned += 1;
        if last >= start {
            self.dirty.remove(first.saturating_sub(start), last - start);
        }
        if is_whole {
            self.dirty = Pages::default();
        }
        if self.dirty.is_empty() {
            self.store = None;
            self.taken = None;
        }
    }

    /// All entries of the range are gone.
    pub(super) fn emptied(&mut self) {
        self.tree = Tree::Unknown;
        self.small = Pages::default();
        self.small_first = None;
        self.unmapped += 1;
    }

    /// Nothing is dirty any more, because the entries were meant to go.
    pub(super) fn forgotten(&mut self) {
        self.is_pmd_dirty = false;
        self.dirty = Pages::default();
        self.store = None;
        self.taken = None;
    }

    /// The frame of a page, as an entry says it.
    pub(super) fn framed(&mut self, page: u64, frame: u64, line: u64) {
        let shift = frame.wrapping_sub(page);
        match self.shift {
            None => self.shift = Some((shift, line)),
            Some((known, _)) if known != shift => self.broken_at = self.broken_at.or(Some(line)),
            Some(_) => {}
        }
    }

    /// What the frames say against 2 MiB: the sentence and the reason.
    pub(super) fn blocks_say(&self) -> Option<(String, FallbackReason)> {
        let (shift, line) = self.shift?;
        if let Some(other) = self.broken_at {
            let because =
                format!("Its blocks are not in one piece: the entries of lines {line} and {other} are apart.");
            return Some((because, FallbackReason::ShortExtent));
        }
        let past = shift % PMD_PAGES;
        if past == 0 {
            return None;
        }
        let because = format!("Its blocks lie {past} pages past a 2 MiB boundary (entry of line {line}).");
        Some((because, FallbackReason::Alignment))
    }

    /// A fault begins.
    pub(super) fn begins(&mut self, busy: Busy) {
        self.busy.retain(|other| other.tid != busy.tid);
        if self.busy.len() == MAX_BUSY {
            self.busy.remove(0);
        }
        self.busy.push(busy);
    }

    /// The fault of that task ends.
    pub(super) fn ends(&mut self, tid: u32, line: u64) {
        for busy in self.busy.iter_mut().filter(|busy| busy.tid == tid && busy.until.is_none()) {
            busy.until = Some(line);
        }
    }

    /// Counts a cause.
    pub(super) fn caused(&mut self, cause: Cause, line: u64, task: &str, page: u64) {
        let known = self
            .causes
            .iter_mut()
            .find(|known| (known.cause.reason, known.cause.certainty) == (cause.reason, cause.certainty));
        match known {
            Some(known) => known.count += 1,
            None => self.causes.push(Caused { cause, count: 1, line, task: task.into(), page }),
        }
    }
}
