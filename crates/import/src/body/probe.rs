//! Kprobe lines: `NAME: (function+0x0/0x210) k=v` and `NAME: (caller+0x2b/0x210 <- function) k=v`.
//!
//! The name of a probe is whatever its maker chose, so the function in the brackets decides. Where a tool prints only an
//! address (`perf script`), the name does.

use crate::event::{Function, Probe};
use crate::scan;

const FUNCTIONS: [(&str, Function); 27] = [
    ("grab_mapping_entry", Function::Grab),
    ("get_unlocked_entry", Function::GetUnlocked),
    ("get_next_unlocked_entry", Function::GetUnlocked),
    ("get_unlocked_mapping_entry", Function::GetUnlocked),
    ("wait_entry_unlocked", Function::Wait),
    ("wait_entry_unlocked_exclusive", Function::Wait),
    ("dax_insert_entry", Function::InsertEntry),
    ("dax_insert_mapping_entry", Function::InsertEntry),
    ("dax_unlock_entry", Function::Unlock),
    ("put_locked_mapping_entry", Function::Unlock),
    ("dax_wake_entry", Function::Wake),
    ("dax_wake_mapping_entry_waiter", Function::Wake),
    ("dax_disassociate_entry", Function::Disassociate),
    ("unmap_mapping_pages", Function::Unmap),
    ("__dax_invalidate_entry", Function::Invalidate),
    ("dax_delete_mapping_entry", Function::Delete),
    ("dax_invalidate_mapping_entry_sync", Function::Delete),
    ("dax_delete_mapping_range", Function::DeleteRange),
    ("dax_layout_busy_page_range", Function::BusyPage),
    ("dax_layout_busy_page", Function::BusyPage),
    ("dax_break_layout", Function::BreakLayout),
    ("dax_break_layout_final", Function::BreakLayoutFinal),
    ("dax_iomap_pte_fault", Function::PteFault),
    ("dax_iomap_pmd_fault", Function::PmdFault),
    ("dax_finish_sync_fault", Function::FinishSync),
    ("dax_flush", Function::Flush),
    ("vmf_insert_page_mkwrite", Function::Folio),
];

/// Names of probes as shared/traces/README.md has them; `_ret` behind one: the return.
const NAMES: [(&str, Function); 21] = [
    ("grab", Function::Grab),
    ("getun", Function::GetUnlocked),
    ("waitun", Function::Wait),
    ("waitex", Function::Wait),
    ("insert", Function::InsertEntry),
    ("unlock", Function::Unlock),
    ("wake", Function::Wake),
    ("disassoc", Function::Disassociate),
    ("unmap", Function::Unmap),
    ("inval", Function::Invalidate),
    ("delete", Function::Delete),
    ("inval_sync", Function::Delete),
    ("delete_range", Function::DeleteRange),
    ("busy_page", Function::BusyPage),
    ("break_layout", Function::BreakLayout),
    ("pte_fault", Function::PteFault),
    ("pmd_fault", Function::PmdFault),
    ("finish_sync", Function::FinishSync),
    ("flush", Function::Flush),
    ("reset_order", Function::Folio),
    ("ins_folio_pmd", Function::Folio),
];

const FOLIOS: [&str; 2] = ["vmf_insert_folio_pmd", "dax_folio_reset_order"];

/// A probe on a function that is known here; `None`: on another one.
pub(super) fn probe<'a>(name: &'a [u8], body: &'a [u8]) -> Option<Probe<'a>> {
    let close = body.iter().position(|&byte| byte == b')')?;
    let (inside, arguments) = (&body[1..close], &body[close + 1..]);
    let arrow = scan::find(inside, b" <- ");
    let (caller, symbol) = match arrow {
        Some(at) => (symbol(&inside[..at]), symbol(&inside[at + 4..])),
        None => (&b""[..], symbol(inside)),
    };
    let arguments = arguments.trim_ascii();
    if scan::pointer(symbol).is_some() && FUNCTIONS.iter().all(|(known, _)| known.as_bytes() != symbol) {
        let (name, is_return) = name.strip_suffix(b"_ret").map_or((name, arrow.is_some()), |name| (name, true));
        let function = NAMES.iter().find(|(known, _)| known.as_bytes() == name)?.1;
        return Some(Probe { function, symbol: b"", is_return, caller: b"", arguments });
    }
    let known = FUNCTIONS.iter().find(|(known, _)| known.as_bytes() == symbol).map(|(_, function)| *function);
    let function =
        known.or_else(|| FOLIOS.iter().any(|folio| folio.as_bytes() == symbol).then_some(Function::Folio))?;
    Some(Probe { function, symbol, is_return: arrow.is_some(), caller, arguments })
}

/// `name` of `name.isra.0+0x2b/0x210 [module]`.
fn symbol(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|byte| matches!(byte, b'+' | b' ' | b'.')).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_decide_and_names_where_there_are_none() {
        let call = probe(b"anything", b"(grab_mapping_entry+0x0/0x210) xa=0xffff8880082d27c0 index=3 order=9")
            .expect("a probe");
        assert_eq!(
            (call.function, call.is_return, call.argument("index"), call.argument("order")),
            (Function::Grab, false, Some(3), Some(9))
        );
        let back = probe(b"x", b"(dax_writeback_mapping_range+0x4c7/0x5b0 <- get_next_unlocked_entry) entry=0x0")
            .expect("a probe");
        assert_eq!(
            (back.function, back.is_return, back.caller),
            (Function::GetUnlocked, true, &b"dax_writeback_mapping_range"[..])
        );
        let isra = probe(b"d", b"(dax_disassociate_entry.isra.0+0x0/0xc0) arg0=0x15 arg1=0x40").expect("a probe");
        assert_eq!(isra.function, Function::Disassociate);
        let module =
            probe(b"r", b"(ext4_dax_huge_fault+0x78/0x270 [ext4] <- dax_iomap_pmd_fault) ret=0x100").expect("a probe");
        assert_eq!((module.function, module.argument("ret")), (Function::PmdFault, Some(0x100)));
        let bare = probe(b"grab_ret", b"(ffffffff8135 <- ffffffff8134) entry=0x15").expect("a probe");
        assert_eq!((bare.function, bare.is_return, bare.entry()), (Function::Grab, true, Some(0x15)));
        assert_eq!(probe(b"mine", b"(vfs_read+0x0/0x10) x=1"), None);
        assert_eq!(probe(b"grab", b"(never closed"), None);
    }
}
