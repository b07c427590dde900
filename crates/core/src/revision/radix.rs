//! The switches of the radix tree's era.

use super::WakeMode;

/// What `grab_mapping_entry` puts back when `radix_tree_preload` fails.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnlockOnPreloadFail {
    /// Nothing: the lock of a downgrade leaks (v5).
    Never,
    /// The entry, also when there is none: `put_locked_mapping_entry(NULL)` (v6, the reviewed line).
    Always,
    /// The entry that a downgrade locked (v7 and later).
    IfDowngrade,
}

/// Which of the two a fault handler does first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FaultOrder {
    /// `iomap_begin`, then `grab_mapping_entry` (4.10, 4.11).
    IomapFirst,
    /// `grab_mapping_entry`, then `iomap_begin` (4.9 and from 4.12 on).
    GrabFirst,
}

/// Which 2 MiB fallbacks split the huge mapping that is in the way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SplitOnFallback {
    /// Only the fallback of a private write.
    Cow,
    /// Every fallback.
    All,
}

/// The page index under which `dax_insert_mapping_entry` works in a 2 MiB fault.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum InsertIndex {
    /// The index of the 2 MiB aligned address, the one that was grabbed.
    Pmd,
    /// `vmf->pgoff`, the index of the fault (from 4.11 on).
    Fault,
}

/// What the kernels of the radix tree's era decide differently (4.6 to 4.19, and the series that became 4.10).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct RadixSwitches {
    /// A downgrade locks the 2 MiB entry before it drops `tree_lock`.
    pub lock_before_drop: bool,
    /// Whom the deletion of the 2 MiB entry in a downgrade wakes.
    pub wake_mode_downgrade: WakeMode,
    /// A 2 MiB request refused because of a 4 KiB entry or a page relays its wake-up.
    pub put_unlocked_on_refuse: bool,
    /// What a failed preload in `grab_mapping_entry` puts back.
    pub unlock_on_preload_fail: UnlockOnPreloadFail,
    /// A downgrade unmaps the huge zero page before it preloads (the unmap may sleep, the preload pins the CPU).
    pub unmap_before_preload: bool,
    /// Which 2 MiB fallbacks split the huge mapping.
    pub split_on_fallback: SplitOnFallback,
    /// Inserting a hole page in place of a locked entry wakes all its waiters.
    pub hole_page_wakes_all: bool,
    /// `grab_mapping_entry` looks the index up again after the preload, and never restarts on `-EEXIST`.
    pub recheck_after_preload: bool,
    /// The order of extent look-up and grab in both fault handlers.
    pub order_iomap_vs_grab: FaultOrder,
    /// After the grab both fault handlers check that the pmd is still of their kind.
    pub recheck_pmd_after_grab: bool,
    /// The page-fault code asks `pmd_devmap` before `pmd_trans_unstable`, which takes a device-mapped pmd for a bad one
    /// and clears it.
    pub devmap_checked_first: bool,
    /// The 2 MiB handler refuses an address whose colour differs from the file offset's.
    pub colour_check: bool,
    /// The index that `dax_insert_mapping_entry` uses in a 2 MiB fault.
    pub insert_index: InsertIndex,
    /// Strict invalidation unmaps the range also for exceptional entries.
    pub invalidate_unmaps: bool,
    /// Strict invalidation of a file with nothing in the page cache does nothing, not even unmap.
    pub invalidate_skips_empty: bool,
    /// write(2) over new blocks invalidates also when there are no hole pages.
    pub write_invalidates_always: bool,
    /// Opportunistic invalidation drops clean unlocked entries although they may be mapped.
    pub nonblocking_invalidate: bool,
    /// The scan of `dax_writeback_mapping_range` advances its start.
    pub writeback_advances: bool,
    /// `dax_writeback_one` takes the entry lock.
    pub writeback_locks_entry: bool,
    /// fsync write-protects and cleans huge mappings, not only ptes.
    pub mkclean_wrprotects_pmd: bool,
    /// Truncation and punch unmap and flush the whole of a 2 MiB entry that they take out of the tree, also where it
    /// reaches beyond their range. A proposal: no kernel does.
    pub delete_unmaps_entry: bool,
    /// A 2 MiB fault in a file of length 0 is a SIGBUS.
    pub zero_length_check: bool,
    /// Invalidation scans step over a 2 MiB entry that they keep.
    pub invalidate_steps_over_pmd: bool,
    /// `dax_pfn_mkwrite` leaves an entry without blocks alone, and the access faults again.
    pub mkwrite_checks_entry: bool,
    /// Page faults lock entries. Without: the 4 KiB handler of 4.6, and no 2 MiB faults.
    pub entry_locks: bool,
    /// A write fault starts the transaction of a journalled file system before it comes to DAX, not in `iomap_begin`.
    pub fault_starts_transaction: bool,
    /// One `dax_iomap_fault` for all sizes: the 4 KiB handler is called `dax_iomap_pte_fault` (from 4.11 on).
    pub merged_handlers: bool,
    /// The device is asked with `dax_direct_access`: lengths are pages, and a range that ends beyond the device is
    /// answered with a shorter one (from 4.12 on; before with `-ERANGE`).
    pub dax_direct_access: bool,
}

