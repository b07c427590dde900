//! Which data functions and other data name, and where these lie in the main part.
//!
//! The linker says the first (`--emit-relocs`, which wasm-split asks for), of the module before it was taken apart. wasm-split
//! lays the data of the main part out anew and tells nobody, but it leaves every function and constant as long as it was. So where
//! the linker says that an address is written, the main part has the new one.

use super::data::address;
use super::whole::Whole;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use wasmparser::{KnownCustom, Linking, Parser, Payload, RelocationEntry, RelocationType, SymbolInfo};

/// What a function or a constant has the address of.
#[derive(Clone, Copy)]
pub(super) enum Named<'m> {
    /// Data, by the number of their symbol.
    Data(u32),
    /// A function, by its place in the table.
    Function(&'m str),
}

/// Who names what in a main part.
#[derive(Default)]
pub(super) struct Linked<'m> {
    /// Where they lie.
    places: HashMap<u32, Range<u32>>,
    /// Those that are written to: what was written is not to be lost when the rest comes.
    variables: BTreeSet<u32>,
    /// What each function names.
    named_by: HashMap<&'m str, Vec<Named<'m>>>,
    /// What data name.
    named_in: HashMap<u32, Vec<Named<'m>>>,
}

impl<'m> Linked<'m> {
    /// Reads the module before it was taken apart, and the main part as wasm-split left it.
    pub(super) fn read(compiled: &'m [u8], main: &[u8]) -> wasmparser::Result<Linked<'m>> {
        let whole = Whole::read(compiled)?;
        let mut before = Before::default();
        for payload in Parser::new(0).parse_all(compiled) {
            before.take(payload?)?;
        }
        let after = After::read(main)?;
        let mut linked = Linked::default();
        let mut starts: HashMap<u32, u32> = HashMap::new();
        for entry in before.relocations_of(before.code_section) {
            let place = before.code_begins + u64::from(entry.offset);
            let defined = whole.bodies.partition_point(|body| body.range().end <= place);
            let (Some(body), Some(named)) = (whole.bodies.get(defined), before.named(&whole, entry)) else { continue };
            let (name, inside) = (whole.name(defined), (place - body.range().start) as usize);
            linked.named_by.entry(name).or_default().push(named);
            let same = after.bodies.get(name).filter(|same| same.len() == body.as_bytes().len());
            if let (Named::Data(symbol), Some(written)) = (named, same.and_then(|same| number(&same[inside..]))) {
                starts.insert(symbol, written.wrapping_sub(entry.addend as u32));
            }
        }
        linked.named_in = before.named_in(&whole);
        before.follow(&after, &mut starts);
        for (symbol, start) in starts {
            let Some(data) = before.data(symbol) else { continue };
            linked.places.insert(symbol, start..start + data.bytes);
            if !data.is_constant {
                linked.variables.insert(symbol);
            }
        }
        Ok(linked)
    }

    /// The names of all functions that name something.
    pub(super) fn functions(&self) -> impl Iterator<Item = &'m str> + '_ {
        self.named_by.keys().copied()
    }

    /// What a function names.
    pub(super) fn named_by(&self, function: &str) -> &[Named<'m>] {
        self.named_by.get(function).map_or(&[], Vec::as_slice)
    }

    /// What data name.
    pub(super) fn named_in(&self, symbol: u32) -> &[Named<'m>] {
        self.named_in.get(&symbol).map_or(&[], Vec::as_slice)
    }

    /// The data that change.
    pub(super) fn variables(&self) -> impl Iterator<Item = u32> + '_ {
        self.variables.iter().copied()
    }

    /// Where data lie, if they are in the main part.
    pub(super) fn lies(&self, symbol: u32) -> Option<Range<u32>> {
        self.places.get(&symbol).cloned()
    }

    /// Where all data lie that somebody names.
    pub(super) fn all(&self) -> impl Iterator<Item = Range<u32>> + '_ {
        self.places.values().cloned()
    }
}

