//! The output of `perf data convert --to-json`: an object for each sample, all fields as strings, and no names of events.
//!
//! Which event a sample is shows in its fields. Where several have the same ones, the result and what came before decide:
//! a handler that begins has the result 0; a second answer behind one that asks for metadata is the mapping of `MAP_SYNC`;
//! write-back of a range begins and ends in turns. What cannot be told apart: docs/import.md.

use crate::body::{Fields, Traits};
use crate::diagnosis::{Diagnosis, Tool};
use crate::event::{Event, Fault, FaultKind, Task, What, WritebackKind};
use crate::flags::FaultResult;
use crate::json::{Stop, Token, Tokens};
use crate::kernel::Release;
use crate::limits::MAX_TASKS;
use crate::trace::{Refused, Visitor, count, of_what};
use crate::{body, scan};
use std::collections::HashMap;
use std::io::BufRead;

/// What a sample says.
#[derive(Debug, Default)]
struct Sample {
    line: u64,
    time: Option<u64>,
    pid: Option<u64>,
    tid: Option<u64>,
    cpu: Option<u64>,
    comm: Vec<u8>,
    fields: Fields,
    marker: Option<Vec<u8>>,
}

/// What is known of a task from the samples before.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    is_writing_back: bool,
    /// The last answer of a handler asks for metadata to be written.
    needs_sync: bool,
    /// The address of the last answer of a 4 KiB handler, if no handler has begun since.
    answered: Option<u64>,
}

impl Before {
    /// Which event of a fault it is. A second answer to one call is the mapping of `MAP_SYNC`, or one of the two is
    /// `dax_load_hole`: then that is said of the second, because the first has been handed on.
    fn kind(&mut self, fault: &Fault) -> FaultKind {
        let needed = std::mem::replace(&mut self.needs_sync, fault.result.has(FaultResult::NEEDDSYNC));
        if fault.kind != FaultKind::PteDone {
            self.answered = None;
            return fault.kind;
        }
        let again = self.answered.replace(fault.address) == Some(fault.address);
        match (needed, again) {
            (true, _) => FaultKind::Mkwrite,
            (false, true) => FaultKind::LoadHole,
            (false, false) => fault.kind,
        }
    }
}

/// Reads it all.
pub(crate) fn read<R: BufRead>(input: R, diagnosis: &mut Diagnosis, visitor: &mut dyn Visitor) -> Result<(), Refused> {
    diagnosis.tool = Some(Tool::PerfJson);
    let mut tokens = Tokens::new(input);
    let mut reader = Reader { diagnosis, before: HashMap::new() };
    let mut key = Vec::new();
    let mut told = 0;
    let ended = loop {
        let token = match tokens.next() {
            Ok(Some(token)) => token,
            Ok(None) => break Ok(()),
            Err(stop) => break Err(stop),
        };
        match (token, tokens.depth()) {
            (Token::Key, _) => key.clone_from(&tokens.text),
            (Token::String, 2) if key == b"os-release" => reader.release(&tokens.text, tokens.line),
            (Token::Open(b'{'), 3) if key == b"samples" => {
                let sample = match sample(&mut tokens) {
                    Ok(sample) => sample,
                    Err(stop) => break Err(stop),
                };
                // `samples` is still the key of the array that is open.
                key.clear();
                key.extend_from_slice(b"samples");
                reader.sample(sample, visitor);
                if tokens.bytes >= told + (64 << 10) {
                    told = tokens.bytes;
                    if !visitor.progress(told) {
                        return Err(Refused::Stopped);
                    }
                }
            }
            _ => {}
        }
    };
    reader.diagnosis.bytes = tokens.bytes;
    reader.diagnosis.lines = tokens.line;
    match ended {
        // What was read before is worth something: a file that is cut has an end in the middle.
        Err(Stop::Broken(line, why)) if reader.diagnosis.has_events() => {
            reader.diagnosis.not_understood(line, b"", why);
            reader.diagnosis.notes.push(format!("Line {line}: {why}; what stands before it is told."));
            Ok(())
        }
        Err(stop) => Err(stop.into()),
        Ok(()) => Ok(()),
    }
}

