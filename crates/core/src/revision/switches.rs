//! The switches by their names.

use super::{
    Counter, DowngradeDecided, FaultOrder, HugeZeroBusy, InsertIndex, InsertPage, LayoutBreak, LayoutScan,
    MixedAssociation, MkcleanRange, PageLockWaits, PageState, PmdFaultChecks, ReadFault, Revision, SmallerEntry,
    SplitOnFallback, TowriteCleared, UnlockByPage, UnlockOnPreloadFail, WakeMode, WritebackMeetsLock,
};

/// One switch: its name, what it may be set to, and where it comes from.
pub struct Switch {
    /// The name in scripts, recordings and tables.
    pub name: &'static str,
    /// The settings, the one of the first kernel of the era first: 4.10.0, 6.12.
    pub values: &'static [&'static str],
    /// What it decides.
    pub about: &'static str,
    /// Commit, mail or release that flipped it.
    pub source: &'static str,
    /// Is it a lock, a check, an order, a wake-up or an error path that some rule may hang on? The others only tell
    /// kernels apart.
    pub is_guard: bool,
    /// Reads the setting; empty for a kernel of another era.
    pub get: fn(&Revision) -> &'static str,
    /// Changes the setting; `false` if the value is not one of `values`, or the kernel is of another era.
    pub set: fn(&mut Revision, &str) -> bool,
}

impl std::fmt::Debug for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Switch({} = {})", self.name, self.values.join("|"))
    }
}

/// A switch over the named values of one field, the first kernel's first.
macro_rules! switch {
    ($part:ident.$field:ident { $($name:literal => $value:expr),+ $(,)? } $about:literal, $source:literal) => {
        switch!($part.$field { $($name => $value),+ } $about, $source, guard: true)
    };
    ($part:ident.$field:ident { $($name:literal => $value:expr),+ } $about:literal, $source:literal, guard: $guard:literal) => {
        Switch {
            name: stringify!($field),
            values: &[$($name),+],
            about: $about,
            source: $source,
            is_guard: $guard,
            get: |revision| {
                let Some(switches) = revision.$part() else { return "" };
                $(if switches.$field == $value { return $name; })+
                unreachable!("every value of a switch has a name")
            },
            set: |revision, name| {
                let Some(switches) = revision.$part() else { return false };
                let mut switches = *switches;
                match name {
                    $($name => switches.$field = $value,)+
                    _ => return false,
                }
                *revision = revision.with(switches.into());
                true
            },
        }
    };
}

