//! What operations on pages and folios of the device do.

use crate::entry::XEntry;
use crate::event::{Event, Value};
use crate::mm::{Pmd, PmdTarget, PteTarget};
use crate::op::Outcome;
use crate::op::step::Step;
use crate::revision::PageState;
use crate::units::{Block, MmId, PageIndex, VirtualPage, pmd_start};
use crate::world::{Frames, World};
use std::ops::Range;
use std::sync::Arc;

impl World {
    /// Has the kernel folios that mappings hold references of?
    pub(crate) fn counts_mappings(&self) -> bool {
        self.scenario.revision.xarray().is_some_and(|switches| switches.page_state == PageState::Folio)
    }

    /// References of the page of a block, or of the folio that it belongs to, and how many there are when it is idle.
    fn references(&self, block: Block) -> (i32, i32) {
        let Some(frames) = self.pages.frames.get() else { return (0, 0) };
        if self.counts_mappings() { (frames.folio(block).refs, 0) } else { (1 + frames.pins_of(block..block + 1), 1) }
    }

    /// The block of the device that is mapped at a virtual page.
    fn mapped_block(&self, mm: MmId, page: VirtualPage) -> Option<Block> {
        let tables = &self.page_tables[mm.index()];
        match tables.pmd(page) {
            Pmd::Huge { target: PmdTarget::Frames(first), .. } => Some(first + (page - pmd_start(page))),
            Pmd::Table(_) => match tables.pte(page)?.target {
                PteTarget::Frame(frame) => Some(frame),
                PteTarget::Page(_) | PteTarget::Anon(_) | PteTarget::Zero => None,
            },
            Pmd::Huge { target: PmdTarget::HugeZeroPage, .. } | Pmd::None => None,
        }
    }
}

impl World {
    /// Pinned blocks that are those of pages `first..=last` of the file, with their pages. Each once, in the order of the pages.
    fn pinned_pages(&self, first: PageIndex, last: PageIndex) -> Vec<(PageIndex, Block)> {
        let Some(frames) = self.pages.frames.get().filter(|frames| !frames.pins().is_empty()) else {
            return Vec::new();
        };
        let mut pinned = Vec::new();
        for &(_, block) in frames.pins() {
            if let Some(index) = self.file.blocks.page_of(block).filter(|index| (first..=last).contains(index)) {
                pinned.push((index, block));
            }
        }
        crate::order::sort(&mut pinned);
        pinned.dedup();
        pinned
    }
}

