//! What a run of the model would have printed: its steps as events of fs_dax.
//!
//! An event stands where the kernel has its tracepoint: a handler begins when it is called, and has ended when it returns, behind
//! the unlock of its entry. Source: trace/events/fs_dax.h and its callers, shared/traces/README.md.

use super::lanes::{Seen, SeenKind};
use crate::event::{FaultKind, WritebackKind};
use crate::flags::FaultResult;
use daxscope_core::event::{Event, FaultFlags, Value};
use daxscope_core::machine::{Performed, StepRecord};
use daxscope_core::op::{Op, Outcome, PageTableOp, PteFault, RadixOp, XArrayOp};
use daxscope_core::scenario::{Operation, Scenario};
use daxscope_core::task::Frame;
use daxscope_core::units::{MmId, PageIndex, ThreadId};
use daxscope_core::world::World;

/// An event that the model would have printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Of a fault.
    Fault {
        /// Which.
        kind: FaultKind,
        /// Whose mapping.
        mm: MmId,
        /// The page of the file.
        page: PageIndex,
        /// A store?
        is_write: bool,
        /// To a page that is mapped read-only?
        is_mkwrite: bool,
        /// Pages of the file.
        size: u64,
        /// The answer, as the kernel's bits; 0 where a handler begins.
        result: FaultResult,
    },
    /// The huge zero page is mapped, or there is none.
    Hole {
        /// Whose mapping.
        mm: MmId,
        /// The page of the file.
        page: PageIndex,
        /// The word of the entry.
        word: u64,
        /// Was nothing mapped?
        is_fallback: bool,
    },
    /// Of write-back: first and last page.
    Writeback {
        /// Which.
        kind: WritebackKind,
        /// First page.
        first: PageIndex,
        /// Last page.
        last: PageIndex,
    },
}

impl Told {
    /// The same as what lanes keep of a trace; nothing for events that only add to others.
    #[must_use]
    pub const fn seen(&self) -> Option<Seen> {
        let (page, kind) = match *self {
            Told::Fault { kind: FaultKind::Pmd, page, .. } => (page, SeenKind::Begins { is_huge: true }),
            Told::Fault { kind: FaultKind::Pte, page, .. } => (page, SeenKind::Begins { is_huge: false }),
            Told::Fault { kind: FaultKind::PmdDone, page, result, .. } => {
                (page, SeenKind::Ends { is_huge: true, result: result.0 & SeenKind::COMPARED })
            }
            Told::Fault { kind: FaultKind::PteDone, page, result, .. } => {
                (page, SeenKind::Ends { is_huge: false, result: result.0 & SeenKind::COMPARED })
            }
            Told::Fault { kind: FaultKind::Mkwrite, page, .. } => (page, SeenKind::Mapped),
            Told::Fault { .. } | Told::Hole { .. } => return None,
            Told::Writeback { kind: WritebackKind::Range, first, .. } => (first, SeenKind::Scans),
            Told::Writeback { kind: WritebackKind::One, first, .. } => (first, SeenKind::Flushed),
            Told::Writeback { kind: WritebackKind::Done, .. } => (0, SeenKind::Scanned),
        };
        Some(Seen { line: 0, page, kind })
    }
}

/// What a thread is in the middle of.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
struct Doing {
    operation: Option<Operation>,
    /// How many operations it has ended.
    ended: usize,
    is_mkwrite: bool,
    /// The range of a scan that has begun.
    scan: Option<(PageIndex, PageIndex)>,
    /// The entry that is written back, its first page and its pages, and whether it was flushed.
    one: Option<(PageIndex, u64)>,
    flushed: bool,
    /// The word that was inserted last.
    word: u64,
}

/// Turns steps into events.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Teller {
    doing: Vec<Doing>,
    /// Processes of the threads.
    own: Vec<MmId>,
}

const SCAN: &str = "dax_writeback_mapping_range";