/// The switches of the radix tree's era.
pub const SWITCHES: &[Switch] = &[
    switch!(radix.lock_before_drop { "on" => true, "off" => false }
        "a downgrade locks the 2 MiB entry before it drops tree_lock", "series v5, 7 Oct 2016"),
    switch!(radix.wake_mode_downgrade { "all" => WakeMode::All, "one" => WakeMode::One }
        "whom the deletion of the 2 MiB entry in a downgrade wakes", "series v6, 12 Oct 2016"),
    switch!(radix.put_unlocked_on_refuse { "on" => true, "off" => false }
        "a refused 2 MiB request relays its wake-up", "series v6, 12 Oct 2016"),
    switch!(radix.unlock_on_preload_fail {
            "if_downgrade" => UnlockOnPreloadFail::IfDowngrade,
            "always" => UnlockOnPreloadFail::Always,
            "never" => UnlockOnPreloadFail::Never,
        }
        "what a failed preload in grab_mapping_entry puts back", "series v6 and v7, October 2016"),
    switch!(radix.unmap_before_preload { "on" => true, "off" => false }
        "a downgrade unmaps before it preloads", "between series v6 and 4.10.0"),
    switch!(radix.split_on_fallback { "all" => SplitOnFallback::All, "cow" => SplitOnFallback::Cow }
        "which 2 MiB fallbacks split the huge mapping", "series v9, 1 Nov 2016"),
    switch!(radix.hole_page_wakes_all { "on" => true, "off" => false }
        "a hole page that replaces a locked entry wakes all waiters", "965d004af540, 4.10"),
    switch!(common.wake_mode_delete { "one" => WakeMode::One, "all" => WakeMode::All }
        "whom the deletion of an entry wakes", "237388320def, 5.13"),
    switch!(radix.recheck_after_preload { "off" => false, "on" => true }
        "grab_mapping_entry looks up again after the preload", "e11f8b7b6c4e, 4.11 and 4.10.17"),
    switch!(radix.order_iomap_vs_grab { "iomap" => FaultOrder::IomapFirst, "grab" => FaultOrder::GrabFirst }
        "what a fault handler does first", "9f141d6ef625, 4.10; back in 13e451fdc1af and 876f29460cbd, 4.12"),
    switch!(radix.recheck_pmd_after_grab { "off" => false, "on" => true }
        "the fault handlers check the pmd after the grab", "e2093926a098, 4.12"),
    switch!(radix.devmap_checked_first { "off" => false, "on" => true }
        "a device-mapped pmd is not taken for a bad one and cleared", "d0f0931de936, 4.12"),
    switch!(radix.colour_check { "off" => false, "on" => true }
        "a 2 MiB fault needs address and offset of one colour", "fffa281b48a9, 4.13"),
    switch!(radix.insert_index { "pmd" => InsertIndex::Pmd, "fault" => InsertIndex::Fault }
        "the index that dax_insert_mapping_entry uses in a 2 MiB fault", "d8a849e1bc12, 4.11", guard: false),
    switch!(radix.invalidate_unmaps { "off" => false, "on" => true }
        "strict invalidation unmaps exceptional entries", "cd656375f946, 4.12 and 4.10.17"),
    switch!(radix.invalidate_skips_empty { "off" => false, "on" => true }
        "strict invalidation does nothing for a file without cache", "mm/truncate: bail out early from invalidate_inode_pages2_range() if mapping is empty, Andrey Ryabinin, v2 of \
         24 Apr 2017, 4.12 (hash not confirmed)", guard: false),
    switch!(radix.write_invalidates_always { "off" => false, "on" => true }
        "write(2) invalidates also when there are no hole pages", "cd656375f946, 4.12 and 4.10.17"),
    switch!(radix.nonblocking_invalidate { "on" => true, "off" => false }
        "opportunistic invalidation drops clean entries although they may be mapped", "4636e70bb0a8, 4.12 and 4.10.17"),
    switch!(radix.writeback_advances { "off" => false, "on" => true }
        "the fsync scan advances its start", "1eb643d02b21, 4.12"),
    switch!(radix.writeback_locks_entry { "on" => true, "off" => false }
        "dax_writeback_one takes the entry lock", "a6abc2c0e77b, 4.10"),
    switch!(radix.mkclean_wrprotects_pmd { "on" => true, "off" => false }
        "fsync write-protects huge mappings", "f729c8c9b24f, 4.10"),
    switch!(common.mkclean_range { "head" => MkcleanRange::Head, "all" => MkcleanRange::All }
        "which mappings fsync write-protects", "06083a0921fd, 5.19"),
    switch!(radix.delete_unmaps_entry { "off" => false, "on" => true }
        "truncation and punch unmap and flush the whole of a 2 MiB entry that they delete", "a proposal of this project; no kernel has it",
        guard: false),
    switch!(radix.zero_length_check { "off" => false, "on" => true }
        "a 2 MiB fault in an empty file is a SIGBUS", "957ac8c421ad, 4.14"),
    switch!(radix.invalidate_steps_over_pmd { "off" => false, "on" => true }
        "invalidation scans step over a 2 MiB entry that they keep", "f280bf092d48, 4.20; stable fix by Liu Bo"),
    switch!(radix.mkwrite_checks_entry { "off" => false, "on" => true }
        "dax_pfn_mkwrite tags and locks only an entry with blocks", "91d25ba8a6b0, 4.14, which dropped dax_pfn_mkwrite; the check is that of \
         dax_insert_pfn_mkwrite, 4.15"),
    switch!(radix.entry_locks { "on" => true, "off" => false }
        "page faults lock entries; without, the 4 KiB handler of 4.6 runs", "ac401cc78242, 4.7"),
    switch!(radix.fault_starts_transaction { "off" => false, "on" => true }
        "a write fault starts its transaction before it locks the entry", "fb26a1cbed8c, 4.12"),
    switch!(radix.merged_handlers { "off" => false, "on" => true }
        "one fault entry point for all sizes", "a2d581675d48, 4.11", guard: false),
    switch!(radix.dax_direct_access { "off" => false, "on" => true }
        "the device counts pages and shortens a range at its end", "cccbce671582, 4.12", guard: false),
];

