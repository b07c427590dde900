//! The panel for recordings, as plain data.

use super::view_lanes::{LanesView, lanes};
use super::view_tree::{TreesView, trees};
use super::{Importing, ScenarioReport, TraceReport};
use crate::view::Text;
use std::rc::Rc;

/// Rows of a table that are shown until somebody asks for all.
const ROWS: usize = 12;

/// The panel for recordings.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ImportView {
    /// The name of the file; empty: none is open yet.
    pub file: Text,
    /// The kernel that the reader has named; may be empty.
    pub kernel: Text,
    /// It is being read.
    pub reading: Option<ReadingView>,
    /// Why it could not be read.
    pub problem: Option<Text>,
    /// What a trace answers, its tables cut to what is shown.
    pub trace: Option<TraceReport>,
    /// Of each table: are there more rows than are shown at first, and are all of them shown?
    pub tables: Vec<(bool, bool)>,
    /// Handlers on lanes.
    pub lanes: Option<LanesView>,
    /// What happened around a line, as a script for the model.
    pub scenario: Option<Rc<ScenarioReport>>,
    /// Snapshots of a tree.
    pub trees: Option<TreesView>,
}

/// How far the reading is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadingView {
    /// `12.5 of 480.0 MiB`.
    pub said: Text,
    /// Of a hundred.
    pub percent: u64,
}

impl Importing {
    pub(crate) fn view(&self) -> ImportView {
        let mut view = ImportView {
            file: self.name.as_str().into(),
            kernel: self.kernel.as_str().into(),
            reading: self.reading.map(|bytes| reading(bytes, self.bytes)),
            problem: self.problem.as_deref().map(Into::into),
            scenario: self.scenario.clone(),
            trees: self.trees().map(|all| trees(self, all)),
            ..ImportView::default()
        };
        if let Some(trace) = self.trace() {
            view.lanes = lanes(self, trace);
            let mut shown = TraceReport { spans: Vec::new(), ..trace.clone() };
            for (at, table) in shown.tables.iter_mut().enumerate() {
                let (is_long, is_whole) = (table.rows.len() > ROWS, self.whole.contains(&at));
                view.tables.push((is_long, is_whole));
                if !is_whole {
                    table.rows.truncate(ROWS);
                }
            }
            view.trace = Some(shown);
        }
        view
    }
}

fn reading(bytes: u64, of: u64) -> ReadingView {
    let percent = if of == 0 { 0 } else { (bytes.min(of) as u128 * 100 / of as u128) as u64 };
    let said = if bytes == 0 { format!("{} to read", size(of)) } else { format!("{} of {}", size(bytes), size(of)) };
    ReadingView { said: said.into(), percent }
}

/// `812 bytes`, `12 KiB`, `480.3 MiB`.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_it_is_has_words() {
        assert_eq!(&*reading(0, 812).said, "812 bytes to read");
        assert_eq!(
            (&*reading(13_107_200, 503_316_480).said, reading(13_107_200, 503_316_480).percent),
            ("12.5 MiB of 480.0 MiB", 2)
        );
        assert_eq!(reading(7, 0).percent, 0);
        assert_eq!(reading(u64::MAX, u64::MAX).percent, 100);
    }
}
