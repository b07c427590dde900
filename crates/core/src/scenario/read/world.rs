//! The lines about the kernel, the file and the device.

use super::heard::WordKind;
use super::{Cursor, SIZE_FORMS};
use crate::revision::{Preset, SWITCHES, XARRAY_SWITCHES, all_presets, preset, switch, unlisted};
use crate::scenario::diagnostic::{Diagnostic, Fallible, nearest, quote};
use crate::scenario::limits::{MAX_DEVICE_BLOCKS, MAX_FILE_PAGES, MAX_TITLE_CHARS};
use crate::scenario::line::Word;
use crate::scenario::size::format_pages;
use crate::scenario::statement::{AllocLine, At, Statement};
use crate::scenario::{Extent, ExtentKind, FsKind, Layouts, Platform, Without};

impl<'a, 't> Cursor<'a, 't> {
    pub(super) fn title(&mut self) -> Fallible<Statement> {
        let word = self.next_or("The title is missing.", "text up to the end of the line")?;
        self.listener.is(&word.bytes, WordKind::Text);
        let title = word.string.as_deref().unwrap_or(word.text);
        let length = title.chars().count();
        if length > MAX_TITLE_CHARS {
            let message = format!("The title has {length} characters.");
            return Err(Box::new(self.error(&word.bytes, message, format!("at most {MAX_TITLE_CHARS}"))));
        }
        let is_harmful = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        if let Some(c) = title.chars().find(is_harmful) {
            let message = format!("The title holds a control character, U+{:04X}.", u32::from(c));
            let span = self.line.span(word.bytes.clone());
            self.diagnostics.push(Diagnostic::warning(span, message, "text that can be printed"));
        }
        self.finish(Statement::Title(title.to_owned()), "nothing after the closing quote")
    }

    pub(super) fn revision(&mut self) -> Fallible<Statement> {
        let names = || all_presets().map(|preset| preset.name);
        let all = names().collect::<Vec<_>>().join(", ");
        let word = self.next_or("The revision is missing.", &format!("one of {all}"))?;
        let Some(known) = preset(word.text) else {
            if word.text.contains('=') {
                let message = "A revision begins with the name of a preset.";
                let start = word.bytes.start..word.bytes.start;
                return Err(Box::new(self.error(&start, message, format!("one of {all}")).suggest("4.10.0 ")));
            }
            let mut diagnostic = self.unknown(word, "revision", names(), format!("one of {all}"));
            if let Some((message, nearest)) = unlisted(word.text) {
                diagnostic.message = message;
                diagnostic.suggestion = Some(nearest.to_owned());
            }
            return Err(diagnostic);
        };
        let mut changes: Vec<(&'static str, &'static str)> = Vec::new();
        while let Some(word) = self.next() {
            match self.change(word).and_then(|change| self.of_era(word, known, change)) {
                Ok((name, _)) if changes.iter().any(|change| change.0 == name) => {
                    let diagnostic = self.twice(word);
                    self.diagnostics.push(*diagnostic);
                }
                Ok(change) => changes.push(change),
                Err(diagnostic) => self.diagnostics.push(*diagnostic),
            }
        }
        Ok(Statement::Revision { preset: known.name, changes })
    }

    /// A change, if the kernel's era has that switch.
    fn of_era(
        &self,
        word: &Word<'_>,
        known: &Preset,
        change: (&'static str, &'static str),
    ) -> Fallible<(&'static str, &'static str)> {
        if known.revision.switches().iter().any(|switch| switch.name == change.0) {
            return Ok(change);
        }
        let kernels = if known.revision.is_xarray() { "to 4.19" } else { "from 4.20 on" };
        let message = format!("`{}` is a switch of kernels {kernels}, and {} is none of them.", change.0, known.name);
        Err(Box::new(self.error(&word.bytes, message, "a switch of that kernel (docs/script.md), or another kernel")))
    }

