//! The tree and the folios of the XArray's era as the recordings write them.

use super::event::frame;
use daxscope_core::entry::XEntry;
use daxscope_core::revision::PageState;
use daxscope_core::tree::xarray::{Mark, XArray};
use daxscope_core::world::World;
use serde_json::{Value, json};

pub(super) fn tree(world: &World, array: &XArray) -> Value {
    let mut leaves = Vec::new();
    for leaf in array.leaves() {
        let Some(entry) = XEntry::from_word(leaf.word) else { continue };
        let order = (leaf.last - leaf.index + 1).trailing_zeros();
        let marks: String = Mark::ALL
            .iter()
            .zip("DWT".chars())
            .filter(|(mark, _)| leaf.marks & mark.bit() != 0)
            .map(|(_, c)| c)
            .collect();
        leaves.push(json!([leaf.index, order, "x", entry.flags(), frame(entry), marks]));
    }
    json!({ "leaves": leaves, "nrpages": world.mapping.nrpages, "rt": array.marks() })
}

/// The folios that are not idle; nothing for kernels that have none.
pub(super) fn folios(world: &World) -> Value {
    let has_folios = world.scenario.revision.xarray().is_some_and(|it| it.page_state == PageState::Folio);
    let Some(frames) = world.pages.frames.get().filter(|_| has_folios) else { return Value::Null };
    let folio = |it: &daxscope_core::world::Folio| json!([it.first, it.order, it.refs, it.mapcount, it.index, 0]);
    frames.folios().iter().map(folio).collect()
}
