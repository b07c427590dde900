//! The script in the editor as controls: what there is to add, change and remove. Every control makes an
//! [`Edit`](daxscope_core::scenario::Edit) of the text.

use super::Text;
use daxscope_core::revision::{Revision, all_presets, preset};
use daxscope_core::scenario::{
    Extent, ExtentKind, FileLayout, FsKind, InjectedFailure, Mapping, Operation, Parsed, ScriptWord, SourceMap,
    WordKind, format_pages, parse_bytes, words,
};
use daxscope_core::units::{PAGE_SIZE, PMD_PAGES};
use std::rc::Rc;

/// A script as controls.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ControlsView {
    /// The threads.
    pub threads: Rc<[ThreadControl]>,
    /// The processes.
    pub processes: Rc<[ProcessControl]>,
    /// The size of the file as scripts write it.
    pub file_size: Text,
    /// The pages that the ruler shows.
    pub pages: u64,
    /// The extents, in the order of the file.
    pub extents: Rc<[ExtentControl]>,
    /// An extent that could be added: what of the file none lists yet.
    pub next_extent: Option<Extent>,
    /// The kernel.
    pub kernel: Revision,
    /// The preset of the kernel.
    pub preset: Text,
    /// Changes to its switches: name and setting.
    pub changes: Rc<[(Text, Text)]>,
    /// The failures.
    pub failures: Rc<[FailureControl]>,
    /// Is the file-system lock taken?
    pub fs_lock: bool,
    /// Has the file system a journal?
    pub journal: bool,
    /// Is it XFS?
    pub xfs: bool,
}

/// A thread.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ThreadControl {
    /// Its letter.
    pub letter: char,
    /// Its process, from 0.
    pub process: usize,
    /// What it does.
    pub operations: Rc<[OperationControl]>,
}

/// An operation of a thread, as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperationControl {
    /// The first word.
    pub keyword: Text,
    /// `4K` or `2M`; empty for operations without.
    pub size: Text,
    /// Where: an offset or a range, and what follows; may be empty.
    pub place: Text,
    /// Through which process, from 0.
    pub via: Option<usize>,
}

impl OperationControl {
    /// The line, without its process.
    #[must_use]
    pub fn words(&self) -> String {
        let OperationControl { keyword, size, place, .. } = self;
        match (size.is_empty(), place.is_empty()) {
            (false, _) => format!("{keyword} {size} at {place}"),
            (true, false) => format!("{keyword} {place}"),
            (true, true) => keyword.to_string(),
        }
    }
}

/// A process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProcessControl {
    /// Its name, or its number.
    pub name: Text,
    /// Its mapping.
    pub mapping: Mapping,
    /// What it maps, as scripts write it.
    pub range: Text,
}

/// An extent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExtentControl {
    /// What it is.
    pub extent: Extent,
    /// Its first page as scripts write it.
    pub start: Text,
    /// The page behind its last.
    pub end: Text,
    /// Where it lies on the device; empty for holes.
    pub phys: Text,
}

/// A failure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FailureControl {
    /// What it is.
    pub failure: InjectedFailure,
    /// The error that it returns.
    pub errno: Text,
}

/// The presets that can be chosen.
#[must_use]
pub fn presets() -> Vec<&'static str> {
    let mut names = Vec::new();
    for preset in all_presets() {
        names.push(preset.name);
    }
    names
}

/// The switches of a kernel that can be changed: name, settings, and what it decides.
#[must_use]
pub fn switches(kernel: &Revision) -> Vec<(&'static str, &'static [&'static str], &'static str)> {
    let mut all = Vec::new();
    for switch in kernel.switches() {
        all.push((switch.name, switch.values, switch.about));
    }
    all
}

/// The operations that a kernel has, each with a line to begin with.
#[must_use]
pub fn operations(kernel: &Revision) -> &'static [(&'static str, &'static str)] {
    // Those that only the XArray's era has come last.
    if kernel.is_xarray() { &OPERATIONS } else { &OPERATIONS[..OPERATIONS.len() - 4] }
}

const OPERATIONS: [(&str, &str); 19] = [
    ("read", "read 4K at 0"),
    ("write", "write 4K at 0"),
    ("punch", "punch 0..2M"),
    ("fallocate", "fallocate 0..2M"),
    ("zero", "zero 0..2M"),
    ("collapse", "collapse 0..2M"),
    ("insert", "insert 0..2M"),
    ("truncate", "truncate 2M"),
    ("fsync", "fsync"),
    ("invalidate", "invalidate"),
    ("invalidate2", "invalidate2"),
    ("write(2)", "write(2) 0..1p"),
    ("read(2)", "read(2) 0..1p"),
    ("dontneed", "dontneed"),
    ("munmap", "munmap"),
    ("pin", "pin at 0"),
    ("unpin", "unpin"),
    ("layout", "layout"),
    ("hold", "hold at 0"),
];

