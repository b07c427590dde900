//! The switches of the XArray's era (4.20 to 7.3).
//!
//! Source: kernel-semantics-xarray §13 and §14.

/// What a 2 MiB request does that meets a smaller entry in its range.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SmallerEntry {
    /// Refuses at once, locked or not.
    Refuse,
    /// Waits while it is locked, under the key of its own index, then refuses (4.20 to 5.2).
    Wait,
    /// Refuses also when there is nothing (5.3 to 5.4-rc).
    NoneCounts,
}

/// Does `grab_mapping_entry` decide anew on a downgrade after it has waited for memory?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DowngradeDecided {
    /// It looks again.
    EachTime,
    /// What it decided before stands (4.20 to 5.13).
    Once,
}

/// What fsync does with an entry that is locked when its scan comes to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WritebackMeetsLock {
    /// Passes over it: the positioned state finds nothing.
    Skips,
    /// Resets the state before the look-up, and so waits. A proposal.
    WalksAgain,
    /// Waits with the function that the layout scan uses. A proposal.
    Waits,
}

/// When fsync takes TOWRITE from an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TowriteCleared {
    /// When it locks the entry.
    BeforeFlush,
    /// With DIRTY, after the flush. A proposal.
    AfterFlush,
}

/// What the scan for busy pages does with a locked entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LayoutScan {
    /// Passes over it.
    SkipsLocked,
    /// Waits until it is unlocked, and then looks at the one behind it (6.15-rc).
    WaitsThenNext,
    /// Waits until it is unlocked.
    Waits,
}

/// What is stored to unlock an entry that was locked by its page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnlockByPage {
    /// What was there when it was locked.
    Cookie,
    /// An entry for the page itself, of the size that was there (4.20-rc).
    Page,
    /// An entry for the page itself, of 4 KiB (4.20-rc).
    SmallPage,
}

/// How whoever locks an entry by its page waits while it is locked, and what becomes of the wake-up if it does not lock it after all.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PageLockWaits {
    /// Before all others and not exclusive: it takes nobody's wake-up (5.0).
    First,
    /// As faults do, exclusive, and wakes the next one whatever it finds (4.20).
    Relays,
    /// As faults do, and wakes the next one if there is an entry when it wakes up (4.20-rc4, as its commit means it).
    Puts,
    /// As faults do, and wakes nobody (4.19 to 4.20-rc3).
    Forgets,
    /// As faults do, and then looks again without giving the lock of the tree back (4.19-rc).
    LocksAgain,
}

/// Which pages belong to the file when a 4 KiB fault uses an entry of 2 MiB.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MixedAssociation {
    /// All of the entry, as before.
    Entry,
    /// Only the one of the fault (4.20 to 5.1).
    Fault,
}

/// What becomes of the entries when a layout is broken and no page is busy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LayoutBreak {
    /// Nothing.
    Keeps,
    /// They are deleted, dirty or not.
    Deletes,
    /// Dirty ones are flushed, then all are deleted. A proposal.
    Flushes,
}

/// Who remembers which file a block belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PageState {
    /// Each page; mappings hold no references (to 6.12).
    Page,
    /// The folio of the entry; each mapping holds a reference (from 6.15 on).
    Folio,
}

/// Which function maps a 4 KiB page of the device.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum InsertPage {
    /// `insert_pfn`: a store that finds another page in the pte does nothing; one that finds its own sets the dirty bit.
    Pfn,
    /// `insert_page_into_pte_locked`: the first is an error, the second leaves the dirty bit to the CPU.
    Page,
}

/// What a 2 MiB read fault of a hole does when the pmd is taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HugeZeroBusy {
    /// Falls back to 4 KiB.
    Fallback,
    /// Says that all is done.
    Nopage,
}

/// What a read fault does with the mark DIRTY.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReadFault {
    /// Nothing.
    LeavesClean,
    /// Sets it.
    TagsDirty,
}

/// The order of the checks of a 2 MiB fault.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PmdFaultChecks {
    /// Beyond the end of the file comes before all else.
    SizeFirst,
    /// The mapping is looked at before the size (5.10).
    MappingFirst,
}

