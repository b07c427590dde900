//! Reading a trace: text line by line, JSON token by token; events go to a visitor.

use crate::answer::why::has_other_colour;
use crate::body;
use crate::diagnosis::{Diagnosis, Tool};
use crate::event::{Event, FaultKind, Function, Probe, What};
use crate::flags::{FaultFlags, FaultResult};
use crate::kernel::{self, Kernel, Release, Sign};
use crate::lines::Lines;
use crate::prefix::{Prefix, prefix};
use crate::scan::{self, Words};
use crate::word::{Era, era_of};
use crate::{json, perf_json};
use std::fmt;
use std::io::{self, BufRead, Read};

/// Who takes the events.
pub trait Visitor {
    /// An event; those of one file come in the order of their lines. `kernel`: what the lines so far say about it.
    fn event(&mut self, event: &Event<'_>, kernel: &Kernel);

    /// So many bytes are read. Called every 64 KiB or so; `false` stops.
    fn progress(&mut self, _bytes: u64) -> bool {
        true
    }
}

/// Why something is no trace that can be read.
#[derive(Debug)]
pub enum Refused {
    /// It cannot be read at all.
    Io(io::Error),
    /// It is something else: a sentence that says what, and what to do.
    Other(String),
    /// The visitor has stopped it.
    Stopped,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Io(error) => write!(f, "cannot be read: {error}"),
            Refused::Other(sentence) => f.write_str(sentence),
            Refused::Stopped => f.write_str("stopped"),
        }
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Refused {
        Refused::Io(error)
    }
}

impl From<json::Stop> for Refused {
    fn from(stop: json::Stop) -> Refused {
        match stop {
            json::Stop::Io(error) => Refused::Io(error),
            json::Stop::Broken(line, why) => Refused::Other(format!("line {line}: {why}; was the file cut?")),
        }
    }
}

/// Bytes by which a stream is known; a pipe may give them one by one.
const HEAD_BYTES: u64 = 1024;

/// What a stream begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Lines of text.
    Text,
    /// JSON of perf.
    PerfJson,
    /// Snapshots of a tree.
    Snapshots,
    /// Something that is read otherwise, with a sentence about how.
    Foreign(&'static str),
}

impl Kind {
    /// Of the first bytes: a few hundred are enough.
    #[must_use]
    pub fn of(start: &[u8]) -> Kind {
        const MAGIC: [(&[u8], &str); 5] = [
            (
                b"\x17\x08\x44tracing",
                "this is a binary trace.dat: run `trace-cmd report FILE > trace.txt` and import that",
            ),
            (b"PERFILE2", "this is a binary perf.data: run `perf script -i FILE > trace.txt` and import that"),
            (b"\x1f\x8b", "this is compressed with gzip: unpack it first (gunzip)"),
            (b"\x28\xb5\x2f\xfd", "this is compressed with zstd: unpack it first (unzstd)"),
            (b"\xfd7zXZ", "this is compressed with xz: unpack it first (unxz)"),
        ];
        if let Some((_, advice)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
            return Kind::Foreign(advice);
        }
        let text = start.trim_ascii_start();
        let head = &text[..text.len().min(1024)];
        match text.first() {
            Some(b'{') if scan::find(head, b"linux-perf-json-version").is_some() => Kind::PerfJson,
            Some(b'{' | b'[') if scan::find(head, b"\"entries\"").is_some() => Kind::Snapshots,
            Some(b'{') => {
                Kind::Foreign("this is JSON, but neither of `perf data convert --to-json` nor a snapshot of a tree")
            }
            _ => Kind::Text,
        }
    }
}

/// A stream whose beginning was looked at: nothing of it is lost.
pub type Looked<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

/// What a stream is, and the stream, of which nothing is lost.
///
/// # Errors
/// When it cannot be read.
pub fn known<R: BufRead>(mut input: R) -> io::Result<(Kind, Looked<R>)> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok((Kind::of(&head), io::Cursor::new(head).chain(input)))
}

/// A text that is being read.
#[derive(Debug)]
struct Reader {
    diagnosis: Diagnosis,
    /// Was a first `# tracer:` seen?
    is_begun: bool,
}

