//! What a line of a trace says, as plain values that borrow from the line.

use crate::flags::{FaultFlags, FaultResult};

/// One event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event<'a> {
    /// Number of its line, from 1.
    pub line: u64,
    /// Time in ns, or in ticks of the clock where that has no seconds.
    pub time: u64,
    /// Are those ticks (`trace_clock` is `counter` or `x86-tsc`)?
    pub is_ticks: bool,
    /// The CPU.
    pub cpu: u32,
    /// Who.
    pub task: Task<'a>,
    /// The flag column of the kernel's text: `d..1.`; empty where the text has none.
    pub column: &'a [u8],
    /// What.
    pub what: What<'a>,
}

/// The task of an event. Its name is looked up when the trace is read, so only the number is a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Task<'a> {
    /// `comm`, at most 15 bytes; may hold spaces and `-`.
    pub name: &'a [u8],
    /// Number of the thread.
    pub tid: u32,
    /// Number of the process, where the trace has it (`record-tgid`, perf).
    pub tgid: Option<u32>,
}

/// A file: device and inode.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct File {
    /// Major number of the device.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
    /// Inode.
    pub ino: u64,
}

/// What an event says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What<'a> {
    /// A fault handler begins or ends, or does one of its steps.
    Fault(Fault),
    /// The huge zero page is mapped, or there is none.
    PmdHole(PmdHole),
    /// Blocks are mapped (up to 5.10).
    Insert(Insert),
    /// Write-back of a range.
    Writeback(Writeback),
    /// A kprobe on a function of the entry locks.
    Probe(Probe<'a>),
    /// What a program has written into `trace_marker`.
    Marker(&'a [u8]),
    /// The scheduler changes tasks.
    Switch(Switch),
    /// An event of something else, by name.
    Other(&'a [u8]),
}

/// Which event of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// `dax_pmd_fault`: the 2 MiB handler begins.
    Pmd,
    /// `dax_pmd_fault_done`.
    PmdDone,
    /// `dax_pte_fault`: the 4 KiB handler begins.
    Pte,
    /// `dax_pte_fault_done`.
    PteDone,
    /// `dax_load_hole`: the zero page is mapped.
    LoadHole,
    /// `dax_insert_pfn_mkwrite` (4.15 on), `dax_pfn_mkwrite` (4.12 to 4.14).
    Mkwrite,
    /// The same where the entry has gone.
    MkwriteNoEntry,
}

impl FaultKind {
    /// Does a handler begin? Its result is 0 always.
    #[must_use]
    pub const fn is_entry(self) -> bool {
        matches!(self, FaultKind::Pmd | FaultKind::Pte)
    }
}

/// An event of a fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Which.
    pub kind: FaultKind,
    /// The file.
    pub file: File,
    /// A shared mapping?
    pub is_shared: bool,
    /// Flags.
    pub flags: FaultFlags,
    /// The address, exact to the page.
    pub address: u64,
    /// Page of the file, exact also in 2 MiB faults.
    pub page: u64,
    /// The mapping and the size of the file: 2 MiB faults only.
    pub bounds: Option<Bounds>,
    /// The answer; nothing at the beginning.
    pub result: FaultResult,
}

/// Bounds that a 2 MiB fault has to keep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// First address of the mapping.
    pub vm_start: u64,
    /// The address behind it.
    pub vm_end: u64,
    /// Pages of the file; up to 4.13 the last page.
    pub max_page: u64,
}

/// `dax_pmd_load_hole` and `dax_pmd_load_hole_fallback`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PmdHole {
    /// The file.
    pub file: File,
    /// A shared mapping?
    pub is_shared: bool,
    /// The address.
    pub address: u64,
    /// The entry, as it was printed.
    pub word: u64,
    /// Was nothing mapped?
    pub is_fallback: bool,
    /// Printed as `zero_folio` (after 6.1) and not `zero_page`?
    pub is_folio: bool,
}

/// `dax_insert_mapping` and `dax_pmd_insert_mapping`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Insert {
    /// The file.
    pub file: File,
    /// 2 MiB?
    pub is_pmd: bool,
    /// A store?
    pub is_write: bool,
    /// The address.
    pub address: u64,
    /// Page frame: 2 MiB only.
    pub frame: Option<u64>,
    /// The entry, as it was printed.
    pub word: u64,
    /// `dax_pmd_insert_mapping_fallback` (4.11 to 4.14): nothing was mapped.
    pub is_fallback: bool,
}

/// Which event of write-back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WritebackKind {
    /// `dax_writeback_range`: fsync or msync looks for dirty entries.
    Range,
    /// `dax_writeback_one`: an entry is flushed.
    One,
    /// `dax_writeback_range_done`.
    Done,
}

/// An event of write-back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Writeback {
    /// Which.
    pub kind: WritebackKind,
    /// The file.
    pub file: File,
    /// First page; in `Done` where the scan has ended.
    pub first: u64,
    /// Last page, inclusive; `0x7ffffffffffff` and more: to the end.
    pub last: u64,
}

/// A function that a kprobe stands on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Function {
    /// `grab_mapping_entry`: takes the entry lock.
    Grab,
    /// `get_unlocked_entry`, from 6.15 on `get_next_unlocked_entry`.
    GetUnlocked,
    /// `wait_entry_unlocked` and `wait_entry_unlocked_exclusive`.
    Wait,
    /// `dax_insert_entry`.
    InsertEntry,
    /// `dax_unlock_entry`.
    Unlock,
    /// `dax_wake_entry`.
    Wake,
    /// `dax_disassociate_entry`.
    Disassociate,
    /// `unmap_mapping_pages`.
    Unmap,
    /// `__dax_invalidate_entry`.
    Invalidate,
    /// `dax_delete_mapping_entry`, `dax_invalidate_mapping_entry_sync`.
    Delete,
    /// `dax_delete_mapping_range` (6.15 on).
    DeleteRange,
    /// `dax_layout_busy_page_range`.
    BusyPage,
    /// `dax_break_layout` (6.15 on).
    BreakLayout,
    /// `dax_break_layout_final` (6.15 on): the file goes.
    BreakLayoutFinal,
    /// `dax_iomap_pte_fault`.
    PteFault,
    /// `dax_iomap_pmd_fault`.
    PmdFault,
    /// `dax_finish_sync_fault`.
    FinishSync,
    /// `dax_flush`.
    Flush,
    /// `vmf_insert_page_mkwrite`, `vmf_insert_folio_pmd`, `dax_folio_reset_order`: page tables and folios.
    Folio,
}

/// A kprobe that was hit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Probe<'a> {
    /// On which function.
    pub function: Function,
    /// The name of the function as it was printed; empty if only an address was.
    pub symbol: &'a [u8],
    /// Does the function return?
    pub is_return: bool,
    /// To whom it returns; empty if nobody is named.
    pub caller: &'a [u8],
    /// `name=value` and spaces.
    pub arguments: &'a [u8],
}

impl Probe<'_> {
    /// The argument of that name.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<u64> {
        let mut words = crate::scan::Words(self.arguments);
        while let Some(word) = words.word() {
            if let Some((key, value)) = crate::scan::split(word, b'=')
                && key == name.as_bytes()
            {
                return crate::scan::number(value);
            }
        }
        None
    }

    /// The entry that it is about, or that it returns.
    #[must_use]
    pub fn entry(&self) -> Option<u64> {
        self.argument("entry")
    }
}

/// `sched_switch`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Switch {
    /// Who goes.
    pub from: u32,
    /// Who comes.
    pub to: u32,
    /// Does the one who goes wait, uninterruptibly (`D`)?
    pub is_waiting: bool,
}
