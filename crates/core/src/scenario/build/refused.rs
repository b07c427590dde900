//! Ranges that a call will refuse, as far as the script says so.

use super::{Builder, ReadLine};
use crate::scenario::size::format_pages;
use crate::scenario::statement::Statement;
use crate::scenario::{FileLayout, Operation};

impl Builder {
    /// Warns about `collapse` up to the end of the file and `insert` behind it, if nothing else can make the file longer.
    pub(super) fn warn_of_refused(&mut self, read: &[ReadLine<'_>], file: &FileLayout) {
        let longer = read.iter().filter(|read| operation(read).is_some_and(|operation| may_grow(&operation))).count();
        for read in read {
            let (Some(operation), Some(Statement::Operation(line))) = (operation(read), &read.statement) else { continue };
            if longer > usize::from(may_grow(&operation)) {
                continue;
            }
            let (is_refused, expected) = match operation {
                Operation::Collapse { first, count } => {
                    let expected = "a range that ends before the file; `truncate SIZE` cuts its end off";
                    (first.saturating_add(count) >= file.size_pages, expected)
                }
                Operation::Insert { first, .. } => {
                    let expected = "an offset inside the file; `truncate SIZE` makes it longer";
                    (first >= file.size_pages, expected)
                }
                _ => continue,
            };
            if is_refused {
                let (size, what) = (format_pages(file.size_pages), operation.keyword());
                let message = format!("The file ends at {size}: this `{what}` will be refused with EINVAL.");
                self.warn(&read.line, &line.place, message, expected);
            }
        }
    }
}

fn operation(read: &ReadLine<'_>) -> Option<Operation> {
    match &read.statement {
        Some(Statement::Operation(line)) => Some(line.operation),
        _ => None,
    }
}

/// Can it make the file longer?
const fn may_grow(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Write { .. }
            | Operation::Truncate { .. }
            | Operation::Fallocate { .. }
            | Operation::Zero { .. }
            | Operation::Insert { .. }
    )
}
