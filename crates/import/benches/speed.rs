//! How fast traces are read and answered, in MB/s of CPU time of one core; docs/benches.md tells how to read it.

use cpu_time::ThreadTime;
use daxscope_import::event::Event;
use daxscope_import::kernel::Kernel;
use daxscope_import::{Answers, Visitor, import};
use std::io::{BufReader, Read};
use std::path::Path;

const BYTES: usize = 256 << 20;
const ROUNDS: usize = 3;

/// A recording over and over.
struct Repeated {
    text: Vec<u8>,
    at: usize,
    left: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.text.len() {
            self.at = 0;
        }
        let count = buffer.len().min(self.text.len() - self.at).min(self.left);
        buffer[..count].copy_from_slice(&self.text[self.at..self.at + count]);
        self.at += count;
        self.left -= count;
        Ok(count)
    }
}

/// Counts only.
struct Events(u64);

impl Visitor for Events {
    fn event(&mut self, _: &Event<'_>, _: &Kernel) {
        self.0 += 1;
    }
}

fn main() {
    // `cargo test --all-targets` runs this too, without the argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    println!("{:<44}{:>12}{:>12}", "MB/s of one core, best of 3", "read", "answered");
    for name in
        ["7.3.4/race_hole_rw.cut.txt", "7.3.4/punch.txt", "7.3.4/mapsync.report.txt", "7.3.4/locks/layout_break.txt"]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/traces").join(name);
        let text = std::fs::read(path).expect(name);
        let only_read = best(&text, || Events(0));
        let answered = best(&text, Answers::default);
        println!("{name:<44}{only_read:>12.0}{answered:>12.0}");
    }
}

fn best<V: Visitor>(text: &[u8], visitor: impl Fn() -> V) -> f64 {
    let round = || {
        let stream = Repeated { text: text.to_vec(), at: 0, left: BYTES };
        let mut visitor = visitor();
        let start = ThreadTime::now();
        import(BufReader::with_capacity(256 << 10, stream), Kernel::default(), &mut visitor).expect("a trace");
        BYTES as f64 / 1e6 / start.elapsed().as_secs_f64()
    };
    (0..ROUNDS).map(|_| round()).fold(0.0, f64::max)
}
