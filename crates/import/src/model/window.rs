//! Which acts of a trace become the scenario.
//!
//! Entries of different 2 MiB of a file have nothing to do with each other, but for calls that are about the whole file. So the window
//! around an event is not the lines next to it but the acts on its 2 MiB, and all that speak of no page.

use super::lanes::{Act, Did};
use crate::event::File;
use daxscope_core::scenario::FsKind;
use daxscope_core::units::PMD_PAGES;

/// Most faults and calls of fsync that become operations where nothing is said.
pub const MOST_ACTS: usize = 96;
/// Faults and calls before and behind the chosen event.
const BEFORE: usize = 24;
const BEHIND: usize = 8;

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Wanted {
    /// The line of the event in the middle; `None`: everything, or the beginning of a long trace.
    pub around: Option<u64>,
    /// The file system; `None`: not known, which is taken for ext4.
    pub fs: Option<FsKind>,
}

/// The chosen acts.
pub(super) struct Window {
    pub(super) file: File,
    pub(super) acts: Vec<Act>,
    /// The line of the chosen event, if one was chosen.
    pub(super) around: Option<u64>,
    /// Acts of other files, and of this one outside of the window.
    pub(super) of_others: usize,
    pub(super) outside: usize,
}

/// Chooses; `None`: there is no fault and no fsync.
pub(super) fn choose(acts: Vec<Act>, wanted: Wanted) -> Option<Window> {
    let is_real = |act: &Act| act.file.is_some();
    let middle = match wanted.around {
        Some(line) => nearest(&acts, line)?,
        None => acts.iter().position(is_real)?,
    };
    let file = acts[middle].file?;
    let around = wanted.around.map(|_| acts[middle].line);
    let all = acts.iter().filter(|act| act.file == Some(file)).count();
    let of_others = acts.iter().filter(|act| act.file.is_some_and(|other| other != file)).count();
    let range = match &acts[middle].what {
        Did::Access(access) if around.is_some() => Some(access.page / PMD_PAGES),
        _ => None,
    };
    let first = begins_at(&acts, middle);
    let mut before: Vec<Act> = Vec::new();
    let mut behind: Vec<Act> = Vec::new();
    for (at, act) in acts.into_iter().enumerate().skip(first) {
        let is_chosen = act.file.is_none_or(|of| of == file) && is_on(&act, range);
        match (is_chosen, at < middle) {
            (false, _) => {}
            (true, true) => before.push(act),
            (true, false) => behind.push(act),
        }
    }
    if around.is_some() {
        keep_last(&mut before, BEFORE);
        keep_first(&mut behind, BEHIND + 1);
    } else {
        keep_first(&mut behind, MOST_ACTS);
    }
    before.append(&mut behind);
    let kept = before.iter().filter(|act| is_real(act)).count();
    Some(Window { file, acts: before, around, of_others, outside: all - kept })
}

/// Markers before the first act of the file belong to it, back to where the program says that it begins.
fn begins_at(acts: &[Act], middle: usize) -> usize {
    let begins = |act: &Act| matches!(&act.what, Did::Said(text) if text.starts_with("workload:"));
    acts[..middle].iter().rposition(begins).unwrap_or(0)
}

fn nearest(acts: &[Act], line: u64) -> Option<usize> {
    let mut best = None;
    for (at, act) in acts.iter().enumerate().filter(|(_, act)| act.file.is_some()) {
        let distance = if line < act.line { act.line - line } else { line.saturating_sub(act.end) };
        if best.is_none_or(|(_, least)| distance < least) {
            best = Some((at, distance));
        }
    }
    best.map(|(at, _)| at)
}

fn is_on(act: &Act, range: Option<u64>) -> bool {
    let Some(range) = range else { return true };
    match &act.what {
        Did::Access(access) => access.page / PMD_PAGES == range,
        Did::Sync { first, last } => (first / PMD_PAGES..=last / PMD_PAGES).contains(&range),
        Did::Said(_) => true,
    }
}

/// The first so many faults and calls, with the markers between and right behind them.
fn keep_first(acts: &mut Vec<Act>, most: usize) {
    let mut real = 0;
    let end = acts.iter().position(|act| {
        real += usize::from(act.file.is_some());
        real > most
    });
    acts.truncate(end.unwrap_or(acts.len()));
}

fn keep_last(acts: &mut Vec<Act>, most: usize) {
    let real = acts.iter().filter(|act| act.file.is_some()).count();
    let mut to_drop = real.saturating_sub(most);
    // What the program says of file and extents at its beginning is kept.
    acts.retain(|act| {
        let drops = to_drop > 0 && !matches!(&act.what, Did::Said(text) if is_of_file(text));
        to_drop -= usize::from(drops && act.file.is_some());
        !drops
    });
}

/// Does a marker tell size or extents?
pub(super) fn is_of_file(text: &str) -> bool {
    text.starts_with("file:") || text.starts_with("extent[")
}
