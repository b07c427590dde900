//! All units, in the order in which they are taught.

use super::{Files, Lesson, read};
use crate::text::Problem;
use std::sync::OnceLock;

/// The files of one unit; the first scene is the one that claims mean if they name none. A scene of another unit stands with
/// its folder.
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

/// The test, with the scenes behind its questions.
const INVENTORY: Files<'static> = files!(
    "inventory": "both", "zeroes", "../empty/two", "../locks/ranges", "../keys/meet", "../wake/one", "../wake/relay",
    "../block/aligned", "../downgrade/three", "../review/null", "../review/downgrade", "../dirty/sync", "../dirty/huge",
    "../forget/second"
);

fn all() -> &'static (Vec<Lesson>, Vec<Problem>) {
    static ALL: OnceLock<(Vec<Lesson>, Vec<Problem>)> = OnceLock::new();
    ALL.get_or_init(|| {
        let (test, mut problems) = read(&INVENTORY);
        let mut lessons = vec![before(&test)];
        for files in FILES {
            let (lesson, more) = read(files);
            lessons.push(lesson);
            problems.extend(more);
        }
        lessons.push(after(test));
        (lessons, problems)
    })
}

/// The test as it is taken first: what is right is not told.
fn before(test: &Lesson) -> Lesson {
    Lesson { id: "before".into(), title: format!("{} Before the lessons", test.title), reveals: false, ..test.clone() }
}

/// The test as it is taken again: with questions of other ids, so that both answers are kept.
fn after(mut test: Lesson) -> Lesson {
    for question in &mut test.questions {
        question.id.push_str("-again");
    }
    for id in test.steps.iter_mut().flat_map(|step| &mut step.asks) {
        id.push_str("-again");
    }
    Lesson { id: "after".into(), title: format!("{} After the lessons", test.title), ..test }
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
