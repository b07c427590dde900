//! Random scenarios that keep the limits of the script language and give no warnings.

use daxscope_core::check::Rule;
use daxscope_core::entry::EntrySize;
use daxscope_core::errno::Errno;
use daxscope_core::fallback::FallbackReason;
use daxscope_core::revision::{PRESETS, Revision, SWITCHES};
use daxscope_core::scenario::limits::{DEFAULT_NEXT, MAX_DEVICE_BLOCKS, MAX_FILE_PAGES, MAX_VIRTUAL_PAGES};
use daxscope_core::scenario::{
    Allocator, Choice, Device, EndedHow, EntryKind, Expectation, Extent, ExtentKind, Fact, FailPoint, FileLayout,
    Filled, FsKind, InjectedFailure, Layouts, MappedHow, Mapping, Operation, Platform, Process, ResultWord, Scenario,
    Schedule, StepSize, ThreadScript, Without,
};
use daxscope_core::units::{MmId, ThreadId};

/// Decisions, read one after the other; behind the last one everything is 0, which means the simplest thing.
pub(crate) struct Draw<'d> {
    decisions: &'d [u64],
}

impl<'d> Draw<'d> {
    /// A scenario follows from the decisions.
    pub(crate) fn new(decisions: &'d [u64]) -> Draw<'d> {
        Draw { decisions }
    }

    /// Less than `limit`, often small or a multiple of 2 MiB.
    fn below(&mut self, limit: u64) -> u64 {
        let Some((&decision, rest)) = self.decisions.split_first() else { return 0 };
        self.decisions = rest;
        let value = decision >> 2;
        let shaped = match decision & 3 {
            0 => value % 10,
            1 => value % 16 * 512,
            2 => value % 2048,
            _ => value,
        };
        shaped % limit
    }

    fn coin(&mut self) -> bool {
        self.below(2) == 1
    }

    fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }

    fn text(&mut self, longest: u64) -> String {
        const CHARS: &[char] =
            &['a', 'Z', '0', ' ', '-', '#', '"', '\\', '.', '/', 'é', '\n', '\r', '\t', '\u{feff}', '\u{2028}', '!'];
        (0..self.below(longest)).map(|_| self.one_of(CHARS)).collect()
    }

    fn revision(&mut self) -> Revision {
        let mut revision = PRESETS[self.below(PRESETS.len() as u64) as usize].revision;
        for _ in 0..self.below(4) {
            let switch = &SWITCHES[self.below(SWITCHES.len() as u64) as usize];
            (switch.set)(&mut revision, self.one_of(switch.values));
        }
        revision
    }

    /// Extents in the order of the file, on device blocks in another order.
    fn extents(&mut self) -> Vec<Extent> {
        let (mut extents, mut file, mut device) = (Vec::new(), 0, 0);
        for _ in 0..self.below(6) {
            let first = file + self.below(1024);
            let count = 1 + self.below(1024);
            let kind = self.one_of(&[ExtentKind::Hole, ExtentKind::Unwritten, ExtentKind::Mapped]);
            let mut extent = Extent { first, count, kind, phys: 0 };
            if kind != ExtentKind::Hole {
                extent.phys = device + self.below(1024);
                device = extent.phys + count;
            }
            file = first + count;
            extents.push(extent);
        }
        extents
    }

    fn file(&mut self) -> FileLayout {
        let extents = self.extents();
        let end = extents.last().map_or(0, |extent| extent.first + extent.count);
        let size_pages = self.below(MAX_FILE_PAGES + 1);
        let mut file = FileLayout { size_pages, block_count: 0, extents };
        file.block_count = file.default_block_count();
        if self.coin() {
            file.block_count = end + self.below(MAX_FILE_PAGES - end + 1);
        }
        file
    }

    fn allocator(&mut self, file: &FileLayout) -> Allocator {
        let mut allocator = file.default_allocator();
        if self.coin() {
            let used = |extent: &Extent| if extent.kind == ExtentKind::Hole { 0 } else { extent.phys + extent.count };
            allocator.next = file.extents.iter().map(used).max().unwrap_or(0) + self.below(2 * DEFAULT_NEXT);
        }
        if self.coin() {
            allocator.align = self.coin();
            allocator.max = 1 + self.below(MAX_DEVICE_BLOCKS);
        }
        allocator
    }

    fn device(&mut self, allocator: &Allocator) -> Device {
        let mut device = Device::default();
        if self.coin() {
            let least = allocator.next + 1;
            device.blocks = least + self.below(MAX_DEVICE_BLOCKS - least + 1);
            device.devmap = self.coin();
        }
        device
    }