pub(super) fn controls(text: &str, parsed: &Parsed) -> ControlsView {
    let (scenario, source) = (&parsed.scenario, &parsed.source);
    let lines: Vec<&str> = text.lines().collect();
    let line = |number: u32| lines.get(number as usize - 1).copied().unwrap_or_default();
    let mut processes = Vec::new();
    for (index, process) in scenario.processes.iter().enumerate() {
        let (mapping, number) = (process.mapping, index + 1);
        let end = mapping.start.saturating_add(mapping.pages);
        processes.push(ProcessControl {
            name: if process.name.is_empty() { number.to_string() } else { process.name.clone() }.into(),
            mapping,
            range: format!("{}..{}", format_pages(mapping.start), format_pages(end)).into(),
        });
    }
    let mut extents = Vec::new();
    for &extent in &scenario.file.extents {
        let is_hole = extent.kind == ExtentKind::Hole;
        extents.push(ExtentControl {
            extent,
            start: format_pages(extent.first).into(),
            end: format_pages(extent.first.saturating_add(extent.count)).into(),
            phys: if is_hole { Text::default() } else { format_pages(extent.phys).into() },
        });
    }
    let mut failures = Vec::new();
    for &failure in &scenario.failures {
        let errno = failure.errno.name().map_or_else(|| failure.errno.0.to_string(), str::to_owned);
        failures.push(FailureControl { failure, errno: errno.into() });
    }
    let (preset, changes) = kernel(source.revision.map(line).unwrap_or_default());
    ControlsView {
        threads: threads(parsed, source, &line),
        processes: processes.into(),
        file_size: format_pages(scenario.file.size_pages).into(),
        pages: scenario.file.size_pages.max(scenario.file.extents_end()).max(512),
        extents: extents.into(),
        next_extent: next_extent(&scenario.file),
        kernel: scenario.revision,
        preset: preset.into(),
        changes: changes.into(),
        failures: failures.into(),
        fs_lock: scenario.fs_lock,
        journal: scenario.journal,
        xfs: scenario.fs == FsKind::Xfs,
    }
}

/// The first part of the file that no extent lists, at most 2 MiB of it, on the device behind all others.
fn next_extent(file: &FileLayout) -> Option<Extent> {
    let mut first = 0;
    for extent in &file.extents {
        if extent.first > first {
            break;
        }
        first = first.max(extent.first.saturating_add(extent.count));
    }
    let next = file.extents.iter().map(|extent| extent.first).find(|&start| start > first);
    let end = next.unwrap_or_else(|| file.size_pages.max(first.saturating_add(PMD_PAGES)));
    let count = end.checked_sub(first).filter(|&count| count > 0)?.min(PMD_PAGES);
    let used = file.extents.iter().map(|extent| extent.phys.saturating_add(extent.count)).max().unwrap_or(0);
    let phys = used.div_ceil(PMD_PAGES).saturating_mul(PMD_PAGES).max(FIRST_PHYS);
    Some(Extent { first, count, kind: ExtentKind::Mapped, phys })
}

/// 16 MiB: where the examples of docs/script.md have their blocks.
const FIRST_PHYS: u64 = 4096;

/// A size as a person types it, in whole pages.
#[must_use]
pub fn pages_of(text: &str) -> Option<u64> {
    let bytes = parse_bytes(text.trim()).ok()?;
    bytes.is_multiple_of(PAGE_SIZE).then_some(bytes / PAGE_SIZE)
}

fn threads<'t>(parsed: &Parsed, source: &SourceMap, line: &impl Fn(u32) -> &'t str) -> Rc<[ThreadControl]> {
    let mut threads = Vec::new();
    for (index, thread) in parsed.scenario.threads.iter().enumerate() {
        let mut operations = Vec::new();
        for (operation, &number) in thread.operations.iter().zip(&source.operations[index]) {
            operations.push(operation_control(operation, line(number)));
        }
        let letter = daxscope_core::units::ThreadId(index as u8).letter();
        threads.push(ThreadControl { letter, process: thread.mm.index(), operations: operations.into() });
    }
    threads.into()
}

/// The words of an operation's line, as they are written there.
fn operation_control(operation: &Operation, line: &str) -> OperationControl {
    let mut rest: Vec<&str> = Vec::new();
    for ScriptWord { bytes, kind } in words(line) {
        if kind != WordKind::Comment {
            rest.push(&line[bytes]);
        }
    }
    let (via, is_access) = match operation {
        Operation::Access { mm, .. } => (mm.map(|mm| mm.index()), true),
        Operation::Munmap { mm } => (mm.map(|mm| mm.index()), false),
        _ => (None, false),
    };
    let place = match operation {
        Operation::Access { .. } => rest.get(3).copied().unwrap_or_default().to_owned(),
        Operation::Munmap { .. } => String::new(),
        _ => rest.get(1..).unwrap_or_default().join(" "),
    };
    let size = if is_access { rest.get(1).copied().unwrap_or_default() } else { "" };
    OperationControl { keyword: operation.keyword().into(), size: size.into(), place: place.into(), via }
}

/// The preset of a `revision` line as it is called in lists, and the changes behind it.
fn kernel(line: &str) -> (&'static str, Vec<(Text, Text)>) {
    let code = line.split('#').next().unwrap_or_default();
    let mut words = code.split_whitespace().skip(1);
    let name = words.next().and_then(preset).map_or("4.10.0", |preset| preset.name);
    let mut changes = Vec::new();
    for (switch, value) in words.filter_map(|word| word.split_once('=')) {
        changes.push((switch.into(), value.into()));
    }
    (name, changes)
}
