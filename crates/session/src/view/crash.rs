//! Pull the plug here: what a power failure at the step on screen leaves of the file.

use super::{Build, Text};
use crate::action::Panel;
use crate::session::MAX_CRASH_STEPS;
use daxscope_core::narrate::page;
use daxscope_explore::crash::{Crash, content, device_state};
use std::rc::Rc;

/// What is left of the file if the power fails behind the step on screen.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct CrashView {
    /// Steps that were made before the failure.
    pub step: usize,
    /// Steps of the run that may be told of.
    pub total: usize,
    /// `adr`, `eadr` or `no-write-cache`.
    pub platform: Text,
    /// Pages that somebody has stored to, or that hold something else afterwards.
    pub rows: Rc<[CrashRow]>,
    /// A sentence for each promise that is broken.
    pub broken: Rc<[Text]>,
    /// The same for what nobody has promised.
    pub unpromised: Rc<[Text]>,
    /// Syncs that have returned success, then flushes, in words.
    pub before: Rc<[Text]>,
    /// Steps behind which a sync has just returned success.
    pub syncs: Rc<[usize]>,
    /// Why nothing is shown.
    pub refused: Option<Text>,
}

/// Pages that are alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CrashRow {
    /// `0x3`, `0x3..0x7`.
    pub pages: Text,
    /// What programs read there before the failure.
    pub before: Text,
    /// What they read there after recovery.
    pub after: Text,
    /// What the device has.
    pub device: Text,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// Nothing is lost.
    Kept,
    /// Something is lost that nobody has promised.
    Lost,
    /// Something is lost that a sync has promised.
    Broken,
}

impl Build<'_> {
    pub(super) fn crash(&self) -> Option<CrashView> {
        if self.session.panel != Panel::Crash {
            return None;
        }
        let (step, total) = (self.run().position(), self.told().len());
        let scenario = self.run().scenario();
        let platform: Text = scenario.platform.name().into();
        let empty = CrashView { step, total, platform, ..CrashView::default() };
        let refused = |why: String| Some(CrashView { refused: Some(why.into()), ..empty.clone() });
        if self.run().len() > MAX_CRASH_STEPS {
            return refused(format!(
                "The run has {total} steps, and only runs of up to {MAX_CRASH_STEPS} can be gone along once more: go back, and step on from there."
            ));
        }
        let mut syncs: Vec<usize> = self.session.returned_syncs().iter().map(|sync| sync.step).collect();
        syncs.dedup();
        let Some(crash) = self.session.left_at_mark() else {
            return refused("The steps on screen cannot be made again from the first one on.".into());
        };
        Some(CrashView { syncs: syncs.into(), ..shown(crash, empty) })
    }
}

fn shown(crash: &Crash, empty: CrashView) -> CrashView {
    let mut rows = Vec::new();
    for row in &crash.left.rows {
        let last = row.first + row.count - 1;
        let is_promised = crash.losses.iter().any(|loss| (row.first..=last).contains(&loss.broken.page));
        rows.push(CrashRow {
            pages: if row.count == 1 { page(row.first) } else { format!("{}..{}", page(row.first), page(last)) }.into(),
            before: content(row.before).into(),
            after: content(row.after).into(),
            device: device_state(row).into(),
            fate: match (row.is_lost(), is_promised) {
                (_, true) => Fate::Broken,
                (true, false) => Fate::Lost,
                (false, false) => Fate::Kept,
            },
        });
    }
    let text = |sentence: &String| Text::from(sentence.as_str());
    CrashView {
        rows: rows.into(),
        broken: crash.losses.iter().map(|loss| text(&loss.sentence)).collect(),
        unpromised: crash.unpromised.iter().map(text).collect(),
        before: crash.returned.iter().chain(&crash.flushes).map(text).collect(),
        ..empty
    }
}
