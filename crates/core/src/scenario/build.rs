//! From lines to a scenario: looks names up, fills in defaults, and reports what does not fit together.

use super::diagnostic::{Diagnostic, Severity, nearest, quote};
use super::limits::{
    DEFAULT_FILE_PAGES, MAX_DIAGNOSTICS, MAX_EXTENTS, MAX_FAILURES, MAX_LINE_CHARS, MAX_OPERATIONS, MAX_PROCESSES,
    MAX_SCHEDULE_STEPS, MAX_TEXT_BYTES, MAX_THREADS,
};
use super::line::{Line, is_space, lines};
use super::read::statement;
use super::schedule::Run;
use super::size::{format_pages, format_range};
use super::statement::{AllocLine, At, OperationLine, Place, ProcessLine, ProcessRef, Statement, TOP_KEYWORDS};
use super::{
    Allocator, Choice, Device, Extent, ExtentKind, FileLayout, InjectedFailure, Mapping, Operation, Process, Scenario,
    Schedule, ThreadScript,
};
use crate::revision::{PRESETS, Revision, switch};
use crate::units::{MmId, ThreadId};
use std::ops::Range;

/// A script that has been read: what can run, and what is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parsed {
    /// The scenario of the good lines; it can always run.
    pub scenario: Scenario,
    /// The mistakes in the order of the text, at most [`MAX_DIAGNOSTICS`] and one that says that there are more.
    pub diagnostics: Vec<Diagnostic>,
    /// Where the parts of the scenario stand in the text.
    pub source: SourceMap,
}

impl Parsed {
    /// Is there no error? Warnings do not count.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
    }
}

/// The line of each part of a scenario, counted from 1; each list runs beside the one of [`Scenario`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceMap {
    /// `title`.
    pub title: Option<u32>,
    /// `revision`.
    pub revision: Option<u32>,
    /// `file`.
    pub file: Option<u32>,
    /// The extents.
    pub extents: Vec<u32>,
    /// `alloc`.
    pub allocator: Option<u32>,
    /// `device`.
    pub device: Option<u32>,
    /// `fs_lock`.
    pub fs_lock: Option<u32>,
    /// The processes; `None` for the one that is there because no line is.
    pub processes: Vec<Option<u32>>,
    /// The threads.
    pub threads: Vec<u32>,
    /// The operations of each thread.
    pub operations: Vec<Vec<u32>>,
    /// The injected failures.
    pub failures: Vec<u32>,
    /// The first `schedule` line.
    pub schedule: Option<u32>,
}

impl SourceMap {
    /// The line of an operation of a thread.
    #[must_use]
    pub fn operation(&self, thread: ThreadId, index: usize) -> Option<u32> {
        self.operations.get(thread.index())?.get(index).copied()
    }
}

/// Reads a script. It never fails: what is wrong is in the diagnostics, and the scenario is made of the rest.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let (_, mut parsed) = analyse(text);
    limit_diagnostics(&mut parsed.diagnostics);
    parsed
}

/// A line that has been read.
#[derive(Debug)]
pub(crate) struct ReadLine<'t> {
    pub(crate) line: Line<'t>,
    /// The keyword of the statement.
    keyword: Range<usize>,
    /// The statement, if the line has a good one.
    pub(crate) statement: Option<Statement>,
    /// From `#` on.
    pub(crate) comment: Option<&'t str>,
    /// What a line without a good statement was probably meant to be.
    meant: Option<&'static str>,
}

/// Reads lines and builds the scenario; all diagnostics, in the order of the text.
pub(crate) fn analyse(text: &str) -> (Vec<ReadLine<'_>>, Parsed) {
    let mut builder = Builder::default();
    let read: Vec<_> = lines(text)
        .take_while(|line| line.start + line.text.len() <= MAX_TEXT_BYTES)
        .map(|line| builder.read(line))
        .collect();
    if text.len() > MAX_TEXT_BYTES {
        builder.report_long_text(text);
    }
    let scenario = builder.scenario(&read);
    if scenario.threads.is_empty() && !builder.broken_threads {
        let end = read.last().map_or(Line { number: 1, start: 0, text: "" }, |last| last.line);
        let at = end.start + end.text.len();
        let message = "There is no thread: nothing will run.";
        builder.warn(&end, &(at..at), message, "`thread A` and its operations");
    }
    let Builder { mut diagnostics, map: source, .. } = builder;
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.bytes.start, diagnostic.span.bytes.end));
    (read, Parsed { scenario, diagnostics, source })
}

