//! The moves in words.

use super::place::Places;
use super::played::{Alone, End, Move, Played, Sameness};
use daxscope_core::units::ThreadId;

/// A move in one or two sentences.
pub(super) fn of_move(played: &Played, places: &Places, made: &Move) -> String {
    match made {
        Move::Looks { at, only, spared } => {
            let mut text = format!("{} is taken from those that wait.", capital(&state(places, *at)));
            match only {
                Some(only) => text.push_str(&format!(" {}", why_alone(only))),
                None => text.push_str(" Every thread that can run is tried."),
            }
            for &thread in spared {
                text.push_str(&format!(
                    " A call in {}'s step could fail here too, but as many as may fail have failed.",
                    ThreadId(thread)
                ));
            }
            text
        }
        Move::Goes(node) => {
            let Some(step) = played.steps.get(node - 1) else { return String::new() };
            let failing = if step.fail { ", and a call is made to fail" } else { "" };
            format!(
                "From {}{failing}: {} {}",
                state(places, step.from),
                step.sentence,
                came_of(places, *node, &step.end)
            )
        }
        Move::Ends(at, true) => format!("Nobody can run in {}: all threads are done.", state(places, *at)),
        Move::Ends(at, false) => format!("Nobody can run in {}, and not all threads are done.", state(places, *at)),
    }
}

/// `state 7`.
pub(super) fn state(places: &Places, node: usize) -> String {
    match places.names.get(node) {
        Some(Some(0)) => "the start".into(),
        Some(Some(name)) => format!("state {name}"),
        _ => "a state that is not drawn".into(),
    }
}

fn came_of(places: &Places, node: usize, end: &End) -> String {
    match end {
        End::Stored => format!("That is new: {}, which waits now.", state(places, node)),
        End::Passed(alone) => {
            format!("That is {}, and it is passed at once. {}", state(places, node), why_alone(alone))
        }
        End::Known(before, same) => {
            let before = before.map_or_else(|| "a state from before".into(), |before| state(places, before));
            format!("Pruned: {before} again, {}.", why_same(*same))
        }
        End::Dead => "The kernel is dead: nothing follows.".into(),
        End::Broken(headline) => format!("{headline}: the search ends."),
        End::Bound => "The bound on states is hit: the search ends.".into(),
    }
}

/// Why a state is one that was there before.
pub(super) const fn why_same(same: Sameness) -> &'static str {
    match same {
        Sameness::Exact => "the very same (state caching)",
        Sameness::Merged => "by other answers that no thread remembers (merged places)",
        Sameness::Alike => "up to what can no longer change what a thread does (bisimulation)",
        Sameness::Swapped => "with identical threads in each other's place (symmetry)",
    }
}

/// Why only one thread has to go.
pub(super) fn why_alone(alone: &Alone) -> String {
    let goes = ThreadId(alone.thread);
    let mut others = String::new();
    for (at, (other, _)) in alone.left.iter().enumerate() {
        if at > 0 {
            others.push_str(" or ");
        }
        others.push_str(&ThreadId(*other).to_string());
    }
    match (alone.left.is_empty(), alone.touches.is_empty()) {
        (true, _) => format!("Only {goes} can run."),
        (_, true) => format!(
            "Only {goes} needs to go, because its step is nobody else's business (persistent set): {others} can wait."
        ),
        _ => format!(
            "Only {goes} needs to go, because nothing that {others} can still do meanwhile gets in the way of what its step touches: {} (persistent set).",
            alone.touches
        ),
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), chars.as_str()))
}
