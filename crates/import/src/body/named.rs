//! The form of `name=value`: `trace-cmd report -R`, and the fields of a sample that `perf data convert` has written.
//!
//! Bases are mixed: what begins with `0x` is hexadecimal, everything else decimal.

use super::{Traits, Why, fault_kind};
use crate::event::{Bounds, Fault, FaultKind, File, Insert, PmdHole, What, Writeback, WritebackKind};
use crate::flags::{FaultFlags, FaultResult};
use crate::scan::{self, Words};

/// Fields that events of fs_dax have, in the order of [`Fields::NAMES`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Fields {
    values: [Option<u64>; Fields::NAMES.len()],
}

/// `VM_SHARED`.
const VM_SHARED: u64 = 0x8;
const INCOMPLETE: Why =
    "an fs_dax event with a field missing; `perf trace` leaves out fields that are 0, `perf script` does not";

impl Fields {
    pub(crate) const NAMES: [&'static str; 22] = [
        "ino",
        "vm_start",
        "vm_end",
        "vm_flags",
        "address",
        "pgoff",
        "max_pgoff",
        "dev",
        "flags",
        "result",
        "zero_page",
        "zero_folio",
        "radix_entry",
        "length",
        "pfn_val",
        "write",
        "start_index",
        "end_index",
        "pglen",
        "__probe_ip",
        "__probe_func",
        "__probe_ret_ip",
    ];

    /// Of `ino=0xc vm_start=0x7f.. dev=271581184`.
    pub(super) fn of_text(text: &[u8]) -> Fields {
        let mut fields = Fields::default();
        let mut words = Words(text);
        while let Some(word) = words.word() {
            if let Some((name, value)) = scan::split(word, b'=') {
                fields.put(name, value);
            }
        }
        fields
    }

    /// Takes a field, if it is one of fs_dax.
    pub(crate) fn put(&mut self, name: &[u8], value: &[u8]) {
        let value = value.trim_ascii().trim_suffix_comma();
        if let Some(at) = Fields::NAMES.iter().position(|known| known.as_bytes() == name) {
            self.values[at] = scan::number(value).or_else(|| scan::pointer(value));
        }
    }

    /// The value of a field.
    pub(crate) fn get(&self, name: &str) -> Option<u64> {
        let at = Fields::NAMES.iter().position(|known| *known == name)?;
        self.values[at]
    }

    /// The name of the event that has such fields: `perf data convert` writes none. Where several have the same ones the
    /// result decides: a handler that begins has none.
    pub(crate) fn event_name(&self) -> Option<&'static [u8]> {
        let has = |name| self.get(name).is_some();
        let begins = self.get("result") == Some(0);
        Some(match () {
            () if has("max_pgoff") && begins => b"dax_pmd_fault",
            () if has("max_pgoff") => b"dax_pmd_fault_done",
            () if has("zero_page") || has("zero_folio") => b"dax_pmd_load_hole",
            () if has("pfn_val") => b"dax_pmd_insert_mapping",
            () if has("radix_entry") => b"dax_insert_mapping",
            () if has("pglen") => b"dax_writeback_one",
            () if has("start_index") => b"dax_writeback_range",
            () if has("result") && has("pgoff") && begins => b"dax_pte_fault",
            () if has("result") && has("pgoff") => b"dax_pte_fault_done",
            () => return None,
        })
    }
}

/// The event of that name with those fields.
pub(crate) fn event<'a>(name: &[u8], fields: &Fields, traits: &mut Traits) -> Result<What<'a>, Why> {
    read(name, fields, traits).ok_or(INCOMPLETE)
}

fn read<'a>(name: &[u8], fields: &Fields, _: &mut Traits) -> Option<What<'a>> {
    let get = |name| fields.get(name);
    let dev = get("dev")?;
    // MINORBITS is 20 inside of the kernel.
    let file = File { major: u32::try_from(dev >> 20).ok()?, minor: (dev & 0xf_ffff) as u32, ino: get("ino")? };
    let is_shared = || Some(get("vm_flags")? & VM_SHARED != 0);
    if let Some(kind) = fault_kind(name) {
        let bounds = if matches!(kind, FaultKind::Pmd | FaultKind::PmdDone) {
            Some(Bounds { vm_start: get("vm_start")?, vm_end: get("vm_end")?, max_page: get("max_pgoff")? })
        } else {
            None
        };
        let flags = FaultFlags(u32::try_from(get("flags")?).ok()?);
        let result = FaultResult(u32::try_from(get("result")?).ok()?);
        let (address, page) = (get("address")?, get("pgoff")?);
        return Some(What::Fault(Fault { kind, file, is_shared: is_shared()?, flags, address, page, bounds, result }));
    }
    Some(match name {
        b"dax_pmd_load_hole" | b"dax_pmd_load_hole_fallback" => What::PmdHole(PmdHole {
            file,
            is_shared: is_shared()?,
            address: get("address")?,
            word: get("radix_entry")?,
            is_fallback: name.ends_with(b"_fallback"),
            is_folio: get("zero_folio").is_some(),
        }),
        b"dax_insert_mapping" | b"dax_pmd_insert_mapping" | b"dax_pmd_insert_mapping_fallback" => {
            let is_pmd = name.starts_with(b"dax_pmd");
            let frame = if is_pmd { Some(get("pfn_val")? & crate::word::FRAME_BITS) } else { None };
            What::Insert(Insert {
                file,
                is_pmd,
                is_write: get("write")? != 0,
                address: get("address")?,
                frame,
                word: get("radix_entry")?,
                is_fallback: name.ends_with(b"_fallback"),
            })
        }
        b"dax_writeback_one" => {
            let first = get("pgoff")?;
            let last = first.checked_add(get("pglen")?.checked_sub(1)?)?;
            What::Writeback(Writeback { kind: WritebackKind::One, file, first, last })
        }
        b"dax_writeback_range" | b"dax_writeback_range_done" => {
            let kind = if name.ends_with(b"_done") { WritebackKind::Done } else { WritebackKind::Range };
            What::Writeback(Writeback { kind, file, first: get("start_index")?, last: get("end_index")? })
        }
        _ => return None,
    })
}

/// A comma behind a value, as some tools have between fields.
trait WithoutComma {
    fn trim_suffix_comma(&self) -> &[u8];
}

impl WithoutComma for [u8] {
    fn trim_suffix_comma(&self) -> &[u8] {
        self.strip_suffix(b",").unwrap_or(self)
    }
}
