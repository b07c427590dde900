//! The loops of the recordings, made of the steps that the kernel's macros make them of.

use daxscope_core::tree::xarray::{Mark, Word, XArray, Xas};
use serde_json::{Value, json};

use super::op::Loop;
use super::words::told;

/// Where the recorder cut a loop, before it did anything with the last entry. Two recorded loops are that long
/// (`hand-max_index`, `hand-max_index_pmd`): a marked walk that pauses on the last index of all begins again at 0, for ever.
const LOOP_CUT: usize = 20_001;

/// Runs a whole loop; answers with what it met.
pub(super) fn run(whole: Loop, xas: &mut Xas, array: &mut XArray) -> Value {
    let met = match whole {
        Loop::Each { max, pause } => each(xas, array, max, pause, |_, _| {}),
        Loop::Delete(max) => each(xas, array, max, 0, |xas, array| {
            xas.store(array, Word::NULL);
        }),
        Loop::ClearMarks(max) => each(xas, array, max, 0, |xas, array| {
            xas.clear_mark(array, Mark::Dirty);
            xas.clear_mark(array, Mark::Towrite);
        }),
        Loop::Marked { max, mark, pause } => marked(xas, array, (max, mark), pause, |_, _| {}),
        Loop::Tag { max, from, to, pause } => {
            marked(xas, array, (max, from), pause, |xas, array| xas.set_mark(array, to))
        }
        Loop::Conflicts => conflicts(xas, array),
    };
    pairs(&met, array)
}

type Met = Vec<(u64, Word)>;

/// `xas_for_each`, with a pause after every `pause`-th entry (0: never).
fn each(xas: &mut Xas, array: &mut XArray, max: u64, pause: u64, act: impl Fn(&mut Xas, &mut XArray)) -> Met {
    let mut met = Vec::new();
    let mut word = xas.find(array, max);
    while !word.is_null() {
        met.push((xas.index(), word));
        if met.len() == LOOP_CUT {
            break;
        }
        act(xas, array);
        if pause > 0 && (met.len() as u64).is_multiple_of(pause) {
            xas.pause(array);
        }
        word = xas.next_entry(array, max);
    }
    met
}

/// `xas_for_each_marked`.
fn marked(
    xas: &mut Xas,
    array: &mut XArray,
    (max, mark): (u64, Mark),
    pause: u64,
    act: impl Fn(&mut Xas, &mut XArray),
) -> Met {
    let mut met = Vec::new();
    let mut word = xas.find_marked(array, max, mark);
    while !word.is_null() {
        met.push((xas.index(), word));
        if met.len() == LOOP_CUT {
            break;
        }
        act(xas, array);
        if pause > 0 && (met.len() as u64).is_multiple_of(pause) {
            xas.pause(array);
        }
        word = xas.next_marked(array, max, mark);
    }
    met
}

/// `xas_for_each_conflict`, with the first index of the slot where the state stands.
fn conflicts(xas: &mut Xas, array: &XArray) -> Met {
    let mut met = Vec::new();
    while met.len() < LOOP_CUT {
        let word = xas.find_conflict(array);
        if word.is_null() {
            break;
        }
        met.push((xas.slot_index(array), word));
    }
    met
}

pub(super) fn pairs(met: &[(u64, Word)], array: &XArray) -> Value {
    met.iter().map(|&(index, word)| json!([index, told(word, array)])).collect()
}