/// Reads a stream to its end. `kernel`: what the user says about it.
///
/// # Errors
/// When the stream cannot be read, is no trace, or the visitor stops.
pub fn import<R: BufRead>(input: R, kernel: Kernel, visitor: &mut dyn Visitor) -> Result<Diagnosis, Refused> {
    let (kind, input) = known(input)?;
    let mut reader = Reader { diagnosis: Diagnosis { kernel, ..Diagnosis::default() }, is_begun: false };
    match kind {
        Kind::Foreign(advice) => return Err(Refused::Other(advice.into())),
        Kind::Snapshots => return Err(Refused::Other("this is a snapshot of a tree, not a trace".into())),
        Kind::PerfJson => {
            perf_json::read(input, &mut reader.diagnosis, visitor)?;
            return Ok(reader.diagnosis);
        }
        Kind::Text => {}
    }
    let mut lines = Lines::new(input);
    let mut told = 0;
    while let Some(line) = lines.next()? {
        let (text, is_cut) = (line.text, line.is_cut);
        reader.diagnosis.lines += 1;
        reader.line(text, is_cut, visitor)?;
        if lines.bytes >= told + (64 << 10) {
            told = lines.bytes;
            if !visitor.progress(told) {
                return Err(Refused::Stopped);
            }
        }
    }
    reader.diagnosis.bytes = lines.bytes;
    reader.end();
    Ok(reader.diagnosis)
}

impl Reader {
    fn line(&mut self, text: &[u8], is_cut: bool, visitor: &mut dyn Visitor) -> Result<(), Refused> {
        let number = self.diagnosis.lines;
        if is_cut {
            self.diagnosis.not_understood(number, text, "a line longer than 64 KiB");
        } else if text.trim_ascii().is_empty() {
            self.diagnosis.blank += 1;
        } else if text.first() == Some(&b'#') {
            self.diagnosis.comments += 1;
            self.header(number, text)?;
        } else if let Some(prefix) = prefix(text) {
            self.event(number, text, &prefix, visitor);
        } else if self.is_between(number, text)? {
            self.diagnosis.comments += 1;
        } else if is_frame(text) {
            self.diagnosis.frames += 1;
        } else {
            self.diagnosis.not_understood(number, text, why_not(text));
        }
        Ok(())
    }

    fn event(&mut self, line: u64, text: &[u8], prefix: &Prefix<'_>, visitor: &mut dyn Visitor) {
        let is_outside = self.is_outside(prefix);
        let body::Read { what, traits } = match body::read(prefix.name, prefix.body, is_outside) {
            Ok(read) => read,
            Err(why) => return self.diagnosis.not_understood(line, text, why),
        };
        self.diagnosis.time(line, prefix.cpu, prefix.time, prefix.is_ticks);
        self.diagnosis.quirk(line, traits);
        if self.diagnosis.tool.is_none() && traits.has_bogus_oom {
            self.diagnosis.tool = Some(Tool::TraceCmd);
        }
        count(&mut self.diagnosis, &what);
        signs(&mut self.diagnosis, line, prefix, &what);
        let &Prefix { task, cpu, column, time, is_ticks, .. } = prefix;
        let event = Event { line, time, is_ticks, cpu, task, column, what };
        visitor.event(&event, &self.diagnosis.kernel);
    }

    /// Has a tool outside of the kernel printed it? What is seen first decides for the whole file.
    fn is_outside(&mut self, prefix: &Prefix<'_>) -> bool {
        if self.diagnosis.tool.is_none() {
            if !prefix.system.is_empty() {
                self.diagnosis.tool = Some(Tool::PerfScript);
            } else if prefix.is_padded {
                self.diagnosis.tool = Some(Tool::TraceCmd);
            }
        }
        !matches!(self.diagnosis.tool, None | Some(Tool::Kernel))
    }

    /// A line that begins with `#`.
    fn header(&mut self, number: u64, text: &[u8]) -> Result<(), Refused> {
        let said = text[1..].trim_ascii();
        if let Some(tracer) = said.strip_prefix(b"tracer:") {
            if tracer.trim_ascii() == b"function_graph" {
                return Err(Refused::Other(
                    "this is a graph of functions, which has no events with times of their own: `echo nop > current_tracer` and record events"
                        .into(),
                ));
            }
            if std::mem::replace(&mut self.is_begun, true) {
                self.diagnosis.joined_at.push(number);
                self.diagnosis.joined_at.truncate(crate::limits::MAX_SHOWN);
            }
            self.diagnosis.tool = Some(Tool::Kernel);
        } else if scan::find(said, b"latency trace v").is_some() {
            return Err(Refused::Other(
                "this is in the latency format, which has no times of the clock: `echo nolatency-format > trace_options` and read the trace again"
                    .into(),
            ));
        } else if let Some(counts) = said.strip_prefix(b"entries-in-buffer/entries-written:") {
            let mut words = Words(counts);
            if let Some((there, written)) = words.word().and_then(|word| scan::split(word, b'/'))
                && let (Some(there), Some(written)) = (scan::decimal(there), scan::decimal(written))
            {
                let (before, before_written) = self.diagnosis.header.unwrap_or((0, 0));
                self.diagnosis.header = Some((before.saturating_add(there), before_written.saturating_add(written)));
            }
        } else if let Some(release) = said.strip_prefix(b"os release :") {
            let release = std::str::from_utf8(release).ok().and_then(Release::parse);
            if let Some(release) = release {
                self.diagnosis.kernel.note_release(release, number);
            }
        }
        Ok(())
    }

