//! Reads `challenge.md`.
//!
//! ```text
//! title: One line
//! kind: break | fix | order
//! level: 1..3
//! goal: One sentence
//! rule: lost-wakeup
//! exhibit: a4
//! failures: 1            may be made to fail; 0 if left out
//! fail: preload          which; preload if left out
//! par: 4                 break: context switches; fix: guards
//! right: a, b+c          fix: every smallest set of guards that is enough
//! solution: abcd         order: one right order
//!
//! What to know before.
//!
//! ## Hint
//! One sentence or two.
//!
//! ## Why
//! What there was to see.
//!
//! ## Guard id: switch=value ...
//! text: What it does
//! if: nobody else faults there         the assumption, a clause
//! script: alone.dax                    of it; `run.dax` if left out
//! with: switch=value                   what else the kernel has then
//! failures: 0                          calls that may fail then; those of the challenge if left out
//!
//! Why it is not enough.
//!
//! ## Block a: A until says locks the entry
//! text: What happens
//! after: b                             the section that it goes on from, which has to stand before it
//! does: deletes; wakes one             words of the sentences of its steps, in this order
//! idle: Why it makes no difference
//! ```

use super::block::{Block, Until};
use super::guard::{Assumption, Guard, Setting};
use super::{Challenge, Kind};
use crate::text::{File, Problem, Section, joined, key_value, sections};
use daxscope_core::check::Rule;
use daxscope_core::scenario::FailPoint;
use daxscope_core::units::ThreadId;
use std::collections::BTreeMap;

/// The texts of one challenge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Files {
    pub(super) id: &'static str,
    pub(super) text: &'static str,
    pub(super) script: &'static str,
    /// Scripts of assumptions: name and text.
    pub(super) others: &'static [(&'static str, &'static str)],
}

/// Lines `key: value`, and the text behind them.
struct Head<'t> {
    line: usize,
    values: BTreeMap<&'t str, &'t str>,
    text: String,
}

