//! A run of the model as the text of `/sys/kernel/tracing/trace`: what the modelled kernel would have printed of fs_dax.
//!
//! Trace-cmd, Perfetto and our own importer read it. Times are made up: each operation of the machine takes 10 µs. Markers say what no event does
//! (size, extents, operations without events), so that reading it back gives a scenario that does the same.

use crate::event::{FaultKind, WritebackKind};
use crate::flags::FaultResult;
use crate::kernel::Release;
use crate::model::{Teller, Told};
use daxscope_core::event::Event;
use daxscope_core::machine::Machine;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{ExtentKind, Operation, Scenario, Schedule, operation_text};
use daxscope_core::units::{MmId, PAGE_SHIFT, PMD_PAGES, ThreadId};
use daxscope_core::world::World;
use std::fmt::Write as _;
use std::sync::Arc;

/// Number of the first task; the others follow.
const FIRST_TID: u32 = 1001;
/// What an operation of the machine takes, in µs.
const TAKES: u64 = 10;
const DEVICE: &str = "dev 259:0 ino 0xc";

/// The text of a run: the steps of a schedule, from the beginning. Steps that cannot be made end it.
#[must_use]
pub fn ftrace(scenario: &Scenario, schedule: &Schedule) -> String {
    let mut writer = Writer::new(scenario);
    writer.begins();
    let mut machine = Machine::new(Arc::new(scenario.clone()));
    let mut teller = Teller::new(scenario);
    for &choice in &schedule.choices {
        let before = machine.world.clone();
        let Some(record) = machine.step(choice, schedule.step_size) else { break };
        writer.micros += TAKES * record.performed.len() as u64;
        for event in record.events() {
            if let Event::Operation(operation) = event {
                writer.operation(choice.thread, *operation);
            }
        }
        let mut told = Vec::new();
        teller.step(&record, &before, &mut told);
        for one in &told {
            writer.told(choice.thread, one, &before);
        }
    }
    writer.whole()
}

struct Writer<'a> {
    scenario: &'a Scenario,
    form: Form,
    lines: Vec<String>,
    micros: u64,
}

/// In what the text of releases differs.
#[derive(Clone, Copy)]
struct Form {
    /// Five flags in the column (from 6.1 on), or four.
    has_five: bool,
    /// `zero_folio` (from 6.12 on), or `zero_page`.
    has_folio: bool,
    /// INTERRUPTIBLE (from 5.10 on as recorded).
    is_interruptible: bool,
    /// Markers are written with preemption off (7.3).
    is_atomic: bool,
    /// `max_pgoff` is the last page (to 4.13).
    is_last_page: bool,
    /// There is an event for a store to what is mapped read-only (4.12 on).
    has_mkwrite: bool,
}

impl Form {
    fn of(revision: &Revision) -> Form {
        let release = Release::parse(revision.nearest_preset().0.name).unwrap_or(match revision.is_xarray() {
            true => Release::NEWEST,
            false => Release(4, 10),
        });
        Form {
            has_five: release >= Release(6, 1),
            has_folio: release >= Release(6, 12),
            is_interruptible: release >= Release(5, 10),
            is_atomic: release >= Release(7, 3),
            is_last_page: release < Release(4, 14),
            has_mkwrite: release >= Release(4, 12),
        }
    }
}

