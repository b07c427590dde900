//! Which rows of long page tables are shown: those around the last change, or where somebody went.

use super::{Address, Session};
use crate::action::Object;
use daxscope_core::mm::{PageTables, Pmd};
use daxscope_core::units::{MmId, pmd_start};
use daxscope_core::world::World;

/// The most rows of a process that are shown at once.
pub(crate) const TABLE_ROWS: usize = 24;
/// Rows shown before a change.
const LEAD: usize = 6;

/// The first row that is shown, of each process.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    from: Vec<usize>,
    /// Where the reader stood when they were last looked for.
    followed: Option<(u64, usize)>,
}

/// Rows of a range: one for its pmd, one for each pte.
pub(crate) fn rows_of(pmd: &Pmd) -> usize {
    match pmd {
        Pmd::Table(ptes) => 1 + ptes.len(),
        _ => 1,
    }
}

/// Rows of all page tables of a process.
pub(crate) fn all_rows(tables: &PageTables) -> usize {
    tables.ranges().iter().map(|(_, pmd)| rows_of(pmd)).sum()
}

/// The row of an object, if it is one of the process, or the nearest one where it is gone.
fn row_of(tables: &PageTables, mm: MmId, object: Object) -> Option<usize> {
    let (Object::Pte(of, page) | Object::Pmd(of, page)) = object else { return None };
    if of != mm {
        return None;
    }
    let before = tables.ranges().iter().take_while(|(start, _)| *start < pmd_start(page));
    let above: usize = before.map(|(_, pmd)| rows_of(pmd)).sum();
    let below = match (object, tables.pmd(page)) {
        (Object::Pte(..), Pmd::Table(ptes)) => 1 + ptes.partition_point(|&(at, _)| at < page),
        _ => 0,
    };
    Some(above + below)
}

impl Tables {
    /// The first row that is shown of a process.
    pub(crate) fn from(&self, mm: MmId, tables: &PageTables) -> usize {
        let last = all_rows(tables).saturating_sub(TABLE_ROWS);
        self.from.get(mm.index()).copied().unwrap_or(0).min(last)
    }

    /// Goes to what a step changed, if it is not shown. `place`: where the reader stands.
    pub(super) fn follow(&mut self, place: (u64, usize), world: &World, changes: &[Object]) {
        if self.followed == Some(place) {
            return;
        }
        self.followed = Some(place);
        self.from.resize(world.page_tables.len(), 0);
        for at in 0..self.from.len() {
            let (mm, tables) = (MmId(at as u8), &world.page_tables[at]);
            let from = self.from(mm, tables);
            if let Some(row) = changes.iter().find_map(|&object| row_of(tables, mm, object)) {
                let is_shown = (from..from + TABLE_ROWS).contains(&row);
                self.from[at] = if is_shown { from } else { row.saturating_sub(LEAD) };
            }
        }
    }
}

impl Session {
    /// Shows the rows before those that are shown, or behind them.
    pub(super) fn move_table(&mut self, mm: MmId, is_later: bool) -> Address {
        if let Some(tables) = self.run.world().page_tables.get(mm.index()) {
            let from = self.tables.from(mm, tables);
            let to = if is_later { from + TABLE_ROWS } else { from.saturating_sub(TABLE_ROWS) };
            if let Some(own) = self.tables.from.get_mut(mm.index()) {
                *own = to;
            }
        }
        Address::Same
    }
}
