//! Which data only late functions look at.
//!
//! What no function of the first module leads to comes with the rest: `linked` knows which data functions name, and where they lie.

use super::linked::Linked;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasmparser::{Data, DataKind, Operator};

/// Pieces of memory, in order.
pub(super) type Ranges = Vec<Range<u32>>;

/// What is shorter stays where it is: a piece of its own costs as much.
const WORTH_MOVING: u32 = 12;

/// A piece of data.
pub(super) struct Piece<'d> {
    pub(super) address: u32,
    pub(super) bytes: &'d [u8],
    pub(super) is_late: bool,
}

/// Data cut where it becomes late or is so no more; `None` if it lies nowhere in particular.
pub(super) fn pieces<'d>(datum: &Data<'d>, late: &Ranges) -> wasmparser::Result<Option<Vec<Piece<'d>>>> {
    let Some(address) = address(datum)? else { return Ok(None) };
    let end = address + datum.data.len() as u32;
    let mut pieces = Vec::new();
    let mut at = address;
    let mut cut = |from: u32, to: u32, is_late: bool| {
        if from < to {
            let bytes = &datum.data[(from - address) as usize..(to - address) as usize];
            pieces.push(Piece { address: from, bytes, is_late });
        }
    };
    for range in late {
        let (from, to) = (range.start.clamp(at, end), range.end.clamp(at, end));
        if to - from >= WORTH_MOVING {
            cut(at, from, false);
            cut(from, to, true);
            at = to;
        }
    }
    cut(at, end, false);
    Ok(Some(pieces))
}

pub(super) fn address(datum: &Data<'_>) -> wasmparser::Result<Option<u32>> {
    let DataKind::Active { memory_index: 0, offset_expr } = &datum.kind else { return Ok(None) };
    match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(Some(value as u32)),
        _ => Ok(None),
    }
}

/// Where the data of the main part lie that are not among those that were reached.
pub(super) fn late(linked: &Linked<'_>, reached: &BTreeSet<u32>) -> Ranges {
    // What may be looked at early stays, whoever else lies there.
    without(&united(linked.all()), &united(reached.iter().filter_map(|&symbol| linked.lies(symbol))))
}

/// The same memory in as few ranges as possible, in order.
fn united(ranges: impl Iterator<Item = Range<u32>>) -> Ranges {
    let mut ends: BTreeMap<u32, u32> = BTreeMap::new();
    for range in ranges {
        let end = ends.entry(range.start).or_insert(range.end);
        *end = range.end.max(*end);
    }
    let mut united: Ranges = Vec::new();
    for (start, end) in ends {
        match united.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => united.push(start..end),
        }
    }
    united
}

/// What is in the first ranges and not in the second ones.
fn without(all: &Ranges, kept: &Ranges) -> Ranges {
    let mut left = Vec::new();
    let mut next = kept.iter().peekable();
    for range in all {
        let mut at = range.start;
        while let Some(keep) = next.peek() {
            if keep.start >= range.end {
                break;
            }
            if keep.start > at {
                left.push(at..keep.start);
            }
            at = at.max(keep.end);
            if keep.end > range.end {
                break;
            }
            next.next();
        }
        if at < range.end {
            left.push(at..range.end);
        }
    }
    left
}
