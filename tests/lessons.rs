//! Lessons are whole, and every answer in them is what the engine and the search say.

use daxscope_core::check::Rule;
use daxscope_core::run::Run;
use daxscope_core::scenario::{Choice, FailPoint, Scenario, StepSize, format_text, parse};
use daxscope_explore::{Bounds, Options, Search, Verdict};
use daxscope_lessons::claim::{Claim, Place, Says};
use daxscope_lessons::fact::Moment;
use daxscope_lessons::lesson::{Lesson, lessons, problems};
use std::collections::BTreeSet;
use std::sync::Arc;

#[test]
fn the_units_can_be_read() {
    let told: Vec<String> = problems().iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn ids_are_used_once() {
    let mut seen = BTreeSet::new();
    for lesson in lessons() {
        assert!(seen.insert(&lesson.id), "{}", lesson.id);
        for question in &lesson.questions {
            assert!(seen.insert(&question.id), "{}", question.id);
        }
    }
}

#[test]
fn scenes_are_scripts_in_canonical_form() {
    for lesson in lessons() {
        for scene in &lesson.scenes {
            let at = format!("{}/{}.dax", lesson.id, scene.name);
            assert_eq!(parse(&scene.script).diagnostics, [], "{at}");
            assert_eq!(format_text(&scene.script), scene.script, "{at}: daxscope fmt would change it");
        }
    }
}

/// A run that stands where a place says.
fn run(lesson: &Lesson, place: &Place) -> Result<Run, String> {
    let script = lesson.script(&place.scene).ok_or_else(|| format!("there is no scene `{}`", place.scene))?;
    let scenario = place.scenario(script);
    let schedule = scenario.schedule.clone().unwrap_or_default();
    let mut run = Run::new(Arc::new(scenario));
    run.follow(&schedule).map_err(|error| format!("after {} steps: {}", error.followed, error.reason))?;
    Ok(run)
}

fn moment(run: &Run) -> Moment<'_> {
    Moment {
        machine: &run.machine,
        records: run.steps.iter().map(|step| &step.record).collect(),
        broken: run.violations().map(|(_, violation)| violation.rule).collect(),
    }
}

/// Is a claim so?
fn is_so(lesson: &Lesson, claim: &Claim) -> Result<bool, String> {
    match &claim.says {
        Says::Facts(facts) => Ok(moment(&run(lesson, &claim.place)?).is(facts)),
        Says::Search { breaks, failures } => {
            let script = lesson.script(&claim.place.scene).ok_or("no such scene")?;
            let scenario = Scenario { schedule: None, ..claim.place.scenario(script) };
            search(scenario, *failures, *breaks)
        }
    }
}

/// Does the search find that rule broken, or, without one, end complete with none broken?
fn search(scenario: Scenario, failures: u32, breaks: Option<Rule>) -> Result<bool, String> {
    let fail_points = vec![FailPoint::Preload];
    let rules = breaks.into_iter().collect();
    let bounds = Bounds { failures, fail_points, rules, ..Bounds::default() };
    let mut search = Search::new(Arc::new(scenario), Options { bounds, ..Options::default() });
    while *search.advance(10_000) == Verdict::Running {}
    match search.verdict() {
        Verdict::Complete => Ok(breaks.is_none()),
        Verdict::Violation(found) => Ok(breaks.is_some_and(|rule| found.rules.contains(&rule))),
        other => Err(format!("the search proves nothing: {other:?}")),
    }
}

/// Says of a claim that is not as the text says.
fn held(lesson: &Lesson, at: &str, (expected, claim): &(bool, Claim), wrong: &mut Vec<String>) {
    let at = format!("{}/{at}: {}", lesson.id, claim.text);
    match is_so(lesson, claim) {
        Ok(found) if found == *expected => {}
        Ok(found) => wrong.push(format!("{at}\n  is {found}, and the text says {expected}")),
        Err(why) => wrong.push(format!("{at}\n  cannot be looked at: {why}")),
    }
}

