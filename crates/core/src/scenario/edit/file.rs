//! The file and its extents.

use super::{Change, Refusal, at_limit, line_of};
use crate::scenario::limits::{MAX_EXTENTS, MAX_FILE_PAGES};
use crate::scenario::size::format_range;
use crate::scenario::statement::Statement;
use crate::scenario::{Extent, ExtentKind};

impl Change<'_, '_> {
    pub(super) fn file_size(&mut self, pages: u64) -> Result<(), Refusal> {
        let line = self.parsed.source.file.map(|line| line as usize);
        let blocks = match line.and_then(|line| self.rows.statement(line)) {
            Some(Statement::File { blocks, .. }) => *blocks,
            _ => None,
        };
        let statement = Statement::File { size: pages, blocks };
        match line {
            Some(line) => self.rows.replace(line, statement),
            None => self.rows.insert(statement),
        }
        Ok(())
    }

    pub(super) fn add_extent(&mut self, extent: Extent) -> Result<(), Refusal> {
        let extents = &self.parsed.scenario.file.extents;
        at_limit(extents.len(), MAX_EXTENTS, "extents")?;
        self.fits(extent, None)?;
        let statement = line(extent);
        // In the order of the file, if the lines are in that order.
        let before = extents.iter().rposition(|other| other.first < extent.first);
        match before.and_then(|index| self.parsed.source.extents.get(index)) {
            Some(&line) => self.rows.insert_behind(line as usize, statement),
            None => self.rows.insert(statement),
        }
        Ok(())
    }

    pub(super) fn set_extent(&mut self, index: usize, extent: Extent) -> Result<(), Refusal> {
        let at = line_of(&self.parsed.source.extents, index, "extent")?;
        self.fits(extent, Some(index))?;
        self.rows.replace(at, line(extent));
        Ok(())
    }

    pub(super) fn split_extent(&mut self, index: usize, page: u64) -> Result<(), Refusal> {
        let extents = &self.parsed.scenario.file.extents;
        let at = line_of(&self.parsed.source.extents, index, "extent")?;
        at_limit(extents.len(), MAX_EXTENTS, "extents")?;
        let whole = extents[index];
        let head = page.checked_sub(whole.first).filter(|&head| 0 < head && head < whole.count);
        let Some(head) = head else {
            return Err(format!("Page {page:#x} does not lie inside extent {}.", index + 1));
        };
        let phys = if whole.kind == ExtentKind::Hole { 0 } else { whole.phys + head };
        self.rows.replace(at, line(Extent { count: head, ..whole }));
        self.rows.insert_behind(at, line(Extent { first: page, count: whole.count - head, phys, ..whole }));
        Ok(())
    }

    pub(super) fn remove_extent(&mut self, index: usize) -> Result<(), Refusal> {
        let at = line_of(&self.parsed.source.extents, index, "extent")?;
        self.rows.remove(at);
        Ok(())
    }

    /// Is it a place that no other extent has?
    fn fits(&self, extent: Extent, index: Option<usize>) -> Result<(), Refusal> {
        let end = |extent: &Extent| extent.first.saturating_add(extent.count);
        if extent.count == 0 || end(&extent) > MAX_FILE_PAGES {
            return Err("An extent has at least one page and ends inside the largest file.".into());
        }
        let others = self.parsed.scenario.file.extents.iter().enumerate().filter(|(at, _)| Some(*at) != index);
        for (_, other) in others {
            if extent.first < end(other) && other.first < end(&extent) {
                let range = format_range(other.first, Some(end(other)));
                return Err(format!("The extent {range} is there already; extents do not overlap."));
            }
        }
        Ok(())
    }
}

fn line(extent: Extent) -> Statement {
    let phys = if extent.kind == ExtentKind::Hole { 0 } else { extent.phys };
    Statement::Extent { extent: Extent { phys, ..extent }, range: 0..0, phys: 0..0 }
}
