//! What was read, what was not understood, and what is wrong with a trace as a whole.

use crate::body::Traits;
use crate::kernel::Kernel;
use crate::limits::{MAX_CPUS, MAX_OTHER_NAMES, MAX_SHOWN, MAX_SHOWN_BYTES};
use crate::scan;
use std::collections::{BTreeMap, HashMap};

/// What wrote the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tool {
    /// The kernel itself: `cat /sys/kernel/tracing/trace`.
    Kernel,
    /// `trace-cmd report`.
    TraceCmd,
    /// `perf script`.
    PerfScript,
    /// `perf data convert --to-json`.
    PerfJson,
}

impl Tool {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Tool::Kernel => "the kernel (tracefs)",
            Tool::TraceCmd => "trace-cmd report",
            Tool::PerfScript => "perf script",
            Tool::PerfJson => "perf data convert --to-json",
        }
    }
}

/// A line that was not understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotUnderstood {
    /// Its number.
    pub line: u64,
    /// Its beginning.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

/// Everything about the reading. In text every line is counted in exactly one of the counters of lines.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Diagnosis {
    /// Bytes read.
    pub bytes: u64,
    /// Lines read.
    pub lines: u64,
    /// Events of fs_dax.
    pub events: u64,
    /// Kprobes of the entry locks.
    pub probes: u64,
    /// Markers.
    pub markers: u64,
    /// `sched_switch`.
    pub switches: u64,
    /// Events of something else.
    pub others: u64,
    /// Headers, comments and what tools print between events.
    pub comments: u64,
    /// Blank lines.
    pub blank: u64,
    /// Lines of call chains.
    pub frames: u64,
    /// Lines that were not understood.
    pub not_understood: u64,
    /// The first of them.
    pub shown: Vec<NotUnderstood>,
    /// Events of something else by name, as many names as are kept.
    pub other_names: BTreeMap<String, u64>,
    /// What wrote it, as far as it shows.
    pub tool: Option<Tool>,
    /// The kernel, as far as it shows.
    pub kernel: Kernel,
    /// Lines at which a trace begins anew, behind the first.
    pub joined_at: Vec<u64>,
    /// What the header says: events in the ring, and events written.
    pub header: Option<(u64, u64)>,
    /// Events that the ring lost, as lines between the events say; at the first of them.
    pub lost: Option<(u64, u64)>,
    /// How often time went backwards.
    pub order: Order,
    /// Lines whose time is a count of ticks, and the first; and those in seconds, and the first.
    pub ticks: (u64, u64),
    /// Lines with a time in seconds, and the first.
    pub seconds: (u64, u64),
    /// How things were printed, with the first line of each.
    pub quirks: Quirks,
    /// Is something said that only the whole file shows: that it is cut?
    pub notes: Vec<String>,
}

/// How often time went backwards.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Order {
    /// Between CPUs: clocks that differ by microseconds (`trace_clock` is `local`).
    pub between_cpus: u64,
    /// On one CPU: two traces in one, or a clock that was set.
    pub on_one_cpu: u64,
    /// The first such line.
    pub first: Option<u64>,
    /// The farthest way back, in the unit of the clock.
    pub farthest: u64,
    newest: u64,
    of_cpu: HashMap<u32, u64>,
}

/// First lines at which something was printed in a way that misleads.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Quirks {
    /// `OOM` for a result of 0.
    pub bogus_oom: Option<u64>,
    /// Flags and results as numbers.
    pub raw: Option<u64>,
    /// A flag that has no name here.
    pub unknown_name: Option<u64>,
    /// Fields as `name=value`.
    pub named: Option<u64>,
    /// Events without names (`perf data convert`).
    pub unnamed: Option<u64>,
}

impl Order {
    fn see(&mut self, line: u64, cpu: u32, time: u64) {
        let last_here = if self.of_cpu.len() < MAX_CPUS || self.of_cpu.contains_key(&cpu) {
            self.of_cpu.insert(cpu, time).unwrap_or(0)
        } else {
            0
        };
        let back = if time < last_here {
            self.on_one_cpu += 1;
            last_here - time
        } else if time < self.newest {
            self.between_cpus += 1;
            self.newest - time
        } else {
            self.newest = time;
            return;
        };
        self.first = self.first.or(Some(line));
        self.farthest = self.farthest.max(back);
    }
}

impl Diagnosis {
    /// Lines that are counted somewhere: all of them.
    #[must_use]
    pub const fn accounted(&self) -> u64 {
        self.events
            + self.probes
            + self.markers
            + self.switches
            + self.others
            + self.comments
            + self.blank
            + self.frames
            + self.not_understood
    }

    /// Is there anything that says what DAX did?
    #[must_use]
    pub const fn has_events(&self) -> bool {
        self.events + self.probes > 0
    }

    pub(crate) fn not_understood(&mut self, line: u64, text: &[u8], why: &str) {
        self.not_understood += 1;
        if self.shown.len() < MAX_SHOWN {
            let text = scan::shown(text, MAX_SHOWN_BYTES);
            self.shown.push(NotUnderstood { line, text, why: why.into() });
        }
    }

    pub(crate) fn other(&mut self, name: &[u8]) {
        self.others += 1;
        // No name is made where one is there already: such events may be most of a trace.
        if let Ok(name) = std::str::from_utf8(name)
            && let Some(count) = self.other_names.get_mut(name)
        {
            *count += 1;
        } else if self.other_names.len() < MAX_OTHER_NAMES {
            *self.other_names.entry(scan::shown(name, MAX_SHOWN_BYTES)).or_insert(0) += 1;
        }
    }

    pub(crate) fn lose(&mut self, line: u64, count: u64) {
        let (first, before) = self.lost.unwrap_or((line, 0));
        self.lost = Some((first, before.saturating_add(count)));
    }

    pub(crate) fn time(&mut self, line: u64, cpu: u32, time: u64, is_ticks: bool) {
        let (count, first) = if is_ticks { &mut self.ticks } else { &mut self.seconds };
        if *count == 0 {
            *first = line;
        }
        *count += 1;
        // Ticks and seconds cannot be compared.
        if self.ticks.0 == 0 || self.seconds.0 == 0 {
            self.order.see(line, cpu, time);
        }
    }

    pub(crate) fn quirk(&mut self, line: u64, traits: Traits) {
        let first = |place: &mut Option<u64>, is: bool| {
            if is && place.is_none() {
                *place = Some(line);
            }
        };
        first(&mut self.quirks.bogus_oom, traits.has_bogus_oom);
        first(&mut self.quirks.raw, traits.is_raw);
        first(&mut self.quirks.unknown_name, traits.has_unknown_name);
        first(&mut self.quirks.named, traits.is_named);
    }
}