    /// What trace-cmd and the kernel print between events.
    fn is_between(&mut self, number: u64, text: &[u8]) -> Result<bool, Refused> {
        let text = text.trim_ascii();
        if text.starts_with(b"cpus=")
            || text.starts_with(b"version = ")
            || (text.starts_with(b"CPU ") && text.ends_with(b" is empty"))
        {
            self.diagnosis.tool = self.diagnosis.tool.or(Some(Tool::TraceCmd));
            return Ok(true);
        }
        if let Some(rest) = text.strip_prefix(b"CPU:").and_then(|rest| scan::split(rest, b'[')).map(|(_, rest)| rest) {
            let mut words = Words(rest);
            let count = words.0.split(|byte| !byte.is_ascii_digit()).find_map(scan::decimal);
            let is_lost = scan::find(rest, b"LOST").is_some() || scan::find(rest, b"DROPPED").is_some();
            // `CPU:1 [LOST EVENTS]`: how many is not known.
            if is_lost && words.word().is_some() {
                self.diagnosis.lose(number, count.unwrap_or(1));
                return Ok(true);
            }
        }
        // `##### CPU 2 buffer started ####` begins with `#`; perf's `LOST 12 events!`.
        if text.starts_with(b"PERF_RECORD_LOST") || (text.starts_with(b"LOST ") && text.ends_with(b"!")) {
            let count = text.split(|byte| !byte.is_ascii_digit()).find_map(scan::decimal);
            self.diagnosis.lose(number, count.unwrap_or(1));
            return Ok(true);
        }
        Ok(false)
    }

    fn end(&mut self) {
        let diagnosis = &mut self.diagnosis;
        let here = diagnosis.events + diagnosis.probes + diagnosis.markers + diagnosis.switches + diagnosis.others;
        if let Some((there, _)) = diagnosis.header
            && here + diagnosis.not_understood < there
        {
            diagnosis
                .notes
                .push(format!("The header speaks of {there} events, and {here} are here: the text was cut."));
        }
    }
}

pub(crate) fn count(diagnosis: &mut Diagnosis, what: &What<'_>) {
    match what {
        What::Fault(_) | What::PmdHole(_) | What::Insert(_) | What::Writeback(_) => diagnosis.events += 1,
        What::Probe(_) => diagnosis.probes += 1,
        What::Marker(_) => diagnosis.markers += 1,
        What::Switch(_) => diagnosis.switches += 1,
        What::Other(name) => diagnosis.other(name),
    }
}

/// What an event says about its kernel.
fn signs(diagnosis: &mut Diagnosis, line: u64, prefix: &Prefix<'_>, what: &What<'_>) {
    let is_kernels = diagnosis.tool == Some(Tool::Kernel);
    let kernel = &mut diagnosis.kernel;
    if is_kernels {
        match prefix.column.len() {
            4 => kernel.note(kernel::FOUR_FLAGS, line),
            5 => kernel.note(kernel::FIVE_FLAGS, line),
            _ => {}
        }
        if let What::Marker(_) = what {
            match prefix.column {
                b"...1." => kernel.note(kernel::MARKER_ATOMIC, line),
                b"....." => kernel.note(kernel::MARKER_PLAIN, line),
                _ => {}
            }
        }
    }
    of_what(kernel, line, prefix.name, what);
}

