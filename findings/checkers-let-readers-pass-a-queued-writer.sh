#!/usr/bin/env bash
# A reader behind a queued writer: std's RwLock refuses it, loom and shuttle let it through in every schedule.
#
# Versions   loom 0.7.3, shuttle 0.9.10, the RwLock of the Rust that runs this, on Linux.
# Guess      A lock that keeps new readers out while a writer waits (the kernel's rw_semaphore does, and std's RwLock on Linux
#            does) is modelled so by the checkers that stand in for std: some schedule has the second reader waiting.
# Seen       std: with one reader inside and one writer asleep, `try_read` fails. loom and shuttle: over all schedules,
#            `try_read` beside a reader never fails, also where the writer has asked first.
# So         Deadlocks of the kind "A waits for B, B queues behind writer C, C waits for A" exist on the real lock and in no
#            schedule of these checkers: their "no deadlock" says nothing about them. std's documentation leaves the order
#            open, so both are allowed; but a checker that explores one of two allowed orders proves less than it seems to.
# Meets us   mmap_sem and the locks of the file systems are such locks. daxscope queues readers behind waiting writers.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
cat > Cargo.toml <<'TOML'
[package]
name = "queued-writer"
version = "0.0.0"
edition = "2021"
[dependencies]
loom = "=0.7.3"
shuttle = "=0.9.10"
[workspace]
TOML
mkdir src
cat > src/main.rs <<'RUST'
//! One thread reads, one wants to write, and a third tries to read once the second has asked.
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

static ADMITTED: AtomicUsize = AtomicUsize::new(0);
static REFUSED: AtomicUsize = AtomicUsize::new(0);

macro_rules! scenario {
    ($lib:ident, $arc:path) => {{
        use $arc as Shared;
        let lock = Shared::new($lib::sync::RwLock::new(()));
        let inside = lock.read().unwrap();
        let other = Shared::clone(&lock);
        let writer = $lib::thread::spawn(move || drop(other.write().unwrap()));
        let other = Shared::clone(&lock);
        let reader = $lib::thread::spawn(move || {
            let count = if other.try_read().is_ok() { &ADMITTED } else { &REFUSED };
            count.fetch_add(1, SeqCst);
        });
        reader.join().unwrap();
        drop(inside);
        writer.join().unwrap();
    }};
}

fn counted(name: &str, run: impl FnOnce()) {
    ADMITTED.store(0, SeqCst);
    REFUSED.store(0, SeqCst);
    run();
    let (admitted, refused) = (ADMITTED.load(SeqCst), REFUSED.load(SeqCst));
    println!("{name}: some schedule admits the reader: {}, some refuses it: {}", admitted > 0, refused > 0);
}

fn real() -> bool {
    let lock = std::sync::Arc::new(std::sync::RwLock::new(()));
    let inside = lock.read().unwrap();
    let other = lock.clone();
    let writer = std::thread::spawn(move || drop(other.write().unwrap()));
    // Until the writer has gone to sleep; half a minute is enough on any machine.
    let end = Instant::now() + Duration::from_secs(30);
    let mut refused = false;
    while !refused && Instant::now() < end {
        refused = lock.try_read().is_err();
    }
    drop(inside);
    writer.join().unwrap();
    refused
}

fn main() {
    println!("std: a reader is refused while a writer waits: {}", real());
    counted("loom", || loom::model(|| scenario!(loom, loom::sync::Arc)));
    counted("shuttle", || {
        shuttle::check_dfs(|| scenario!(shuttle, std::sync::Arc), None);
    });
}
RUST
cargo run --quiet 2>&1 | tee seen
diff seen - <<'SEEN'
std: a reader is refused while a writer waits: true
loom: some schedule admits the reader: true, some refuses it: false
shuttle: some schedule admits the reader: true, some refuses it: false
SEEN
echo "as described"