/// The switches of the XArray's era.
pub const XARRAY_SWITCHES: &[Switch] = &[
    switch!(common.wake_mode_delete { "one" => WakeMode::One, "all" => WakeMode::All }
        "whom the deletion of an entry wakes", "237388320def, 5.13 and 5.10 stable"),
    switch!(common.mkclean_range { "head" => MkcleanRange::Head, "all" => MkcleanRange::All }
        "which mappings fsync write-protects", "06083a0921fd, 5.19"),
    switch!(xarray.smaller_entry {
            "refuse" => SmallerEntry::Refuse,
            "wait" => SmallerEntry::Wait,
            "none_counts" => SmallerEntry::NoneCounts,
        }
        "what a 2 MiB request does that meets a smaller entry", "23c84eb78375, 5.3; 6370740e5f8e, 5.4"),
    switch!(xarray.downgrade_decided { "each_time" => DowngradeDecided::EachTime, "once" => DowngradeDecided::Once }
        "does grab_mapping_entry decide anew on a downgrade after it has waited for memory", "1a14e3779dd5, 5.14 and 5.10 stable"),
    switch!(xarray.writeback_meets_lock {
            "skips" => WritebackMeetsLock::Skips,
            "walks_again" => WritebackMeetsLock::WalksAgain,
            "waits" => WritebackMeetsLock::Waits,
        }
        "what fsync does with an entry that is locked when it comes to it", "skips since 9fc747f68d49, 4.20; the others are \
         proposals of this project, no kernel has them"),
    switch!(xarray.towrite_cleared { "before_flush" => TowriteCleared::BeforeFlush, "after_flush" => TowriteCleared::AfterFlush }
        "when fsync takes the mark TOWRITE from an entry", "before since a6abc2c0e77b, 4.10; after is a proposal of this project, no kernel has it"),
    switch!(xarray.layout_scan {
            "skips_locked" => LayoutScan::SkipsLocked,
            "waits_then_next" => LayoutScan::WaitsThenNext,
            "waits" => LayoutScan::Waits,
        }
        "what the scan for busy pages does with a locked entry", "6be3e21d25ca, 6.15; waits_then_next in 6.15-rc only"),
    switch!(xarray.unlock_by_page {
            "cookie" => UnlockByPage::Cookie,
            "page" => UnlockByPage::Page,
            "small_page" => UnlockByPage::SmallPage,
        }
        "what is stored to unlock an entry that was locked by its page", "27359fd6e5f3, 4.20; small_page to fda490d39fc0, both in 4.20-rc only"),
    switch!(xarray.page_lock_waits {
            "first" => PageLockWaits::First,
            "relays" => PageLockWaits::Relays,
            "puts" => PageLockWaits::Puts,
            "forgets" => PageLockWaits::Forgets,
            "locks_again" => PageLockWaits::LocksAgain,
        }
        "how whoever locks an entry by its page waits for it, and whom it wakes if it does not lock it", "first since d8a706414af4, 5.0; relays \
         in 4.20, 55e56f06ed71; puts in 4.20-rc4, 25bbe21bf427; forgets in 4.19; locks_again to f52afc93cd01, 4.19-rc"),
    switch!(xarray.mixed_association { "entry" => MixedAssociation::Entry, "fault" => MixedAssociation::Fault }
        "which pages belong to the file when a 4 KiB fault uses an entry of 2 MiB", "1571c029a2ff, 5.2; fault from 4.20 to 5.1"),
    switch!(xarray.layout_break { "keeps" => LayoutBreak::Keeps, "deletes" => LayoutBreak::Deletes, "flushes" => LayoutBreak::Flushes }
        "what becomes of the entries when a layout is broken", "bde708f1a65d, 6.15; flushes first is a proposal of this project, no kernel has it"),
    switch!(xarray.page_state { "page" => PageState::Page, "folio" => PageState::Folio }
        "who remembers which file a block belongs to, and whether mappings count as references", "38607c62b34b, 6.15", guard: false),
    switch!(xarray.insert_page { "pfn" => InsertPage::Pfn, "page" => InsertPage::Page }
        "what a store does that finds another page in the pte, and who sets the dirty bit", "15a64311e0ae, 6.15"),
    switch!(xarray.huge_zero_busy { "fallback" => HugeZeroBusy::Fallback, "nopage" => HugeZeroBusy::Nopage }
        "what a 2 MiB read fault of a hole does when the pmd is taken", "support huge zero folio in vmf_insert_folio_pmd(), 7.2"),
    switch!(xarray.read_fault { "leaves_clean" => ReadFault::LeavesClean, "tags_dirty" => ReadFault::TagsDirty }
        "what a read fault does with the mark DIRTY", "dirty in 6.0 and 6.1", guard: false),
    switch!(xarray.pmd_fault_checks { "size_first" => PmdFaultChecks::SizeFirst, "mapping_first" => PmdFaultChecks::MappingFirst }
        "the order of the checks of a 2 MiB fault", "mapping first in 5.10", guard: false),
    switch!(xarray.counter { "pages" => Counter::Pages, "entries" => Counter::Entries }
        "what the file counts: 4 KiB pages in nrpages, or entries in nrexceptional", "5.13", guard: false),
];

/// The switch of that name, of either era.
#[must_use]
pub fn switch(name: &str) -> Option<&'static Switch> {
    SWITCHES.iter().chain(XARRAY_SWITCHES).find(|switch| switch.name == name)
}