impl Step<'_> {
    fn frames(&mut self) -> &mut Frames {
        Arc::make_mut(&mut self.world.pages).frames.get_mut()
    }

    fn warn(&mut self, warns: bool, function: &'static str) {
        if warns {
            self.emit(Event::Warn(function));
        }
    }

    pub(super) fn associate(&mut self, index: PageIndex, entry: XEntry) -> Outcome {
        if !entry.is_block() {
            return Outcome::Done;
        }
        let (first, count) = (entry.frame(), entry.size().pages());
        if !self.world.counts_mappings() {
            let was = self.frames().associate(first, count, index);
            self.warn(was, "dax_associate_entry");
            return Outcome::Done;
        }
        let folio = self.frames().folio(first);
        self.warn(folio.index.is_some(), "dax_associate_entry");
        if entry.is_pmd() {
            self.warn(folio.order > 0 || folio.refs > 0, "dax_folio_init");
            self.frames().make_large(first);
        }
        self.frames().change_folio(first, |folio| folio.index = Some(index));
        Outcome::Done
    }

    pub(super) fn disassociate(&mut self, entry: XEntry) -> Outcome {
        if !entry.is_block() {
            return Outcome::Done;
        }
        let (first, count) = (entry.frame(), entry.size().pages());
        if !self.world.counts_mappings() {
            let is_pinned = self.frames().pins_of(first..first + count) > 0;
            self.frames().disassociate(first, count);
            self.warn(is_pinned, "dax_disassociate_entry");
            return Outcome::Done;
        }
        self.emit(Event::Call { function: "dax_folio_put", index: first });
        let refs = self.frames().folio(first).refs;
        self.frames().change_folio(first, |folio| (folio.order, folio.index) = (0, None));
        self.warn(refs > 0, "dax_folio_put");
        self.emit(Event::Return { function: "dax_folio_put", value: Value::Number(0) });
        Outcome::Done
    }

    pub(super) fn busy_page(&mut self, entry: XEntry) -> Outcome {
        let blocks = if entry.is_block() { entry.frame()..entry.frame() + entry.size().pages() } else { 0..0 };
        let Some(frames) = self.world.pages.frames.get() else { return Outcome::Block(None) };
        Outcome::Block(if self.world.counts_mappings() {
            let folio = frames.folio(blocks.start);
            (!blocks.is_empty() && folio.refs != folio.mapcount).then_some(blocks.start)
        } else {
            frames.pins().iter().map(|&(_, block)| block).filter(|block| blocks.contains(block)).min()
        })
    }

    pub(in crate::op) fn folio_get(&mut self, block: Block) -> Outcome {
        if self.world.counts_mappings() {
            self.frames().change_folio(block, |folio| folio.refs += 1);
        }
        Outcome::Done
    }

    pub(in crate::op) fn folio_put(&mut self, block: Block) -> Outcome {
        if self.world.counts_mappings() {
            self.frames().change_folio(block, |folio| folio.refs -= 1);
            self.wake_if_idle(block);
        }
        Outcome::Done
    }

    /// A pte or pmd maps the block now: from 6.15 on it has a reference.
    pub(in crate::op) fn frame_mapped(&mut self, block: Block) {
        if self.world.counts_mappings() {
            self.frames()
                .change_folio(block, |folio| (folio.refs, folio.mapcount) = (folio.refs + 1, folio.mapcount + 1));
        }
    }

    /// A pte or pmd does not map the block any more.
    pub(in crate::op) fn frame_unmapped(&mut self, block: Block) {
        if self.world.counts_mappings() {
            self.frames()
                .change_folio(block, |folio| (folio.refs, folio.mapcount) = (folio.refs - 1, folio.mapcount - 1));
            self.wake_if_idle(block);
        }
    }

    /// The blocks that a wait for one of them is about: those of the folio, from 6.15 on.
    fn waited_for(&mut self, block: Block) -> Range<Block> {
        if !self.world.counts_mappings() {
            return block..block + 1;
        }
        let folio = self.frames().folio(block);
        folio.first..folio.end()
    }

    fn wake_if_idle(&mut self, block: Block) {
        let (refs, idle) = self.world.references(block);
        if refs != idle {
            return;
        }
        let blocks = self.waited_for(block);
        for thread in self.frames().wake(blocks) {
            self.emit(Event::Wake(thread));
        }
    }

    pub(super) fn pin(&mut self, mm: MmId, page: VirtualPage) -> Outcome {
        let block = self.world.mapped_block(mm, page);
        if let Some(block) = block {
            let thread = self.thread;
            self.frames().pin(thread, block);
            self.folio_get(block);
        }
        Outcome::Block(block)
    }

    pub(super) fn unpin(&mut self) -> Outcome {
        let thread = self.thread;
        let block = self.frames().unpin(thread);
        if let Some(block) = block {
            if self.world.counts_mappings() {
                self.folio_put(block);
            } else {
                self.wake_if_idle(block);
            }
        }
        Outcome::Block(block)
    }

    pub(super) fn prepare_to_wait_idle(&mut self, block: Block) -> Outcome {
        let (refs, idle) = self.world.references(block);
        let sleeps = refs != idle;
        if sleeps {
            let thread = self.thread;
            self.frames().wait(thread, block);
        }
        Outcome::Bool(sleeps)
    }

    pub(super) fn index_of(&self, block: Block) -> Outcome {
        let frames = self.world.pages.frames.get();
        Outcome::Block(frames.and_then(|frames| {
            if self.world.counts_mappings() { frames.folio(block).index } else { frames.index_of(block) }
        }))
    }

    pub(super) fn found_none_busy(&mut self, first: PageIndex, last: PageIndex) -> Outcome {
        for (index, block) in self.world.pinned_pages(first, last) {
            self.emit(Event::MissedBusy { index, block });
        }
        Outcome::Done
    }

    /// Before the blocks of `first..end` are freed: whoever uses one of them. With folios each once, and then pinned blocks whose
    /// folio was taken apart.
    pub(in crate::op) fn frees_in_use(&mut self, first: PageIndex, end: PageIndex) {
        let last = end.saturating_sub(1);
        let mut pinned = self.world.pinned_pages(first, last);
        if self.world.counts_mappings() {
            let folios = self.world.pages.frames.get().map(|frames| frames.folios().to_vec()).unwrap_or_default();
            for folio in folios.into_iter().filter(|folio| folio.refs > 0) {
                let blocks = folio.first..folio.end();
                let page_of =
                    |block| self.world.file.blocks.page_of(block).filter(|page| (first..=last).contains(page));
                let Some(index) = blocks.clone().find_map(page_of) else { continue };
                let all = pinned.len();
                pinned.retain(|(_, block)| !blocks.contains(block));
                let (counts, pinned) = (Some((folio.refs, folio.mapcount)), pinned.len() < all);
                self.emit(Event::FreedInUse { index, block: folio.first, counts, pinned });
            }
        }
        for (index, block) in pinned {
            self.emit(Event::FreedInUse { index, block, counts: None, pinned: true });
        }
    }
}
