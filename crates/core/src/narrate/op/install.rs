//! The words for sections under the page-table lock of the XArray's era.

use super::{LockNames, Told, Words};
use crate::narrate::words::page;
use crate::op::{Cleaned, InstallOp, Installed, Outcome};

impl Words for InstallOp {
    fn next(&self, _: LockNames) -> String {
        match *self {
            InstallOp::InsertPte { page: at, .. } => format!("map virtual page {}", page(at)),
            InstallOp::InsertPmd { page: at, .. } => format!("map 2 MiB at virtual page {}", page(at)),
            InstallOp::FinishFault { page: at, .. } | InstallOp::CopyPte { page: at, .. } => {
                format!("map a private copy at virtual page {}", page(at))
            }
            InstallOp::CleanPmd { page: at, .. } => format!("write-protect the huge mapping at {}", page(at)),
            InstallOp::CleanPtes { first, .. } => format!("write-protect ptes from virtual page {}", page(first)),
            InstallOp::SyncWithZap { page: at, .. } => format!("wait until the empty pmd at {} is done with", page(at)),
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        Some(match (*self, told.outcome()) {
            (InstallOp::InsertPte { page: at, .. }, Outcome::Installed(Installed::Taken))
            | (InstallOp::InsertPmd { page: at, .. }, Outcome::Installed(Installed::Taken))
            | (InstallOp::FinishFault { page: at, .. }, Outcome::Installed(Installed::Taken)) => {
                format!("finds virtual page {} mapped already and leaves it so", page(at))
            }
            (InstallOp::CopyPte { page: at, .. }, Outcome::Installed(Installed::Taken)) => {
                format!("finds the pte of virtual page {} changed", page(at))
            }
            (
                InstallOp::InsertPte { page: at, .. } | InstallOp::InsertPmd { page: at, .. },
                Outcome::Installed(Installed::OtherPage),
            ) => format!("finds another page mapped at virtual page {}", page(at)),
            (_, Outcome::Installed(Installed::NoTable) | Outcome::Cleaned(Cleaned::NoTable)) => {
                "finds no page table any more".into()
            }
            (_, Outcome::Cleaned(Cleaned::Table)) => "finds a page table instead of a huge mapping".into(),
            (InstallOp::SyncWithZap { page: at, .. }, _) => {
                format!("finds nothing mapped at virtual page {}", page(at))
            }
            // Their events say it.
            _ => return None,
        })
    }

    fn aside(&self, outcome: &Outcome) -> Option<String> {
        Some(match (self, outcome) {
            (_, Outcome::Cleaned(_)) => "finds nothing to write-protect".into(),
            (_, Outcome::Installed(Installed::Done)) => "finds it mapped already as it is to be".into(),
            _ => return None,
        })
    }

    fn call(&self, _: Told<'_>) -> Option<(String, String)> {
        None
    }

    /// What changes a mapping says so by its events.
    fn is_visible(&self, _: &Outcome) -> bool {
        false
    }
}
