//! A kernel release or a revision of the patch series, as a struct of named switches.
//!
//! There is one engine and no forks of it: kernel code asks `task.revision().wake_mode_downgrade`. Every switch
//! names the commit or mail that flipped it; the presets are settings of all of them ([`PRESETS`]).
//!
//! Source: kernel-semantics §10 and §12; the recorded variants of `tests/vectors`.

mod preset;

pub(crate) use preset::unlisted;
pub use preset::{PRESETS, Preset, preset};

/// How many exclusive waiters a wake call may wake (`nr_exclusive` of `__wake_up`: 1 or 0).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WakeMode {
    /// The first exclusive waiter of the key.
    One,
    /// Every waiter of the key.
    All,
}

impl WakeMode {
    /// `one` or `all`, as scripts and recordings write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            WakeMode::One => "one",
            WakeMode::All => "all",
        }
    }
}

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

/// What `dax_mapping_entry_mkclean` looks for in the reverse map.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MkcleanRange {
    /// Mappings of the first page of the entry (before 5.19).
    Head,
    /// Mappings of any page of the entry.
    All,
}

/// All decisions in which the modelled kernels differ.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Revision {
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
    /// Whom the deletion of an entry by truncation or strict invalidation wakes.
    pub wake_mode_delete: WakeMode,
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
    /// What fsync write-protects.
    pub mkclean_range: MkcleanRange,
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

impl Revision {
    /// Linux 4.10.0, the base of the model.
    pub const V4_10: Revision = Revision {
        lock_before_drop: true,
        wake_mode_downgrade: WakeMode::All,
        put_unlocked_on_refuse: true,
        unlock_on_preload_fail: UnlockOnPreloadFail::IfDowngrade,
        unmap_before_preload: true,
        split_on_fallback: SplitOnFallback::All,
        hole_page_wakes_all: true,
        wake_mode_delete: WakeMode::One,
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
        mkclean_range: MkcleanRange::Head,
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
    pub const SERIES_V4: Revision = Revision {
        lock_before_drop: false,
        wake_mode_downgrade: WakeMode::One,
        put_unlocked_on_refuse: false,
        unmap_before_preload: false,
        ..Self::V4_10
    };

    /// Revision 5 (7 Oct 2016): locked, but a failed preload leaks the lock and a downgrade wakes one waiter.
    pub const SERIES_V5: Revision =
        Revision { lock_before_drop: true, unlock_on_preload_fail: UnlockOnPreloadFail::Never, ..Self::SERIES_V4 };

    /// Revision 6 (12 Oct 2016), the reviewed one: a failed preload puts the entry also when there is none.
    pub const SERIES_V6: Revision =
        Revision { unlock_on_preload_fail: UnlockOnPreloadFail::Always, unmap_before_preload: false, ..Self::V4_10 };

    /// Revision 8 (19 Oct 2016): a fallback splits the huge mapping only for a private write.
    pub const SERIES_V8: Revision =
        Revision { split_on_fallback: SplitOnFallback::Cow, hole_page_wakes_all: false, ..Self::V4_10 };

    /// Revision 9 (1 Nov 2016), merged as 642261ac995e; the fix of hole page wake-ups (965d004af540) came later.
    pub const SERIES_V9: Revision = Revision { hole_page_wakes_all: false, ..Self::V4_10 };

    /// Linux 4.10.17: 4.10 with the stable fixes.
    pub const V4_10_17: Revision = Revision {
        recheck_after_preload: true,
        invalidate_unmaps: true,
        write_invalidates_always: true,
        nonblocking_invalidate: false,
        ..Self::V4_10
    };

    /// Linux 4.11.
    pub const V4_11: Revision = Revision {
        recheck_after_preload: true,
        insert_index: InsertIndex::Fault,
        merged_handlers: true,
        ..Self::V4_10
    };

    /// Linux 4.12.4.
    pub const V4_12_4: Revision = Revision {
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
    pub const V4_13_4: Revision = Revision { colour_check: true, ..Self::V4_12_4 };

    /// Every switch at its corrected setting, later fixes included where they apply to this era.
    pub const FIXED: Revision = Revision {
        wake_mode_delete: WakeMode::All,
        mkclean_range: MkcleanRange::All,
        zero_length_check: true,
        invalidate_steps_over_pmd: true,
        mkwrite_checks_entry: true,
        ..Self::V4_13_4
    };
}

/// One switch: its name, what it may be set to, and where it comes from.
pub struct Switch {
    /// The name in scripts, recordings and tables.
    pub name: &'static str,
    /// The settings, the one of 4.10.0 first.
    pub values: &'static [&'static str],
    /// What it decides.
    pub about: &'static str,
    /// Commit, mail or release that flipped it.
    pub source: &'static str,
    /// Is it a lock, a check, an order, a wake-up or an error path that some rule may hang on? The others only tell
    /// kernels apart.
    pub is_guard: bool,
    /// Reads the setting.
    pub get: fn(&Revision) -> &'static str,
    /// Changes the setting; `false` if the value is not one of `values`.
    pub set: fn(&mut Revision, &str) -> bool,
}

impl std::fmt::Debug for Switch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Switch({} = {})", self.name, self.values.join("|"))
    }
}