    fn process(&mut self, file: &FileLayout, others: &[Process]) -> Process {
        let mut process = file.default_process();
        let name = self.text(12);
        if others.iter().all(|other| other.name != name) {
            process.name = name;
        }
        if self.coin() {
            let start = self.below(MAX_FILE_PAGES);
            process.mapping = Mapping {
                shared: self.coin(),
                writable: self.coin(),
                start,
                pages: 1 + self.below(MAX_FILE_PAGES - start),
                skew: self.below(MAX_VIRTUAL_PAGES + 1),
                sync: false,
            };
        }
        process
    }

    fn operation(&mut self, own: MmId, processes: &[Process]) -> Operation {
        let (first, count) = self.range();
        let maybe = self.coin().then_some(count);
        let mm = self.coin().then(|| MmId(self.below(processes.len() as u64) as u8));
        match self.below(14) {
            0 => {
                let mapping = processes[mm.unwrap_or(own).index()].mapping;
                let page = (mapping.start + self.below(mapping.pages)).min(MAX_FILE_PAGES - 1);
                Operation::Access { page, write: mapping.writable && self.coin(), huge: self.coin(), mm }
            }
            1 => Operation::Punch { first, count },
            2 => Operation::Truncate { size: first },
            3 => Operation::Fsync { first, count: maybe },
            4 => Operation::Invalidate { first, count: maybe },
            5 => Operation::Invalidate2 { first, count: maybe, inode_lock: self.coin() },
            6 => {
                let from = self.coin().then(|| self.below(MAX_FILE_PAGES));
                Operation::Write { first, count, from }
            }
            7 => Operation::Read { first, count },
            8 => Operation::Fallocate { first, count },
            9 => Operation::Zero { first, count },
            10 => Operation::Collapse { first, count },
            11 => Operation::Insert { first, count },
            12 => {
                let mapping = processes[own.index()].mapping;
                let before = self.below(mapping.pages);
                let count = self.coin().then(|| 1 + self.below(mapping.pages - before));
                Operation::Dontneed { first: mapping.start + before, count }
            }
            _ => Operation::Munmap { mm },
        }
    }

    /// At most one about the verdict, first.
    fn expectations(&mut self, processes: &[Process], threads: &[ThreadScript]) -> Vec<Expectation> {
        let verdicts =
            [Expectation::Clean, Expectation::Violation(None), Expectation::Violation(Some(Rule::LostWakeup))];
        let verdict = self.coin().then(|| self.one_of(&verdicts));
        let facts = (0..self.below(6)).filter_map(|_| self.fact(processes, threads)).collect::<Vec<_>>();
        verdict.into_iter().chain(facts).collect()
    }

    fn fact(&mut self, processes: &[Process], threads: &[ThreadScript]) -> Option<Expectation> {
        let holds = self.coin();
        let page = self.coin().then(|| self.below(MAX_FILE_PAGES));
        let fact = match self.below(4) {
            0 => {
                let how = self.one_of(&[MappedHow::Huge, MappedHow::AtAll, MappedHow::Writable]);
                Fact::Mapped { how, page, mm: self.coin().then(|| MmId(self.below(processes.len() as u64) as u8)) }
            }
            1 => {
                let size = page.and(self.one_of(&[None, Some(EntrySize::Pte), Some(EntrySize::Pmd)]));
                Fact::Entry { page, size, kind: self.one_of(&[None, Some(EntryKind::Zero), Some(EntryKind::Block)]) }
            }
            2 => Fact::Dirty { page },
            _ => {
                let thread = ThreadId(self.below(threads.len() as u64) as u8);
                let count = threads.get(thread.index())?.operations.len() as u64;
                let operation = (count > 0).then(|| self.below(count) as u16)?;
                let words =
                    [ResultWord::Done, ResultWord::Sigbus, ResultWord::Error(Errno(77)), ResultWord::Number(512)];
                let how = match self.below(3) {
                    0 => EndedHow::Result(self.one_of(&words)),
                    1 => EndedHow::Fallback(None),
                    _ => EndedHow::Fallback(Some(FallbackReason::ShortExtent.name())),
                };
                Fact::Ended { how, thread: Some(thread), operation: Some(operation) }
            }
        };
        Some(Expectation::Fact { holds, fact })
    }

    fn range(&mut self) -> (u64, u64) {
        let first = self.below(MAX_FILE_PAGES);
        (first, 1 + self.below(MAX_FILE_PAGES - first))
    }