/// Reads the object that has just been opened.
fn sample<R: BufRead>(tokens: &mut Tokens<R>) -> Result<Sample, Stop> {
    let mut sample = Sample { line: tokens.line, ..Sample::default() };
    let outside = tokens.depth() - 1;
    let mut key = Vec::new();
    while let Some(token) = tokens.next()? {
        match token {
            Token::Key => key.clone_from(&tokens.text),
            Token::Open(_) => tokens.skip(token)?,
            Token::Close(_) if tokens.depth() == outside => break,
            Token::Close(_) => {}
            Token::String | Token::Word => sample.put(&key, &tokens.text),
        }
    }
    Ok(sample)
}

impl Sample {
    fn put(&mut self, key: &[u8], text: &[u8]) {
        match key {
            b"timestamp" => self.time = scan::number(text),
            b"pid" => self.pid = scan::number(text),
            b"tid" => self.tid = scan::number(text),
            b"cpu" => self.cpu = scan::number(text),
            b"comm" => self.comm = text.to_vec(),
            b"buf" => self.marker = Some(text.to_vec()),
            _ => self.fields.put(key, text),
        }
    }
}

struct Reader<'a> {
    diagnosis: &'a mut Diagnosis,
    before: HashMap<u32, Before>,
}

impl Reader<'_> {
    fn release(&mut self, text: &[u8], line: u64) {
        if let Some(release) = std::str::from_utf8(text).ok().and_then(Release::parse) {
            self.diagnosis.kernel.note_release(release, line);
        }
    }

    fn sample(&mut self, sample: Sample, visitor: &mut dyn Visitor) {
        let line = sample.line;
        let (Some(tid), Some(time)) = (sample.tid.and_then(|tid| u32::try_from(tid).ok()), sample.time) else {
            return self.diagnosis.not_understood(line, b"a sample", "a sample without tid or timestamp");
        };
        let Some(name) = sample.fields.event_name() else {
            if let Some(marker) = &sample.marker {
                return self.send(&sample, tid, time, What::Marker(marker.trim_ascii_end()), visitor);
            }
            return self.diagnosis.other(b"(perf names no events in JSON)");
        };
        let mut traits = Traits { is_raw: true, is_named: true, ..Traits::default() };
        match body::named_event(name, &sample.fields, &mut traits) {
            Ok(what) => {
                self.diagnosis.quirks.unnamed = self.diagnosis.quirks.unnamed.or(Some(line));
                self.diagnosis.quirk(line, traits);
                let what = self.told_apart(tid, what);
                self.send(&sample, tid, time, what, visitor);
            }
            Err(why) => self.diagnosis.not_understood(line, name, why),
        }
    }

    /// Which of the events with such fields it is.
    fn told_apart<'e>(&mut self, tid: u32, what: What<'e>) -> What<'e> {
        if self.before.len() >= MAX_TASKS && !self.before.contains_key(&tid) {
            self.before.clear();
        }
        let before = self.before.entry(tid).or_default();
        match what {
            What::Writeback(mut writeback) if writeback.kind != WritebackKind::One => {
                let is_open = before.is_writing_back;
                before.is_writing_back = !is_open;
                writeback.kind = if is_open { WritebackKind::Done } else { WritebackKind::Range };
                What::Writeback(writeback)
            }
            What::Fault(fault) => What::Fault(Fault { kind: before.kind(&fault), ..fault }),
            what => what,
        }
    }

    fn send(&mut self, sample: &Sample, tid: u32, time: u64, what: What<'_>, visitor: &mut dyn Visitor) {
        let cpu = sample.cpu.and_then(|cpu| u32::try_from(cpu).ok()).unwrap_or(0);
        let tgid = sample.pid.and_then(|pid| u32::try_from(pid).ok());
        let task = Task { name: &sample.comm, tid, tgid };
        self.diagnosis.time(sample.line, cpu, time, false);
        count(self.diagnosis, &what);
        // A name that was guessed from fields is no sign of anything.
        of_what(&mut self.diagnosis.kernel, sample.line, b"", &what);
        let event = Event { line: sample.line, time, is_ticks: false, cpu, task, column: b"", what };
        visitor.event(&event, &self.diagnosis.kernel);
    }
}
