//! The search over all interleavings: what is asked, live counters, the verdict with its certificate.

use super::certificate::{certificate, unbroken};
use super::{Build, Text, sentence};
use crate::search::{Explanation, GuardNeed, GuardRow, Kind, Measured, Options, Outcome, Policy, TABLE};
use crate::session::{Asked, Phase, Way, plural};
use daxscope_core::check::Rule;
use daxscope_core::narrate::grouped;
use daxscope_core::scenario::{FailPoint, StepSize};
use std::rc::Rc;

/// The panel.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ExploreView {
    /// What would be searched: `3 threads, kernel v5`.
    pub subject: Text,
    /// Why nothing can be searched now.
    pub why_not: Option<Text>,
    /// What the search is asked.
    pub options: Rc<Options>,
    /// The calls of the kernel that can fail.
    pub fail_points: Rc<[FailPoint]>,
    /// What goes on.
    pub running: Option<Kind>,
    /// The last search.
    pub search: Option<SearchView>,
    /// The same search with fewer and more reductions; empty until it is asked for.
    pub table: Rc<[TableRowView]>,
    /// Why the table of reductions ended early.
    pub no_table: Option<Text>,
    /// What each guard of the kernel is for; empty until it is asked for.
    pub guards: Rc<[GuardView]>,
    /// Why that cannot be told.
    pub no_guards: Option<Text>,
}

/// A search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SearchView {
    /// How far it has come.
    pub counters: Rc<[CounterView]>,
    /// What it says; `None` while it goes on.
    pub card: Option<Rc<CardView>>,
}

/// A counter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CounterView {
    /// What is counted.
    pub name: &'static str,
    /// The number.
    pub value: Text,
}

/// How a card is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Complete, and nothing is broken.
    Good,
    /// Something is broken.
    Bad,
    /// Nothing is proved.
    Open,
}

/// The verdict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CardView {
    /// The kernel on screen is another than the one that was searched: so says this sentence.
    pub stale: Option<Text>,
    /// How it is drawn.
    pub tone: Tone,
    /// A few words.
    pub headline: Text,
    /// What it means.
    pub sentence: Text,
    /// Is there a way that can be stepped through?
    pub can_step: bool,
    /// Why it happens; `None` if nothing is broken or nobody has begun to explain it.
    pub explanation: Option<Rc<Explanation>>,
    /// What was asked and found; empty if the search could not even begin.
    pub certificate: Rc<[CertificateLine]>,
}

/// A line of the certificate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateLine {
    /// What it tells.
    pub name: &'static str,
    /// The same in a few words or numbers.
    pub value: Text,
}

/// A row of the table of reductions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableRowView {
    /// Which reduction is added.
    pub name: &'static str,
    /// States; empty until it begins.
    pub states: Text,
    /// Seconds; empty until it begins.
    pub time: Text,
    /// What it says.
    pub verdict: Text,
    /// How that stands to the row with all reductions.
    pub agreement: Agreement,
}

/// A guard of the kernel at another setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GuardView {
    /// `wake_mode_downgrade=one`.
    pub name: Text,
    /// What it decides.
    pub about: &'static str,
    /// What came of it.
    pub result: Text,
    /// How it is marked.
    pub tone: Option<Tone>,
}

/// How one verdict stands to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Agreement {
    /// One of them is not known yet.
    Unknown,
    /// Equal.
    Same,
    /// A bound was hit, so that it says nothing.
    Nothing,
    /// They contradict each other.
    Different,
}

impl Build<'_> {
    pub(super) fn explore(&self) -> ExploreView {
        let (session, exploring) = (self.session, &self.session.exploring);
        let scenario = self.run().scenario();
        ExploreView {
            subject: format!("{}, kernel {}", plural(scenario.threads.len(), "thread"), scenario.revision.name())
                .into(),
            why_not: session.no_search().map(Into::into),
            options: Rc::new(exploring.options.clone()),
            fail_points: FailPoint::of(&scenario.revision).into(),
            running: exploring.running,
            search: exploring.search.as_ref().map(|asked| SearchView {
                counters: counters(asked.measured().unwrap_or(&Measured::default())),
                card: card(asked, self.session),
            }),
            table: exploring.table.as_ref().map(table).unwrap_or_default(),
            guards: exploring.guards.as_ref().map(guards).unwrap_or_default(),
            no_table: exploring.table.as_ref().and_then(failure),
            no_guards: exploring.guards.as_ref().and_then(failure),
        }
    }
}

fn counters(measured: &Measured) -> Rc<[CounterView]> {
    let counter = |name, value: u64| CounterView { name, value: grouped(value).into() };
    let took = match measured.left {
        None => CounterView { name: "seconds", value: seconds(measured).into() },
        Some(left) => {
            CounterView { name: "seconds; about left", value: format!("{}; {}", seconds(measured), about(left)).into() }
        }
    };
    [
        counter("states", measured.states),
        counter("states/s", states_per_second(measured)),
        counter("waiting", measured.frontier),
        counter("depth", measured.depth),
        counter("transitions", measured.transitions),
        took,
    ]
    .into()
}

