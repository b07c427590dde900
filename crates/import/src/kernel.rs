//! Which kernel a trace is of. The text does not say; what is printed, and how, narrows it down.
//!
//! Each sign has a line number, so that a trace of two kernels, or one that is not of the kernel that was named, can be
//! told with both lines. Sources: shared/traces/README.md; what each release prints: docs/import.md.

use crate::word::Era;
use std::fmt;

/// A release: `6.12` is (6, 12).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Release(pub u16, pub u16);

impl Release {
    /// The first kernel with events of fs_dax.
    pub const FIRST: Release = Release(4, 11);
    /// Behind every kernel that is known here.
    pub const BEYOND: Release = Release(u16::MAX, 0);
    /// The newest one that traces are known of.
    pub const NEWEST: Release = Release(7, 3);
    /// From here on breaking a layout deletes all entries of a file (bde708f1a65d).
    pub const LAYOUT_BREAK: Release = Release(6, 15);

    /// Of `7.3.4-1~bpo13+1-amd64`, `v6.12` or `4.10`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Release> {
        let text = text.trim().strip_prefix('v').unwrap_or(text.trim());
        let mut parts = text.split(['.', '-', '+', '~']);
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        Some(Release(major, minor))
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// A sign: in a trace of kernels from `from` on and before `before` only.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sign {
    /// First release that prints it.
    pub from: Release,
    /// The release from which on none does.
    pub before: Release,
    /// What was printed.
    pub what: &'static str,
    /// Its line; 0: the user has said so, or a header without a place.
    pub line: u64,
}

