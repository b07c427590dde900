//! The row of the timeline that says where the power fails: places that offer themselves, and the crash mark.

use super::{Build, Text};
use crate::session::{Returned, plural};
use daxscope_core::crash::PageRow;
use std::borrow::Cow;
use std::rc::Rc;

/// Where the plug was pulled, and where it may be pulled first.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct PlugView {
    /// Behind syncs that have returned success, in the part of the run that is in view. Places that would lie over each other
    /// are one.
    pub places: Rc<[PlugPlace]>,
    /// The crash mark, if it is in view.
    pub mark: Option<PlugMark>,
}

/// A place at which a power failure is worth a look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlugPlace {
    /// Steps before the failure.
    pub step: usize,
    /// The same, counted from the beginning of the part in view.
    pub at: usize,
    /// What it offers, in a sentence.
    pub name: Text,
}

/// The crash mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlugMark {
    /// Steps before the failure.
    pub step: usize,
    /// The same, counted from the beginning of the part in view.
    pub at: usize,
    /// What the failure leaves, in a sentence.
    pub name: Text,
    /// Does it break a promise?
    pub is_broken: bool,
}

/// Width of a place: so many steps of the narrowest kind.
const PLACE_STEPS: usize = 4;

impl Build<'_> {
    /// `None`: nobody syncs in this run, and the plug was not pulled.
    pub(super) fn plug(&self) -> Option<PlugView> {
        let told = self.told().len();
        let syncs = self.session.returned_syncs();
        let mark = self.session.plugged_at().filter(|&at| at <= told);
        if syncs.is_empty() && mark.is_none() {
            return None;
        }
        let (from, to) = self.session.lanes.window(told);
        // Steps that a button covers, at the width that steps have now.
        let apart = (PLACE_STEPS * (to - from)).div_ceil(self.session.lanes.room()).max(1);
        let is_in = |step: usize| (from..=to).contains(&step);
        let mut groups: Vec<Vec<Returned>> = Vec::new();
        for &sync in syncs.iter().filter(|sync| is_in(sync.step)) {
            match groups.last_mut() {
                Some(group) if sync.step < group[0].step + apart => group.push(sync),
                _ => groups.push(vec![sync]),
            }
        }
        let mut places = Vec::new();
        for group in &groups {
            let step = group[0].step;
            places.push(PlugPlace { step, at: step - from, name: place_name(group).into() });
        }
        let mark = mark.filter(|&at| is_in(at)).map(|step| self.mark(step, step - from));
        if let Some(mark) = &mark {
            places.retain(|place| place.step.abs_diff(mark.step) >= apart);
        }
        Some(PlugView { places: places.into(), mark })
    }

    fn mark(&self, step: usize, at: usize) -> PlugMark {
        let (name, is_broken) = self.crash_sentence(step);
        PlugMark { step, at, name, is_broken }
    }

    /// What comes of a failure at the mark, in a sentence, and whether it breaks a promise.
    pub(super) fn crash_sentence(&self, step: usize) -> (Text, bool) {
        let (mut pages, mut is_lossy) = (Vec::new(), false);
        let crash = self.session.left_at_mark();
        if let Some(crash) = crash {
            pages.extend(crash.losses.iter().map(|loss| loss.broken.page));
            pages.sort_unstable();
            pages.dedup();
            is_lossy = crash.left.rows.iter().any(PageRow::is_lost);
        }
        let what: Cow<'_, str> = match (crash, pages.len()) {
            (None, _) => "what is left is not known".into(),
            (_, 0) if is_lossy => "what is lost nobody has promised".into(),
            (_, 0) => "nothing is lost".into(),
            (_, 1) => "a page that was promised is lost".into(),
            (_, count) => format!("{count} pages that were promised are lost").into(),
        };
        (format!("The power fails behind step {step}: {what}.").into(), !pages.is_empty())
    }
}

/// `Pull the plug behind step 38: A's fsync has just returned success.`
fn place_name(group: &[Returned]) -> String {
    let Returned { step, by, is_fault } = group[0];
    let what = if is_fault { "synchronous fault" } else { "fsync" };
    let more = match group.len() - 1 {
        0 => String::new(),
        more => format!(", and {} more close behind", plural(more, "sync")),
    };
    format!("Pull the plug behind step {step}: {}'s {what} has just returned success{more}.", by.thread)
}