    /// One `switch=value`.
    fn change(&self, word: &Word<'_>) -> Fallible<(&'static str, &'static str)> {
        let (name, value) = word.text.split_once('=').unwrap_or((word.text, ""));
        let middle = word.bytes.start + name.len();
        let Some(known) = switch(name) else {
            let name_word = Word { text: name, bytes: word.bytes.start..middle, string: None };
            let names = SWITCHES.iter().chain(XARRAY_SWITCHES).map(|switch| switch.name);
            return Err(self.unknown(&name_word, "switch", names, "a switch of docs/script.md"));
        };
        let values = known.values.join(" or ");
        let Some(&value) = known.values.iter().find(|&&known| known == value) else {
            let message = match value {
                "" => format!("`{name}` needs a value."),
                _ => format!("`{name}` cannot be {}.", quote(value)),
            };
            let guess = nearest(value, known.values.iter().copied()).map(|value| format!("={value}"));
            return Err(Box::new(self.error(&(middle..word.bytes.end), message, values).suggest_if(guess)));
        };
        Ok((known.name, value))
    }

    pub(super) fn file(&mut self) -> Fallible<Statement> {
        let size = self.pages(MAX_FILE_PAGES, "The size of the file is missing.")?.value;
        let mut blocks = None;
        if let Some(word) = self.next() {
            if word.text != "blocks" {
                return Err(self.unknown(word, "option of `file` called", ["blocks"], "`blocks SIZE` or nothing"));
            }
            blocks = Some(self.pages(MAX_FILE_PAGES, "The length of the block map is missing.")?.value);
        }
        self.finish(Statement::File { size, blocks }, "nothing more")
    }

    pub(super) fn extent(&mut self) -> Fallible<Statement> {
        let At { value: (first, end), bytes: range } = self.closed_range()?;
        let kinds = ["hole", "unwritten", "mapped"];
        let expected = "`hole`, `unwritten` or `mapped`";
        let word = self.next_or("The kind of the extent is missing.", expected)?;
        self.listener.is(&word.bytes, WordKind::Word);
        let kind = ExtentKind::from_name(word.text)
            .ok_or_else(|| self.unknown(word, "kind of extent called", kinds, expected))?;
        let mut extent = Extent { first, count: end - first, kind, phys: 0 };
        if kind == ExtentKind::Hole {
            let bytes = word.bytes.clone();
            return self.finish(Statement::Extent { extent, range, phys: bytes }, "nothing more: a hole has no blocks");
        }
        let expected = "`at` and a device offset, such as `at 16M`";
        let message = format!("The place of the {} extent on the device is missing.", kind.name());
        self.at_word(&message, expected)?;
        let phys = self.pages(MAX_DEVICE_BLOCKS, "The device offset is missing.")?;
        extent.phys = phys.value;
        if extent.phys + extent.count > MAX_DEVICE_BLOCKS {
            let message = format!("The extent ends beyond the limit of {}.", format_pages(MAX_DEVICE_BLOCKS));
            return Err(Box::new(self.error(&phys.bytes, message, "a smaller device offset")));
        }
        self.finish(Statement::Extent { extent, range, phys: phys.bytes }, "nothing more")
    }

    #[inline(never)]
    pub(super) fn alloc(&mut self) -> Fallible<Statement> {
        let expected = "`next OFFSET`, `align on|off` or `max SIZE`";
        let mut alloc = AllocLine::default();
        while let Some(word) = self.next() {
            match word.text {
                "next" if alloc.next.is_none() => {
                    alloc.next = Some(self.pages(MAX_DEVICE_BLOCKS, "The first free device offset is missing.")?);
                }
                "align" if alloc.align.is_none() => alloc.align = Some(self.on_off("align")?),
                "max" if alloc.max.is_none() => {
                    let max = self.pages(MAX_DEVICE_BLOCKS, "The most that is allocated at once is missing.")?;
                    if max.value == 0 {
                        let message = "An allocator that hands out nothing at once is of no use.";
                        return Err(Box::new(self.error(&max.bytes, message, "at least `1p`").suggest("1p")));
                    }
                    alloc.max = Some(max.value);
                }
                "next" | "align" | "max" => return Err(self.twice(word)),
                _ => return Err(self.unknown(word, "option of `alloc` called", ["next", "align", "max"], expected)),
            }
        }
        if alloc == AllocLine::default() {
            return Err(self.missing("The line says nothing about the allocator.", expected));
        }
        Ok(Statement::Alloc(alloc))
    }

