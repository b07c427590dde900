//! All units, in the order in which they are taught.

use super::{Files, Lesson, read};
use crate::text::Problem;
use std::sync::OnceLock;

/// The files of one unit; the first scene is the one that claims mean if they name none.
macro_rules! files {
    ($id:literal: $($scene:literal),+) => {
        Files {
            id: $id,
            unit: include_str!(concat!("../../units/", $id, "/unit.md")),
            questions: include_str!(concat!("../../units/", $id, "/questions.md")),
            scenes: &[$(($scene, include_str!(concat!("../../units/", $id, "/", $scene, ".dax")))),+],
        }
    };
}

/// All units.
const FILES: &[Files<'static>] = &[
    files!("tree": "read"),
    files!("empty": "two"),
    files!("zero": "hole", "stale"),
    files!("block": "aligned"),
    files!("keys": "meet"),
    files!("wake": "one", "relay"),
    files!("downgrade": "three"),
    files!("fallback": "small", "relay"),
    files!("review": "null", "downgrade"),
    files!("locks": "ranges", "sleep"),
    files!("dirty": "sync", "huge"),
    files!("forget": "second"),
];

fn all() -> &'static (Vec<Lesson>, Vec<Problem>) {
    static ALL: OnceLock<(Vec<Lesson>, Vec<Problem>)> = OnceLock::new();
    ALL.get_or_init(|| {
        let (mut lessons, mut problems) = (Vec::new(), Vec::new());
        for files in FILES {
            let (lesson, more) = read(files);
            lessons.push(lesson);
            problems.extend(more);
        }
        (lessons, problems)
    })
}

/// All units, in the order in which they are taught.
#[must_use]
pub fn lessons() -> &'static [Lesson] {
    &all().0
}

/// The unit of that id.
#[must_use]
pub fn lesson(id: &str) -> Option<&'static Lesson> {
    lessons().iter().find(|lesson| lesson.id == id)
}

/// What is wrong in the units; a test sees to it that nothing is.
#[must_use]
pub fn problems() -> &'static [Problem] {
    &all().1
}