impl RadixSwitches {
    /// Linux 4.10.0, the base of the model.
    pub const V4_10: RadixSwitches = RadixSwitches {
        lock_before_drop: true,
        wake_mode_downgrade: WakeMode::All,
        put_unlocked_on_refuse: true,
        unlock_on_preload_fail: UnlockOnPreloadFail::IfDowngrade,
        unmap_before_preload: true,
        split_on_fallback: SplitOnFallback::All,
        hole_page_wakes_all: true,
        recheck_after_preload: false,
        order_iomap_vs_grab: FaultOrder::IomapFirst,
        recheck_pmd_after_grab: false,
        devmap_checked_first: false,
        colour_check: false,
        insert_index: InsertIndex::Pmd,
        invalidate_unmaps: false,
        invalidate_skips_empty: false,
        write_invalidates_always: false,
        nonblocking_invalidate: true,
        writeback_advances: false,
        writeback_locks_entry: true,
        mkclean_wrprotects_pmd: true,
        delete_unmaps_entry: false,
        zero_length_check: false,
        invalidate_steps_over_pmd: false,
        mkwrite_checks_entry: false,
        entry_locks: true,
        fault_starts_transaction: false,
        merged_handlers: false,
        dax_direct_access: false,
    };

    /// Revision 4 of the series (29 Sep 2016): nothing is locked before `tree_lock` is dropped.
    pub const SERIES_V4: RadixSwitches = RadixSwitches {
        lock_before_drop: false,
        wake_mode_downgrade: WakeMode::One,
        put_unlocked_on_refuse: false,
        unmap_before_preload: false,
        ..Self::V4_10
    };

    /// Revision 5 (7 Oct 2016): locked, but a failed preload leaks the lock and a downgrade wakes one waiter.
    pub const SERIES_V5: RadixSwitches =
        RadixSwitches { lock_before_drop: true, unlock_on_preload_fail: UnlockOnPreloadFail::Never, ..Self::SERIES_V4 };

    /// Revision 6 (12 Oct 2016), the reviewed one: a failed preload puts the entry also when there is none.
    pub const SERIES_V6: RadixSwitches = RadixSwitches {
        unlock_on_preload_fail: UnlockOnPreloadFail::Always,
        unmap_before_preload: false,
        ..Self::V4_10
    };

    /// Revision 8 (19 Oct 2016): a fallback splits the huge mapping only for a private write.
    pub const SERIES_V8: RadixSwitches =
        RadixSwitches { split_on_fallback: SplitOnFallback::Cow, hole_page_wakes_all: false, ..Self::V4_10 };

    /// Revision 9 (1 Nov 2016), merged as 642261ac995e; the fix of hole page wake-ups (965d004af540) came later.
    pub const SERIES_V9: RadixSwitches = RadixSwitches { hole_page_wakes_all: false, ..Self::V4_10 };

    /// Linux 4.10.17: 4.10 with the stable fixes.
    pub const V4_10_17: RadixSwitches = RadixSwitches {
        recheck_after_preload: true,
        invalidate_unmaps: true,
        write_invalidates_always: true,
        nonblocking_invalidate: false,
        ..Self::V4_10
    };

    /// Linux 4.11.
    pub const V4_11: RadixSwitches = RadixSwitches {
        recheck_after_preload: true,
        insert_index: InsertIndex::Fault,
        merged_handlers: true,
        ..Self::V4_10
    };

    /// Linux 4.12.4.
    pub const V4_12_4: RadixSwitches = RadixSwitches {
        order_iomap_vs_grab: FaultOrder::GrabFirst,
        recheck_pmd_after_grab: true,
        devmap_checked_first: true,
        invalidate_unmaps: true,
        invalidate_skips_empty: true,
        write_invalidates_always: true,
        nonblocking_invalidate: false,
        writeback_advances: true,
        fault_starts_transaction: true,
        dax_direct_access: true,
        ..Self::V4_11
    };

    /// Linux 4.13.4.
    pub const V4_13_4: RadixSwitches = RadixSwitches { colour_check: true, ..Self::V4_12_4 };

    /// Every switch at its corrected setting, later fixes included where they apply to this era.
    pub const FIXED: RadixSwitches = RadixSwitches {
        zero_length_check: true,
        invalidate_steps_over_pmd: true,
        mkwrite_checks_entry: true,
        ..Self::V4_13_4
    };
}
