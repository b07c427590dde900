//! Lines that the era of the kernel does not have: they are told, and left out.

use super::{Builder, ReadLine};
use crate::revision::preset;
use crate::scenario::statement::Statement;
use crate::scenario::{EntryKind, FailPoint, Operation};

impl Builder {
    /// Leaves out what the kernel's era lacks. The first `revision` line says which kernel it is.
    pub(super) fn leave_out_of_other_era(&mut self, read: &mut [ReadLine<'_>]) {
        let kernel = read.iter().find_map(|read| match read.statement {
            Some(Statement::Revision { preset, .. }) => Some(preset),
            _ => None,
        });
        let known = preset(kernel.unwrap_or("4.10.0"));
        let is_xarray = known.is_some_and(|known| known.revision.is_xarray());
        for read in read {
            let Some(what) = read.statement.as_ref().and_then(|statement| lacks(statement, is_xarray)) else {
                continue;
            };
            let (kernels, other) =
                if is_xarray { ("to 4.19", "`revision 4.10.0`") } else { ("from 4.20 on", "`revision 6.12`") };
            let name = known.map_or("", |known| known.name);
            let message = format!("{what} is of kernels {kernels}, and this is {name}.");
            let (line, keyword) = (read.line, read.keyword.clone());
            self.error(&line, &keyword, message, format!("another line, or a kernel such as {other}"));
            read.statement = None;
        }
    }
}

/// What in the line the era of the kernel does not have.
fn lacks(statement: &Statement, is_xarray: bool) -> Option<String> {
    let word = |word: &str| Some(format!("`{word}`"));
    match statement {
        Statement::Layouts(_) if !is_xarray => word("layouts"),
        Statement::Process(line) if line.sync && !is_xarray => word("sync"),
        Statement::Operation(line) if !is_xarray => match line.operation {
            Operation::Pin { .. } | Operation::Unpin | Operation::Layout { .. } | Operation::Hold { .. } => {
                word(line.operation.keyword())
            }
            _ => None,
        },
        Statement::Fail { what: what @ (FailPoint::NodeAlloc | FailPoint::NodeAllocWait), .. } if !is_xarray => {
            word(what.name())
        }
        Statement::Fail { what: what @ (FailPoint::Preload | FailPoint::MaybePreload), .. } if is_xarray => {
            word(what.name())
        }
        Statement::Entries { filled, .. } if is_xarray && filled.kind == EntryKind::Page => word("page"),
        _ => None,
    }
}