    /// Empty entries, which may be anywhere.
    fn entries(&mut self, file: &FileLayout, revision: &Revision) -> Vec<Filled> {
        let (mut entries, mut from) = (Vec::new(), 0);
        for _ in 0..self.below(4) {
            let size = if self.coin() { EntrySize::Pmd } else { EntrySize::Pte };
            let first = (from + self.below(2000)).next_multiple_of(size.pages());
            let count = (1 + self.below(40)) * size.pages();
            from = first + count;
            if from <= file.size_pages && revision.radix().is_some_and(|radix| radix.entry_locks) {
                let every = (1 + self.below(3)) * size.pages();
                entries.push(Filled { first, count, size, kind: EntryKind::Empty, every, dirty: false });
            }
        }
        entries
    }

    fn threads(&mut self, processes: &[Process]) -> Vec<ThreadScript> {
        let thread = |draw: &mut Self| {
            let mm = MmId(draw.below(processes.len() as u64) as u8);
            let operations = (0..draw.below(6)).map(|_| draw.operation(mm, processes)).collect();
            ThreadScript { mm, operations }
        };
        (0..=self.below(9)).map(|_| thread(self)).collect()
    }

    fn failures(&mut self, threads: u64) -> Vec<InjectedFailure> {
        let mut failures: Vec<InjectedFailure> = Vec::new();
        for _ in 0..self.below(5) {
            let failure = InjectedFailure {
                what: self.one_of(&FailPoint::RADIX),
                nth: 1 + self.below(u64::from(u32::MAX)) as u32,
                errno: Errno(1 + self.below(4095) as u16),
                thread: self.coin().then(|| ThreadId(self.below(threads) as u8)),
            };
            let key = |failure: &InjectedFailure| (failure.what, failure.nth, failure.thread);
            if failures.iter().all(|other| key(other) != key(&failure)) {
                failures.push(failure);
            }
        }
        failures
    }

    /// A schedule of that many threads.
    pub(crate) fn schedule(&mut self, threads: u64) -> Schedule {
        let step_size = self.one_of(&[StepSize::Operation, StepSize::Point]);
        let mut choices = Vec::new();
        for _ in 0..self.below(40) {
            let choice = Choice { thread: ThreadId(self.below(threads) as u8), fail: self.coin() };
            choices.extend(std::iter::repeat_n(choice, 1 + self.below(20) as usize));
        }
        Schedule { step_size, choices }
    }

    /// The scenario.
    pub(crate) fn scenario(mut self) -> Scenario {
        let title = self.text(60);
        let revision = self.revision();
        let file = self.file();
        let allocator = self.allocator(&file);
        let device = self.device(&allocator);
        let entries = self.entries(&file, &revision);
        let mut processes: Vec<Process> = Vec::new();
        for _ in 0..=self.below(8) {
            let process = self.process(&file, &processes);
            processes.push(process);
        }
        let mut threads = self.threads(&processes);
        threads.iter_mut().flat_map(|thread| &mut thread.operations).for_each(|it| fit(it, file.size_pages));
        let count = threads.len() as u64;
        let failures = self.failures(count);
        let schedule = self.coin().then(|| self.schedule(count));
        let fs_lock = !self.coin();
        let journal = self.coin();
        let expectations = self.expectations(&processes, &threads);
        let i_mmap_rwsem = !self.coin();
        let platform = self.one_of(&Platform::ALL);
        let without = self.coin().then(|| self.one_of(&Without::ALL));
        let fs = if journal { FsKind::Ext4 } else { self.one_of(&FsKind::ALL) };
        Scenario {
            title,
            revision,
            file,
            entries,
            allocator,
            device,
            fs_lock,
            i_mmap_rwsem,
            journal,
            platform,
            without,
            layouts: Layouts::default(),
            fs,
            processes,
            threads,
            failures,
            expectations,
            schedule,
            recorded: false,
        }
    }
}

/// A range that `collapse` or `insert` would refuse for sure is another one, or another call.
fn fit(operation: &mut Operation, size: u64) {
    match operation {
        Operation::Collapse { first, count } if size > 1 => {
            *first %= size - 1;
            *count = (*count).min(size - 1 - *first);
        }
        Operation::Insert { first, count } if size > 0 => {
            let length = *count;
            *first %= size;
            *count = length.min(MAX_FILE_PAGES - *first);
        }
        Operation::Collapse { first, .. } | Operation::Insert { first, .. } => {
            *operation = Operation::Truncate { size: *first };
        }
        _ => {}
    }
}