#[test]
fn every_answer_is_what_the_engine_says() {
    let (mut wrong, mut claims, mut argued) = (Vec::new(), 0, 0);
    for lesson in lessons() {
        for question in &lesson.questions {
            for option in &question.options {
                argued += usize::from(option.argued.is_some());
                claims += option.claims.len();
                for claim in &option.claims {
                    held(lesson, &format!("{}, {}", question.id, option.letter), claim, &mut wrong);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {claims}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(
        argued * 10 <= claims,
        "{argued} options are only argued for, beside {claims} claims: let the engine judge"
    );
}

#[test]
fn what_the_texts_say_is_what_the_engine_says() {
    let (mut wrong, mut claims) = (Vec::new(), 0);
    for lesson in lessons() {
        for (at, step) in lesson.steps.iter().enumerate() {
            claims += step.claims.len();
            for claim in &step.claims {
                held(lesson, &(at + 1).to_string(), claim, &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {claims}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(claims >= 8, "{claims}");
}

/// Where a task says by whom, no order of the others' steps reaches it.
#[test]
fn a_task_needs_whom_it_names() {
    let mut looked_at = 0;
    for lesson in lessons() {
        for (at, step) in lesson.steps.iter().enumerate() {
            let Some(task) = step.task.as_ref().filter(|task| !task.needs.is_empty()) else { continue };
            let size = task.way.step_size;
            let place = lesson.place_of(at).expect("a task has a scene");
            for needed in &task.needs {
                let start = run(lesson, place).expect("a scene");
                let mut ways: Vec<Vec<Choice>> = vec![Vec::new()];
                while let Some(way) = ways.pop() {
                    let mut there = run(lesson, place).expect("a scene");
                    for &choice in &way {
                        assert!(there.step(choice, size).is_some(), "it could be made before");
                    }
                    assert!(!moment(&there).is(&task.reach), "{}.{}: reached without {needed:?}", lesson.id, at + 1);
                    for thread in start.machine.thread_ids().filter(|thread| thread != needed) {
                        if there.machine.is_enabled(thread) {
                            ways.push(way.iter().copied().chain([Choice::run(thread)]).collect());
                        }
                    }
                    looked_at += 1;
                    assert!(
                        looked_at < 20_000,
                        "{}.{}: too many orders: let fewer threads be awake",
                        lesson.id,
                        at + 1
                    );
                }
            }
        }
    }
    assert!(looked_at > 5, "{looked_at}");
}

/// Who guesses the longest option is not better off than who guesses any.
#[test]
fn the_right_answer_is_not_the_longest() {
    let (mut longest, mut all) = (Vec::new(), 0);
    for lesson in lessons().iter().filter(|lesson| lesson.id != "after") {
        for question in &lesson.questions {
            let long = question.options.iter().map(|option| option.text.len()).max();
            let others =
                question.options.iter().filter(|option| !option.is_right).map(|option| option.text.len()).max();
            let right = question.right().map(|option| option.text.len());
            all += 1;
            if right == long {
                longest.push(question.id.as_str());
            }
            assert!(
                right <= others.map(|length| length + length / 3 + 4),
                "{}: the right option is far longer than any other: {right:?} beside {others:?}",
                question.id
            );
        }
    }
    assert!(
        longest.len() * 100 <= all * 42,
        "in {} of {all} the right option is the longest: {longest:?}",
        longest.len()
    );
}

/// The steps of a lesson that have a task, with the runs before the first step of the way and at its end.
#[test]
fn every_task_can_be_reached_and_is_not_reached_before() {
    for lesson in lessons() {
        for (at, step) in lesson.steps.iter().enumerate() {
            let Some(task) = &step.task else { continue };
            let name = format!("{}.{}", lesson.id, at + 1);
            let place = lesson.place_of(at).unwrap_or_else(|| panic!("{name} has no scene"));
            let mut run = run(lesson, place).unwrap_or_else(|why| panic!("{name}: {why}"));
            assert!(!moment(&run).is(&task.reach), "{name} is reached before it begins");
            let size = place.schedule.as_ref().map_or(StepSize::default(), |schedule| schedule.step_size);
            assert_eq!(task.way.step_size, size, "{name}: the way has steps of another size than the scene");
            for (number, &choice) in task.way.choices.iter().enumerate() {
                assert!(!moment(&run).is(&task.reach), "{name} is reached after {number} steps of the way already");
                assert!(run.step(choice, size).is_some(), "{name}: step {} of the way cannot be made", number + 1);
            }
            assert!(moment(&run).is(&task.reach), "{name}: the way does not reach it");
        }
    }
}

/// The page marks words of the glossary in texts and prompts: beside a listing of another program they mean something else, and
/// a quoted line of code is code.
#[test]
fn words_of_the_glossary_mean_what_it_says() {
    let words_of = |text: &str| -> Vec<String> {
        let plain: String = text.split('`').step_by(2).collect();
        plain.split(|letter: char| !letter.is_alphanumeric() && letter != '_').map(str::to_owned).collect()
    };
    let mut listings = 0;
    for lesson in lessons() {
        for step in &lesson.steps {
            for line in step.text.lines().filter_map(|line| line.strip_prefix("> ")) {
                assert!(!line.ends_with(';') || line.starts_with('`'), "{}: `{line}` is code", lesson.id);
            }
            if step.text.contains("```") {
                listings += 1;
                for question in step.asks.iter().filter_map(|id| lesson.question(id)) {
                    let is_key = words_of(&question.prompt).iter().any(|word| word == "key");
                    assert!(!is_key, "{}: which key is meant?", question.id);
                }
            }
        }
    }
    assert!(listings >= 12, "{listings}");
}