fn card(asked: &Asked, session: &crate::session::Session) -> Option<Rc<CardView>> {
    let headline = headline(asked)?;
    let (headline, sentence) = headline.split_once(". ").unwrap_or((&headline, ""));
    let tone = match asked.measured().map(|measured| &measured.outcome) {
        Some(Outcome::Complete) => Tone::Good,
        Some(Outcome::Violation { .. }) => Tone::Bad,
        _ => Tone::Open,
    };
    let current = session.run.scenario().revision;
    let stale = (asked.revision != current).then(|| {
        format!(
            "Of kernel {}. On screen is {}: search again for a verdict on it.",
            asked.revision.name(),
            current.name()
        )
    });
    let certificate = certificate(asked, session.run.scenario(), &session.title());
    let mut sentence = sentence.to_owned();
    if let (Tone::Bad, Phase::Failed(why)) = (tone, &asked.phase) {
        sentence.push_str(&format!(" Its explanation ended early. {why}"));
    }
    // One that will not be finished must not look as if it went on.
    let goes_on = asked.phase == Phase::Running;
    let explanation = asked.report.explanation.clone().filter(|explanation| goes_on || explanation.way.is_some());
    Some(Rc::new(CardView {
        stale: stale.map(Into::into),
        tone,
        headline: headline.trim_end_matches('.').into(),
        sentence: sentence.into(),
        can_step: asked.found().is_some(),
        explanation: explanation.map(Rc::new),
        certificate: certificate.into(),
    }))
}

/// What a search says, once it has ended: a few words, then what they mean.
pub(crate) fn headline(asked: &Asked) -> Option<String> {
    let measured = asked.measured();
    let seen = measured.map_or_else(String::new, |measured| {
        format!("{} states and {} transitions were looked at", grouped(measured.states), grouped(measured.transitions))
    });
    let kernel = asked.revision.name();
    let outcome = measured.map_or(&Outcome::Waiting, |measured| &measured.outcome);
    Some(match (outcome, &asked.phase) {
        (Outcome::Complete, _) => {
            let rules = &asked.options.bounds.rules;
            let what = sentence(&format!("{} in any interleaving on {kernel}: {seen}", unbroken(rules)));
            let others = if rules.is_empty() { "" } else { " No other rule was looked for." };
            format!("Complete. {what}{others}")
        }
        (Outcome::Violation { rules, schedule }, _) => {
            let name = rules.first().map_or("A rule is broken", |rule| rule.headline());
            let way = asked.way.as_ref().map_or_else(String::new, length);
            let is_shortest = is_shortest(&asked.options)
                && asked.found().is_some_and(|way| way.choices.len() == schedule.choices.len());
            let shortest = if is_shortest { "No way into it is shorter" } else { "A shorter way may exist" };
            let made = match (schedule.choices.len(), asked.way.as_ref().map(|way| way.schedule.choices.len())) {
                (found, Some(now)) if found != now => format!(", made shorter from {}", plural(found, "step")),
                _ => String::new(),
            };
            let round = asked.way.as_ref().and_then(|way| way.round.as_ref());
            let round = round.map_or_else(String::new, |round| {
                format!(" The loop is {round}, again and again, for ever, and nobody leads out.")
            });
            format!("{name}. The machine found it on {kernel}{way}{made}.{round} {shortest}.")
        }
        (Outcome::BoundHit(bound), _) => format!(
            "The bound on {bound} was hit. This proves nothing: {seen}, and more are left. Raise the bound, or ask for less."
        ),
        (_, Phase::Running) => return None,
        (_, Phase::Stopped) => format!("Stopped. {seen} before; this proves nothing."),
        (_, Phase::Failed(why)) => format!("The search ended early. {why}"),
        (_, Phase::Done) => "The search ended early. It said nothing.".into(),
    })
}

/// Is what the search finds shortest?
fn is_shortest(options: &Options) -> bool {
    options.policy == Policy::BreadthFirst && !options.reductions.persistent_sets
}

/// ` after 21 steps by section (73 by atom), with 4 context switches`.
fn length(way: &Way) -> String {
    let Way { schedule, switches, operations, .. } = way;
    let steps = plural(schedule.choices.len(), "step");
    let (size, es) = (schedule.step_size.name(), if *switches == 1 { "" } else { "es" });
    let operations = match (schedule.step_size, operations) {
        (StepSize::Atom, _) => String::new(),
        (_, many) => format!(" ({many} by atom)"),
    };
    format!(" after {steps} by {size}{operations}, with {switches} context switch{es}")
}

/// About so many seconds.
fn about(seconds: u64) -> String {
    match seconds {
        0 => "1 s".into(),
        1..120 => format!("{seconds} s"),
        _ => format!("{} min", seconds.div_ceil(60)),
    }
}

pub(super) fn states_per_second(measured: &Measured) -> u64 {
    if measured.milliseconds > 0.0 { (measured.states as f64 * 1000.0 / measured.milliseconds) as u64 } else { 0 }
}