/// The signs that are in what an event says, whoever has printed it.
pub(crate) fn of_what(kernel: &mut Kernel, line: u64, name: &[u8], what: &What<'_>) {
    match what {
        What::Fault(fault) => {
            if fault.flags.has(FaultFlags::VMA_LOCK) {
                kernel.note(kernel::VMA_LOCK, line);
            }
            if fault.flags.has(FaultFlags::ORIG_PTE_VALID) {
                kernel.note(kernel::ORIG_PTE_VALID, line);
            }
            if fault.kind == FaultKind::PmdDone && fault.result.has(FaultResult::NOPAGE) && has_other_colour(fault) {
                kernel.note(kernel::COLOUR_IGNORED, line);
            }
            if name.starts_with(b"dax_pfn_mkwrite") {
                kernel.note(kernel::PFN_MKWRITE, line);
            } else if name.starts_with(b"dax_insert_pfn") {
                kernel.note(kernel::INSERT_PFN_MKWRITE, line);
            }
        }
        What::PmdHole(hole) => {
            kernel.note(if hole.is_folio { kernel::ZERO_FOLIO } else { kernel::ZERO_PAGE }, line);
            note_word(kernel, line, hole.word);
        }
        What::Insert(insert) => {
            kernel.note(if insert.is_fallback { kernel::INSERT_FALLBACK } else { kernel::INSERT_MAPPING }, line);
            note_word(kernel, line, insert.word);
        }
        What::Probe(probe) => {
            if let Some(sign) = of_function(probe) {
                kernel.note(sign, line);
            }
        }
        _ => {}
    }
}

fn note_word(kernel: &mut Kernel, line: u64, word: u64) {
    match era_of(word) {
        Some(Era::Radix) => kernel.note(kernel::RADIX_WORD, line),
        Some(Era::XArray) => kernel.note(kernel::XARRAY_WORD, line),
        None => {}
    }
}

fn of_function(probe: &Probe<'_>) -> Option<Sign> {
    match probe.symbol {
        b"get_next_unlocked_entry"
        | b"wait_entry_unlocked_exclusive"
        | b"dax_folio_reset_order"
        | b"vmf_insert_folio_pmd" => Some(kernel::NEW_FUNCTIONS),
        b"get_unlocked_entry" => Some(kernel::GET_UNLOCKED),
        b"get_unlocked_mapping_entry" | b"put_locked_mapping_entry" => Some(kernel::RADIX_FUNCTIONS),
        _ if matches!(probe.function, Function::DeleteRange | Function::BreakLayout | Function::BreakLayoutFinal) => {
            Some(kernel::NEW_FUNCTIONS)
        }
        _ => None,
    }
}

/// A line of a call chain below an event: `ffffffff812 dax_iomap_fault+0x1 ([kernel])`, ` => dax_iomap_fault`.
fn is_frame(text: &[u8]) -> bool {
    if !matches!(text.first(), Some(b' ' | b'\t')) {
        return false;
    }
    let mut words = Words(text);
    match words.word().map(<[u8]>::trim_ascii) {
        Some(b"=>") => words.word().is_some(),
        Some(b"<stack") => true,
        Some(address) => address.len() >= 4 && address.iter().all(u8::is_ascii_hexdigit) && words.word().is_some(),
        None => false,
    }
}

/// What a line that was not understood looks like.
fn why_not(text: &[u8]) -> &'static str {
    if scan::find(text, b" fs_dax:dax_").is_some() && scan::find(text, b"(").is_some() {
        return "output of `perf trace`, which leaves out fields that are 0: record with `perf record` and print with `perf script`";
    }
    if scan::find(text, b" <-").is_some() {
        return "a call of the function tracer; only events are read: `echo nop > current_tracer`";
    }
    if scan::find(text, b"| ").is_some() && scan::find(text, b"();").is_some() {
        return "a line of the function graph; only events are read: `echo nop > current_tracer`";
    }
    if scan::find(text, b": dax_").is_some() {
        return "an event of fs_dax without TASK-PID [CPU] TIME before it; was the line cut?";
    }
    "not of the form TASK-PID [CPU] FLAGS TIME: EVENT: FIELDS"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_known_by_their_beginning() {
        assert!(
            matches!(Kind::of(b"\x17\x08\x44tracing..."), Kind::Foreign(advice) if advice.contains("trace-cmd report"))
        );
        assert!(matches!(Kind::of(b"PERFILE2"), Kind::Foreign(advice) if advice.contains("perf script")));
        assert_eq!(Kind::of(b"{\n\t\"linux-perf-json-version\": 1,"), Kind::PerfJson);
        assert_eq!(Kind::of(b"[\n{\"seq\": 1, \"entries\": []}]"), Kind::Snapshots);
        assert_eq!(Kind::of(b"# tracer: nop\n"), Kind::Text);
        assert_eq!(Kind::of(b""), Kind::Text);
    }

    #[test]
    fn what_is_not_understood_is_told_by_name() {
        assert!(why_not(b"  0.000 daxw/172 fs_dax:dax_pmd_fault(ino: 12)").contains("perf trace"));
        assert!(why_not(b" 0)   0.5 us    |  dax_wake_entry();").contains("function graph"));
        assert!(why_not(b"nonsense").starts_with("not of the form"));
    }
}