impl<'t> Head<'t> {
    fn of(line: usize, lines: &[(usize, &'t str)]) -> Head<'t> {
        let pairs = lines.iter().map_while(|&(_, content)| key_value(content));
        let values: BTreeMap<_, _> = pairs.collect();
        Head { line, text: joined(&lines[values.len()..]), values }
    }

    fn get(&self, key: &str) -> &'t str {
        self.values.get(key).copied().unwrap_or_default()
    }

    fn number(&self, file: &mut File<'_>, key: &str, otherwise: u32) -> u32 {
        match self.values.get(key) {
            None => otherwise,
            Some(value) => file
                .take(self.line, value.parse().map_err(|_| format!("`{key}: {value}` is no number.")))
                .unwrap_or(otherwise),
        }
    }

    /// The keys have to be among these.
    fn check(&self, file: &mut File<'_>, known: &[&str]) {
        for key in self.values.keys().filter(|key| !known.contains(key)) {
            file.problem(self.line, format!("There is no `{key}:` here. Write one of {}.", known.join(", ")));
        }
    }
}

const KEYS: [&str; 11] =
    ["title", "kind", "level", "goal", "rule", "exhibit", "failures", "fail", "par", "right", "solution"];

pub(super) fn read(files: &Files) -> (Challenge, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut file = File::new(format!("{}/challenge.md", files.id), files.text, &mut problems);
    let (head, sections) = sections(files.text);
    let head = Head::of(1, &head);
    head.check(&mut file, &KEYS);
    let rule = Rule::from_name(head.get("rule")).ok_or_else(|| format!("There is no rule `{}`.", head.get("rule")));
    let points = head.values.get("fail").copied().unwrap_or("preload").split(", ");
    let mut challenge = Challenge {
        id: files.id,
        title: head.get("title").into(),
        level: head.number(&mut file, "level", 1) as u8,
        goal: head.get("goal").into(),
        text: head.text.clone(),
        hints: Vec::new(),
        why: String::new(),
        exhibit: head.get("exhibit").into(),
        script: files.script,
        rule: file.take(1, rule).unwrap_or(Rule::KernelBug),
        failures: head.number(&mut file, "failures", 0),
        fail_points: points.filter_map(FailPoint::from_name).collect(),
        kind: Kind::Break { par: 0 },
    };
    let (mut guards, mut blocks) = (Vec::new(), Vec::new());
    for section in &sections {
        match section.heading.split_once(' ').unwrap_or((section.heading, "")) {
            ("Hint", _) => challenge.hints.push(joined(&section.lines)),
            ("Why", _) => challenge.why = joined(&section.lines),
            ("Guard", rest) => guards.extend(guard(&mut file, section, rest, files, challenge.failures)),
            ("Block", rest) => blocks.extend(block(&mut file, section, rest)),
            (other, _) => {
                file.problem(section.line, format!("There is no section `{other}`. Write Hint, Why, Guard or Block."));
            }
        }
    }
    let par = head.number(&mut file, "par", 0) as usize;
    let set = |set: &str| set.split('+').map(str::to_owned).collect();
    challenge.kind = match head.get("kind") {
        "fix" => Kind::Fix { guards, par, right: head.get("right").split(", ").map(set).collect() },
        "order" => Kind::Order { blocks, solution: head.get("solution").into() },
        "break" => Kind::Break { par },
        other => {
            file.problem(1, format!("There is no kind `{other}`. Write break, fix or order."));
            Kind::Break { par }
        }
    };
    (challenge, problems)
}

/// `id: switch=value`.
fn guard(file: &mut File<'_>, section: &Section<'_>, rest: &str, files: &Files, failures: u32) -> Option<Guard> {
    let (id, settings) = rest.split_once(": ").unwrap_or((rest, ""));
    let settings = file.take(section.line, Setting::read_all(settings))?;
    let head = Head::of(section.line, &section.lines);
    head.check(file, &["text", "if", "script", "with", "failures"]);
    let with = file.take(section.line, Setting::read_all(head.get("with")))?;
    let script = match head.get("script") {
        "" => Ok(files.script),
        name => {
            let known = files.others.iter().find(|(known, _)| *known == name);
            known.map(|(_, text)| *text).ok_or_else(|| format!("There is no script `{name}` in list.rs."))
        }
    };
    let script = file.take(section.line, script)?.to_owned();
    let failures = head.number(file, "failures", failures);
    let clause = head.get("if").to_owned();
    let assumption = (!clause.is_empty()).then_some(Assumption { clause, script, with, failures });
    Some(Guard { id: id.into(), text: head.get("text").into(), settings, explanation: head.text, assumption })
}

/// `a: A until done`.
fn block(file: &mut File<'_>, section: &Section<'_>, rest: &str) -> Option<Block> {
    let parts = rest.split_once(": ").and_then(|(id, what)| Some((id, what.split_once(" until ")?)));
    let form = || format!("`{rest}`: write `a: A until done`.");
    let (id, (thread, until)) = file.take(section.line, parts.ok_or_else(form))?;
    let letter = |text: &str| text.chars().next().filter(|_| text.len() == 1);
    let id = file.take(section.line, letter(id).ok_or_else(form))?;
    let thread = letter(thread).filter(char::is_ascii_uppercase).ok_or_else(form);
    let thread = ThreadId(file.take(section.line, thread)? as u8 - b'A');
    let until = file.take(section.line, Until::read(until))?;
    let head = Head::of(section.line, &section.lines);
    head.check(file, &["text", "idle", "after", "does"]);
    let after = match head.get("after") {
        "" => None,
        other => file.take(section.line, letter(other).ok_or_else(|| format!("`{other}` is no letter of a section."))),
    };
    let does = head.get("does").split("; ").filter(|words| !words.is_empty()).map(str::to_owned).collect();
    let idle = head.values.get("idle").map(|&why| why.to_owned());
    Some(Block { id, text: head.get("text").into(), thread, until, after, does, idle })
}
