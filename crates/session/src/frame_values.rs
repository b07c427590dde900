//! Pages and folios of the device in the XArray's era, as objects with a history: their names, their values, what changed.

use crate::action::Object;
use crate::until::Wanted;
use daxscope_core::narrate::page as hex;
use daxscope_core::op::{FolioOp, Op};
use daxscope_core::order::distinct;
use daxscope_core::revision::PageState;
use daxscope_core::units::Block;
use daxscope_core::world::{Frames, World};

/// Has the kernel folios (from 6.15 on), or a page each?
pub(crate) fn has_folios(world: &World) -> bool {
    world.scenario.revision.xarray().is_some_and(|xarray| xarray.page_state == PageState::Folio)
}

/// `folio of block 0x1000`.
pub(crate) fn title(world: &World, block: Block) -> String {
    format!("{} of block {block:#x}", if has_folios(world) { "folio" } else { "struct page" })
}

/// `order 9, 2 references, mapped once, page 0x0 of the file`.
pub(crate) fn value(world: &World, block: Block) -> String {
    let Some(frames) = world.pages.frames.get() else { return "not tracked by this kernel".into() };
    let mut said = if has_folios(world) { folio_value(frames, block) } else { page_value(frames, block) };
    let pins = named(frames, block, frames.pins());
    if !pins.is_empty() {
        said.push_str(&format!(", pinned by {pins}"));
    }
    let waiters = named(frames, block, frames.waiters());
    if !waiters.is_empty() {
        said.push_str(&format!(", {waiters} wait{} until it is idle", if waiters.len() == 1 { "s" } else { "" }));
    }
    said
}

fn folio_value(frames: &Frames, block: Block) -> String {
    let folio = frames.folio(block);
    let place = folio.index.map_or("of no file".into(), |index| format!("page {} of the file", hex(index)));
    let references = crate::session::plural(folio.refs.max(0) as usize, "reference");
    format!("order {}, {references}, mapcount {}, {place}", folio.order, folio.mapcount)
}

fn page_value(frames: &Frames, block: Block) -> String {
    frames.index_of(block).map_or("of no file".into(), |index| format!("page {} of the file", hex(index)))
}

/// Who is in such a list for the folio or page that holds a block.
fn named(frames: &Frames, block: Block, list: &[(daxscope_core::units::ThreadId, Block)]) -> String {
    let folio = frames.folio(block);
    let mut names = String::new();
    for (thread, of) in list {
        if (folio.first..folio.end()).contains(of) || *of == block {
            names.push_str(if names.is_empty() { "" } else { ", " });
            names.push_str(&thread.to_string());
        }
    }
    names
}

/// The first block of every run of blocks whose page or folio says something else than before.
pub(crate) fn changes(before: &World, after: &World, changed: &mut Vec<Object>) {
    let (Some(old), Some(new)) = (before.pages.frames.get(), after.pages.frames.get()) else { return };
    if old == new {
        return;
    }
    let mut was_next = None;
    for (first, end) in cuts(old, new) {
        let is_changed = value(before, first) != value(after, first);
        if is_changed && was_next != Some(first) {
            changed.push(Object::Frame(first));
        }
        was_next = is_changed.then_some(end);
    }
}

/// Where something can begin to differ, with the block behind it.
fn cuts(old: &Frames, new: &Frames) -> Vec<(Block, Block)> {
    let mut cuts = Vec::new();
    for frames in [old, new] {
        for run in frames.runs() {
            cuts.extend([run.first, run.first + run.count]);
        }
        for folio in frames.folios() {
            cuts.extend([folio.first, folio.end()]);
        }
        cuts.extend(frames.pins().iter().chain(frames.waiters()).map(|(_, block)| *block));
    }
    let cuts = distinct(cuts);
    cuts.iter().enumerate().map(|(at, &first)| (first, cuts.get(at + 1).copied().unwrap_or(first + 1))).collect()
}

/// Does the operation look at the page or folio?
pub(crate) fn reads(op: &Op, block: Block) -> bool {
    match op {
        Op::Folio(FolioOp::Busy { entry }) => {
            entry.is_block() && (entry.frame()..entry.frame() + entry.size().pages()).contains(&block)
        }
        Op::Folio(FolioOp::IndexOf(at) | FolioOp::PrepareToWait(at)) => *at == block,
        _ => false,
    }
}

/// Is the page or folio that in this state?
pub(crate) fn is(world: &World, block: Block, wanted: Wanted) -> bool {
    let Some(frames) = world.pages.frames.get() else { return false };
    let folio = frames.folio(block);
    match wanted {
        Wanted::Nothing => folio.index.is_none() && folio.refs == 0 && frames.index_of(block).is_none(),
        Wanted::Mapped => folio.mapcount > 0,
        Wanted::Awaited => !named(frames, block, frames.waiters()).is_empty(),
        _ => false,
    }
}