/// What the file counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Counter {
    /// `nrpages`, in 4 KiB pages.
    Pages,
    /// `nrexceptional`: entries (to 5.12).
    Entries,
}

/// What the kernels of the XArray's era decide differently.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct XArraySwitches {
    /// What a 2 MiB request does that meets a smaller entry in its range.
    pub smaller_entry: SmallerEntry,
    /// Does `grab_mapping_entry` decide anew on a downgrade after it has waited for memory?
    pub downgrade_decided: DowngradeDecided,
    /// What fsync does with an entry that is locked when its scan comes to it.
    pub writeback_meets_lock: WritebackMeetsLock,
    /// When fsync takes TOWRITE from an entry.
    pub towrite_cleared: TowriteCleared,
    /// What the scan for busy pages does with a locked entry.
    pub layout_scan: LayoutScan,
    /// What becomes of the entries when a layout is broken and no page is busy.
    pub layout_break: LayoutBreak,
    /// What is stored to unlock an entry that was locked by its page.
    pub unlock_by_page: UnlockByPage,
    /// How whoever locks an entry by its page waits while it is locked.
    pub page_lock_waits: PageLockWaits,
    /// Which pages belong to the file when a 4 KiB fault uses an entry of 2 MiB.
    pub mixed_association: MixedAssociation,
    /// Who remembers which file a block belongs to.
    pub page_state: PageState,
    /// Which function maps a 4 KiB page of the device.
    pub insert_page: InsertPage,
    /// What a 2 MiB read fault of a hole does when the pmd is taken.
    pub huge_zero_busy: HugeZeroBusy,
    /// What a read fault does with the mark DIRTY.
    pub read_fault: ReadFault,
    /// The order of the checks of a 2 MiB fault.
    pub pmd_fault_checks: PmdFaultChecks,
    /// What the file counts.
    pub counter: Counter,
}

impl XArraySwitches {
    /// Linux 6.12, the base of this era.
    pub const V6_12: XArraySwitches = XArraySwitches {
        smaller_entry: SmallerEntry::Refuse,
        downgrade_decided: DowngradeDecided::EachTime,
        writeback_meets_lock: WritebackMeetsLock::Skips,
        towrite_cleared: TowriteCleared::BeforeFlush,
        layout_scan: LayoutScan::SkipsLocked,
        layout_break: LayoutBreak::Keeps,
        unlock_by_page: UnlockByPage::Cookie,
        page_lock_waits: PageLockWaits::First,
        mixed_association: MixedAssociation::Entry,
        page_state: PageState::Page,
        insert_page: InsertPage::Pfn,
        huge_zero_busy: HugeZeroBusy::Fallback,
        read_fault: ReadFault::LeavesClean,
        pmd_fault_checks: PmdFaultChecks::SizeFirst,
        counter: Counter::Pages,
    };

    /// Linux 5.10.223 and later of that line.
    pub const V5_10: XArraySwitches =
        XArraySwitches { pmd_fault_checks: PmdFaultChecks::MappingFirst, counter: Counter::Entries, ..Self::V6_12 };

    /// Linux 5.10.13: a downgrade is decided once.
    pub const V5_10_13: XArraySwitches = XArraySwitches { downgrade_decided: DowngradeDecided::Once, ..Self::V5_10 };

    /// Linux 6.1: read faults set DIRTY.
    pub const V6_1: XArraySwitches = XArraySwitches { read_fault: ReadFault::TagsDirty, ..Self::V6_12 };

    /// Linux 7.3: folios with references, and layout breaks that empty the file.
    pub const V7_3: XArraySwitches = XArraySwitches {
        layout_scan: LayoutScan::Waits,
        layout_break: LayoutBreak::Deletes,
        page_state: PageState::Folio,
        insert_page: InsertPage::Page,
        huge_zero_busy: HugeZeroBusy::Nopage,
        ..Self::V6_12
    };

    /// Linux 7.3 with every suspect mended.
    pub const FIXED: XArraySwitches = XArraySwitches {
        writeback_meets_lock: WritebackMeetsLock::WalksAgain,
        towrite_cleared: TowriteCleared::AfterFlush,
        layout_break: LayoutBreak::Flushes,
        insert_page: InsertPage::Pfn,
        ..Self::V7_3
    };
}