/// Keeps the first ones and says how many there were.
fn limit_diagnostics(diagnostics: &mut Vec<Diagnostic>) {
    let more = diagnostics.len().saturating_sub(MAX_DIAGNOSTICS);
    if more == 0 {
        return;
    }
    let span = diagnostics[MAX_DIAGNOSTICS].span.clone();
    let errors = diagnostics[MAX_DIAGNOSTICS..].iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    diagnostics.truncate(MAX_DIAGNOSTICS);
    let message = format!("There are {more} more mistakes from here on.");
    diagnostics.push(if errors {
        Diagnostic::error(span, message, "")
    } else {
        Diagnostic::warning(span, message, "")
    });
}

/// What has been found so far.
#[derive(Default)]
struct Builder {
    diagnostics: Vec<Diagnostic>,
    map: SourceMap,
    /// A line was left out that may have named a process, so that an unknown process is no news.
    broken_processes: bool,
    /// The same for threads.
    broken_threads: bool,
    /// The letters under which the threads were declared.
    letters: Vec<char>,
}

impl Builder {
    fn error(
        &mut self,
        line: &Line<'_>,
        bytes: &Range<usize>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::error(line.span(bytes.clone()), message, expected));
    }

    fn warn(&mut self, line: &Line<'_>, bytes: &Range<usize>, message: impl Into<String>, expected: impl Into<String>) {
        self.diagnostics.push(Diagnostic::warning(line.span(bytes.clone()), message, expected));
    }

    /// Reads one line.
    fn read<'t>(&mut self, line: Line<'t>) -> ReadLine<'t> {
        let mut read = ReadLine { line, keyword: line.start..line.start, statement: None, comment: None, meant: None };
        let length = line.text.chars().count();
        if length > MAX_LINE_CHARS {
            let message = format!("The line has {length} characters.");
            let bytes = line.start..line.start + line.text.len();
            self.error(&line, &bytes, message, format!("at most {MAX_LINE_CHARS}; a schedule may have several lines"));
            read.meant = self.meant(&line);
            return read;
        }
        let result = line.lex().and_then(|lexed| {
            read.comment = lexed.comment;
            let Some(first) = lexed.words.first() else { return Ok(None) };
            read.keyword = first.bytes.clone();
            statement(&line, &lexed.words, &mut self.diagnostics).map(Some)
        });
        match result {
            Ok(statement) => read.statement = statement,
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                read.meant = self.meant(&line);
            }
        }
        read
    }

    /// What a line that is left out was probably meant to be. Names may be unknown because of it.
    fn meant(&mut self, line: &Line<'_>) -> Option<&'static str> {
        let keyword = line.text.split(is_space).find(|word| !word.is_empty())?;
        let meant = nearest(keyword, TOP_KEYWORDS);
        self.broken_processes |= meant == Some("process");
        self.broken_threads |= meant == Some("thread");
        meant
    }

    fn report_long_text(&mut self, text: &str) {
        let Some(line) = lines(text).find(|line| line.start + line.text.len() > MAX_TEXT_BYTES) else { return };
        let message = format!("The script has {} bytes; from this line on it is not read.", text.len());
        self.error(&line, &(line.start..line.start), message, format!("at most {MAX_TEXT_BYTES} bytes"));
    }

    fn scenario(&mut self, read: &[ReadLine<'_>]) -> Scenario {
        let title = self.once(
            read,
            |map| &mut map.title,
            |statement| match statement {
                Statement::Title(title) => Some(title.clone()),
                _ => None,
            },
        );
        let fs_lock = self.once(
            read,
            |map| &mut map.fs_lock,
            |statement| match statement {
                Statement::FsLock(on) => Some(*on),
                _ => None,
            },
        );
        let revision = self.revision(read);
        let device = self.device(read);
        let file = self.file(read, &device);
        let allocator = self.allocator(read, &file, &device);
        let processes = self.processes(read, &file);
        let threads = self.threads(read, &processes);
        let failures = self.failures(read);
        let schedule = self.schedule(read);
        Scenario {
            title: title.unwrap_or_default(),
            revision,
            file,
            allocator,
            device,
            fs_lock: fs_lock.unwrap_or(true),
            processes,
            threads,
            failures,
            schedule,
        }
    }

    /// What a statement says that may stand only once; the first counts.
    fn once<T>(
        &mut self,
        read: &[ReadLine<'_>],
        place: impl Fn(&mut SourceMap) -> &mut Option<u32>,
        pick: impl Fn(&Statement) -> Option<T>,
    ) -> Option<T> {
        let mut found = None;
        for read in read {
            let Some(value) = read.statement.as_ref().and_then(&pick) else { continue };
            let first = *place(&mut self.map).get_or_insert(read.line.number);
            if found.is_none() {
                found = Some(value);
                continue;
            }
            let keyword = &read.line.text[read.keyword.start - read.line.start..read.keyword.end - read.line.start];
            let message = format!("There is a `{keyword}` line already, line {first}.");
            self.error(&read.line, &read.keyword, message, "one such line");
        }
        found
    }

    fn revision(&mut self, read: &[ReadLine<'_>]) -> Revision {
        let line = self.once(
            read,
            |map| &mut map.revision,
            |statement| match statement {
                Statement::Revision { preset, changes } => Some((*preset, changes.clone())),
                _ => None,
            },
        );
        let Some((name, changes)) = line else { return Revision::V4_10 };
        let mut revision = PRESETS.iter().find(|preset| preset.name == name).map_or(Revision::V4_10, |p| p.revision);
        for (name, value) in changes {
            if let Some(switch) = switch(name) {
                (switch.set)(&mut revision, value);
            }
        }
        revision
    }

    fn device(&mut self, read: &[ReadLine<'_>]) -> Device {
        let line = self.once(
            read,
            |map| &mut map.device,
            |statement| match statement {
                Statement::Device { blocks, devmap } => Some((*blocks, *devmap)),
                _ => None,
            },
        );
        let (blocks, devmap) = line.unwrap_or_default();
        let usual = Device::default();
        Device { blocks: blocks.unwrap_or(usual.blocks), devmap: devmap.unwrap_or(usual.devmap) }
    }

    fn file(&mut self, read: &[ReadLine<'_>], device: &Device) -> FileLayout {
        let line = self.once(
            read,
            |map| &mut map.file,
            |statement| match statement {
                Statement::File { size, blocks } => Some((*size, *blocks)),
                _ => None,
            },
        );
        let (size, blocks) = line.map_or((None, None), |(size, blocks)| (Some(size), blocks));
        let mut file = FileLayout { size_pages: 0, block_count: 0, extents: Vec::new() };
        for read in read {
            if let Some(Statement::Extent { extent, range, phys }) = &read.statement {
                self.extent(&mut file, blocks, &read.line, (extent, range));
                self.check_device_range(device, &file, read, extent, phys);
            }
        }
        file.size_pages = size.unwrap_or_else(|| DEFAULT_FILE_PAGES.max(file.extents_end()));
        file.block_count = blocks.unwrap_or_else(|| file.default_block_count());
        file
    }

    /// Adds an extent in its order, unless it collides with another one or with the end of the block map.
    fn extent(
        &mut self,
        file: &mut FileLayout,
        blocks: Option<u64>,
        line: &Line<'_>,
        (extent, range): (&Extent, &Range<usize>),
    ) {
        let end = extent.first + extent.count;
        let at = file.extents.partition_point(|other| other.first < extent.first);
        let neighbours = [at.checked_sub(1), Some(at)].into_iter().flatten();
        let overlap = neighbours
            .filter_map(|index| file.extents.get(index).map(|other| (index, other)))
            .find(|(_, other)| other.first < end && extent.first < other.first + other.count);
        if let Some((index, other)) = overlap {
            let range_text = format_range(other.first, Some(other.first + other.count));
            let message = format!("The extent overlaps the one on line {} ({range_text}).", self.map.extents[index]);
            self.error(line, range, message, "extents that do not overlap");
        } else if let Some(blocks) = blocks.filter(|&blocks| end > blocks) {
            let message = format!("The extent ends beyond the block map of {}.", format_pages(blocks));
            self.error(line, range, message, format!("an end of at most {}", format_pages(blocks)));
        } else if file.extents.len() == MAX_EXTENTS {
            self.error(line, range, "There are too many extents.", format!("at most {MAX_EXTENTS}"));
        } else {
            file.extents.insert(at, *extent);
            self.map.extents.insert(at, line.number);
        }
    }

    /// Warns about an extent beyond the device, or on blocks that another one has.
    fn check_device_range(
        &mut self,
        device: &Device,
        file: &FileLayout,
        read: &ReadLine<'_>,
        extent: &Extent,
        phys: &Range<usize>,
    ) {
        let end = extent.phys + extent.count;
        let is_in = self.map.extents.contains(&read.line.number);
        if extent.kind == ExtentKind::Hole || !is_in {
            return;
        }
        if end > device.blocks {
            let message = format!(
                "The extent reaches beyond the device of {}: access to it will fail with -ERANGE.",
                format_pages(device.blocks)
            );
            self.warn(&read.line, phys, message, "an extent inside the device");
        }
        let shared = file.extents.iter().zip(&self.map.extents).find(|(other, number)| {
            **number != read.line.number
                && other.kind != ExtentKind::Hole
                && other.phys < end
                && extent.phys < other.phys + other.count
        });
        if let Some((_, number)) = shared {
            let message = format!("The extent on line {number} has some of these device blocks too.");
            self.warn(&read.line, phys, message, "device blocks of its own");
        }
    }

    fn allocator(&mut self, read: &[ReadLine<'_>], file: &FileLayout, device: &Device) -> Allocator {
        let line = self.once(
            read,
            |map| &mut map.allocator,
            |statement| match statement {
                Statement::Alloc(line) => Some(line.clone()),
                _ => None,
            },
        );
        let AllocLine { next, align, max } = line.unwrap_or_default();
        let usual = file.default_allocator();
        let allocator = Allocator {
            next: next.as_ref().map_or(usual.next, |next| next.value),
            align: align.unwrap_or(usual.align),
            max: max.unwrap_or(usual.max),
        };
        let line_of = |number| read.iter().find(|read| Some(read.line.number) == number);
        if let (Some(next), Some(read)) = (&next, line_of(self.map.allocator)) {
            self.check_next(file, device, &read.line, next);
        } else if let Some(read) = line_of(self.map.device) {
            let next = At { value: allocator.next, bytes: read.keyword.clone() };
            self.check_next(file, device, &read.line, &next);
        }
        allocator
    }

    /// Warns about an allocator that would hand out blocks which an extent has, or which are not there.
    fn check_next(&mut self, file: &FileLayout, device: &Device, line: &Line<'_>, next: &At<u64>) {
        let reached = file
            .extents
            .iter()
            .zip(&self.map.extents)
            .find(|(extent, _)| extent.kind != ExtentKind::Hole && next.value < extent.phys + extent.count);
        if let Some((_, number)) = reached {
            let message = format!("The allocator may hand out device blocks of the extent on line {number}.");
            let free = format_pages(file.default_allocator().next);
            let span = line.span(next.bytes.clone());
            self.diagnostics.push(Diagnostic::warning(span, message, "an offset behind all extents").suggest(free));
        } else if next.value >= device.blocks {
            let (next_text, size) = (format_pages(next.value), format_pages(device.blocks));
            let message = format!("The allocator begins at {next_text}, beyond the device of {size}.");
            self.warn(line, &next.bytes, message, "`alloc next OFFSET` inside the device");
        }
    }

    fn processes(&mut self, read: &[ReadLine<'_>], file: &FileLayout) -> Vec<Process> {
        let mut processes: Vec<Process> = Vec::new();
        for read in read {
            let Some(Statement::Process(line)) = &read.statement else { continue };
            let process = self.process(read, line, file, &processes);
            match process {
                Some(process) => {
                    processes.push(process);
                    self.map.processes.push(Some(read.line.number));
                }
                None => self.broken_processes = true,
            }
        }
        if processes.is_empty() {
            processes.push(file.default_process());
            self.map.processes.push(None);
        }
        processes
    }

    fn process(
        &mut self,
        read: &ReadLine<'_>,
        line: &ProcessLine,
        file: &FileLayout,
        processes: &[Process],
    ) -> Option<Process> {
        if processes.len() == MAX_PROCESSES {
            self.error(&read.line, &read.keyword, "There are too many processes.", format!("at most {MAX_PROCESSES}"));
            return None;
        }
        let name = line.name.as_ref().map_or("", |name| &name.value);
        if let (Some(at), Some(same)) = (&line.name, processes.iter().position(|process| process.name == name))
            && !name.is_empty()
        {
            let number = self.map.processes[same].unwrap_or(0);
            let message = format!("There is a process {} already, line {number}.", quote(name));
            self.error(&read.line, &at.bytes, message, "another name");
            return None;
        }
        let mapping = self.mapping(read, line, file)?;
        Some(Process { name: name.to_owned(), mapping })
    }

    fn mapping(&mut self, read: &ReadLine<'_>, line: &ProcessLine, file: &FileLayout) -> Option<Mapping> {
        let mut mapping = file.default_mapping();
        mapping.shared = line.shared.unwrap_or(mapping.shared);
        mapping.writable = line.writable.unwrap_or(mapping.writable);
        if let Some(At { value: (first, end), bytes }) = &line.range {
            let end = end.unwrap_or(mapping.pages);
            if end <= *first {
                let message = format!("The mapping begins beyond the end of the file, {}.", format_pages(end));
                self.error(&read.line, bytes, message, "a range with an end");
                return None;
            }
            (mapping.start, mapping.pages) = (*first, end - first);
        }
        match &line.place {
            None => {}
            Some(At { value: Place::Skew(skew), .. }) => mapping.skew = *skew,
            Some(At { value: Place::Address(page), bytes }) => match page.checked_sub(mapping.start) {
                Some(skew) => mapping.skew = skew,
                None => {
                    let message = "The virtual address of file page 0 would be negative.";
                    let least = format_pages(mapping.start);
                    self.error(&read.line, bytes, message, format!("an address of at least {least}"));
                    return None;
                }
            },
        }
        Some(mapping)
    }

    /// The process that a line refers to. An unknown one is reported.
    fn find_process(&mut self, line: &Line<'_>, name: &At<ProcessRef>, processes: &[Process]) -> Option<MmId> {
        let position = match &name.value {
            ProcessRef::Name(name) => processes.iter().position(|process| process.name == *name),
            ProcessRef::Number(number) => {
                usize::try_from(*number).ok().and_then(|n| n.checked_sub(1)).filter(|&n| n < processes.len())
            }
        };
        if let Some(position) = position {
            return Some(MmId(position as u8));
        }
        if !self.broken_processes {
            let names = || processes.iter().map(|process| process.name.as_str()).filter(|name| !name.is_empty());
            let message = match &name.value {
                ProcessRef::Name(name) => format!("There is no process {}.", quote(name)),
                ProcessRef::Number(number) => format!("There is no process number {number}."),
            };
            let expected = match names().map(|name| format!("`{name}`")).collect::<Vec<_>>() {
                names if names.is_empty() => format!("a number from 1 to {}", processes.len()),
                names => format!("one of {}", names.join(", ")),
            };
            let guess = match &name.value {
                ProcessRef::Name(name) => nearest(name, names()),
                ProcessRef::Number(_) => None,
            };
            let guess = guess.map(|name| ProcessRef::Name(name.to_owned()).to_string());
            self.diagnostics
                .push(Diagnostic::error(line.span(name.bytes.clone()), message, expected).suggest_if(guess));
        }
        None
    }

    fn threads(&mut self, read: &[ReadLine<'_>], processes: &[Process]) -> Vec<ThreadScript> {
        let mut threads: Vec<ThreadScript> = Vec::new();
        // Operations belong to the thread line above them; if that was left out, so are they, without a word.
        let mut lost = false;
        for read in read {
            match &read.statement {
                Some(Statement::Thread { letter, process }) => {
                    lost = threads.len() == MAX_THREADS;
                    if lost {
                        let expected = format!("at most {MAX_THREADS}");
                        self.error(&read.line, &read.keyword, "There are too many threads.", expected);
                        self.broken_threads = true;
                        continue;
                    }
                    self.letter(read, letter);
                    let found = process.as_ref().and_then(|name| self.find_process(&read.line, name, processes));
                    threads.push(ThreadScript { mm: found.unwrap_or(MmId(0)), operations: Vec::new() });
                    self.map.threads.push(read.line.number);
                    self.map.operations.push(Vec::new());
                }
                Some(Statement::Operation(_)) if lost => {}
                Some(Statement::Operation(line)) => self.operation(read, line, &mut threads, processes),
                None => lost |= read.meant == Some("thread"),
                _ => {}
            }
        }
        threads
    }

    /// Threads are lettered in order; one that is not keeps the name that its line gives it, if that is free.
    fn letter(&mut self, read: &ReadLine<'_>, letter: &At<char>) {
        let due = ThreadId(self.letters.len() as u8).letter();
        if letter.value == due {
            self.letters.push(due);
            return;
        }
        let same = self.letters.iter().position(|&other| other == letter.value);
        let message = match same {
            Some(index) => format!("There is a thread {} already, line {}.", letter.value, self.map.threads[index]),
            None => format!("Threads are lettered in order, and `{}` is not the next one.", letter.value),
        };
        let span = read.line.span(letter.bytes.clone());
        self.diagnostics.push(Diagnostic::error(span, message, "the next letter").suggest(due));
        self.letters.push(if same.is_some() { due } else { letter.value });
    }

    fn operation(
        &mut self,
        read: &ReadLine<'_>,
        line: &OperationLine,
        threads: &mut [ThreadScript],
        processes: &[Process],
    ) {
        let count = threads.len();
        let Some(thread) = threads.last_mut() else {
            if !self.broken_threads {
                let message = "The operation belongs to no thread.";
                self.error(&read.line, &read.keyword, message, "a line `thread A` above it");
            }
            return;
        };
        if thread.operations.len() == MAX_OPERATIONS {
            let message = format!("Thread {} has too many operations.", ThreadId(count as u8 - 1));
            self.error(&read.line, &read.keyword, message, format!("at most {MAX_OPERATIONS}"));
            return;
        }
        let mut operation = line.operation;
        if let Some(name) = &line.through {
            let Some(found) = self.find_process(&read.line, name, processes) else { return };
            if let Operation::Access { mm, .. } | Operation::Munmap { mm } = &mut operation {
                *mm = Some(found);
            }
        }
        if let Operation::Access { page, write, mm, .. } = operation {
            let process = &processes[mm.unwrap_or(thread.mm).index()];
            self.check_access(read, &line.place, (page, write), process);
        }
        thread.operations.push(operation);
        self.map.operations[count - 1].push(read.line.number);
    }

    /// Warns about an access that the mapping does not allow.
    fn check_access(
        &mut self,
        read: &ReadLine<'_>,
        place: &Range<usize>,
        (page, write): (u64, bool),
        process: &Process,
    ) {
        let Mapping { start, pages, writable, .. } = process.mapping;
        let whose = if process.name.is_empty() { String::new() } else { format!(" of {}", quote(&process.name)) };
        if page < start || page - start >= pages {
            let range = format_range(start, Some(start + pages));
            let message = format!("The mapping{whose} is {range}: this access will be a SIGSEGV.");
            self.warn(&read.line, place, message, "an offset inside the mapping");
        } else if write && !writable {
            let message = format!("The mapping{whose} is read-only: this store will be a SIGSEGV.");
            self.warn(&read.line, &read.keyword, message, "a process that maps `rw`");
        }
    }

    /// The thread of a letter.
    fn find_thread(&self, letter: char) -> Option<ThreadId> {
        self.letters.iter().position(|&known| known == letter).map(|index| ThreadId(index as u8))
    }

    fn report_thread(&mut self, line: &Line<'_>, bytes: &Range<usize>, letter: char) {
        if self.broken_threads {
            return;
        }
        let expected = match (self.letters.first(), self.letters.last()) {
            (Some(first), Some(last)) if first != last => format!("a thread from {first} to {last}"),
            (Some(only), _) => format!("thread {only}"),
            (None, _) => "a line `thread A`".into(),
        };
        self.error(line, bytes, format!("There is no thread {letter}."), expected);
    }

    fn failures(&mut self, read: &[ReadLine<'_>]) -> Vec<InjectedFailure> {
        let mut failures: Vec<InjectedFailure> = Vec::new();
        for read in read {
            let Some(Statement::Fail { what, nth, errno, thread }) = &read.statement else { continue };
            let mut failure = InjectedFailure { what: *what, nth: *nth, errno: *errno, thread: None };
            if let Some(letter) = thread {
                failure.thread = self.find_thread(letter.value);
                if failure.thread.is_none() {
                    self.report_thread(&read.line, &letter.bytes, letter.value);
                    continue;
                }
            }
            let same = |other: &InjectedFailure| InjectedFailure { errno: other.errno, ..failure } == *other;
            if let Some(index) = failures.iter().position(same) {
                let message = format!("Line {} makes the same call fail.", self.map.failures[index]);
                self.error(&read.line, &read.keyword, message, "another call");
            } else if failures.len() == MAX_FAILURES {
                self.error(
                    &read.line,
                    &read.keyword,
                    "There are too many failures.",
                    format!("at most {MAX_FAILURES}"),
                );
            } else {
                failures.push(failure);
                self.map.failures.push(read.line.number);
            }
        }
        failures
    }

    fn schedule(&mut self, read: &[ReadLine<'_>]) -> Option<Schedule> {
        let mut schedule: Option<Schedule> = None;
        let mut said = None;
        for read in read {
            if read.meant == Some("schedule") {
                // A schedule with a gap would mean something else: what follows is not used.
                return schedule;
            }
            let Some(Statement::Schedule { step_size, runs, .. }) = &read.statement else { continue };
            self.map.schedule.get_or_insert(read.line.number);
            let schedule = schedule.get_or_insert_default();
            if let Some(size) = step_size {
                if said.is_some_and(|said| said != size.value) {
                    let message = "Another `schedule` line has another step size.";
                    self.error(&read.line, &size.bytes, message, "one step size for all of them");
                }
                schedule.step_size = *said.get_or_insert(size.value);
            }
            for run in runs {
                if !self.run(&read.line, run, &mut schedule.choices) {
                    return Some(std::mem::take(schedule));
                }
            }
        }
        schedule
    }

    /// Adds the steps of a run; `false` if they do not fit, so that the schedule ends before them.
    fn run(&mut self, line: &Line<'_>, run: &At<Run>, choices: &mut Vec<Choice>) -> bool {
        let Run { letter, count, fail } = run.value;
        let Some(thread) = self.find_thread(letter) else {
            self.report_thread(line, &run.bytes, letter);
            return false;
        };
        if count > MAX_SCHEDULE_STEPS - choices.len() {
            let expected = format!("at most {MAX_SCHEDULE_STEPS} steps in all");
            self.error(line, &run.bytes, "The schedule is too long.", expected);
            return false;
        }
        choices.extend(std::iter::repeat_n(Choice { thread, fail }, count));
        true
    }
}