/// A switch over the named values of one field, the value of 4.10.0 first.
macro_rules! switch {
    ($field:ident { $($name:literal => $value:expr),+ $(,)? } $about:literal, $source:literal) => {
        switch!($field { $($name => $value),+ } $about, $source, guard: true)
    };
    ($field:ident { $($name:literal => $value:expr),+ } $about:literal, $source:literal, guard: $guard:literal) => {
        Switch {
            name: stringify!($field),
            values: &[$($name),+],
            about: $about,
            source: $source,
            is_guard: $guard,
            get: |revision| {
                $(if revision.$field == $value { return $name; })+
                unreachable!("every value of a switch has a name")
            },
            set: |revision, name| {
                match name {
                    $($name => revision.$field = $value,)+
                    _ => return false,
                }
                true
            },
        }
    };
}

/// All switches, in the order of [`Revision`]'s fields.
pub const SWITCHES: &[Switch] = &[
    switch!(lock_before_drop { "on" => true, "off" => false }
        "a downgrade locks the 2 MiB entry before it drops tree_lock", "series v5, 7 Oct 2016"),
    switch!(wake_mode_downgrade { "all" => WakeMode::All, "one" => WakeMode::One }
        "whom the deletion of the 2 MiB entry in a downgrade wakes", "series v6, 12 Oct 2016"),
    switch!(put_unlocked_on_refuse { "on" => true, "off" => false }
        "a refused 2 MiB request relays its wake-up", "series v6, 12 Oct 2016"),
    switch!(unlock_on_preload_fail {
            "if_downgrade" => UnlockOnPreloadFail::IfDowngrade,
            "always" => UnlockOnPreloadFail::Always,
            "never" => UnlockOnPreloadFail::Never,
        }
        "what a failed preload in grab_mapping_entry puts back", "series v6 and v7, October 2016"),
    switch!(unmap_before_preload { "on" => true, "off" => false }
        "a downgrade unmaps before it preloads", "between series v6 and 4.10.0"),
    switch!(split_on_fallback { "all" => SplitOnFallback::All, "cow" => SplitOnFallback::Cow }
        "which 2 MiB fallbacks split the huge mapping", "series v9, 1 Nov 2016"),
    switch!(hole_page_wakes_all { "on" => true, "off" => false }
        "a hole page that replaces a locked entry wakes all waiters", "965d004af540, 4.10"),
    switch!(wake_mode_delete { "one" => WakeMode::One, "all" => WakeMode::All }
        "whom the deletion of an entry wakes", "237388320def, 5.13"),
    switch!(recheck_after_preload { "off" => false, "on" => true }
        "grab_mapping_entry looks up again after the preload", "e11f8b7b6c4e, 4.11 and 4.10.17"),
    switch!(order_iomap_vs_grab { "iomap" => FaultOrder::IomapFirst, "grab" => FaultOrder::GrabFirst }
        "what a fault handler does first", "9f141d6ef625, 4.10; back in 13e451fdc1af and 876f29460cbd, 4.12"),
    switch!(recheck_pmd_after_grab { "off" => false, "on" => true }
        "the fault handlers check the pmd after the grab", "e2093926a098, 4.12"),
    switch!(devmap_checked_first { "off" => false, "on" => true }
        "a device-mapped pmd is not taken for a bad one and cleared", "d0f0931de936, 4.12"),
    switch!(colour_check { "off" => false, "on" => true }
        "a 2 MiB fault needs address and offset of one colour", "fffa281b48a9, 4.13"),
    switch!(insert_index { "pmd" => InsertIndex::Pmd, "fault" => InsertIndex::Fault }
        "the index that dax_insert_mapping_entry uses in a 2 MiB fault", "d8a849e1bc12, 4.11", guard: false),
    switch!(invalidate_unmaps { "off" => false, "on" => true }
        "strict invalidation unmaps exceptional entries", "cd656375f946, 4.12 and 4.10.17"),
    switch!(invalidate_skips_empty { "off" => false, "on" => true }
        "strict invalidation does nothing for a file without cache", "mm/truncate: bail out early from invalidate_inode_pages2_range() if mapping is empty, Andrey Ryabinin, v2 of \
         24 Apr 2017, 4.12 (hash not confirmed)", guard: false),
    switch!(write_invalidates_always { "off" => false, "on" => true }
        "write(2) invalidates also when there are no hole pages", "cd656375f946, 4.12 and 4.10.17"),
    switch!(nonblocking_invalidate { "on" => true, "off" => false }
        "opportunistic invalidation drops clean entries although they may be mapped", "4636e70bb0a8, 4.12 and 4.10.17"),
    switch!(writeback_advances { "off" => false, "on" => true }
        "the fsync scan advances its start", "1eb643d02b21, 4.12"),
    switch!(writeback_locks_entry { "on" => true, "off" => false }
        "dax_writeback_one takes the entry lock", "a6abc2c0e77b, 4.10"),
    switch!(mkclean_wrprotects_pmd { "on" => true, "off" => false }
        "fsync write-protects huge mappings", "f729c8c9b24f, 4.10"),
    switch!(mkclean_range { "head" => MkcleanRange::Head, "all" => MkcleanRange::All }
        "which mappings fsync write-protects", "06083a0921fd, 5.19"),
    switch!(delete_unmaps_entry { "off" => false, "on" => true }
        "truncation and punch unmap and flush the whole of a 2 MiB entry that they delete", "a proposal of this project; no kernel has it",
        guard: false),
    switch!(zero_length_check { "off" => false, "on" => true }
        "a 2 MiB fault in an empty file is a SIGBUS", "957ac8c421ad, 4.14"),
    switch!(invalidate_steps_over_pmd { "off" => false, "on" => true }
        "invalidation scans step over a 2 MiB entry that they keep", "f280bf092d48, 4.20; stable fix by Liu Bo"),
    switch!(mkwrite_checks_entry { "off" => false, "on" => true }
        "dax_pfn_mkwrite tags and locks only an entry with blocks", "91d25ba8a6b0, 4.14, which dropped dax_pfn_mkwrite; the check is that of \
         dax_insert_pfn_mkwrite, 4.15"),
    switch!(entry_locks { "on" => true, "off" => false }
        "page faults lock entries; without, the 4 KiB handler of 4.6 runs", "ac401cc78242, 4.7"),
    switch!(fault_starts_transaction { "off" => false, "on" => true }
        "a write fault starts its transaction before it locks the entry", "fb26a1cbed8c, 4.12"),
    switch!(merged_handlers { "off" => false, "on" => true }
        "one fault entry point for all sizes", "a2d581675d48, 4.11", guard: false),
    switch!(dax_direct_access { "off" => false, "on" => true }
        "the device counts pages and shortens a range at its end", "cccbce671582, 4.12", guard: false),
];

