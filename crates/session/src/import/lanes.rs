//! Which handlers ran when: the spans of a part of a trace, for lanes. Bounded, whatever the trace.

use super::report::{Span, SpanKind};
use daxscope_import::event::{Event, Fault, FaultKind, What, Writeback, WritebackKind};
use daxscope_import::flags::FaultResult;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Spans that are kept.
pub(super) const MAX_SPANS: usize = 2000;
/// Of those, so many that end before the line that is asked for.
const BEFORE: usize = 500;
/// Handlers under way that are followed.
const MAX_OPEN: usize = 4096;

/// Sees events and keeps the spans around a line.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    /// The line that is asked for; 0: the beginning.
    around: u64,
    open: HashMap<u32, Span>,
    spans: VecDeque<Span>,
    /// Spans that end at the line or behind it.
    behind: usize,
    /// Are there spans before those that are kept, and behind them?
    pub(super) has_earlier: bool,
    pub(super) has_later: bool,
    /// The last name of each task that is in a span.
    pub(super) names: BTreeMap<u32, String>,
}

impl Lanes {
    pub(super) fn new(around: u64) -> Lanes {
        Lanes { around, ..Lanes::default() }
    }

    pub(super) fn see(&mut self, event: &Event<'_>) {
        match &event.what {
            What::Fault(fault) => self.fault(event, fault),
            What::PmdHole(hole) => {
                if let Some(span) = self.open.get_mut(&event.task.tid)
                    && !hole.is_fallback
                {
                    span.is_zero = true;
                }
            }
            What::Writeback(writeback) => self.writeback(event, writeback),
            _ => {}
        }
    }

    fn fault(&mut self, event: &Event<'_>, fault: &Fault) {
        let kind = match fault.kind {
            FaultKind::Pmd => SpanKind::OpenHuge,
            FaultKind::Pte => SpanKind::OpenSmall,
            FaultKind::PmdDone => of_huge(fault.result),
            FaultKind::PteDone => of_small(fault.result),
            FaultKind::LoadHole => {
                if let Some(span) = self.open.get_mut(&event.task.tid) {
                    span.is_zero = true;
                }
                return;
            }
            FaultKind::Mkwrite => SpanKind::Synced,
            FaultKind::MkwriteNoEntry => SpanKind::Failed,
        };
        let new = Span {
            tid: event.task.tid,
            lines: (event.line, event.line),
            times: (event.time, event.time),
            kind,
            page: fault.page,
            last: None,
            is_write: fault.flags.is_write(),
            is_zero: false,
            flushed: 0,
            file: (fault.file.major, fault.file.minor, fault.file.ino),
            result: fault.result.to_string(),
        };
        if fault.kind.is_entry() {
            self.begin(event, new);
        } else {
            self.end(event, new);
        }
    }

    fn writeback(&mut self, event: &Event<'_>, writeback: &Writeback) {
        let file = (writeback.file.major, writeback.file.minor, writeback.file.ino);
        match writeback.kind {
            WritebackKind::Range => {
                let span = Span {
                    tid: event.task.tid,
                    lines: (event.line, event.line),
                    times: (event.time, event.time),
                    kind: SpanKind::OpenSync,
                    page: writeback.first,
                    last: (writeback.last < 0x7_ffff_ffff_ffff).then_some(writeback.last),
                    file,
                    ..Span::default()
                };
                self.begin(event, span);
            }
            WritebackKind::One => {
                if let Some(span) = self.open.get_mut(&event.task.tid) {
                    span.flushed += 1;
                }
            }
            WritebackKind::Done => {
                let page = writeback.first;
                self.end(event, Span { tid: event.task.tid, kind: SpanKind::Sync, page, file, ..Span::default() });
            }
        }
    }

    fn begin(&mut self, event: &Event<'_>, span: Span) {
        if let Some(before) = self.open.remove(&span.tid) {
            self.keep(event, before);
        }
        if self.open.len() < MAX_OPEN {
            self.open.insert(span.tid, span);
        }
    }

    /// Ends what the task has begun. Where its beginning is not in the trace, it begins where it ends.
    fn end(&mut self, event: &Event<'_>, end: Span) {
        let begun = self.open.remove(&end.tid);
        let is_same = |span: &Span| span.file == end.file && (span.page == end.page || end.kind == SpanKind::Sync);
        let here = (event.line, event.time);
        let span = match begun {
            Some(begun) if is_same(&begun) => Span {
                lines: (begun.lines.0, here.0),
                times: (begun.times.0, here.1),
                page: begun.page,
                last: begun.last,
                is_zero: begun.is_zero,
                flushed: begun.flushed,
                ..end
            },
            other => {
                if let Some(other) = other {
                    self.keep(event, other);
                }
                Span { lines: (here.0, here.0), times: (here.1, here.1), ..end }
            }
        };
        self.keep(event, span);
    }

    fn keep(&mut self, event: &Event<'_>, span: Span) {
        if self.spans.len() >= MAX_SPANS && self.behind >= MAX_SPANS - BEFORE {
            self.has_later = true;
            return;
        }
        if span.tid == event.task.tid {
            let name = String::from_utf8_lossy(event.task.name);
            match self.names.get_mut(&span.tid) {
                Some(known) if **known == *name => {}
                Some(known) => *known = name.into_owned(),
                None => _ = self.names.insert(span.tid, name.into_owned()),
            }
        }
        self.behind += usize::from(span.lines.1 >= self.around);
        self.spans.push_back(span);
        let kept_before = self.spans.len() - self.behind.min(self.spans.len());
        if kept_before > BEFORE || self.spans.len() > MAX_SPANS {
            self.spans.pop_front();
            self.has_earlier = true;
        }
    }

    /// All that was kept, by the line at which it begins; what has no end in the trace goes with the others.
    pub(super) fn finish(mut self) -> (Vec<Span>, BTreeMap<u32, String>, bool, bool) {
        let mut open: Vec<Span> = self.open.drain().map(|(_, span)| span).collect();
        open.sort_by_key(|span| span.lines);
        for span in open {
            if self.spans.len() < MAX_SPANS {
                self.spans.push_back(span);
            } else {
                self.has_later = true;
            }
        }
        let mut spans: Vec<Span> = self.spans.into();
        spans.sort_by_key(|span| (span.lines.0, span.lines.1, span.tid));
        let mut names = self.names;
        names.retain(|tid, _| spans.iter().any(|span| span.tid == *tid));
        (spans, names, self.has_earlier, self.has_later)
    }
}

fn of_huge(result: FaultResult) -> SpanKind {
    if result.has(FaultResult::FALLBACK) {
        SpanKind::FellBack
    } else if result.has(FaultResult::NEEDDSYNC | FaultResult::RETRY) {
        SpanKind::Again
    } else if result.has(FaultResult::NOPAGE) {
        SpanKind::Huge
    } else if result.0 == 0 {
        SpanKind::Taken
    } else {
        SpanKind::Failed
    }
}

fn of_small(result: FaultResult) -> SpanKind {
    if result.has(FaultResult::NEEDDSYNC | FaultResult::RETRY) {
        SpanKind::Again
    } else if result.has(FaultResult::DONE_COW) {
        SpanKind::Copied
    } else if result.has(FaultResult::NOPAGE) || result.0 == 0 {
        SpanKind::Small
    } else {
        SpanKind::Failed
    }
}
