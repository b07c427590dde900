//! What a search says of where its states come from agrees with itself and with what is known otherwise.

use daxscope_core::scenario::parse;
use daxscope_explore::graph::Profile;
use daxscope_explore::{Bounds, Options, Reductions, Search, Verdict};
use std::sync::Arc;

fn profile(script: &str, failures: u32, reductions: Reductions) -> (Search, Profile) {
    let scenario = Arc::new(parse(script).scenario);
    let bounds = Bounds { failures, ..Bounds::default() };
    let mut search = Search::new(scenario, Options { bounds, reductions, ..Options::default() });
    while *search.advance(10_000) == Verdict::Running {}
    assert_eq!(*search.verdict(), Verdict::Complete);
    let profile = search.profile().expect("a search that keeps states");
    (search, profile)
}

fn mix(size: &str) -> String {
    std::fs::read_to_string(format!("{}/../../tests/mix/{size}.dax", env!("CARGO_MANIFEST_DIR"))).expect("a mix")
}

#[test]
fn every_number_is_within_what_there_is() {
    for (size, failures) in [("2x1", 0), ("2x2", Bounds::ANY_FAILURES), ("3x1", 1)] {
        let (search, profile) = profile(&mix(size), failures, Reductions::ALL);
        let states = profile.states;
        assert_eq!(states, search.counts().states, "{size}");
        for part in [profile.worlds, profile.places, profile.sites, profile.read] {
            assert!(part > 1 && part <= states, "{size}: {profile:?}");
        }
        assert!(profile.worlds * profile.places >= states, "{size}: a state is a world and places");
        assert!(profile.known > 0 && profile.alone > 0 && profile.transitions > states, "{size}");
        for column in &profile.columns {
            let name = format!("{size}, {}", column.name);
            assert!(column.without <= states && column.without * column.values >= states, "{name}");
            assert!(column.unread <= states && !column.name.is_empty(), "{name}");
            assert_eq!(column.values == 1, column.without == states && column.values == 1, "{name}");
        }
        // All calls that fail are counted down, or none is.
        let left = profile.columns.iter().find(|column| column.name == "failures left").expect("a column");
        assert_eq!(left.values, if failures == 1 { 2 } else { 1 }, "{size}");
    }
}

#[test]
fn one_thread_has_nothing_to_exchange_and_a_place_for_each_state() {
    let script = "revision fixed\nfile 4M\nthread A\n  write 4K at 1p\n  fsync\n";
    let (_, profile) = profile(script, 0, Reductions { persistent_sets: false, ..Reductions::ALL });
    assert_eq!((profile.exchangeable, profile.known, profile.places), (0, 0, profile.states));
}

#[test]
fn threads_on_two_files_ranges_can_be_exchanged_everywhere() {
    let script = "revision fixed\nfile 8M\nprocess P\nprocess Q\nthread A in P\n  read 4K at 0\nthread B in Q\n  read 4K at 4M\n";
    let (_, profile) = profile(script, 0, Reductions { persistent_sets: false, ..Reductions::ALL });
    assert!(profile.exchangeable > 0 && profile.known > 0, "{profile:?}");
}
