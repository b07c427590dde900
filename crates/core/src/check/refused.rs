//! Refusals without a reason in the XArray's era: a 2 MiB request where nothing is in the way, and a store that ends with SIGBUS
//! although nothing is wrong with the file.

use super::rule::Rule;
use super::violation::{Violation, at};
use crate::machine::Performed;
use crate::mm::PteTarget;
use crate::op::{InstallOp, Installed, Op, Outcome, XArrayOp};
use crate::revision::{InsertPage, SmallerEntry};
use crate::units::ThreadId;
use crate::world::World;

/// Both.
pub(super) fn violations(thread: ThreadId, performed: &Performed, after: &World) -> Option<Violation> {
    false_conflict(thread, performed, after).or_else(|| false_sigbus(thread, performed, after))
}

/// Nothing was found in the range of a 2 MiB request, and that is taken for something small.
fn false_conflict(thread: ThreadId, performed: &Performed, after: &World) -> Option<Violation> {
    let Op::XArray(XArrayOp::FindConflict(range)) = performed.stop.op else { return None };
    let takes =
        after.scenario.revision.xarray().is_some_and(|switches| switches.smaller_entry == SmallerEntry::NoneCounts);
    (takes && range.order > 0 && performed.outcome == Outcome::Entry(None)).then(|| {
        let text = format!(
            "{thread} finds nothing in the 2 MiB from {} on, takes that for a smaller entry and falls back.",
            at(range.index)
        );
        Violation::new(Rule::FalseExist, Some(thread), text)
    })
}

/// A store that holds its entry finds another page in its pte, and gives up. Who put that there has not taken it away yet; a
/// moment later the store would succeed.
fn false_sigbus(thread: ThreadId, performed: &Performed, after: &World) -> Option<Violation> {
    let Op::Install(InstallOp::InsertPte { page, target: PteTarget::Frame(_), mkwrite: true, .. }) = performed.stop.op
    else {
        return None;
    };
    let gives_up = after.scenario.revision.xarray().is_some_and(|switches| switches.insert_page == InsertPage::Page);
    (gives_up && performed.outcome == Outcome::Installed(Installed::OtherPage)).then(|| {
        let text = format!(
            "{thread} stores to virtual page {}, holds the entry with its block, finds another page still mapped there, and \
             gives up with SIGBUS although nothing is wrong with the file.",
            at(page)
        );
        Violation::new(Rule::FalseSigbus, Some(thread), text)
    })
}