/// An address as the linker writes it: in five bytes, with a sign or without.
fn number(bytes: &[u8]) -> Option<u32> {
    let five = bytes.get(..5)?;
    Some(
        five.iter().enumerate().fold(0, |value, (at, byte)| value | u32::from(byte & 0x7f).wrapping_shl(7 * at as u32)),
    )
}

/// Data of the module before it was taken apart.
struct Datum {
    bytes: u32,
    is_constant: bool,
    /// Where in the file.
    begins: u64,
}

/// The module before it was taken apart, as the linker tells of it.
#[derive(Default)]
struct Before<'m> {
    code_begins: u64,
    data_begins: u64,
    /// Of each segment, where in the file its bytes begin.
    segments: Vec<u64>,
    /// Of each segment, whether nobody writes to it.
    is_constant: Vec<bool>,
    symbols: Vec<SymbolInfo<'m>>,
    relocations: Vec<(u32, RelocationEntry)>,
    /// How many sections there were so far.
    section: u32,
    code_section: u32,
    data_section: u32,
}

impl<'m> Before<'m> {
    fn take(&mut self, payload: Payload<'m>) -> wasmparser::Result<()> {
        let is_section = !matches!(payload, Payload::Version { .. } | Payload::CodeSectionEntry(_) | Payload::End(_));
        match payload {
            Payload::CodeSectionStart { range, .. } => {
                (self.code_section, self.code_begins) = (self.section, range.start);
            }
            Payload::DataSection(section) => {
                (self.data_section, self.data_begins) = (self.section, section.range().start);
                for datum in section {
                    let datum = datum?;
                    self.segments.push(datum.range.end - datum.data.len() as u64);
                }
            }
            Payload::CustomSection(custom) => self.take_custom(custom.as_known())?,
            _ => {}
        }
        self.section += u32::from(is_section);
        Ok(())
    }

