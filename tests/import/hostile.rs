//! Whatever is read, nothing breaks: no panic, every line is counted once, and memory stays bounded.

use super::{answered_on, recording, recordings};
use daxscope_core::scenario::{Severity, parse};
use daxscope_import::import;
use daxscope_import::kernel::Kernel;
use daxscope_import::model::{Lanes, Wanted, follow, lift};
use daxscope_import::tell::{Amount, report};
use proptest::prelude::*;

/// Imports and tells; checks what must hold of anything.
fn survives(text: &[u8]) {
    let Ok((findings, diagnosis)) = answered_on(text, Kernel::default()) else { return };
    let _ = report(&findings, &diagnosis, Amount::ALL);
    modelled(text);
    if diagnosis.tool != Some(daxscope_import::diagnosis::Tool::PerfJson) {
        assert_eq!(diagnosis.accounted(), diagnosis.lines);
        assert_eq!(diagnosis.bytes, text.len() as u64);
    }
    let counts = findings.total;
    let ended = counts.huge + counts.small + counts.copied + counts.failed + counts.taken + counts.unfinished;
    assert_eq!(counts.accesses, ended);
    let causes: u64 = findings.ranges.iter().flat_map(|range| &range.causes).map(|caused| caused.count).sum();
    assert_eq!(causes, counts.fell_back, "each fallback has a cause");
}

/// Makes a scenario of it, and has the model follow: the script reads back without a mistake.
fn modelled(text: &[u8]) {
    for around in [None, Some(20)] {
        let mut lanes = Lanes::around(around);
        let Ok(diagnosis) = import(text, Kernel::default(), &mut lanes) else { return };
        let (acts, names, _) = lanes.finish();
        let Ok(lifted) = lift(acts, &names, &diagnosis.kernel, &[], Wanted { around, fs: None }) else { continue };
        let script = lifted.script(None);
        let mistakes: Vec<_> =
            parse(&script).diagnostics.into_iter().filter(|one| one.severity == Severity::Error).collect();
        assert!(mistakes.is_empty(), "{mistakes:?}\n{script}");
        let _ = follow(&lifted, &[]);
    }
}

/// Numbers and words that readers trip over.
const PIECES: [&str; 22] = [
    "0x0",
    "0xffffffffffffffff",
    "18446744073709551615",
    "-1",
    "0x",
    " ",
    "[",
    "]",
    "[000]",
    "-",
    ": ",
    "|",
    "\n",
    "\r\n",
    "\0",
    "é",
    "FALLBACK",
    "NOPAGE",
    "dax_pmd_fault_done",
    "dax_writeback_range_done",
    "private",
    "(-------)",
];

/// Pages and bytes at the edges of what words, files and scripts can hold.
const EDGES: [u64; 14] = [
    0,
    1,
    0x1ff,
    0x200,
    0x3ff,
    0x40_0000,
    0x7fff_ffff,
    0x8000_0000,
    0x7_ffff_ffff,
    0x8_0000_0000,
    0x7_ffff_ffff_ffff,
    0xf_ffff_ffff_ffff,
    u64::MAX - 1,
    u64::MAX,
];

/// An event with these numbers.
fn edgy(kind: usize, one: u64, two: u64, three: u64) -> String {
    let file = "dev 259:0 ino 0xc";
    match kind {
        0 | 1 => {
            let (name, result) = if kind == 0 { ("dax_pmd_fault", "") } else { ("dax_pmd_fault_done", "NOPAGE") };
            format!(
                "{name}: {file} shared WRITE|USER address {two:#x} vm_start {one:#x} vm_end {three:#x} pgoff {one:#x} max_pgoff {three:#x} {result}"
            )
        }
        2 => format!(
            "dax_pmd_fault_done: {file} private USER address {one:#x} vm_start 0x0 vm_end {two:#x} pgoff {three:#x} max_pgoff {two:#x} FALLBACK"
        ),
        3 => format!("dax_pte_fault: {file} shared USER address {one:#x} pgoff {two:#x} "),
        4 => format!("dax_pte_fault_done: {file} shared USER address {one:#x} pgoff {two:#x} NOPAGE"),
        5 => format!("dax_writeback_range: {file} pgoff {one:#x}-{two:#x}"),
        6 => format!("dax_writeback_range_done: {file} pgoff {one:#x}-{two:#x}"),
        7 => format!("tracing_mark_write: extent[x] #0 logical {one:#x} physical {two:#x} len {three:#x} written"),
        8 => format!("tracing_mark_write: file: ino 0xc size {one:#x}"),
        _ => format!(
            "tracing_mark_write: step: punch page {one:#x}, pwrite page {two}, truncate to {three:#x} pages, mprotect page {one}, fsync page {two}"
        ),
    }
}

