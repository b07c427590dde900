//! `dax_insert_entry`: put what the file system says into the entry that we hold.

use super::state::State;
use super::wait::dax_lock_entry;
use crate::entry::XEntry;
use crate::event::Event;
use crate::kernel::mm::Vmf;
use crate::op::FolioOp;
use crate::revision::{MixedAssociation, ReadFault};
use crate::scenario::Without;
use crate::task::Task;
use crate::tree::xarray::Mark;
use crate::units::{PMD_PAGES, pmd_start};

/// `dax_insert_entry` (fs/dax.c, v4.20): replaces a zero or empty entry by `new` and marks it dirty for a store that is not
/// synchronous. Blocks that are there already stay, whatever their size.
pub async fn dax_insert_entry(
    task: &Task,
    vmf: &Vmf,
    xas: &mut State<'_>,
    entry: XEntry,
    new: XEntry,
    synchronous: bool,
) -> XEntry {
    task.call("dax_insert_entry", xas.index(), async {
        if entry.is_zero() && !new.is_zero() {
            let index = xas.index();
            if entry.is_pmd() {
                task.unmap_mapping_range(pmd_start(index), PMD_PAGES, false).await;
            } else {
                task.unmap_mapping_range(index, 1, false).await;
            }
        }
        xas.reset();
        task.spin_lock_tree().await;
        let mut entry = entry;
        if !entry.is_block() {
            task.perform::<()>(FolioOp::Disassociate { entry }).await;
            task.perform::<()>(FolioOp::Associate { index: xas.index(), entry: new }).await;
            let old = dax_lock_entry(xas, new).await;
            if old != Some(entry.locked()) {
                task.note(Event::Warn("dax_insert_entry"));
            }
            entry = new;
        } else {
            if entry.size() != new.size() && task.xarray().mixed_association == MixedAssociation::Fault {
                task.perform::<()>(FolioOp::Disassociate { entry }).await;
                task.perform::<()>(FolioOp::Associate { index: xas.index(), entry: new }).await;
            }
            xas.load().await;
        }
        let tags = vmf.write || task.xarray().read_fault == ReadFault::TagsDirty;
        if tags && !synchronous && !task.scenario().leaves_out(Without::Dirty) {
            xas.set_mark(Mark::Dirty).await;
        }
        task.spin_unlock_tree().await;
        entry
    })
    .await
}
