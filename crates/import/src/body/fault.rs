//! Bodies of the events of a fault.

use super::{Traits, file, is_shared, is_write};
use crate::event::{Bounds, Fault, FaultKind, Insert, PmdHole, What};
use crate::flags::{self, FaultFlags, FaultResult, Printed};
use crate::scan::{self, Words};

/// `dev .. ino .. shared FLAGS address A [vm_start A vm_end A] pgoff P [max_pgoff P] RESULT`.
pub(super) fn fault<'a>(
    kind: FaultKind,
    mut words: Words<'_>,
    is_outside: bool,
    traits: &mut Traits,
) -> Option<What<'a>> {
    let file = file(&mut words)?;
    let is_shared = is_shared(&mut words)?;
    let mut word = words.word()?;
    let mut flags = FaultFlags::default();
    if word != b"address" {
        flags = FaultFlags(note(flags::flags(word)?, traits));
        word = words.word()?;
    }
    if word != b"address" {
        return None;
    }
    let address = scan::hex(words.word()?)?;
    let (page, bounds) = if matches!(kind, FaultKind::Pmd | FaultKind::PmdDone) {
        let (vm_start, vm_end) = (words.hex_after(b"vm_start")?, words.hex_after(b"vm_end")?);
        let page = words.hex_after(b"pgoff")?;
        (page, Some(Bounds { vm_start, vm_end, max_page: words.hex_after(b"max_pgoff")? }))
    } else {
        (words.hex_after(b"pgoff")?, None)
    };
    let result = result(kind, words.rest(), is_outside, traits)?;
    Some(What::Fault(Fault { kind, file, is_shared, flags, address, page, bounds, result }))
}

/// A result. libtraceevent takes the first name of a table for 0, so 0 becomes `OOM`, while a real `OOM` is printed `0x1`.
fn result(kind: FaultKind, text: &[u8], is_outside: bool, traits: &mut Traits) -> Option<FaultResult> {
    if text == b"OOM" && (is_outside || kind.is_entry()) {
        traits.has_bogus_oom = true;
        return Some(FaultResult(0));
    }
    Some(FaultResult(note(flags::result(text)?, traits)))
}

const fn note(printed: Printed, traits: &mut Traits) -> u32 {
    traits.is_raw |= printed.is_raw;
    traits.has_unknown_name |= printed.has_unknown;
    printed.bits
}

/// `dev .. ino .. shared address A zero_page HASH radix_entry E`; `zero_folio` after 6.1.
pub(super) fn pmd_hole<'a>(is_fallback: bool, mut words: Words<'_>) -> Option<What<'a>> {
    let file = file(&mut words)?;
    let is_shared = is_shared(&mut words)?;
    let address = words.hex_after(b"address")?;
    let is_folio = match words.word()? {
        b"zero_page" => false,
        b"zero_folio" => true,
        _ => return None,
    };
    // A hash, a pointer, or `(null)` where there is no page.
    let pointer = words.word()?;
    if pointer != b"(null)" {
        scan::pointer(pointer)?;
    }
    let word = words.hex_after(b"radix_entry")?;
    words.rest().is_empty().then_some(What::PmdHole(PmdHole { file, is_shared, address, word, is_fallback, is_folio }))
}

/// `dev .. ino .. shared write address A [length L pfn N PFNFLAGS] radix_entry E`.
pub(super) fn insert<'a>(is_pmd: bool, is_fallback: bool, mut words: Words<'_>) -> Option<What<'a>> {
    let file = file(&mut words)?;
    is_shared(&mut words)?;
    let is_write = is_write(&mut words)?;
    let address = words.hex_after(b"address")?;
    let mut frame = None;
    if is_pmd {
        words.hex_after(b"length")?;
        frame = Some(words.hex_after(b"pfn")?);
    }
    let mut next = words.word()?;
    if is_pmd && next != b"radix_entry" {
        // DEV|MAP and the like; nothing is asked of it.
        next = words.word()?;
    }
    let word = (next == b"radix_entry").then(|| words.word()).flatten().and_then(scan::hex)?;
    words.rest().is_empty().then_some(What::Insert(Insert {
        file,
        is_pmd,
        is_write,
        address,
        frame,
        word,
        is_fallback,
    }))
}