pub(super) fn seconds(measured: &Measured) -> String {
    // By way of integers: the standard formatting of floating point numbers weighs more than all that is told here.
    let milliseconds = measured.milliseconds.round() as u64;
    if milliseconds < 10_000 {
        return format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
    }
    let tenths = (milliseconds + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn table(asked: &Asked) -> Rc<[TableRowView]> {
    let searches = &asked.report.searches;
    let last = searches.last().map_or(&Outcome::Waiting, |last| &last.outcome);
    let row = |(at, row): (usize, &crate::search::TableRow)| {
        let nothing = Measured::default();
        let measured = searches.get(at).unwrap_or(&nothing);
        let has_begun = measured.outcome != Outcome::Waiting;
        let number = |text: String| if has_begun { text.into() } else { Text::default() };
        TableRowView {
            name: row.name,
            states: number(grouped(measured.states)),
            time: number(seconds(measured)),
            verdict: match (&measured.outcome, &asked.phase) {
                (Outcome::Waiting, Phase::Running) => "waits".into(),
                (Outcome::Running, Phase::Running) => "running".into(),
                (Outcome::Waiting | Outcome::Running, _) => "stopped".into(),
                (Outcome::Complete, _) => "complete".into(),
                (Outcome::Violation { rules, schedule }, _) => {
                    let rule = rules.first().map_or("A rule is broken", |rule| rule.headline());
                    format!("{rule}, {}", plural(schedule.choices.len(), "step")).into()
                }
                (Outcome::BoundHit(bound), _) => format!("bound on {bound} hit").into(),
            },
            agreement: agreement(&measured.outcome, last),
        }
    };
    TABLE.iter().enumerate().map(row).collect()
}

/// The trials; what is needed breaks something.
fn guards(asked: &Asked) -> Rc<[GuardView]> {
    let row = |row: &GuardRow| GuardView {
        name: format!("{}={}", row.switch, row.to).into(),
        about: daxscope_explore::Guard::from_name(&row.switch).map_or("", |guard| guard.about()),
        result: match (&row.need, &asked.phase) {
            (GuardNeed::Waiting, Phase::Running) => "waits".into(),
            (GuardNeed::Waiting, _) => "not tried".into(),
            (GuardNeed::NotNeeded, _) => "not needed here".into(),
            (GuardNeed::Unknown(bound), _) => format!("bound on {bound} hit: nobody knows").into(),
            (GuardNeed::Needed { rule, steps, shortest }, _) => {
                let most = if *shortest { "" } else { "at most " };
                let rule = Rule::from_name(rule).map_or(rule.as_str(), |rule| rule.headline());
                format!("needed: {rule} after {most}{}", plural(*steps, "step")).into()
            }
        },
        tone: match row.need {
            GuardNeed::Waiting => None,
            GuardNeed::NotNeeded => Some(Tone::Good),
            GuardNeed::Needed { .. } => Some(Tone::Bad),
            GuardNeed::Unknown(_) => Some(Tone::Open),
        },
    };
    asked.report.guards.iter().map(row).collect()
}

/// What ended it early.
fn failure(asked: &Asked) -> Option<Text> {
    match &asked.phase {
        Phase::Failed(why) => Some(why.as_str().into()),
        _ => None,
    }
}

/// Lengths may differ: some reductions make ways longer.
fn agreement(one: &Outcome, all: &Outcome) -> Agreement {
    let rules = |outcome: &Outcome| -> Option<Vec<Rule>> {
        match outcome {
            Outcome::Complete => Some(Vec::new()),
            Outcome::Violation { rules, .. } => Some(rules.clone()),
            _ => None,
        }
    };
    match (one, rules(one), rules(all)) {
        (Outcome::BoundHit(_), ..) => Agreement::Nothing,
        (_, Some(one), Some(all)) if one == all => Agreement::Same,
        (_, Some(_), Some(_)) => Agreement::Different,
        _ => Agreement::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_core::scenario::Schedule;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(68_634_123), "68,634,123");
    }

    #[test]
    fn a_certificate_names_runs_as_scripts_do() {
        let schedule = Schedule::from_compact("p1x5.2221f11").expect("a schedule");
        assert_eq!(schedule.words(), "by point A5 B3 A! A2");
        let way = |switches, operations| Way { schedule: schedule.clone(), switches, operations, round: None };
        let told = " after 11 steps by point (30 by atom), with 2 context switches";
        assert_eq!(length(&way(2, 30)), told);
        assert_eq!(length(&way(1, 1)), " after 11 steps by point (1 by atom), with 1 context switch");
    }

    #[test]
    fn a_row_that_hit_a_bound_says_nothing() {
        let bound = Outcome::BoundHit("time".into());
        assert_eq!(agreement(&bound, &Outcome::Complete), Agreement::Nothing);
        assert_eq!(agreement(&Outcome::Complete, &Outcome::Complete), Agreement::Same);
        assert_eq!(agreement(&Outcome::Complete, &bound), Agreement::Unknown);
        let broken = Outcome::Violation { rules: vec![Rule::Deadlock], schedule: Schedule::default() };
        assert_eq!(agreement(&broken, &Outcome::Complete), Agreement::Different);
    }
}
