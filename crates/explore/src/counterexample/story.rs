//! The whole counterexample in one paragraph.

use super::explained::{KeyStep, Size, Switch, SwitchKind};
use super::replay::Replay;
use daxscope_core::check::{Rule, Violation};
use daxscope_core::narrate;
use daxscope_core::scenario::Scenario;
use daxscope_core::units::ThreadId;

/// Who does what, how long it takes, the steps that matter, and how it ends.
pub(super) fn story(
    run: &Replay,
    size: &Size,
    violation: &Violation,
    switches: &[Switch],
    key_steps: &[KeyStep],
    in_turn: &str,
) -> String {
    let mut sentences = vec![cast(run.run.machine.scenario()), length(size, switches)];
    if let [before @ .., _] = key_steps
        && !before.is_empty()
    {
        let steps: Vec<_> = before.iter().map(|key| format!("{} (step {})", key.what, key.step)).collect();
        sentences.push(format!("What matters: {}.", steps.join("; then ")));
    }
    sentences.push(match violation.rule {
        Rule::LostWakeup | Rule::Deadlock => {
            format!("After step {} nobody can run. {}", size.steps, violation.sentence)
        }
        _ if violation.round.is_some() => violation.sentence.clone(),
        _ => format!("Step {} breaks the rule. {}", size.steps, violation.sentence),
    });
    sentences.extend(Some(as_sentence(in_turn)).filter(|sentence| !sentence.is_empty()));
    sentences.join(" ")
}

/// Words with a capital and a full stop; nothing of nothing.
#[must_use]
pub fn as_sentence(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), rest.as_str()))
}

/// `A: 4 KiB write, page 0x3. B: fsync, the whole file.`
fn cast(scenario: &Scenario) -> String {
    let thread = |(at, thread): (usize, &daxscope_core::scenario::ThreadScript)| {
        let operations: Vec<_> = thread.operations.iter().map(narrate::operation).collect();
        let does = if operations.is_empty() { "nothing".to_owned() } else { operations.join("; then ") };
        format!("{}: {does}.", ThreadId(at as u8))
    };
    scenario.threads.iter().enumerate().map(thread).collect::<Vec<_>>().join(" ")
}

fn length(size: &Size, switches: &[Switch]) -> String {
    let steps = counted(size.steps, "step", "steps");
    let fails = match size.failures {
        0 => String::new(),
        count => format!(" and {}", counted(count, "call that fails", "calls that fail")),
    };
    let forced = switches.iter().filter(|switch| switch.kind == SwitchKind::Forced).count();
    let chosen = match (switches.len(), forced) {
        (0, _) => return format!("It takes {steps}{fails}, and no context switch at all."),
        (all, forced) if all == forced => "all of them forced".into(),
        (_, 0) => "none of them forced".into(),
        (_, 1) => "one of them forced".into(),
        (_, forced) => format!("{forced} of them forced"),
    };
    let switches = counted(switches.len(), "context switch", "context switches");
    format!("It takes {steps}{fails}, with {switches}, {chosen}.")
}

/// `1 step`, `2 steps`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
