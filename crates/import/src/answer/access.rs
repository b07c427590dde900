//! An access of a task: one load or store, and all handlers that it took.
//!
//! A 2 MiB fault that falls back is followed by a 4 KiB fault of the same task and address; from 6.12 on the first try runs
//! under the lock of the mapping and is repeated without it. `MAP_SYNC` and `VM_FAULT_RETRY` repeat handlers too. All of that is one access.

use super::why::Cause;
use crate::event::{Fault, FaultKind, File};

/// Where an access stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stage {
    /// In the 2 MiB handler.
    InPmd,
    /// That has fallen back; the 4 KiB handler comes.
    FellBack,
    /// In the 4 KiB handler.
    InPte,
    /// A handler wants metadata to be written first (`MAP_SYNC`), and the page is mapped after that.
    Syncing {
        /// 2 MiB?
        is_huge: bool,
    },
    /// A handler asked to be called again.
    Retry,
}

/// An access that is under way.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) file: File,
    /// The line at which it begins in the trace.
    pub(super) line: u64,
    pub(super) address: u64,
    pub(super) page: u64,
    pub(super) is_write: bool,
    pub(super) is_shared: bool,
    pub(super) stage: Stage,
    /// Calls of handlers.
    pub(super) handlers: u64,
    pub(super) was_asked: bool,
    /// Why it fell back, and the line of that.
    pub(super) cause: Option<(Cause, u64)>,
    /// Why 2 MiB were not asked: there was a page table.
    pub(super) had_page_table: bool,
    /// The huge zero page was mapped.
    pub(super) is_zero: bool,
    /// Lines of what kprobes and events between begin and end of the handler say.
    pub(super) conflict: Option<u64>,
    pub(super) hole_fallback: Option<u64>,
    /// The entry was locked, so no smaller ones were in the way.
    pub(super) locked: Option<u64>,
    /// A kprobe shows that it took a huge zero page apart.
    pub(super) unmapped_all: bool,
}

impl Access {
    /// That begins with this event.
    pub(super) fn begin(fault: &Fault, line: u64) -> Access {
        let is_pmd = matches!(fault.kind, FaultKind::Pmd | FaultKind::PmdDone);
        Access {
            file: fault.file,
            line,
            address: fault.address,
            page: fault.page,
            is_write: fault.flags.is_write(),
            is_shared: fault.is_shared,
            stage: if is_pmd { Stage::InPmd } else { Stage::InPte },
            handlers: 1,
            was_asked: is_pmd,
            cause: None,
            had_page_table: false,
            is_zero: false,
            conflict: None,
            hole_fallback: None,
            locked: None,
            unmapped_all: false,
        }
    }

    /// Does a handler that begins with this event go on with the access?
    pub(super) fn goes_on(&self, fault: &Fault) -> bool {
        let same = self.file == fault.file && self.address == fault.address && self.is_write == fault.flags.is_write();
        match self.stage {
            Stage::FellBack | Stage::Retry => same,
            Stage::Syncing { .. } | Stage::InPmd | Stage::InPte => false,
        }
    }

    /// A handler is called once more.
    pub(super) fn again(&mut self, kind: FaultKind) {
        self.handlers += 1;
        self.stage = if kind == FaultKind::Pmd { Stage::InPmd } else { Stage::InPte };
        self.was_asked |= kind == FaultKind::Pmd;
        self.conflict = None;
        self.hole_fallback = None;
        self.locked = None;
    }
}
