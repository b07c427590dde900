//! The words for operations on pages and folios of the device.

use super::{LockNames, Told, Words};
use crate::narrate::words::{self, page};
use crate::op::{FolioOp, Outcome};

impl Words for FolioOp {
    fn next(&self, _: LockNames) -> String {
        match *self {
            FolioOp::Associate { .. } => "let the pages of the entry belong to the file".into(),
            FolioOp::Disassociate { .. } => "let the pages of the entry belong to no file".into(),
            FolioOp::Busy { .. } => "look whether somebody uses the pages of the entry".into(),
            FolioOp::Get(block) => format!("take a reference of block {block:#x}"),
            FolioOp::Put(block) => format!("drop a reference of block {block:#x}"),
            FolioOp::Pin { .. } => "pin the block that is mapped".into(),
            FolioOp::Unpin => "drop its last pin".into(),
            FolioOp::PrepareToWait(block) => format!("look whether block {block:#x} is idle"),
            FolioOp::AwaitIdle(block) => format!("run again once block {block:#x} is idle"),
            FolioOp::IndexOf(block) => format!("look which page of the file block {block:#x} is"),
            FolioOp::FoundNoneBusy { .. } => "go on as nobody uses a page".into(),
        }
    }

    fn done(&self, told: Told<'_>) -> Option<String> {
        Some(match (*self, told.outcome()) {
            (FolioOp::Associate { entry, .. }, _) if entry.is_block() => {
                format!("lets {} belong to the file", words::pages(entry.size().pages()))
            }
            (FolioOp::Disassociate { entry }, _) if entry.is_block() => {
                format!("lets {} belong to no file", words::pages(entry.size().pages()))
            }
            (FolioOp::Busy { .. }, Outcome::Block(Some(block))) => format!("finds block {block:#x} in use"),
            (FolioOp::Get(block), _) if told.before.counts_mappings() => {
                format!("takes a reference of block {block:#x}")
            }
            (FolioOp::Put(block), _) if told.before.counts_mappings() => {
                format!("drops a reference of block {block:#x}")
            }
            (FolioOp::Pin { .. }, Outcome::Block(Some(block))) => format!("pins block {block:#x}"),
            (FolioOp::Pin { .. }, _) => "finds no block mapped that it could pin".into(),
            (FolioOp::Unpin, Outcome::Block(Some(block))) => format!("drops its pin of block {block:#x}"),
            (FolioOp::Unpin, _) => "has no pin to drop".into(),
            (FolioOp::PrepareToWait(block), Outcome::Bool(true)) => {
                format!("has to wait until block {block:#x} is idle")
            }
            (FolioOp::PrepareToWait(block), _) => format!("finds block {block:#x} idle"),
            (FolioOp::AwaitIdle(_), _) => "runs again".into(),
            (FolioOp::IndexOf(block), Outcome::Block(None)) => {
                format!("finds that block {block:#x} belongs to no file")
            }
            (FolioOp::IndexOf(block), Outcome::Block(Some(index))) => {
                format!("finds that block {block:#x} is page {} of the file", page(*index))
            }
            _ => return None,
        })
    }

    fn aside(&self, _: &Outcome) -> Option<String> {
        Some(match self {
            FolioOp::Associate { .. } | FolioOp::Disassociate { .. } => "finds that the entry has no pages".into(),
            FolioOp::Busy { .. } => "finds no page of the entry in use".into(),
            FolioOp::FoundNoneBusy { .. } => "has found no page in use".into(),
            FolioOp::Get(block) => format!("is to map block {block:#x}"),
            FolioOp::Put(block) => format!("is done with block {block:#x}"),
            _ => return None,
        })
    }

    fn call(&self, _: Told<'_>) -> Option<(String, String)> {
        None
    }

    fn is_visible(&self, outcome: &Outcome) -> bool {
        match self {
            FolioOp::Pin { .. } | FolioOp::Unpin | FolioOp::AwaitIdle(_) => true,
            FolioOp::PrepareToWait(_) => *outcome == Outcome::Bool(true),
            FolioOp::Busy { .. } => matches!(outcome, Outcome::Block(Some(_))),
            FolioOp::Associate { .. }
            | FolioOp::Disassociate { .. }
            | FolioOp::Get(_)
            | FolioOp::Put(_)
            | FolioOp::IndexOf(_)
            | FolioOp::FoundNoneBusy { .. } => false,
        }
    }
}
