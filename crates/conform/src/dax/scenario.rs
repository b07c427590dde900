//! The scenario of a recording, and its variant, as the engine's.

use daxscope_core::errno::Errno;
use daxscope_core::revision::{self, Revision};
use daxscope_core::scenario as core;
use daxscope_core::scenario::limits::{
    MAX_DEVICE_BLOCKS, MAX_FILE_PAGES, MAX_PROCESSES, MAX_THREADS, MAX_VIRTUAL_PAGES,
};
use daxscope_core::units::{MmId, ThreadId};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    size: u64,
    blocks: u64,
    ext: Vec<(u64, u64, String, u64)>,
    alloc: Alloc,
    #[serde(default)]
    dev: Dev,
    #[serde(default = "one")]
    fslock: u8,
    #[serde(default)]
    journal: u8,
    #[serde(default)]
    i_mmap_rwsem: u8,
    #[serde(default = "one")]
    layouts: u8,
    #[serde(default)]
    xfs: u8,
    #[serde(default)]
    script: u8,
    mms: Vec<Mm>,
    #[serde(default)]
    inject: Vec<Inject>,
    threads: Vec<Thread>,
    #[serde(default)]
    #[allow(dead_code, reason = "part of the format; the schedule is as long as the run")]
    max_steps: Option<u64>,
}

#[derive(Deserialize, Clone, Debug)]
struct Alloc {
    next: u64,
    align: u8,
    max: u64,
}

#[derive(Deserialize, Clone, Debug)]
#[serde(default)]
struct Dev {
    blocks: u64,
    devmap: u8,
}

impl Default for Dev {
    fn default() -> Dev {
        Dev { blocks: 1 << 20, devmap: 1 }
    }
}

#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
struct Mm {
    #[serde(default = "one")]
    shared: u8,
    #[serde(default = "one")]
    writable: u8,
    #[serde(default)]
    start: u64,
    pages: Option<u64>,
    #[serde(default)]
    skew: u64,
    #[serde(default)]
    sync: u8,
}

#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
struct Inject {
    what: String,
    nth: u32,
    err: i32,
    thread: Option<u8>,
}

#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
struct Thread {
    mm: u8,
    ops: Vec<Vec<Value>>,
}

const fn one() -> u8 {
    1
}

impl Scenario {
    /// The engine's scenario for this recording.
    pub(super) fn to_core(&self, variant: &str) -> Result<core::Scenario, String> {
        self.check_limits()?;
        Ok(core::Scenario {
            title: String::new(),
            revision: variant_revision(variant)?,
            file: core::FileLayout {
                size_pages: self.size,
                block_count: self.blocks,
                extents: self.ext.iter().map(extent).collect::<Result<_, _>>()?,
            },
            entries: Vec::new(),
            allocator: core::Allocator { next: self.alloc.next, align: self.alloc.align != 0, max: self.alloc.max },
            device: core::Device { blocks: self.dev.blocks, devmap: self.dev.devmap != 0 },
            fs_lock: self.fslock != 0,
            // The recorded runs know no such lock; those that daxscope wrote name it.
            i_mmap_rwsem: self.i_mmap_rwsem != 0,
            journal: self.journal != 0,
            platform: core::Platform::default(),
            without: None,
            layouts: match self.layouts {
                0 => core::Layouts::None,
                1 => core::Layouts::Whole,
                _ => core::Layouts::Range,
            },
            fs: if self.xfs != 0 { core::FsKind::Xfs } else { core::FsKind::Ext4 },
            processes: self.mms.iter().map(|mm| self.process(mm)).collect(),
            threads: self.threads.iter().map(|thread| self.thread(thread)).collect::<Result<_, _>>()?,
            failures: self.inject.iter().map(|inject| self.failure(inject)).collect::<Result<_, _>>()?,
            expectations: Vec::new(),
            schedule: None,
            // A run of a script of ours: it does what the recorder left out.
            recorded: self.script == 0,
        })
    }

