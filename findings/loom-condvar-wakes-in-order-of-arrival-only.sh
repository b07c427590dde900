#!/usr/bin/env bash
# notify_one wakes "one" waiter: loom tries only the first in line, shuttle tries each.
#
# Versions   loom 0.7.3, shuttle 0.9.10.
# Guess      std promises no order, so a checker that claims all executions tries every waiter.
# Seen       Two threads wait on one Condvar, a third calls notify_one once. loom, with no bound on preemptions, explores all
#            schedules and always wakes the one that came first. shuttle, at random, wakes either.
# So         A lost wake-up that needs the later of two different waiters to be woken (wake one where wake all is needed) is
#            found by shuttle and passes loom as proved.
# Meets us   The kernel's exclusive waiters on a DAX entry are woken in order of arrival, so daxscope's model of that queue is
#            in order too, and may be: it is the kernel's promise there. It is none of std's.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
cat > Cargo.toml <<'TOML'
[package]
name = "wake-one"
version = "0.0.0"
edition = "2021"
[dependencies]
loom = "=0.7.3"
shuttle = "=0.9.10"
[workspace]
TOML
mkdir src
cat > src/main.rs <<'RUST'
//! Who of two waiters is woken first?
use std::collections::BTreeSet;
use std::sync::Mutex;

static WOKEN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

#[derive(Default)]
struct State {
    arrived: Vec<u8>,
    woken: bool,
}

macro_rules! scenario {
    ($lib:ident, $arc:path) => {{
        use $arc as Shared;
        let shared = Shared::new(($lib::sync::Mutex::new(State::default()), $lib::sync::Condvar::new()));
        let waiters: Vec<_> = (0..2u8)
            .map(|name| {
                let shared = Shared::clone(&shared);
                $lib::thread::spawn(move || {
                    let mut state = shared.0.lock().unwrap();
                    state.arrived.push(name);
                    state = shared.1.wait(state).unwrap();
                    if !std::mem::replace(&mut state.woken, true) {
                        let first = state.arrived[0] == name;
                        WOKEN.lock().unwrap().insert(if first { "first in line" } else { "last in line" });
                    }
                })
            })
            .collect();
        while shared.0.lock().unwrap().arrived.len() < 2 {
            $lib::thread::yield_now();
        }
        shared.1.notify_one();
        while !shared.0.lock().unwrap().woken {
            $lib::thread::yield_now();
        }
        shared.1.notify_all();
        waiters.into_iter().for_each(|waiter| waiter.join().unwrap());
    }};
}

fn told(name: &str, run: impl FnOnce()) {
    WOKEN.lock().unwrap().clear();
    run();
    println!("{name} wakes {:?}", WOKEN.lock().unwrap());
}

fn main() {
    told("loom", || {
        let mut checker = loom::model::Builder::new();
        checker.preemption_bound = None;
        checker.max_branches = 10_000;
        checker.check(|| scenario!(loom, loom::sync::Arc));
    });
    told("shuttle", || {
        shuttle::check_random(|| scenario!(shuttle, std::sync::Arc), 2_000);
    });
}
RUST
cargo run --quiet 2>&1 | tee seen
diff seen - <<'SEEN'
loom wakes {"first in line"}
shuttle wakes {"first in line", "last in line"}
SEEN
echo "as described"