    fn take_custom(&mut self, custom: KnownCustom<'m>) -> wasmparser::Result<()> {
        match custom {
            KnownCustom::Linking(linking) => {
                for part in linking.subsections() {
                    match part? {
                        Linking::SymbolTable(symbols) => {
                            for symbol in symbols {
                                self.symbols.push(symbol?);
                            }
                        }
                        Linking::SegmentInfo(segments) => {
                            for segment in segments {
                                self.is_constant.push(segment?.name.starts_with(".rodata"));
                            }
                        }
                        _ => {}
                    }
                }
            }
            KnownCustom::Reloc(relocations) => {
                let section = relocations.section_index();
                for entry in relocations.entries() {
                    self.relocations.push((section, entry?));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn data(&self, symbol: u32) -> Option<Datum> {
        let SymbolInfo::Data { symbol: Some(defined), .. } = self.symbols.get(symbol as usize)? else { return None };
        let is_constant = self.is_constant.get(defined.index as usize).copied().unwrap_or(false);
        let begins = self.segments.get(defined.index as usize)? + u64::from(defined.offset);
        Some(Datum { bytes: defined.size, is_constant, begins })
    }

    /// What an address that is written somewhere is the address of.
    fn named(&self, whole: &Whole<'m>, entry: &RelocationEntry) -> Option<Named<'m>> {
        use RelocationType::{MemoryAddrI32, MemoryAddrLeb, MemoryAddrSleb, TableIndexI32, TableIndexSleb};
        match (entry.ty, self.symbols.get(entry.index as usize)?) {
            (MemoryAddrLeb | MemoryAddrSleb | MemoryAddrI32, SymbolInfo::Data { .. }) => Some(Named::Data(entry.index)),
            (TableIndexSleb | TableIndexI32, SymbolInfo::Func { index, .. }) => {
                whole.names.get(index).map(|&name| Named::Function(name))
            }
            _ => None,
        }
    }

    fn relocations_of(&self, section: u32) -> impl Iterator<Item = &RelocationEntry> {
        self.relocations.iter().filter(move |(of, _)| *of == section).map(|(_, entry)| entry)
    }

    /// What data name.
    fn named_in(&self, whole: &Whole<'m>) -> HashMap<u32, Vec<Named<'m>>> {
        let mut by_place: Vec<(u64, u64, u32)> = Vec::new();
        for symbol in 0..self.symbols.len() as u32 {
            if let Some(data) = self.data(symbol) {
                by_place.push((data.begins, data.begins + u64::from(data.bytes), symbol));
            }
        }
        by_place.sort_unstable();
        let longest = by_place.iter().map(|(start, end, _)| end - start).max().unwrap_or(0);
        let mut named_in: HashMap<u32, Vec<Named<'m>>> = HashMap::new();
        for entry in self.relocations_of(self.data_section) {
            let Some(named) = self.named(whole, entry) else { continue };
            let place = self.data_begins + u64::from(entry.offset);
            let from = by_place.partition_point(|&(start, ..)| start + longest < place);
            let near = by_place[from..].iter().take_while(|&&(start, ..)| start <= place);
            for &(.., symbol) in near.filter(|&&(_, end, _)| place < end) {
                named_in.entry(symbol).or_default().push(named);
            }
        }
        named_in
    }

    /// From data whose place is known to the data that they name.
    fn follow(&self, after: &After<'_>, starts: &mut HashMap<u32, u32>) {
        let is_data = |entry: &&RelocationEntry| entry.ty == RelocationType::MemoryAddrI32;
        let place_of = |entry: &RelocationEntry| self.data_begins + u64::from(entry.offset);
        let mut entries: Vec<&RelocationEntry> = self.relocations_of(self.data_section).filter(is_data).collect();
        entries.sort_by_key(|entry| entry.offset);
        let mut open: Vec<u32> = starts.keys().copied().collect();
        while let Some(symbol) = open.pop() {
            let Some(data) = self.data(symbol) else { continue };
            let (start, end) = (starts[&symbol], data.begins + u64::from(data.bytes));
            let first = entries.partition_point(|entry| place_of(entry) < data.begins);
            for entry in entries[first..].iter().take_while(|entry| place_of(entry) < end) {
                let Some(written) = after.at(start + (place_of(entry) - data.begins) as u32) else { continue };
                starts.entry(entry.index).or_insert_with(|| {
                    open.push(entry.index);
                    written.wrapping_sub(entry.addend as u32)
                });
            }
        }
    }
}

/// The main part.
struct After<'m> {
    bodies: HashMap<&'m str, &'m [u8]>,
    /// Its segments, by where they lie.
    segments: Vec<(u32, &'m [u8])>,
}

impl<'m> After<'m> {
    fn read(main: &'m [u8]) -> wasmparser::Result<After<'m>> {
        let whole = Whole::read(main)?;
        let (mut bodies, mut twice) = (HashMap::new(), HashSet::new());
        for (defined, body) in whole.bodies.iter().enumerate() {
            if bodies.insert(whole.name(defined), body.as_bytes()).is_some() {
                twice.insert(whole.name(defined));
            }
        }
        bodies.retain(|name, _| !twice.contains(name));
        let mut segments = Vec::new();
        for payload in Parser::new(0).parse_all(main) {
            let Payload::DataSection(section) = payload? else { continue };
            for datum in section {
                let datum = datum?;
                segments.extend(address(&datum)?.map(|at| (at, datum.data)));
            }
        }
        Ok(After { bodies, segments })
    }

    /// What is written at an address.
    fn at(&self, place: u32) -> Option<u32> {
        let (start, bytes) =
            self.segments.iter().find(|(start, bytes)| place >= *start && place + 4 <= start + bytes.len() as u32)?;
        let from = (place - start) as usize;
        bytes.get(from..from + 4)?.try_into().ok().map(u32::from_le_bytes)
    }
}