impl<'a> Writer<'a> {
    fn new(scenario: &'a Scenario) -> Writer<'a> {
        Writer { scenario, form: Form::of(&scenario.revision), lines: Vec::new(), micros: 1_000_000 }
    }

    /// The header of the kernel, then everything.
    fn whole(self) -> String {
        let count = self.lines.len();
        let mut text = format!(
            "# tracer: nop\n#\n# entries-in-buffer/entries-written: {count}/{count}   #P:{}\n#\n",
            self.scenario.threads.len().max(1)
        );
        let bars = if self.form.has_five { "|||||" } else { "|||| " };
        let _ = writeln!(text, "#           TASK-PID     CPU#  {bars}  TIMESTAMP  FUNCTION");
        let _ = writeln!(text, "#              | |         |   {bars}     |         |");
        for line in self.lines {
            text.push_str(&line);
        }
        text
    }

    fn line(&mut self, thread: ThreadId, flags: &str, what: &str) {
        let task = format!("{}-{}", thread.letter(), FIRST_TID + u32::from(thread.0));
        let (seconds, micros) = (self.micros / 1_000_000, self.micros % 1_000_000);
        let flags = if self.form.has_five { flags } else { &flags[..4] };
        self.lines.push(format!("{task:>20}     [{:03}] {flags} {seconds:>5}.{micros:06}: {what}\n", thread.0));
    }

    fn marker(&mut self, thread: ThreadId, text: &str) {
        let flags = if self.form.is_atomic { "...1." } else { "....." };
        self.line(thread, flags, &format!("tracing_mark_write: {text}"));
    }

    /// What a scenario begins with.
    fn begins(&mut self) {
        let first = ThreadId(0);
        let file = &self.scenario.file;
        let size = file.size_pages << PAGE_SHIFT;
        let title = if self.scenario.title.is_empty() { "daxscope" } else { &self.scenario.title };
        self.marker(first, &format!("workload: {title}"));
        self.marker(first, &format!("file: ino 0xc size {size:#x}"));
        let kept: Vec<_> = file.extents.iter().filter(|extent| extent.kind != ExtentKind::Hole).copied().collect();
        for (at, extent) in kept.iter().enumerate() {
            let kind = if extent.kind == ExtentKind::Mapped { "written" } else { "unwritten" };
            let bytes = |pages: u64| pages << PAGE_SHIFT;
            let (logical, physical, length) = (bytes(extent.first), bytes(extent.phys), bytes(extent.count));
            self.marker(
                first,
                &format!("extent[begin] #{at} logical {logical:#x} physical {physical:#x} len {length:#x} {kind}"),
            );
        }
    }

    /// Accesses show by their faults; everything else is said.
    fn operation(&mut self, thread: ThreadId, operation: Operation) {
        if !matches!(operation, Operation::Access { .. }) {
            let text = operation_text(self.scenario, &operation);
            self.marker(thread, &format!("op: {}", text.trim()));
        }
    }

    fn told(&mut self, thread: ThreadId, told: &Told, before: &World) {
        match *told {
            Told::Fault { kind: FaultKind::Mkwrite, .. } if !self.form.has_mkwrite => {}
            Told::Fault { kind, mm, page, is_write, is_mkwrite, size, result } => {
                let flags = self.flags(is_write, is_mkwrite);
                let (shared, address) = self.place(mm, page);
                let bounds =
                    if matches!(kind, FaultKind::Pmd | FaultKind::PmdDone) { self.bounds(mm) } else { String::new() };
                let most = match kind {
                    FaultKind::Pmd | FaultKind::PmdDone => {
                        format!(" max_pgoff {:#x}", size.saturating_sub(u64::from(self.form.is_last_page)))
                    }
                    _ => String::new(),
                };
                let result = if result == FaultResult(0) { String::new() } else { result.to_string() };
                let name = name_of(kind, &before.scenario.revision);
                self.line(
                    thread,
                    ".....",
                    &format!(
                        "{name}: {DEVICE} {shared} {flags} address {address:#x}{bounds} pgoff {page:#x}{most} {result}"
                    ),
                );
            }
            Told::Hole { mm, page, word, is_fallback } => {
                let (shared, address) = self.place(mm, page);
                let name = if is_fallback { "dax_pmd_load_hole_fallback" } else { "dax_pmd_load_hole" };
                let zero = if self.form.has_folio { "zero_folio" } else { "zero_page" };
                self.line(
                    thread,
                    ".....",
                    &format!(
                        "{name}: {DEVICE} {shared} address {address:#x} {zero} 00000000da0da0da radix_entry {word:#x}"
                    ),
                );
            }
            Told::Writeback { kind, first, last } => {
                let last = if last >= u64::MAX / PMD_PAGES { 0x7_ffff_ffff_ffff } else { last };
                let first = first.min(0x8_0000_0000_0000);
                let (flags, what) = match kind {
                    WritebackKind::Range => {
                        (".....", format!("dax_writeback_range: {DEVICE} pgoff {first:#x}-{last:#x}"))
                    }
                    WritebackKind::One => {
                        ("d..1.", format!("dax_writeback_one: {DEVICE} pgoff {first:#x} pglen {:#x}", last - first + 1))
                    }
                    WritebackKind::Done => {
                        (".....", format!("dax_writeback_range_done: {DEVICE} pgoff {first:#x}-{last:#x}"))
                    }
                };
                self.line(thread, flags, &what);
            }
        }
    }

    fn flags(&self, is_write: bool, is_mkwrite: bool) -> String {
        let mut flags = String::new();
        if is_write {
            flags.push_str("WRITE|");
        }
        if is_mkwrite {
            flags.push_str("MKWRITE|");
        }
        flags.push_str("ALLOW_RETRY|KILLABLE|USER");
        if self.form.is_interruptible {
            flags.push_str("|INTERRUPTIBLE");
        }
        flags
    }

    /// `shared` or `private`, and the address.
    fn place(&self, mm: MmId, page: u64) -> (&'static str, u64) {
        let mapping = &self.scenario.processes[mm.index()].mapping;
        (if mapping.shared { "shared" } else { "private" }, self.address(mm, page))
    }

    fn bounds(&self, mm: MmId) -> String {
        let mapping = &self.scenario.processes[mm.index()].mapping;
        let (start, end) = (self.address(mm, mapping.start), self.address(mm, mapping.start + mapping.pages));
        format!(" vm_start {start:#x} vm_end {end:#x}")
    }

    /// Mappings of several processes may lie at one address; here each has a part of the address space for itself, as mappings of
    /// one process have.
    fn address(&self, mm: MmId, page: u64) -> u64 {
        const APART: u64 = 1 << 31;
        let skew = self.scenario.processes[mm.index()].mapping.skew;
        let same = self.scenario.processes[..mm.index()].iter().any(|other| other.mapping.skew == skew);
        let base = if same || skew == 0 { (u64::from(mm.0) + 1) * APART } else { 0 };
        (base + skew + page) << PAGE_SHIFT
    }
}

const fn name_of(kind: FaultKind, revision: &Revision) -> &'static str {
    match kind {
        FaultKind::Pmd => "dax_pmd_fault",
        FaultKind::PmdDone => "dax_pmd_fault_done",
        FaultKind::Pte => "dax_pte_fault",
        FaultKind::PteDone => "dax_pte_fault_done",
        FaultKind::LoadHole => "dax_load_hole",
        FaultKind::Mkwrite if revision.is_xarray() => "dax_insert_pfn_mkwrite",
        FaultKind::Mkwrite => "dax_pfn_mkwrite",
        FaultKind::MkwriteNoEntry => "dax_insert_pfn_mkwrite_no_entry",
    }
}