/// Puts pieces over a text: each at a place, over so many bytes.
fn put_over(text: &mut Vec<u8>, pieces: Vec<(prop::sample::Index, usize, usize)>) {
    for (at, piece, over) in pieces {
        let at = at.index(text.len() + 1);
        let end = (at + over).min(text.len());
        text.splice(at..end, PIECES[piece].bytes());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(text in prop::collection::vec(any::<u8>(), 0..2000)) {
        survives(&text);
    }

    #[test]
    fn recordings_with_pieces_over_them(
        which in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len(), 0..40usize), 1..12),
    ) {
        let names = recordings();
        let whole = recording(&names[which.index(names.len())]);
        let start = from.index(whole.len());
        let mut text = whole[start..(start + 6000).min(whole.len())].to_vec();
        put_over(&mut text, changes);
        survives(&text);
    }

    #[test]
    fn lines_in_any_order(
        which in any::<prop::sample::Index>(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..80),
    ) {
        let names = recordings();
        let whole = recording(&names[which.index(names.len())]);
        let lines: Vec<&[u8]> = whole.split(|byte| *byte == b'\n').collect();
        let mut text = Vec::new();
        for at in order {
            text.extend_from_slice(lines[at.index(lines.len())]);
            text.push(b'\n');
        }
        survives(&text);
    }

    #[test]
    fn events_with_numbers_at_the_edges(lines in prop::collection::vec((0..10usize, 1..4u32, 0..EDGES.len(), 0..EDGES.len(), 0..EDGES.len()), 1..14)) {
        let mut text = String::new();
        for (at, (kind, tid, one, two, three)) in lines.into_iter().enumerate() {
            text.push_str(&format!("t-{tid} [000] ..... 1.{at:06}: {}\n", edgy(kind, EDGES[one], EDGES[two], EDGES[three])));
        }
        survives(text.as_bytes());
    }

    #[test]
    fn json_with_pieces_over_it(changes in prop::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len(), 0..20usize), 0..8)) {
        let sample = "{\"linux-perf-json-version\": 1, \"headers\": {\"os-release\": \"7.3.4\"}, \"samples\": [\
            {\"timestamp\": 1, \"pid\": 1, \"tid\": 2, \"cpu\": 0, \"comm\": \"a\", \"callchain\": [{\"ip\": \"0x1\"}], \"ino\": \"0xc\", \
            \"vm_start\": \"0x0\", \"vm_end\": \"0x400000\", \"vm_flags\": \"8\", \"address\": \"0x200000\", \"pgoff\": \"512\", \
            \"max_pgoff\": \"1024\", \"dev\": \"271581184\", \"flags\": \"4692\", \"result\": \"2048\"}]}";
        let mut text = sample.as_bytes().to_vec();
        put_over(&mut text, changes);
        survives(&text);
    }
}

/// A long stream of events about more than is followed: what lies beyond is counted, not kept.
#[test]
fn more_ranges_and_tasks_than_are_followed() {
    struct Stream {
        number: u64,
        line: Vec<u8>,
        at: usize,
    }
    impl std::io::Read for Stream {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if self.at == self.line.len() {
                self.number += 1;
                if self.number > 70_000 {
                    return Ok(0);
                }
                let page = self.number * 512;
                self.line = format!(
                    "t-{} [000] ..... 1.0: dax_pte_fault_done: dev 1:1 ino 0x1 shared WRITE address {:#x} pgoff {page:#x} NOPAGE\n",
                    self.number,
                    page << 12
                )
                .into_bytes();
                self.at = 0;
            }
            let count = buffer.len().min(self.line.len() - self.at);
            buffer[..count].copy_from_slice(&self.line[self.at..self.at + count]);
            self.at += count;
            Ok(count)
        }
    }
    let mut answers = daxscope_import::Answers::default();
    let stream = std::io::BufReader::new(Stream { number: 0, line: Vec::new(), at: 0 });
    let diagnosis = import(stream, Kernel::default(), &mut answers).expect("a stream");
    let findings = answers.finish(&diagnosis);
    assert_eq!(findings.total.accesses, 70_000);
    assert_eq!(findings.ranges.len(), daxscope_import::limits::MAX_RANGES);
    assert_eq!(findings.tasks.len(), daxscope_import::limits::MAX_TASKS);
    assert!(findings.left_out > 0);
    assert!(report(&findings, &diagnosis, Amount::SHORT).contains("beyond what is followed"));
}
