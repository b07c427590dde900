//! Pages and folios of the device in the XArray's era: which file they belong to, who maps and who has pinned them, and who
//! waits until they are idle.

use super::{Build, Text};
use crate::action::Object;
use crate::frame_values::{has_folios, title, value};
use daxscope_core::narrate::page as hex;
use daxscope_core::units::{Block, ThreadId};
use daxscope_core::world::{Folio, Frames};
use std::rc::Rc;

/// The pages or folios that are not idle.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FramesView {
    /// Does the kernel keep them at all (from 4.20 on)?
    pub is_kept: bool,
    /// Folios (from 6.15 on), or a `struct page` each.
    pub has_folios: bool,
    /// In order of blocks.
    pub rows: Rc<[FrameRow]>,
    /// Rows that are not listed.
    pub more: usize,
    /// Who sleeps until a page is idle, in the order in which they came.
    pub idle_waits: Rc<[IdleWait]>,
}

/// A folio, or pages side by side that belong to the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FrameRow {
    /// What to select to see its history.
    pub object: Object,
    /// `0x1000`, or `0x1000 to 0x11ff`.
    pub blocks: Text,
    /// Its order; `None` for pages.
    pub order: Option<u8>,
    /// `folio_ref_count`; `None` for pages, whose references nothing of this counts.
    pub refs: Option<i32>,
    /// `folio_mapcount`.
    pub mapcount: Option<i32>,
    /// `0x0`, or `0x0 to 0x1ff`: which pages of the file; empty: of no file.
    pub pages: Text,
    /// Who has pinned it, once for each pin.
    pub pins: Rc<[ThreadId]>,
    /// All of it in words.
    pub sentence: Text,
    /// Did this step change it?
    pub is_changed: bool,
}

/// Somebody sleeps until a page is idle.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdleWait {
    /// Who.
    pub thread: ThreadId,
    /// Which page.
    pub object: Object,
    /// `block 0x1000`
    pub name: Text,
    /// `until block 0x1000 is idle; pinned by B`.
    pub sentence: Text,
    /// Did this step change it?
    pub is_changed: bool,
}

/// The most rows.
const MAX_ROWS: usize = 64;

impl Build<'_> {
    pub(super) fn kept_frames(&self) -> FramesView {
        self.world().pages.frames.get().map_or_else(FramesView::default, |frames| self.all_frames(frames))
    }

    #[inline(never)]
    fn all_frames(&self, frames: &Frames) -> FramesView {
        let mut rows = Vec::new();
        for folio in frames.folios() {
            rows.push(self.folio_row(frames, folio));
        }
        for run in frames.runs() {
            rows.push(self.page_row(frames, (run.first, run.first + run.count - 1), run.index));
        }
        // Pins of pages that belong to no file any more.
        for &(_, block) in frames.pins() {
            let is_shown = frames.folio(block).refs != 0 || frames.index_of(block).is_some();
            if !is_shown && rows.iter().all(|row| row.object != Object::Frame(block)) {
                rows.push(self.lone_row(frames, block));
            }
        }
        let more = rows.len().saturating_sub(MAX_ROWS);
        rows.truncate(MAX_ROWS);
        FramesView {
            is_kept: true,
            has_folios: has_folios(self.world()),
            rows: rows.into(),
            more,
            idle_waits: self.idle_waits(frames).into(),
        }
    }

    fn folio_row(&self, frames: &Frames, folio: &Folio) -> FrameRow {
        let last = folio.end() - 1;
        let pages = folio.index.map_or_else(Text::default, |first| span(first, first + (last - folio.first)));
        FrameRow {
            order: Some(folio.order),
            refs: Some(folio.refs),
            mapcount: Some(folio.mapcount),
            ..self.row(frames, (folio.first, last), pages)
        }
    }

    fn page_row(&self, frames: &Frames, (first, last): (Block, Block), index: u64) -> FrameRow {
        self.row(frames, (first, last), span(index, index + (last - first)))
    }

    fn lone_row(&self, frames: &Frames, block: Block) -> FrameRow {
        self.row(frames, (block, block), Text::default())
    }

    fn row(&self, frames: &Frames, (first, last): (Block, Block), pages: Text) -> FrameRow {
        let object = Object::Frame(first);
        let world = self.world();
        let mut pins = Vec::new();
        for &(thread, block) in frames.pins() {
            if (first..=last).contains(&block) {
                pins.push(thread);
            }
        }
        let changed = |change: &Object| matches!(change, Object::Frame(block) if (first..=last).contains(block));
        FrameRow {
            object,
            blocks: span(first, last),
            order: None,
            refs: None,
            mapcount: None,
            pages,
            pins: pins.into(),
            sentence: format!("{}: {}", title(world, first), value(world, first)).into(),
            is_changed: self.changes.iter().any(changed),
        }
    }

    fn idle_waits(&self, frames: &Frames) -> Vec<IdleWait> {
        let mut waits = Vec::new();
        for &(thread, block) in frames.waiters() {
            let object = Object::Frame(block);
            waits.push(IdleWait {
                thread,
                object,
                name: format!("block {block:#x}").into(),
                sentence: super::sentence(&format!("{}: {}", title(self.world(), block), value(self.world(), block)))
                    .into(),
                is_changed: self.is_changed(object),
            });
        }
        waits
    }
}

/// `0x0`, or `0x0 to 0x1ff`.
fn span(first: u64, last: u64) -> Text {
    if first == last { hex(first).into() } else { format!("{} to {}", hex(first), hex(last)).into() }
}