    /// What scripts are held to as well (`daxscope_core::scenario::limits`); the engine relies on it.
    fn check_limits(&self) -> Result<(), String> {
        let within = |what: &str, number: u64, most: u64| {
            if number <= most { Ok(()) } else { Err(format!("{what}: {number} is more than {most}")) }
        };
        within("threads", self.threads.len() as u64, MAX_THREADS as u64)?;
        within("processes", self.mms.len() as u64, MAX_PROCESSES as u64)?;
        within("size", self.size, MAX_FILE_PAGES)?;
        within("blocks", self.blocks, MAX_FILE_PAGES)?;
        within("alloc.next", self.alloc.next, MAX_DEVICE_BLOCKS)?;
        within("alloc.max", self.alloc.max, MAX_DEVICE_BLOCKS)?;
        within("dev.blocks", self.dev.blocks, MAX_DEVICE_BLOCKS)?;
        for mm in &self.mms {
            let end = mm.start.saturating_add(mm.pages.unwrap_or(self.size));
            within("the end of a mapping", end, MAX_FILE_PAGES)?;
            within("skew", mm.skew, MAX_VIRTUAL_PAGES)?;
        }
        let mut from = 0;
        for (first, count, _, phys) in &self.ext {
            within("the end of an extent", first.saturating_add(*count), MAX_FILE_PAGES)?;
            within("the end of an extent on the device", phys.saturating_add(*count), MAX_DEVICE_BLOCKS)?;
            if *first < from {
                return Err(format!("the extent at {first} overlaps the one before it"));
            }
            from = first + count;
        }
        Ok(())
    }

    fn process(&self, mm: &Mm) -> core::Process {
        let mapping = core::Mapping {
            shared: mm.shared != 0,
            writable: mm.writable != 0,
            start: mm.start,
            pages: mm.pages.unwrap_or(self.size),
            skew: mm.skew,
            sync: mm.sync != 0,
        };
        core::Process { name: String::new(), mapping }
    }

    fn thread(&self, thread: &Thread) -> Result<core::ThreadScript, String> {
        let mm = self.mm(thread.mm.into())?.ok_or("a thread needs a process")?;
        let operations = thread.ops.iter().map(|op| self.operation(op)).collect::<Result<_, _>>()?;
        Ok(core::ThreadScript { mm, operations })
    }

    fn mm(&self, number: i64) -> Result<Option<MmId>, String> {
        match number {
            -1 => Ok(None),
            _ if number >= 0 && (number as usize) < self.mms.len() => Ok(Some(MmId(number as u8))),
            _ => Err(format!("process {number} is named, but there are {}", self.mms.len())),
        }
    }

    fn failure(&self, inject: &Inject) -> Result<core::InjectedFailure, String> {
        let what = core::FailPoint::from_name(&inject.what)
            .ok_or_else(|| format!("`{}` is no call that can fail", inject.what))?;
        let errno = Errno(inject.err.unsigned_abs() as u16);
        Ok(core::InjectedFailure { what, nth: inject.nth, errno, thread: inject.thread.map(ThreadId) })
    }

    fn operation(&self, op: &[Value]) -> Result<core::Operation, String> {
        let name = op.first().and_then(Value::as_str).ok_or("an operation has no name")?;
        let number = |at: usize| op.get(at).and_then(Value::as_i64);
        let needed = |at: usize| {
            let argument = number(at).and_then(|n| u64::try_from(n).ok()).filter(|n| *n <= MAX_FILE_PAGES);
            argument.ok_or_else(|| format!("`{name}` needs argument {at}, at most {MAX_FILE_PAGES}"))
        };
        let count = |at: usize| number(at).filter(|n| *n >= 0).map(|n| (n as u64).min(MAX_FILE_PAGES));
        let mm = |at: usize| self.mm(number(at).unwrap_or(-1));
        Ok(match name {
            "access" => {
                core::Operation::Access { page: needed(1)?, write: needed(2)? != 0, huge: needed(3)? != 0, mm: mm(4)? }
            }
            "punch" => core::Operation::Punch { first: needed(1)?, count: needed(2)? },
            "fallocate" => core::Operation::Fallocate { first: needed(1)?, count: needed(2)? },
            "zero" => core::Operation::Zero { first: needed(1)?, count: needed(2)? },
            "collapse" => core::Operation::Collapse { first: needed(1)?, count: needed(2)? },
            "insert" => core::Operation::Insert { first: needed(1)?, count: needed(2)? },
            "dontneed" => core::Operation::Dontneed { first: needed(1)?, count: count(2) },
            "truncate" => core::Operation::Truncate { size: needed(1)? },
            "fsync" => core::Operation::Fsync { first: needed(1)?, count: count(2) },
            "invalidate" => core::Operation::Invalidate { first: needed(1)?, count: count(2) },
            "invalidate2" => {
                let inode_lock = number(3).is_some_and(|locked| locked != 0);
                core::Operation::Invalidate2 { first: needed(1)?, count: count(2), inode_lock }
            }
            "write" => core::Operation::Write { first: needed(1)?, count: needed(2)?, from: count(3) },
            "read" => core::Operation::Read { first: needed(1)?, count: needed(2)? },
            "munmap" => core::Operation::Munmap { mm: mm(1)? },
            "pin" => core::Operation::Pin { page: needed(1)? },
            "unpin" => core::Operation::Unpin,
            "layout" => core::Operation::Layout { first: needed(1)?, count: count(2) },
            "hold" => core::Operation::Hold { page: needed(1)? },
            _ => return Err(format!("`{name}` is no operation")),
        })
    }
}

