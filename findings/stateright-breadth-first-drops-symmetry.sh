#!/usr/bin/env bash
# Stateright: `.symmetry()` is dropped without a word by breadth-first search, the one that its examples begin with.
#
# Version    stateright 0.31.0.
# Guess      A reduction that was asked for is made or refused.
# Seen       Three identical processes with three places each: 27 states, 10 up to their names. `.symmetry().spawn_dfs()`
#            counts 10, `.symmetry().spawn_bfs()` counts 27 and says nothing.
# So         Whoever compares state counts of two strategies with symmetry on compares two different things, and a search that
#            runs out of memory breadth first has not had the reduction that was asked for.
# Meets us   tests/stateright.rs counts states with it: without symmetry, on purpose. Our own certificate names the reductions
#            that ran, not those that were asked for.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"
cat > Cargo.toml <<'TOML'
[package]
name = "names-of-processes"
version = "0.0.0"
edition = "2021"
[dependencies]
stateright = "=0.31.0"
[workspace]
TOML
mkdir src
cat > src/main.rs <<'RUST'
//! Three processes that each go from place 0 to 1 to 2.
use stateright::{Checker, Model, Property, Representative};

#[derive(Clone, Debug, Hash, PartialEq, Eq)]
struct Places([u8; 3]);

impl Representative for Places {
    fn representative(&self) -> Self {
        let mut sorted = self.clone();
        sorted.0.sort_unstable();
        sorted
    }
}

#[derive(Clone)]
struct Walkers;

impl Model for Walkers {
    type State = Places;
    type Action = usize;

    fn init_states(&self) -> Vec<Places> {
        vec![Places([0; 3])]
    }

    fn actions(&self, state: &Places, actions: &mut Vec<usize>) {
        actions.extend((0..3).filter(|&walker| state.0[walker] < 2));
    }

    fn next_state(&self, state: &Places, walker: usize) -> Option<Places> {
        let mut next = state.clone();
        next.0[walker] += 1;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("in bounds", |_, state: &Places| state.0.iter().all(|&place| place < 3))]
    }
}

fn main() {
    println!("depth first, no symmetry: {}", Walkers.checker().spawn_dfs().join().unique_state_count());
    println!("depth first: {}", Walkers.checker().symmetry().spawn_dfs().join().unique_state_count());
    println!("breadth first: {}", Walkers.checker().symmetry().spawn_bfs().join().unique_state_count());
}
RUST
cargo run --quiet 2>&1 | tee seen
diff seen - <<'SEEN'
depth first, no symmetry: 27
depth first: 10
breadth first: 27
SEEN
echo "as described"
