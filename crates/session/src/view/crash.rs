//! Pull the plug here: what a power failure at the step on screen leaves of the file.

use super::{Build, Text};
use crate::action::Panel;
use crate::session::{MAX_CRASH_STEPS, plural};
use daxscope_core::crash::Torn;
use daxscope_core::narrate::page;
use daxscope_core::scenario::Platform;
use daxscope_core::units::PageIndex;
use daxscope_explore::crash::{Crash, content, device_state};
use std::rc::Rc;

/// What is left of the file if the power fails behind the step on screen.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct CrashView {
    /// Steps that were made before the failure.
    pub step: usize,
    /// Steps of the run that may be told of.
    pub total: usize,
    /// What comes of it, in a sentence.
    pub says: Text,
    /// What the failure does to the caches, and the word for that in scripts.
    pub platform: Text,
    /// Pages that somebody has stored to, or that hold something else afterwards.
    pub rows: Rc<[CrashRow]>,
    /// Pages of which the failure may spare some lines and not others.
    pub torn: Rc<[TornView]>,
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

/// A page, line by line, in one of the ways in which the failure may leave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TornView {
    /// `0x3`.
    pub page: Text,
    /// Its 64 lines from the first on, in runs of equal ones: which of `contents`, and how many.
    pub runs: Rc<[(u8, usize)]>,
    /// What lines hold, oldest first, each with the number of lines that do: `what lay there before: 35 lines`.
    pub contents: Rc<[Text]>,
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
        let platform = platform(scenario.platform);
        let says = self.crash_sentence(step).0;
        let empty = CrashView { step, total, says, platform, ..CrashView::default() };
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

fn platform(platform: Platform) -> Text {
    let caches = match platform {
        Platform::Adr => "what only the caches hold is lost",
        Platform::Eadr => "the caches are saved as well",
        Platform::NoWriteCache => "what only the caches hold is lost, and fsync flushes nothing",
    };
    format!("{caches} (platform {})", platform.name()).into()
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
    let torn = crash.torn.iter().map(|(at, torn)| torn_view(*at, torn)).collect();
    let text = |sentence: &String| Text::from(sentence.as_str());
    CrashView {
        rows: rows.into(),
        torn,
        broken: crash.losses.iter().map(|loss| text(&loss.sentence)).collect(),
        unpromised: crash.unpromised.iter().map(text).collect(),
        before: crash.returned.iter().chain(&crash.flushes).map(text).collect(),
        ..empty
    }
}

fn torn_view(at: PageIndex, torn: &Torn) -> TornView {
    let mut runs: Vec<(u8, usize)> = Vec::new();
    for &line in &torn.lines {
        match runs.last_mut() {
            Some((last, count)) if *last == line => *count += 1,
            _ => runs.push((line, 1)),
        }
    }
    let mut contents = Vec::new();
    for (number, &it) in torn.contents.iter().enumerate() {
        let count = torn.lines.iter().filter(|&&line| usize::from(line) == number).count();
        contents.push(format!("{}: {}", content(it), plural(count, "line")).into());
    }
    TornView { page: page(at).into(), runs: runs.into(), contents: contents.into() }
}
