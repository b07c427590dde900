//! All units, in the order in which they are taught.
//!
//! In a browser their texts are no part of the program: they are fetched, and [`supply`] hands them in. Everywhere else
//! they are compiled in.

use super::{Files, Lesson, read};
use crate::text::Problem;
use std::sync::OnceLock;

/// The units: for each its folder and its scenes; the first scene is the one that claims mean if they name none.
macro_rules! units {
    ($($id:literal: $($scene:literal),+;)*) => {
        const UNITS: &[(&str, &[&str])] = &[$(($id, &[$($scene),+])),*];

        /// Every file by its path below `units/`. A program that does not name this constant does not carry them.
        pub const SOURCES: &[(&str, &str)] = &[$(
            (concat!($id, "/unit.md"), include_str!(concat!("../../units/", $id, "/unit.md"))),
            (concat!($id, "/questions.md"), include_str!(concat!("../../units/", $id, "/questions.md"))),
            $((
                concat!($id, "/", $scene, ".dax"),
                include_str!(concat!("../../units/", $id, "/", $scene, ".dax")),
            ),)+
        )*];
    };
}

units! {
    "tree": "read";
    "empty": "two";
    "zero": "hole", "stale";
    "block": "aligned";
    "keys": "meet";
    "wake": "one", "four", "relay";
    "downgrade": "three", "fourth";
    "fallback": "small", "relay";
    "review": "null", "downgrade";
    "locks": "ranges", "sleep";
    "dirty": "sync", "huge";
    "promise": "plain", "beside", "lost", "saved";
    "forget": "second", "locked", "layout";
    "xarray": "two";
    "inventory": "nothing", "both", "zeroes";
}

/// The scenes of other units behind the questions of the test.
const BORROWED: &[&str] = &[
    "empty/two",
    "locks/ranges",
    "keys/meet",
    "wake/one",
    "wake/four",
    "wake/relay",
    "block/aligned",
    "downgrade/three",
    "review/null",
    "review/downgrade",
    "dirty/sync",
    "dirty/huge",
    "forget/second",
];

/// All units, and what is wrong in them.
#[derive(Default)]
struct All {
    lessons: Vec<Lesson>,
    problems: Vec<Problem>,
}

static ALL: OnceLock<All> = OnceLock::new();

fn all() -> Option<&'static All> {
    if cfg!(target_arch = "wasm32") {
        return ALL.get();
    }
    let source = |name: &str| SOURCES.iter().find(|(known, _)| *known == name).map(|&(_, text)| text);
    Some(ALL.get_or_init(|| read_all(&source)))
}

/// Hands in the texts, by their paths below `units/`. Only the first time counts.
pub fn supply<'t>(source: &dyn Fn(&str) -> Option<&'t str>) {
    ALL.get_or_init(|| read_all(source));
}

fn read_all<'t>(source: &dyn Fn(&str) -> Option<&'t str>) -> All {
    let mut all = All::default();
    let mut test = Lesson::default();
    for &(id, own) in UNITS {
        let text = |name: &str| source(&format!("{id}/{name}")).unwrap_or_default();
        let mut scenes = Vec::new();
        for &scene in own {
            scenes.push((scene, text(&format!("{scene}.dax"))));
        }
        if id == "inventory" {
            for &path in BORROWED {
                scenes.push((path, source(&format!("{path}.dax")).unwrap_or_default()));
            }
        }
        let files = Files { id, unit: text("unit.md"), questions: text("questions.md"), scenes: &scenes };
        let (lesson, problems) = read(&files);
        all.problems.extend(problems);
        if id == "inventory" {
            test = lesson;
        } else {
            all.lessons.push(lesson);
        }
    }
    all.lessons.insert(0, before(&test));
    all.lessons.push(after(test));
    all
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

/// All units, in the order in which they are taught; in a browser none before [`supply`].
#[must_use]
pub fn lessons() -> &'static [Lesson] {
    all().map_or(&[], |all| &all.lessons)
}

/// The unit of that id.
#[must_use]
pub fn lesson(id: &str) -> Option<&'static Lesson> {
    lessons().iter().find(|lesson| lesson.id == id)
}

/// What is wrong in the units; a test sees to it that nothing is.
#[must_use]
pub fn problems() -> &'static [Problem] {
    all().map_or(&[], |all| &all.problems)
}