fn extent((first, count, kind, phys): &(u64, u64, String, u64)) -> Result<core::Extent, String> {
    let kind = match kind.as_str() {
        "h" => core::ExtentKind::Hole,
        "u" => core::ExtentKind::Unwritten,
        "m" => core::ExtentKind::Mapped,
        _ => return Err(format!("`{kind}` is no kind of extent")),
    };
    Ok(core::Extent { first: *first, count: *count, kind, phys: *phys })
}

/// An operation as a scenario writes it.
pub(super) fn operation_parts(operation: &core::Operation) -> Value {
    let name = operation.name();
    let count = |count: Option<u64>| count.map_or(-1, |count| count as i64);
    let process = |mm: Option<MmId>| mm.map_or(-1, |MmId(mm)| i64::from(mm));
    match *operation {
        core::Operation::Access { page, write, huge, mm } => {
            json!([name, page, u8::from(write), u8::from(huge), process(mm)])
        }
        core::Operation::Write { first, count, from: Some(from) } => json!([name, first, count, from]),
        core::Operation::Punch { first, count }
        | core::Operation::Fallocate { first, count }
        | core::Operation::Zero { first, count }
        | core::Operation::Collapse { first, count }
        | core::Operation::Insert { first, count }
        | core::Operation::Write { first, count, .. }
        | core::Operation::Read { first, count } => json!([name, first, count]),
        core::Operation::Truncate { size } => json!([name, size]),
        core::Operation::Fsync { first, count: n }
        | core::Operation::Invalidate { first, count: n }
        | core::Operation::Invalidate2 { first, count: n, inode_lock: false } => json!([name, first, count(n)]),
        core::Operation::Invalidate2 { first, count: n, inode_lock: true } => json!([name, first, count(n), 1]),
        core::Operation::Munmap { mm } => json!([name, process(mm)]),
        core::Operation::Pin { page } | core::Operation::Hold { page } => json!([name, page]),
        core::Operation::Unpin => json!([name, 0]),
        core::Operation::Layout { first, count: n } | core::Operation::Dontneed { first, count: n } => {
            json!([name, first, count(n)])
        }
    }
}

/// The revision of a variant: a release or `review`, then `+series=` or `+switch=` as often as need be.
pub(super) fn variant_revision(variant: &str) -> Result<Revision, String> {
    if variant == "review" {
        return variant_revision("v4.10+unlock_on_preload_fail=always");
    }
    if let Some(name) = xarray_variant(variant) {
        return variant_revision(name);
    }
    let unknown = || format!("variant `{variant}` is not known");
    let mut parts = variant.split('+');
    let release = parts.next().unwrap_or_default();
    let mut revision = revision::preset(release).ok_or_else(unknown)?.revision;
    for change in parts {
        let (name, value) = change.split_once('=').ok_or_else(unknown)?;
        if name == "series" {
            revision = revision::preset(value).ok_or_else(unknown)?.revision;
        } else if !revision::switch(name).is_some_and(|switch| (switch.set)(&mut revision, value)) {
            return Err(unknown());
        }
    }
    Ok(revision)
}

/// What the recorded variants of the XArray's era are called here: a release, and switches.
fn xarray_variant(variant: &str) -> Option<&'static str> {
    Some(match variant {
        "v6.12.117" => "v6.12",
        "v7.3.4" | "v7.2.13" => "v7.3",
        "stale_downgrade" => "v6.12+downgrade_decided=once",
        "wake_one_on_invalidate" => "v6.12+wake_mode_delete=one",
        "stale_downgrade+wake_one" => "v6.12+downgrade_decided=once+wake_mode_delete=one",
        "wait_for_smaller" => "v6.12+smaller_entry=wait",
        "none_is_conflict" => "v6.12+smaller_entry=none_counts",
        // Recorded on 6.12 and on 7.3: which of them, the caller says.
        "rewalk_before_wait" => "v6.12+writeback_meets_lock=walks_again",
        "v7.3.4+rewalk_before_wait" => "v7.3+writeback_meets_lock=walks_again",
        "wait_exclusive" | "v7.3.4+wait_exclusive" => "v7.3+writeback_meets_lock=waits",
        _ => return None,
    })
}