macro_rules! signs {
    ($($(#[$doc:meta])* $name:ident: ($from:expr, $before:expr, $what:expr);)+) => {
        $($(#[$doc])* pub(crate) const $name: Sign = Sign { from: $from, before: $before, what: $what, line: 0 };)+
        #[cfg(test)]
        const ALL: &[Sign] = &[$($name),+];
    };
}

signs! {
    /// An entry of the radix tree.
    RADIX_WORD: (Release::FIRST, Release(4, 20), "an entry word of the radix tree");
    /// An entry of the XArray.
    XARRAY_WORD: (Release(4, 20), Release::BEYOND, "an entry word of the XArray");
    /// Gone from fault paths since the fault handlers iterate (5.10 has it, 6.1 has not).
    INSERT_MAPPING: (Release::FIRST, Release(6, 1), "an event dax_insert_mapping or dax_pmd_insert_mapping");
    /// Its caller was folded into the handler in 4.15.
    INSERT_FALLBACK: (Release::FIRST, Release(4, 15), "an event dax_pmd_insert_mapping_fallback");
    /// The old name.
    PFN_MKWRITE: (Release(4, 12), Release(4, 15), "an event dax_pfn_mkwrite");
    /// The new one.
    INSERT_PFN_MKWRITE: (Release(4, 15), Release::BEYOND, "an event dax_insert_pfn_mkwrite");
    /// 6.1 prints `zero_page`, 6.12 `zero_folio`.
    ZERO_FOLIO: (Release(6, 2), Release::BEYOND, "the word `zero_folio`");
    /// The other one.
    ZERO_PAGE: (Release::FIRST, Release(6, 12), "the word `zero_page`");
    /// Faults under the lock of the mapping.
    VMA_LOCK: (Release(6, 2), Release::BEYOND, "the flag VMA_LOCK");
    /// Faults that know that there was a page table.
    ORIG_PTE_VALID: (Release(5, 11), Release::BEYOND, "the flag 0x800");
    /// No column for migrate-disable.
    FOUR_FLAGS: (Release::FIRST, Release(6, 1), "a flag column of four characters");
    /// With that column.
    FIVE_FLAGS: (Release(5, 11), Release::BEYOND, "a flag column of five characters");
    /// A marker is written with preemption off: seen in 7.3, not in 6.12.
    MARKER_ATOMIC: (Release(6, 13), Release::BEYOND, "a marker with the flags `...1.`");
    /// 7.3 has the other form.
    MARKER_PLAIN: (Release(5, 11), Release(7, 3), "a marker with the flags `.....`");
    /// Functions that came with layout breaks of whole files.
    NEW_FUNCTIONS: (Release(6, 15), Release::BEYOND, "a function that came in 6.15");
    /// `get_unlocked_entry`.
    GET_UNLOCKED: (Release(4, 20), Release(6, 15), "the function get_unlocked_entry");
    /// `get_unlocked_mapping_entry` and its like.
    RADIX_FUNCTIONS: (Release::FIRST, Release(4, 20), "a function of the radix tree's era");
    /// The check came in 4.13.
    COLOUR_IGNORED: (Release::FIRST, Release(4, 13), "a 2 MiB mapping whose address and offset differ modulo 2 MiB");
}

/// What is known of the kernel of a trace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kernel {
    /// The sign that says from which release on.
    from: Sign,
    /// The sign that says before which release.
    before: Sign,
    /// Two signs that no one kernel has, the first such.
    contradiction: Option<(Sign, Sign)>,
}

impl Default for Kernel {
    fn default() -> Kernel {
        let any = Sign { from: Release::FIRST, before: Release::BEYOND, what: "an event of fs_dax", line: 0 };
        Kernel { from: any, before: any, contradiction: None }
    }
}

impl Kernel {
    /// That the user names.
    #[must_use]
    pub fn named(release: Release) -> Kernel {
        let mut kernel = Kernel::default();
        kernel.note(exactly(release, "the kernel that you name"), 0);
        kernel
    }

    /// Takes a sign into account.
    pub(crate) fn note(&mut self, sign: Sign, line: u64) {
        if sign.from <= self.from.from && sign.before >= self.before.before {
            return;
        }
        let sign = Sign { line, ..sign };
        if sign.from >= self.before.before {
            self.contradiction = self.contradiction.or(Some((self.before, sign)));
            return;
        }
        if sign.before <= self.from.from {
            self.contradiction = self.contradiction.or(Some((self.from, sign)));
            return;
        }
        if sign.from > self.from.from {
            self.from = sign;
        }
        if sign.before < self.before.before {
            self.before = sign;
        }
    }

    /// A release that a header names.
    pub(crate) fn note_release(&mut self, release: Release, line: u64) {
        self.note(exactly(release, "the release in the header"), line);
    }

    /// Is it certainly that release or a newer one?
    #[must_use]
    pub fn is_from(&self, release: Release) -> bool {
        self.from.from >= release
    }

    /// Is it certainly older?
    #[must_use]
    pub fn is_before(&self, release: Release) -> bool {
        self.before.before <= release
    }

    /// Two signs that no one kernel has, if there are.
    #[must_use]
    pub const fn contradiction(&self) -> Option<(Sign, Sign)> {
        self.contradiction
    }

    /// Whose words its entries are, if that is known.
    #[must_use]
    pub fn era(&self) -> Option<Era> {
        if self.is_from(Release(4, 20)) {
            Some(Era::XArray)
        } else if self.is_before(Release(4, 20)) {
            Some(Era::Radix)
        } else {
            None
        }
    }

    /// Is there only one release that it can be?
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.before.before == Release(self.from.from.0, self.from.from.1.saturating_add(1))
    }

    /// The name of the newest modelled kernel that it can be (`daxscope_core::revision`).
    #[must_use]
    pub fn nearest_model(&self) -> &'static str {
        const MODELS: [(Release, &str); 8] = [
            (Release(4, 10), "4.10.0"),
            (Release(4, 11), "4.11"),
            (Release(4, 12), "4.12.4"),
            (Release(4, 13), "4.13.4"),
            (Release(5, 10), "5.10"),
            (Release(6, 1), "6.1"),
            (Release(6, 12), "6.12"),
            (Release(7, 3), "7.3"),
        ];
        let fits = MODELS.iter().rev().find(|(release, _)| *release < self.before.before);
        fits.map_or(MODELS[0].1, |(_, name)| name)
    }

    /// In words: `6.2 or newer`, `4.20 to 5.10`, `7.3`.
    #[must_use]
    pub fn words(&self) -> String {
        let (from, before) = (self.from.from, self.before.before);
        let open = before == Release::BEYOND;
        match (from == Release::FIRST, open) {
            (true, true) => "not known".into(),
            (_, true) => format!("{from} or newer"),
            (true, false) => format!("before {before}"),
            (false, false) if before == Release(from.0, from.1 + 1) => from.to_string(),
            (false, false) => format!("{from} or newer, before {before}"),
        }
    }

    /// The signs that say so, with their lines.
    #[must_use]
    pub fn because(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        for (sign, counts) in
            [(self.from, self.from.from > Release::FIRST), (self.before, self.before.before < Release::BEYOND)]
        {
            let sentence = sign.words();
            if counts && !reasons.contains(&sentence) {
                reasons.push(sentence);
            }
        }
        reasons
    }
}

impl Sign {
    /// What was printed, and where.
    #[must_use]
    pub fn words(self) -> String {
        if self.line == 0 { self.what.into() } else { format!("{} (line {})", self.what, self.line) }
    }
}

const fn exactly(release: Release, what: &'static str) -> Sign {
    Sign { from: release, before: Release(release.0, release.1.saturating_add(1)), what, line: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_narrow_a_kernel_down() {
        let mut kernel = Kernel::default();
        assert_eq!((kernel.words(), kernel.nearest_model()), ("not known".into(), "7.3"));
        kernel.note(XARRAY_WORD, 3);
        kernel.note(ZERO_PAGE, 3);
        assert_eq!(kernel.words(), "4.20 or newer, before 6.12");
        kernel.note(INSERT_MAPPING, 9);
        assert_eq!((kernel.words(), kernel.nearest_model()), ("4.20 or newer, before 6.1".into(), "5.10"));
        assert_eq!(kernel.contradiction(), None);
        kernel.note(ZERO_FOLIO, 12);
        let (one, other) = kernel.contradiction().expect("no kernel prints both");
        assert_eq!((one.line, other.line), (9, 12));
    }

    #[test]
    fn a_named_kernel_can_be_contradicted() {
        let mut kernel = Kernel::named(Release(5, 10));
        assert_eq!((kernel.words(), kernel.nearest_model()), ("5.10".into(), "5.10"));
        kernel.note(VMA_LOCK, 4);
        assert!(kernel.contradiction().is_some());
        assert_eq!(Release::parse("7.3.4-1~bpo13+1-amd64"), Some(Release(7, 3)));
        assert_eq!(Release::parse("seven"), None);
    }

    #[test]
    fn every_sign_leaves_kernels() {
        for sign in ALL {
            assert!(sign.from < sign.before, "{}", sign.what);
        }
    }
}
