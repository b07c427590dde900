//! What does not go together, as far as the script says so: ranges that a call will refuse, a journal that XFS has not.

use super::{Builder, ReadLine};
use crate::scenario::size::format_pages;
use crate::scenario::statement::Statement;
use crate::scenario::{FileLayout, FsKind, Operation};

impl Builder {
    /// Is there a journal whose handles faults hold open? XFS holds none.
    pub(super) fn journal_of(&mut self, read: &[ReadLine<'_>], fs: FsKind, journal: Option<bool>) -> Option<bool> {
        if fs != FsKind::Xfs || journal != Some(true) {
            return journal;
        }
        let lines = read.iter().filter(|read| Some(read.line.number) == self.map.journal);
        let found: Vec<_> = lines.map(|read| (read.line, read.keyword.clone())).collect();
        for (line, keyword) in found {
            let message = "XFS holds no transaction open around faults and write(2), and this is `fs xfs`.";
            self.error(&line, &keyword, message, "`journal off`, or `fs ext4`");
        }
        None
    }

    /// Warns about `collapse` up to the end of the file and `insert` behind it, if nothing else can make the file longer.
    pub(super) fn warn_of_refused(&mut self, read: &[ReadLine<'_>], file: &FileLayout) {
        let longer = read.iter().filter(|read| operation(read).is_some_and(|operation| may_grow(&operation))).count();
        for read in read {
            let (Some(operation), Some(Statement::Operation(line))) = (operation(read), &read.statement) else {
                continue;
            };
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
