//! What of a scenario the era of its kernel does not have: asked when another kernel is put under a script.

use super::{EntryKind, FailPoint, Layouts, Operation, Scenario};

impl Scenario {
    /// The first thing that the era of the kernel lacks, as a script has it: `pin`. None if everything fits.
    #[must_use]
    pub fn misfit(&self) -> Option<&'static str> {
        if self.revision.is_xarray() { self.only_of_radix() } else { self.only_of_xarray() }
    }

    fn only_of_radix(&self) -> Option<&'static str> {
        if self.entries.iter().any(|filled| filled.kind == EntryKind::Page) {
            return Some("page");
        }
        let preload = |what: FailPoint| matches!(what, FailPoint::Preload | FailPoint::MaybePreload);
        self.failures.iter().find(|failure| preload(failure.what)).map(|failure| failure.what.name())
    }

    fn only_of_xarray(&self) -> Option<&'static str> {
        if self.layouts != Layouts::default() {
            return Some("layouts");
        }
        if self.processes.iter().any(|process| process.mapping.sync) {
            return Some("sync");
        }
        for operation in self.threads.iter().flat_map(|thread| &thread.operations) {
            if let Operation::Pin { .. } | Operation::Unpin | Operation::Layout { .. } | Operation::Hold { .. } =
                operation
            {
                return Some(operation.keyword());
            }
        }
        let node = |what: FailPoint| matches!(what, FailPoint::NodeAlloc | FailPoint::NodeAllocWait);
        self.failures.iter().find(|failure| node(failure.what)).map(|failure| failure.what.name())
    }
}
