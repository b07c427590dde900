//! Stand-ins for what another crate will bring: the museum's exhibits, under its future names.

/// A historic bug.
#[derive(Debug)]
pub(crate) struct Exhibit {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) story: &'static str,
    pub(crate) script: &'static str,
    pub(crate) revisions: &'static [&'static str],
}

pub(crate) const fn exhibits() -> &'static [Exhibit] {
    EXHIBITS
}

const EXHIBITS: &[Exhibit] = &[
    Exhibit {
        id: "a5",
        title: "A NULL entry is put",
        about: "A failed preload puts an entry although none was locked, and unlocks a NULL page.",
        story: "The reviewed line calls `put_locked_mapping_entry` also when there is no entry.",
        script: "title    the reviewed line: a NULL entry is put\nrevision v6\nfile     4M\nthread A\n  write 4K at 0x203p\nfail     preload 1 in A with ENOMEM\n",
        revisions: &["v6", "v9"],
    },
    Exhibit {
        id: "a4",
        title: "Lost wake-up on PMD downgrade",
        about: "A downgrade wakes one of two waiters; the other sleeps for ever.",
        story: "A downgrade deletes the 2 MiB entry and wakes one waiter of its key.",
        script: "title    a downgrade wakes one of two\nrevision v5\nfile     4M\nprocess  P maps 0..4M shared rw\nprocess  Q maps 0..4M shared rw\nthread A in P\n  read 2M at 2M\n  write 4K at 0x202p via Q\nthread B in Q\n  write 4K at 0x203p\nthread C in Q\n  write 4K at 0x204p\n",
        revisions: &["v5", "v6"],
    },
];