    #[inline(never)]
    pub(super) fn device(&mut self) -> Fallible<Statement> {
        let (mut blocks, mut devmap) = (None, None);
        while let Some(word) = self.next() {
            match word.text {
                "devmap" if devmap.is_none() => devmap = Some(self.on_off("devmap")?),
                "devmap" => return Err(self.twice(word)),
                text if text.starts_with(|c: char| c.is_ascii_digit()) && blocks.is_none() => {
                    blocks = Some(self.pages_in(text, &word.bytes, MAX_DEVICE_BLOCKS, SIZE_FORMS)?);
                }
                _ => {
                    return Err(self.unknown(
                        word,
                        "option of `device` called",
                        ["devmap"],
                        "a size or `devmap on|off`",
                    ));
                }
            }
        }
        if (blocks, devmap) == (None, None) {
            return Err(self.missing("The line says nothing about the device.", "a size or `devmap on|off`"));
        }
        Ok(Statement::Device { blocks, devmap })
    }

    #[inline(never)]
    pub(super) fn fs_lock(&mut self) -> Fallible<Statement> {
        let on = self.on_off("fs_lock")?;
        self.finish(Statement::FsLock(on), "nothing more")
    }

    #[inline(never)]
    pub(super) fn i_mmap_rwsem(&mut self) -> Fallible<Statement> {
        let on = self.on_off("i_mmap_rwsem")?;
        self.finish(Statement::IMmapRwsem(on), "nothing more")
    }

    #[inline(never)]
    pub(super) fn layouts(&mut self) -> Fallible<Statement> {
        let names = || Layouts::ALL.into_iter().map(Layouts::name);
        let expected = "`whole`, `range` or `none`";
        let word = self.next_or("What is looked at before blocks are freed is missing.", expected)?;
        self.listener.is(&word.bytes, WordKind::Word);
        let Some(layouts) = Layouts::ALL.into_iter().find(|layouts| layouts.name() == word.text) else {
            return Err(self.unknown(word, "setting of `layouts` called", names(), expected));
        };
        self.finish(Statement::Layouts(layouts), "nothing more")
    }

    #[inline(never)]
    pub(super) fn platform(&mut self) -> Fallible<Statement> {
        let names = || Platform::ALL.into_iter().map(Platform::name);
        let expected = "`adr`, `eadr` or `no-write-cache`";
        let word = self.next_or("What a power failure leaves is missing.", expected)?;
        self.listener.is(&word.bytes, WordKind::Word);
        self.listener.one_of(word, names());
        let Some(platform) = Platform::ALL.into_iter().find(|platform| platform.name() == word.text) else {
            return Err(self.unknown(word, "platform called", names(), expected));
        };
        self.finish(Statement::Platform(platform), "nothing more")
    }

    #[inline(never)]
    pub(super) fn without(&mut self) -> Fallible<Statement> {
        let names = || Without::ALL.into_iter().map(Without::name);
        let expected = "`flush`, `protect`, `dirty`, `towrite`, `commit` or `sync_fault`";
        let word = self.next_or("What is left out is missing.", expected)?;
        self.listener.is(&word.bytes, WordKind::Word);
        self.listener.one_of(word, names());
        let Some(what) = Without::ALL.into_iter().find(|what| what.name() == word.text) else {
            return Err(self.unknown(word, "part called", names(), expected));
        };
        self.finish(Statement::Without(what), "nothing more")
    }

    #[inline(never)]
    pub(super) fn fs(&mut self) -> Fallible<Statement> {
        let names = || FsKind::ALL.into_iter().map(FsKind::name);
        let expected = "`ext4` or `xfs`";
        let word = self.next_or("The file system is missing.", expected)?;
        self.listener.is(&word.bytes, WordKind::Word);
        self.listener.one_of(word, names());
        let Some(fs) = FsKind::ALL.into_iter().find(|fs| fs.name() == word.text) else {
            return Err(self.unknown(word, "file system called", names(), expected));
        };
        self.finish(Statement::Fs(fs), "nothing more")
    }

    #[inline(never)]
    pub(super) fn journal(&mut self) -> Fallible<Statement> {
        let on = self.on_off("journal")?;
        self.finish(Statement::Journal(on), "nothing more")
    }
}
