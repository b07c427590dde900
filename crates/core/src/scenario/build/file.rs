//! Device, file and allocator.

use super::{Builder, ReadLine};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::limits::{DEFAULT_FILE_PAGES, MAX_EXTENTS};
use crate::scenario::line::Line;
use crate::scenario::size::{format_pages, format_range};
use crate::scenario::statement::{AllocLine, At, Statement};
use crate::scenario::{Allocator, Device, Extent, ExtentKind, FileLayout};
use std::ops::Range;

impl Builder {
    pub(super) fn device(&mut self, read: &[ReadLine<'_>]) -> Device {
        let line = self.once(
            read,
            |map| &mut map.device,
            |statement| match statement {
                Statement::Device { blocks, devmap } => Some((*blocks, *devmap)),
                _ => None,
            },
        );
        let (blocks, devmap) = line.unwrap_or_default();
        let usual = Device::default();
        Device { blocks: blocks.unwrap_or(usual.blocks), devmap: devmap.unwrap_or(usual.devmap) }
    }

    pub(super) fn file(&mut self, read: &[ReadLine<'_>], device: &Device) -> FileLayout {
        let line = self.once(
            read,
            |map| &mut map.file,
            |statement| match statement {
                Statement::File { size, blocks } => Some((*size, *blocks)),
                _ => None,
            },
        );
        let (size, blocks) = line.map_or((None, None), |(size, blocks)| (Some(size), blocks));
        let mut file = FileLayout { size_pages: 0, block_count: 0, extents: Vec::new() };
        for read in read {
            if let Some(Statement::Extent { extent, range, phys }) = &read.statement {
                self.extent(&mut file, blocks, &read.line, (extent, range));
                self.check_device_range(device, &file, read, extent, phys);
            }
        }
        file.size_pages = size.unwrap_or_else(|| DEFAULT_FILE_PAGES.max(file.extents_end()));
        file.block_count = blocks.unwrap_or_else(|| file.default_block_count());
        file
    }

    /// Adds an extent in its order, unless it collides with another one or with the end of the block map.
    fn extent(
        &mut self,
        file: &mut FileLayout,
        blocks: Option<u64>,
        line: &Line<'_>,
        (extent, range): (&Extent, &Range<usize>),
    ) {
        let end = extent.first + extent.count;
        let at = file.extents.partition_point(|other| other.first < extent.first);
        let neighbours = [at.checked_sub(1), Some(at)].into_iter().flatten();
        let overlap = neighbours
            .filter_map(|index| file.extents.get(index).map(|other| (index, other)))
            .find(|(_, other)| other.first < end && extent.first < other.first + other.count);
        if let Some((index, other)) = overlap {
            let range_text = format_range(other.first, Some(other.first + other.count));
            let message = format!("The extent overlaps the one on line {} ({range_text}).", self.map.extents[index]);
            self.error(line, range, message, "extents that do not overlap");
        } else if let Some(blocks) = blocks.filter(|&blocks| end > blocks) {
            let message = format!("The extent ends beyond the block map of {}.", format_pages(blocks));
            self.error(line, range, message, format!("an end of at most {}", format_pages(blocks)));
        } else if file.extents.len() == MAX_EXTENTS {
            let message = format!("This is extent {}.", MAX_EXTENTS + 1);
            self.error(line, range, message, format!("at most {MAX_EXTENTS}"));
        } else {
            file.extents.insert(at, *extent);
            self.map.extents.insert(at, line.number);
        }
    }

    /// Warns about an extent beyond the device, or on blocks that another one has.
    fn check_device_range(
        &mut self,
        device: &Device,
        file: &FileLayout,
        read: &ReadLine<'_>,
        extent: &Extent,
        phys: &Range<usize>,
    ) {
        let end = extent.phys + extent.count;
        let is_in = self.map.extents.contains(&read.line.number);
        if extent.kind == ExtentKind::Hole || !is_in {
            return;
        }
        if end > device.blocks {
            let message = format!(
                "The extent reaches beyond the device of {}: access to it will fail with -ERANGE.",
                format_pages(device.blocks)
            );
            self.warn(&read.line, phys, message, "an extent inside the device");
        }
        let shared = file.extents.iter().zip(&self.map.extents).find(|(other, number)| {
            **number != read.line.number
                && other.kind != ExtentKind::Hole
                && other.phys < end
                && extent.phys < other.phys + other.count
        });
        if let Some((_, number)) = shared {
            let message = format!("The extent on line {number} has some of these device blocks too.");
            self.warn(&read.line, phys, message, "device blocks of its own");
        }
    }

    pub(super) fn allocator(&mut self, read: &[ReadLine<'_>], file: &FileLayout, device: &Device) -> Allocator {
        let line = self.once(
            read,
            |map| &mut map.allocator,
            |statement| match statement {
                Statement::Alloc(line) => Some(line.clone()),
                _ => None,
            },
        );
        let AllocLine { next, align, max } = line.unwrap_or_default();
        let usual = file.default_allocator();
        let allocator = Allocator {
            next: next.as_ref().map_or(usual.next, |next| next.value),
            align: align.unwrap_or(usual.align),
            max: max.unwrap_or(usual.max),
        };
        let line_of = |number| read.iter().find(|read| Some(read.line.number) == number);
        if let (Some(next), Some(read)) = (&next, line_of(self.map.allocator)) {
            self.check_next(file, device, &read.line, next);
        } else if let Some(read) = line_of(self.map.device) {
            let next = At { value: allocator.next, bytes: read.keyword.clone() };
            self.check_next(file, device, &read.line, &next);
        }
        allocator
    }

    /// Warns about an allocator that would hand out blocks which an extent has, or which are not there.
    fn check_next(&mut self, file: &FileLayout, device: &Device, line: &Line<'_>, next: &At<u64>) {
        let reached = file
            .extents
            .iter()
            .zip(&self.map.extents)
            .find(|(extent, _)| extent.kind != ExtentKind::Hole && next.value < extent.phys + extent.count);
        if let Some((_, number)) = reached {
            let message = format!("The allocator may hand out device blocks of the extent on line {number}.");
            let free = format_pages(file.default_allocator().next);
            let span = line.span(next.bytes.clone());
            self.diagnostics.push(Diagnostic::warning(span, message, "an offset after all extents").suggest(free));
        } else if next.value >= device.blocks {
            let (next_text, size) = (format_pages(next.value), format_pages(device.blocks));
            let message = format!("The allocator begins at {next_text}, beyond the device of {size}.");
            self.warn(line, &next.bytes, message, "`alloc next OFFSET` inside the device");
        }
    }
}