impl Teller {
    /// Before the first step.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Teller {
        Teller {
            doing: vec![Doing::default(); scenario.threads.len()],
            own: scenario.threads.iter().map(|thread| thread.mm).collect(),
        }
    }

    /// How many operations a thread has ended.
    #[must_use]
    pub fn ended(&self, thread: ThreadId) -> usize {
        self.doing[thread.index()].ended
    }

    /// How many it has begun.
    #[must_use]
    pub fn begun(&self, thread: ThreadId) -> usize {
        let doing = &self.doing[thread.index()];
        doing.ended + usize::from(doing.operation.is_some())
    }

    /// The events of a step, in order. `before`: the world that it was made in.
    pub fn step(&mut self, record: &StepRecord, before: &World, told: &mut Vec<Told>) {
        let thread = record.choice.thread;
        // The size changes in no step that prints one behind the change: it is read once, where a handler begins.
        let size = before.file.size_pages;
        for (at, performed) in record.performed.iter().enumerate() {
            let next = record.performed.get(at + 1).map(|next| &next.stop.frames);
            let next = next.or_else(|| record.after.stop().map(|stop| &stop.frames));
            let is_inside = next.is_some_and(|frames| has(frames, SCAN));
            self.performed(thread, performed, is_inside, size, told);
        }
    }

    fn performed(&mut self, thread: ThreadId, performed: &Performed, in_scan: bool, size: u64, told: &mut Vec<Told>) {
        self.begins_scan(thread, performed, told);
        if let Op::PageTable(PageTableOp::PteFault { .. }) = performed.stop.op {
            let is_write = matches!(performed.outcome, Outcome::PteFault(PteFault::WriteToFrame));
            self.doing[thread.index()].is_mkwrite = is_write;
        }
        for event in &performed.events {
            self.event(thread, event, size, told);
        }
        let doing = &mut self.doing[thread.index()];
        if !in_scan && let Some((_, last)) = doing.scan.take() {
            told.push(Told::Writeback { kind: WritebackKind::Done, first: last.saturating_add(1), last });
        }
    }

    /// The scan marks what is dirty first.
    fn begins_scan(&mut self, thread: ThreadId, performed: &Performed, told: &mut Vec<Told>) {
        let (first, last) = match performed.stop.op {
            Op::XArray(XArrayOp::TagTowrite { first, last }) | Op::Radix(RadixOp::TagTowrite { first, last }) => {
                (first, last)
            }
            _ => return,
        };
        let doing = &mut self.doing[thread.index()];
        if doing.scan.is_none() {
            doing.scan = Some((first, last));
            told.push(Told::Writeback { kind: WritebackKind::Range, first, last });
        }
    }

    fn event(&mut self, thread: ThreadId, event: &Event, size: u64, told: &mut Vec<Told>) {
        let own = self.own[thread.index()];
        let doing = &mut self.doing[thread.index()];
        match event {
            Event::Operation(operation) => doing.operation = Some(*operation),
            Event::Result(_) => {
                doing.operation = None;
                doing.ended += 1;
            }
            Event::Fault(_) => doing.is_mkwrite = false,
            Event::Flush { count, .. } => {
                doing.flushed = true;
                if let Some((_, pages)) = &mut doing.one {
                    *pages = *count;
                }
            }
            Event::Call { function: "dax_writeback_one", index } => {
                (doing.one, doing.flushed) = (Some((*index, 1)), false);
            }
            Event::Return { function: "dax_writeback_one", .. } => {
                if let Some((first, pages)) = doing.one.take()
                    && doing.flushed
                {
                    let first = first - first % pages.max(1);
                    told.push(Told::Writeback { kind: WritebackKind::One, first, last: first + pages.max(1) - 1 });
                }
            }
            Event::Return { function: "dax_insert_entry" | "dax_insert_mapping_entry", value } => {
                doing.word = match value {
                    Value::Entry(Some(entry)) => entry.unlocked().bits(),
                    Value::Slot(slot) => slot.entry().map_or(0, |entry| entry.unlocked().word()),
                    _ => 0,
                };
            }
            Event::Call { function, index } => {
                let kind = match *function {
                    "dax_iomap_pmd_fault" => FaultKind::Pmd,
                    "dax_iomap_pte_fault" | "dax_iomap_fault" | "__dax_fault" => FaultKind::Pte,
                    _ => return,
                };
                told.extend(doing.fault(kind, own, Some(*index), size, FaultFlags::NONE));
            }
            Event::Return { function, value: Value::Fault(flags) } => {
                let kind = match *function {
                    "dax_iomap_pmd_fault" => FaultKind::PmdDone,
                    "dax_iomap_pte_fault" | "dax_iomap_fault" | "__dax_fault" => FaultKind::PteDone,
                    "dax_load_hole" => FaultKind::LoadHole,
                    "dax_insert_pfn_mkwrite" | "dax_pfn_mkwrite" => FaultKind::Mkwrite,
                    "dax_pmd_load_hole" => return told.extend(doing.hole(own, *flags)),
                    _ => return,
                };
                told.extend(doing.fault(kind, own, None, size, *flags));
            }
            _ => {}
        }
    }
}

impl Doing {
    /// Mapping, page and kind of the access that is under way.
    fn access(&self, own: MmId) -> Option<(MmId, PageIndex, bool)> {
        match self.operation? {
            Operation::Access { page, write, mm, .. } => Some((mm.unwrap_or(own), page, write)),
            // write(2) loads its buffer through the mapping.
            Operation::Write { from: Some(from), .. } => Some((own, from, false)),
            _ => None,
        }
    }

    fn fault(&self, kind: FaultKind, own: MmId, page: Option<PageIndex>, size: u64, flags: FaultFlags) -> Option<Told> {
        let (mm, of_access, is_write) = self.access(own)?;
        let page = page.unwrap_or(of_access);
        Some(Told::Fault { kind, mm, page, is_write, is_mkwrite: self.is_mkwrite, size, result: bits(flags) })
    }

    fn hole(&self, own: MmId, flags: FaultFlags) -> Option<Told> {
        let (mm, page, _) = self.access(own)?;
        Some(Told::Hole { mm, page, word: self.word, is_fallback: flags.has(FaultFlags::FALLBACK) })
    }
}

/// The bits of `vm_fault_t` for flags of the model.
fn bits(flags: FaultFlags) -> FaultResult {
    const NAMED: [(FaultFlags, u32); 10] = [
        (FaultFlags::OOM, FaultResult::OOM),
        (FaultFlags::SIGBUS, FaultResult::SIGBUS),
        (FaultFlags::MAJOR, FaultResult::MAJOR),
        (FaultFlags::WRITE, 0x8),
        (FaultFlags::NOPAGE, FaultResult::NOPAGE),
        (FaultFlags::LOCKED, 0x200),
        (FaultFlags::RETRY, FaultResult::RETRY),
        (FaultFlags::FALLBACK, FaultResult::FALLBACK),
        (FaultFlags::DONE_COW, FaultResult::DONE_COW),
        (FaultFlags::NEEDDSYNC, FaultResult::NEEDDSYNC),
    ];
    let mut bits = 0;
    for (flag, bit) in NAMED {
        if flags.has(flag) {
            bits |= bit;
        }
    }
    FaultResult(bits)
}

fn has(frames: &[Frame], function: &str) -> bool {
    frames.iter().any(|frame| frame.function == function)
}
