//! Whatever is read, nothing breaks: no panic, every line is counted once, and memory stays bounded.

use super::{answered_on, recording, recordings};
use daxscope_import::import;
use daxscope_import::kernel::Kernel;
use daxscope_import::tell::{Amount, report};
use proptest::prelude::*;

/// Imports and tells; checks what must hold of anything.
fn survives(text: &[u8]) {
    let Ok((findings, diagnosis)) = answered_on(text, Kernel::default()) else { return };
    let _ = report(&findings, &diagnosis, Amount::ALL);
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
