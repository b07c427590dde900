//! Bodies of events: the printed form of each, and the form of `name=value`.

mod fault;
mod named;
mod probe;
mod sched;
mod writeback;

pub(crate) use named::{Fields, event as named_event};

use crate::event::{FaultKind, File, What, WritebackKind};
use crate::scan::{self, Words};

/// What a body said, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Read<'a> {
    pub(crate) what: What<'a>,
    pub(crate) traits: Traits,
}

/// What is worth a note about how something was printed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Traits {
    /// A handler that begins ends in `OOM`: libtraceevent prints that for 0.
    pub(crate) has_bogus_oom: bool,
    /// Flags or results as numbers.
    pub(crate) is_raw: bool,
    /// A flag or result with a name that is not known.
    pub(crate) has_unknown_name: bool,
    /// `name=value` instead of the printed form (`trace-cmd report -R`).
    pub(crate) is_named: bool,
}

/// Why a body was not understood.
pub(crate) type Why = &'static str;

const FAULTS: [(&[u8], FaultKind); 9] = [
    (b"dax_pmd_fault", FaultKind::Pmd),
    (b"dax_pmd_fault_done", FaultKind::PmdDone),
    (b"dax_pte_fault", FaultKind::Pte),
    (b"dax_pte_fault_done", FaultKind::PteDone),
    (b"dax_load_hole", FaultKind::LoadHole),
    (b"dax_insert_pfn_mkwrite", FaultKind::Mkwrite),
    (b"dax_pfn_mkwrite", FaultKind::Mkwrite),
    (b"dax_insert_pfn_mkwrite_no_entry", FaultKind::MkwriteNoEntry),
    (b"dax_pfn_mkwrite_no_entry", FaultKind::MkwriteNoEntry),
];

/// Reads the body of the event of that name. `is_outside`: a tool outside of the kernel has printed it.
pub(crate) fn read<'a>(name: &'a [u8], body: &'a [u8], is_outside: bool) -> Result<Read<'a>, Why> {
    let plain = |what| Read { what, traits: Traits::default() };
    match name {
        b"tracing_mark_write" => return Ok(plain(What::Marker(body))),
        // trace-cmd names the event; the function follows.
        b"print" => {
            let text = body.strip_prefix(b"tracing_mark_write:").map_or(body, <[u8]>::trim_ascii_start);
            return Ok(plain(What::Marker(text)));
        }
        b"sched_switch" => return sched::switch(body).map(plain).ok_or("a sched_switch of a form that is not known"),
        _ => {}
    }
    if let Some(read) = of_fs_dax(name, body, is_outside) {
        return read;
    }
    if body.first() == Some(&b'(') {
        return Ok(plain(probe::probe(name, body).map_or(What::Other(name), What::Probe)));
    }
    Ok(plain(What::Other(name)))
}

/// An event of fs_dax; `None`: it has no such event.
fn of_fs_dax<'a>(name: &[u8], body: &'a [u8], is_outside: bool) -> Option<Result<Read<'a>, Why>> {
    if !name.starts_with(b"dax_") || !is_fs_dax(name) {
        return None;
    }
    if !body.starts_with(b"dev ") && body.contains(&b'=') {
        let fields = Fields::of_text(body);
        let mut traits = Traits { is_named: true, is_raw: true, ..Traits::default() };
        return Some(named::event(name, &fields, &mut traits).map(|what| Read { what, traits }));
    }
    if body.starts_with(b"dax_") || body.starts_with(b"(") {
        return None;
    }
    let mut traits = Traits::default();
    let words = Words(body);
    let what = if let Some(kind) = fault_kind(name) {
        fault::fault(kind, words, is_outside, &mut traits)
    } else {
        match name {
            b"dax_pmd_load_hole" => fault::pmd_hole(false, words),
            b"dax_pmd_load_hole_fallback" => fault::pmd_hole(true, words),
            b"dax_insert_mapping" => fault::insert(false, false, words),
            b"dax_pmd_insert_mapping" => fault::insert(true, false, words),
            b"dax_pmd_insert_mapping_fallback" => fault::insert(true, true, words),
            b"dax_writeback_range" => writeback::range(WritebackKind::Range, words),
            b"dax_writeback_range_done" => writeback::range(WritebackKind::Done, words),
            _ => writeback::one(words),
        }
    };
    Some(
        what.map(|what| Read { what, traits })
            .ok_or("an fs_dax event whose fields are not those of any kernel from 4.11 to 7.3"),
    )
}

fn fault_kind(name: &[u8]) -> Option<FaultKind> {
    FAULTS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
}

/// Is it the name of an event of fs_dax?
fn is_fs_dax(name: &[u8]) -> bool {
    const OTHERS: [&[u8]; 8] = [
        b"dax_pmd_load_hole",
        b"dax_pmd_load_hole_fallback",
        b"dax_insert_mapping",
        b"dax_pmd_insert_mapping",
        b"dax_pmd_insert_mapping_fallback",
        b"dax_writeback_range",
        b"dax_writeback_range_done",
        b"dax_writeback_one",
    ];
    fault_kind(name).is_some() || OTHERS.contains(&name)
}

/// `dev MAJ:MIN ino 0xHEX`.
fn file(words: &mut Words<'_>) -> Option<File> {
    words.is(b"dev")?;
    let (major, minor) = scan::split(words.word()?, b':')?;
    let small = |text| u32::try_from(scan::decimal(text)?).ok();
    Some(File { major: small(major)?, minor: small(minor)?, ino: words.hex_after(b"ino")? })
}

/// `shared` or `private`.
fn is_shared(words: &mut Words<'_>) -> Option<bool> {
    match words.word()? {
        b"shared" => Some(true),
        b"private" => Some(false),
        _ => None,
    }
}

/// `write` or `read`.
fn is_write(words: &mut Words<'_>) -> Option<bool> {
    match words.word()? {
        b"write" => Some(true),
        b"read" => Some(false),
        _ => None,
    }
}
