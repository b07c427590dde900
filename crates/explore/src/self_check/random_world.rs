//! The parts of a random script that are there before any thread: kernel, file, extents, device, processes.

use super::draw::Draw;
use daxscope_core::revision::{PRESETS, Preset, SWITCHES, Switch, XARRAY_PRESETS, XARRAY_SWITCHES};

/// Pages of a 2 MiB range.
pub(super) const HUGE: u64 = 512;

/// The kernels of an era.
pub(super) struct Kernels {
    presets: &'static [Preset],
    newest: [&'static str; 3],
    switches: &'static [Switch],
    /// The calls that can fail.
    pub(super) calls: [&'static str; 6],
}

/// Those with a radix tree.
pub(super) const RADIX: Kernels = Kernels {
    presets: PRESETS,
    newest: ["4.12.4", "4.13.4", "fixed"],
    switches: SWITCHES,
    calls: ["preload", "maybe_preload", "page_alloc", "hzp_alloc", "direct_access", "iomap_begin"],
};

/// Those with an XArray.
pub(super) const XARRAY: Kernels = Kernels {
    presets: XARRAY_PRESETS,
    newest: ["6.12", "7.3", "7.3-fixed"],
    switches: XARRAY_SWITCHES,
    calls: ["node_alloc", "node_alloc_wait", "page_alloc", "hzp_alloc", "direct_access", "iomap_begin"],
};

/// A process as its line says it.
pub(super) struct Process {
    pub(super) name: char,
    /// First page and end of its mapping.
    pub(super) maps: (u64, u64),
}

impl Draw {
    /// `revision`: a preset, many of them the newest kernels, and up to three switches.
    pub(super) fn revision(&mut self, kernels: &Kernels) {
        let Kernels { presets, newest, switches, .. } = kernels;
        let preset = if self.percent(35) {
            newest[self.below(3) as usize]
        } else {
            presets[self.below(presets.len() as u64) as usize].name
        };
        let mut line = format!("revision {preset}");
        let mut changed: Vec<&str> = Vec::new();
        for _ in 0..self.one_of(&[0, 0, 1, 1, 2, 3]) {
            let switch = &switches[self.below(switches.len() as u64) as usize];
            if !changed.contains(&switch.name) {
                changed.push(switch.name);
                line.push_str(&format!(" {}={}", switch.name, self.one_of(switch.values)));
            }
        }
        self.line(&line);
    }

    /// `file`: its size in pages.
    pub(super) fn file(&mut self) -> u64 {
        let pages = match self.below(20) {
            0 => 0,
            1..=7 => self.one_of(&[1, 2, 2, 4]),
            8..=16 => HUGE,
            17 => HUGE + 3,
            _ => 2 * HUGE,
        };
        self.line(&format!("file {pages}p"));
        pages
    }

    /// `extent`s: none, all of the file, or a piece of it beside others.
    pub(super) fn extents(&mut self, pages: u64) {
        if pages == 0 || self.percent(30) {
            return;
        }
        if pages > 2 && self.percent(30) {
            let cut = if pages > HUGE { HUGE } else { self.one_of(&[1, 2, pages / 2]).min(pages - 1) };
            self.extent(0, cut, 8 * HUGE);
            self.extent(cut, pages, 16 * HUGE);
        } else {
            self.extent(0, pages, 8 * HUGE);
        }
    }

    fn extent(&mut self, first: u64, end: u64, phys: u64) {
        let phys = phys + first % HUGE + if self.percent(20) { 3 } else { 0 };
        let kind = self.one_of(&["mapped", "mapped", "mapped", "unwritten", "hole"]);
        let place = if kind == "hole" { String::new() } else { format!(" at {phys}p") };
        self.line(&format!("extent {first}p..{end}p {kind}{place}"));
    }

    /// `alloc`, `device`, `fs_lock`, `journal`.
    pub(super) fn file_system(&mut self) {
        if self.percent(12) {
            let line = self.one_of(&["alloc align off", "alloc max 1p", "alloc next 0x2003p align off max 8p"]);
            self.line(line);
        }
        if self.percent(6) {
            self.line("device devmap off");
        }
        if self.percent(25) {
            self.line("fs_lock off");
        }
        if self.percent(15) {
            self.line("journal on");
        }
    }

    /// `process` lines: none for one usual process, or up to three of them.
    pub(super) fn processes(&mut self, pages: u64) -> Vec<Process> {
        let pages = if pages == 0 { HUGE } else { pages };
        if self.percent(50) {
            return vec![Process { name: '1', maps: (0, pages) }];
        }
        let names = &['P', 'Q', 'R'][..self.one_of(&[1, 2, 2, 2, 3])];
        names.iter().map(|&name| self.process(name, pages)).collect()
    }

    fn process(&mut self, name: char, pages: u64) -> Process {
        let mut line = format!("process {name}");
        let mut maps = (0, pages);
        if self.percent(25) {
            maps = match self.below(3) {
                0 if pages > HUGE => (HUGE, pages),
                1 if pages > 1 => (1, pages),
                _ => (0, pages.div_ceil(2)),
            };
            line.push_str(&format!(" maps {}p..{}p", maps.0, maps.1));
        }
        if self.percent(25) {
            line.push_str(" private");
        }
        if self.percent(8) {
            line.push_str(" ro");
        }
        if self.percent(15) {
            line.push_str(&format!(" skew {}p", self.one_of(&[1, HUGE, 768])));
        }
        self.line(&line);
        Process { name, maps }
    }
}
