//! The reductions by name, and the rows of the table that compares them.

use daxscope_explore::Reductions;

/// A reduction that can be switched.
#[derive(Clone, Copy, Debug)]
pub struct Reduction {
    /// Its name in messages and certificates.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Is it on?
    pub get: fn(&Reductions) -> bool,
    /// Switches it.
    pub set: fn(&mut Reductions, bool),
}

macro_rules! reduction {
    ($field:ident, $name:literal, $about:literal) => {
        Reduction {
            name: $name,
            about: $about,
            get: |reductions| reductions.$field,
            set: |reductions, on| reductions.$field = on,
        }
    };
}

/// All of them.
pub const REDUCTIONS: &[Reduction] = &[
    reduction!(caching, "state caching", "a state that was met before is not looked at again"),
    reduction!(merging, "merged places", "places of a thread are one if the thread cannot tell them apart"),
    reduction!(
        bisimulation,
        "bisimulation",
        "places of a thread are one if it does the same from both, whatever it is told"
    ),
    reduction!(critical_sections, "critical sections", "what runs under the lock of the tree is one step"),
    reduction!(symmetry, "symmetry", "states that differ only in which of several equal threads is where are one"),
    reduction!(
        persistent_sets,
        "persistent sets",
        "steps that nothing can disturb are made at once; ways may get longer"
    ),
];

/// A row of the table: the reductions of the rows above and one more.
#[derive(Clone, Copy, Debug)]
pub struct TableRow {
    /// What it is called.
    pub name: &'static str,
    /// What it does without.
    pub reductions: Reductions,
}

/// The table, from none to all.
pub const TABLE: &[TableRow] = {
    const CACHING: Reductions = Reductions { caching: true, ..Reductions::NONE };
    const MERGING: Reductions = Reductions { merging: true, ..CACHING };
    const BISIMULATION: Reductions = Reductions { bisimulation: true, ..MERGING };
    const SECTIONS: Reductions = Reductions { critical_sections: true, ..BISIMULATION };
    const PERSISTENT: Reductions = Reductions { persistent_sets: true, ..SECTIONS };
    &[
        TableRow { name: "none", reductions: Reductions::NONE },
        TableRow { name: "+ state caching", reductions: CACHING },
        TableRow { name: "+ merged places", reductions: MERGING },
        TableRow { name: "+ bisimulation", reductions: BISIMULATION },
        TableRow { name: "+ critical sections", reductions: SECTIONS },
        TableRow { name: "+ persistent sets", reductions: PERSISTENT },
        TableRow { name: "+ symmetry", reductions: Reductions { symmetry: true, ..PERSISTENT } },
    ]
};
