//! A unit from its files.

use super::{Lesson, Scene, Step, Task};
use crate::claim::{Claim, Place, schedule};
use crate::fact::Fact;
use crate::question;
use crate::text::{File, Problem, Section, joined, key_value, sections};
use daxscope_core::units::ThreadId;

/// The files of a unit.
#[derive(Clone, Copy, Debug)]
pub struct Files<'a> {
    /// The name of its folder.
    pub id: &'a str,
    /// `unit.md`.
    pub unit: &'a str,
    /// `questions.md`.
    pub questions: &'a str,
    /// The scenes: names, perhaps behind a folder, and scripts.
    pub scenes: &'a [(&'a str, &'a str)],
}

/// Reads a unit. What is wrong is left out and told.
#[must_use]
pub fn read(files: &Files<'_>) -> (Lesson, Vec<Problem>) {
    let mut problems = Vec::new();
    let scene = |&(path, script): &(&str, &str)| {
        let name = path.rsplit('/').next().unwrap_or(path);
        Scene { name: name.to_owned(), script: script.to_owned() }
    };
    let mut lesson = Lesson {
        id: files.id.to_owned(),
        scenes: files.scenes.iter().map(scene).collect(),
        reveals: true,
        ..Lesson::default()
    };
    unit(&mut File::new(format!("{}/unit.md", files.id), files.unit, &mut problems), &mut lesson);
    let here = lesson.scenes.first().map_or("", |scene| &scene.name).to_owned();
    let mut file = File::new(format!("{}/questions.md", files.id), files.questions, &mut problems);
    lesson.questions = question::read(&mut file, &here);
    agree(&mut file, &lesson);
    (lesson, problems)
}

/// Every question is asked, and every one that is asked is there.
fn agree(file: &mut File<'_>, lesson: &Lesson) {
    let mut asked: Vec<&String> = lesson.steps.iter().flat_map(|step| &step.asks).collect();
    for question in &lesson.questions {
        match asked.iter().position(|id| **id == question.id) {
            Some(at) => {
                asked.remove(at);
            }
            None => file.problem(1, format!("No step asks {}. Write `ask: {}` in unit.md.", question.id, question.id)),
        }
    }
    for id in asked {
        file.problem(1, format!("There is no question {id}, or two steps ask it."));
    }
}

fn unit(file: &mut File<'_>, lesson: &mut Lesson) {
    let (head, all) = sections(file.text);
    for &(line, text) in &head {
        match key_value(text) {
            Some(("title", value)) => lesson.title = value.to_owned(),
            Some(("goal", value)) => lesson.goal = value.to_owned(),
            Some(("minutes", value)) => {
                let minutes = value.parse().map_err(|_| format!("`{value}` is no number of minutes."));
                lesson.minutes = file.take(line, minutes).unwrap_or_default();
            }
            Some(("kind", "inventory")) => lesson.is_inventory = true,
            _ if text.is_empty() || text == "---" => {}
            _ => file.problem(line, "The head has `title:`, `goal:`, `minutes:` and `kind: inventory`."),
        }
    }
    for (is_missing, what) in
        [(lesson.title.is_empty(), "title"), (lesson.goal.is_empty(), "goal"), (lesson.minutes == 0, "minutes")]
    {
        if is_missing {
            file.problem(1, format!("The head has no `{what}:`."));
        }
    }
    if all.is_empty() {
        file.problem(1, "There is no step. A step begins with `## ` and its heading.");
    }
    for section in &all {
        let step = step(file, section, lesson);
        lesson.steps.push(step);
    }
}

fn step(file: &mut File<'_>, section: &Section<'_>, lesson: &Lesson) -> Step {
    let mut step = Step { title: section.heading.to_owned(), hides_future: true, ..Step::default() };
    let mut task = Task::default();
    let keys = section.lines.iter().take_while(|(_, line)| key_value(line).is_some()).count();
    for &(line, text) in &section.lines[..keys] {
        let Some((key, value)) = key_value(text) else { continue };
        match key {
            "scene" => step.place = file.take(line, place(value, lesson)),
            "future" if value == "shown" => step.hides_future = false,
            "ask" => step.asks.extend(value.split(", ").map(str::to_owned)),
            "reach" => task.reach = file.take(line, Fact::read_all(value)).unwrap_or_default(),
            "task" => task.says = value.to_owned(),
            "hint" => task.hint = value.to_owned(),
            "way" => task.way = file.take(line, schedule(value)).unwrap_or_default(),
            "needs" => task.needs = file.take(line, threads(value)).unwrap_or_default(),
            // Claims are for tests; a browser does without.
            "true" | "false" if cfg!(target_arch = "wasm32") => {}
            "true" | "false" => {
                let here = lesson.scenes.first().map_or("", |scene| &scene.name);
                step.claims.extend(file.take(line, Claim::read(value, here)).map(|claim| (key == "true", claim)));
            }
            _ => file.problem(
                line,
                format!("There is no `{key}:`. Write scene, future, ask, task, reach, hint, way, needs, true or false, then the text."),
            ),
        }
    }
    if lesson.steps.is_empty() && step.place.is_none() {
        file.problem(
            section.line,
            "The first step needs a `scene:`, or the run that was open before would stand beside it.",
        );
    }
    let is_task = task != Task::default();
    if is_task && (task.reach.is_empty() || task.says.is_empty() || task.hint.is_empty() || task.way.choices.is_empty())
    {
        file.problem(section.line, "A task needs `task:`, `reach:`, `hint:` and `way:`.");
    }
    step.task = is_task.then_some(task);
    step.text = joined(&section.lines[keys..]);
    if step.text.is_empty() && step.asks.is_empty() && step.task.is_none() {
        file.problem(section.line, "The step says nothing and asks nothing.");
    }
    step
}

/// `A, B`.
fn threads(text: &str) -> Result<Vec<ThreadId>, String> {
    let mut threads = Vec::new();
    for letter in text.split(", ") {
        match letter.as_bytes() {
            [letter @ b'A'..=b'I'] => threads.push(ThreadId(letter - b'A')),
            _ => return Err(format!("`{letter}` is no thread. Write letters with \", \" between them.")),
        }
    }
    Ok(threads)
}

fn place(text: &str, lesson: &Lesson) -> Result<Place, String> {
    let place = Place::read(text, "")?;
    match lesson.script(&place.scene) {
        Some(_) => Ok(place),
        None => Err(format!("There is no scene `{}`. Its file is {}.dax in this folder.", place.scene, place.scene)),
    }
}
