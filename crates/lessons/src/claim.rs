//! A claim: facts at a moment of a scene, or what the search says of it.
//!
//! ```text
//! claim  = "search" place [ "failures" n ] ":" ( "clean" | rule )
//!        | place ":" fact { ";" fact }
//! place  = [ scene ] [ "on" revision ] [ "after" schedule | "at" number | "at end" ]
//! ```
//!
//! `race on v5 after A21 B8: B asleep 0x200p` and `search race on v6: clean`. Without a scene, that of the step above.

use crate::fact::Fact;
use daxscope_core::check::Rule;
use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Scenario, Schedule, parse, parse_revision};

/// What is said to be so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Where.
    pub place: Place,
    /// What.
    pub says: Says,
    /// The claim as it was written.
    pub text: String,
}

/// What a claim says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Says {
    /// These facts.
    Facts(Vec<Fact>),
    /// The search over all orders, with so many calls that may fail, breaks this rule, or ends complete and breaks none.
    Search {
        /// The rule, or none.
        breaks: Option<Rule>,
        /// How many calls may fail.
        failures: u32,
    },
}

/// A moment of a scene.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The scene by its name: that of its file, without `.dax`.
    pub scene: String,
    /// The kernel in place of that of the script.
    pub revision: Option<Revision>,
    /// The schedule in place of that of the script.
    pub schedule: Option<Schedule>,
    /// Steps that are made of the schedule; `None`: all.
    pub position: Option<usize>,
}

impl Place {
    /// Reads a place; a scene that is not named is `here`.
    ///
    /// # Errors
    ///
    /// A sentence: what is wrong.
    pub fn read(text: &str, here: &str) -> Result<Place, String> {
        let mut place = Place { scene: here.to_owned(), ..Place::default() };
        let mut words = text.split_whitespace().peekable();
        if let Some(&word) = words.peek()
            && !matches!(word, "on" | "after" | "at")
        {
            place.scene = word.to_owned();
            words.next();
        }
        while let Some(word) = words.next() {
            match word {
                "on" => {
                    let name = take_until(&mut words, &["after", "at"]);
                    let revision = parse_revision(&name).map_err(|_| format!("There is no kernel `{name}`."))?;
                    place.revision = Some(revision);
                }
                "after" => place.schedule = Some(schedule(&take_until(&mut words, &["on", "at"]))?),
                "at" => match words.next() {
                    Some("end") => place.position = None,
                    Some(number) => {
                        let number = number.parse().map_err(|_| format!("`{number}` is no number of steps."))?;
                        place.position = Some(number);
                    }
                    None => return Err("After `at` stands a number of steps or `end`.".into()),
                },
                _ => return Err(format!("`{word}` was not expected. Write `on`, `after` or `at`.")),
            }
        }
        Ok(place)
    }

    /// The scenario to run, from the script of the scene.
    #[must_use]
    pub fn scenario(&self, script: &str) -> Scenario {
        let mut scenario = parse(script).scenario;
        if let Some(revision) = self.revision {
            scenario.revision = revision;
        }
        if let Some(schedule) = &self.schedule {
            scenario.schedule = Some(schedule.clone());
        }
        if let (Some(position), Some(schedule)) = (self.position, &mut scenario.schedule) {
            schedule.choices.truncate(position);
        }
        scenario
    }
}

impl Claim {
    /// Reads a claim; a scene that is not named is `here`.
    ///
    /// # Errors
    ///
    /// A sentence: what is wrong.
    pub fn read(text: &str, here: &str) -> Result<Claim, String> {
        let (place, says) = text.split_once(':').ok_or_else(|| format!("`{text}` has no `:` before its facts."))?;
        let says = says.trim();
        let Some(place) = place.strip_prefix("search") else {
            let says = Says::Facts(Fact::read_all(says)?);
            return Ok(Claim { place: Place::read(place, here)?, says, text: text.to_owned() });
        };
        let (place, failures) = match place.split_once(" failures ") {
            Some((place, number)) => {
                (place, number.trim().parse().map_err(|_| format!("`{number}` is no number of failures."))?)
            }
            None => (place, 0),
        };
        let breaks = match says {
            "clean" => None,
            rule => Some(Rule::from_name(rule).ok_or_else(|| format!("There is no rule `{rule}`."))?),
        };
        let says = Says::Search { breaks, failures };
        Ok(Claim { place: Place::read(place, here)?, says, text: text.to_owned() })
    }
}

fn take_until<'t>(words: &mut std::iter::Peekable<impl Iterator<Item = &'t str>>, ends: &[&str]) -> String {
    let mut taken = Vec::new();
    while let Some(word) = words.next_if(|word| !ends.contains(word)) {
        taken.push(word);
    }
    taken.join(" ")
}

/// A schedule as scripts write it.
///
/// # Errors
///
/// A sentence: what is wrong.
pub fn schedule(words: &str) -> Result<Schedule, String> {
    // So that the letters mean something.
    let mut script = String::new();
    for letter in 'A'..='I' {
        script.extend(["thread ", &letter.to_string(), "\n  read 4K at 0\n"]);
    }
    script.extend(["schedule ", words, "\n"]);
    let parsed = parse(&script);
    match (parsed.is_ok(), parsed.scenario.schedule) {
        (true, Some(schedule)) => Ok(schedule),
        _ => Err(format!("`{words}` is no schedule. Write it as in a script: `A21 B8`.")),
    }
}