/// The switch of that name.
#[must_use]
pub fn switch(name: &str) -> Option<&'static Switch> {
    SWITCHES.iter().find(|switch| switch.name == name)
}

impl Revision {
    /// The nearest name: a preset, or the preset that needs the fewest changes with those changes:
    /// `4.10.0 wake_mode_delete=all`. Reading it back gives the same revision.
    #[must_use]
    pub fn name(&self) -> String {
        let (preset, changes) = self.nearest_preset();
        let mut name = preset.name.to_owned();
        for (switch, value) in changes {
            name.push_str(&format!(" {switch}={value}"));
        }
        name
    }

    /// The preset that differs in the fewest switches, 4.10.0 first among equals, and those differences.
    #[must_use]
    pub fn nearest_preset(&self) -> (&'static Preset, Vec<(&'static str, &'static str)>) {
        let changes = |preset: &Preset| -> Vec<_> {
            SWITCHES
                .iter()
                .filter(|switch| (switch.get)(self) != (switch.get)(&preset.revision))
                .map(|switch| (switch.name, (switch.get)(self)))
                .collect()
        };
        PRESETS
            .iter()
            .map(|preset| (preset, changes(preset)))
            .min_by_key(|(preset, changes)| (changes.len(), preset.name != "4.10.0"))
            .expect("there are presets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_reads_back_every_value() {
        for switch in SWITCHES {
            assert_eq!((switch.get)(&Revision::V4_10), switch.values[0], "{}", switch.name);
            for value in switch.values {
                let mut revision = Revision::V4_10;
                assert!((switch.set)(&mut revision, value));
                assert_eq!((switch.get)(&revision), *value, "{}", switch.name);
            }
            assert!(!(switch.set)(&mut Revision::V4_10.clone(), "nonsense"));
        }
    }

    #[test]
    fn presets_are_found_by_their_names() {
        for known in PRESETS {
            assert_eq!(preset(known.name).map(|p| p.revision), Some(known.revision));
            assert_eq!(known.revision.name(), known.name);
        }
        assert_eq!(preset("v4.10").map(|p| p.name), Some("4.10.0"));
        assert_eq!(preset("v4.12.4").map(|p| p.name), Some("4.12.4"));
        assert!(preset("5.0").is_none());
    }

    #[test]
    fn a_changed_preset_names_its_change() {
        let revision = Revision { wake_mode_delete: WakeMode::All, ..Revision::V4_10 };
        assert_eq!(revision.name(), "4.10.0 wake_mode_delete=all");
    }
}
