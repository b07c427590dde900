//! Scripts whose search fits on one page, each for what it shows.

/// A script of the theatre.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    /// What it is called in the list.
    pub name: &'static str,
    /// What to do with it.
    pub about: &'static str,
    /// Most calls that may fail.
    pub failures: u32,
    /// The script.
    pub script: &'static str,
}

/// All of them.
pub const SAMPLES: [Sample; 5] = [
    Sample {
        name: "Three syncs",
        about: "Three threads do the same. Switch symmetry off, then persistent sets on, then both off: 20, 2 and 64 states.",
        failures: 0,
        script: "title    three syncs\nrevision fixed\nfile     4M\nthread A\n  fsync\nthread B\n  fsync\nthread C\n  fsync\n",
    },
    Sample {
        name: "A fault beside a sync",
        about: "They hardly meet. Switch persistent sets on: most states are passed at once.",
        failures: 0,
        script: "title    a fault beside a sync\nrevision fixed\nfile     4M\nthread A\n  read 4K at 3p\nthread B\n  fsync\n",
    },
    Sample {
        name: "A store against a hole punch",
        about: "They get in each other's way. Switch bisimulation off: what a thread has used up tells states apart again.",
        failures: 0,
        script: "title    a store against a hole punch\nrevision fixed\nfile     4M\nprocess  P1\nprocess  P2\nthread A in P1\n  write 4K at 3p\nthread B in P2\n  punch 3p+1p\n",
    },
    Sample {
        name: "One call may fail",
        about: "One thread, and one of its preloads may fail. Where one has, no other may: such a step is never tried.",
        failures: 1,
        script: "title    one call may fail\nrevision fixed\nfile     4M\nthread A\n  read 4K at 3p\n  read 4K at 4p\n",
    },
    Sample {
        name: "A bug is found",
        about: "One preload may fail, on a kernel that forgets to ask. The search ends with the first broken rule.",
        failures: 1,
        script: "title    a bug is found\nrevision v6\nfile     4M\nthread A\n  write 4K at 3p\nthread B\n  write 4K at 3p\n",
    },
];
