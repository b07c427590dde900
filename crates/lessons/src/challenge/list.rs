//! All challenges, easy ones first.

use super::Challenge;
use super::read::{Files, read};
use crate::text::Problem;
use std::sync::OnceLock;

/// The files of one challenge, and the scripts of assumptions.
macro_rules! files {
    ($id:literal $(, $other:literal)*) => {
        Files {
            id: $id,
            text: include_str!(concat!("../../challenges/", $id, "/challenge.md")),
            script: include_str!(concat!("../../challenges/", $id, "/run.dax")),
            others: &[$(($other, include_str!(concat!("../../challenges/", $id, "/", $other)))),*],
        }
    };
}

/// All challenges.
const FILES: &[Files] = &[
    files!("no-memory"),
    files!("zeroes"),
    files!("order-zeroes"),
    files!("refused"),
    files!("fix-fsync", "small.dax", "huge.dax", "punch.dax"),
    files!("two-owners"),
    files!("order-wakeup"),
    files!("fix-wakeup", "refused.dax", "deleted.dax", "insert.dax"),
    files!("fix-preload", "alone.dax", "second.dax", "zero-page.dax", "wake.dax"),
    files!("embrace"),
    files!("order-embrace"),
    files!("fix-embrace", "insert.dax", "deleted.dax", "middle.dax"),
    files!("lost-wakeup"),
    files!("order-deleted"),
    files!("fix-write", "in-turn.dax", "insert.dax"),
];

fn all() -> &'static (Vec<Challenge>, Vec<Problem>) {
    static ALL: OnceLock<(Vec<Challenge>, Vec<Problem>)> = OnceLock::new();
    ALL.get_or_init(|| {
        let (mut challenges, mut problems) = (Vec::new(), Vec::new());
        for files in FILES {
            let (challenge, more) = read(files);
            challenges.push(challenge);
            problems.extend(more);
        }
        (challenges, problems)
    })
}

/// All challenges, easy ones first.
#[must_use]
pub fn challenges() -> &'static [Challenge] {
    &all().0
}

/// The challenge of that id.
#[must_use]
pub fn challenge(id: &str) -> Option<&'static Challenge> {
    challenges().iter().find(|challenge| challenge.id == id)
}

/// What is wrong in the texts; a test sees to it that nothing is.
#[must_use]
pub fn problems() -> &'static [Problem] {
    &all().1
}
