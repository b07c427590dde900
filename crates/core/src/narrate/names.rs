//! Processes by the names that the script gives them.
//!
//! Locks and page tables only know the number of a process, and so do the sentences about them: `mmap_sem of process 1`. Where
//! a whole sentence is made, with the scenario at hand, numbers become names.

use crate::scenario::{Scenario, name_text};

/// The sentence with the script's names of processes: `mmap_sem of process P` for `mmap_sem of process 1`.
///
/// A process that the script does not name keeps its number. So does one whose name is a number: nobody could tell it from the
/// number of another.
#[must_use]
pub fn with_process_names(sentence: &str, scenario: &Scenario) -> String {
    const NOUN: &str = "process ";
    let mut named = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some(at) = rest.find(NOUN) {
        let (before, after) = rest.split_at(at + NOUN.len());
        named.push_str(before);
        let digits = after.len() - after.trim_start_matches(|it: char| it.is_ascii_digit()).len();
        let (number, behind) = after.split_at(digits);
        match name(scenario, number) {
            Some(name) => named.push_str(&name),
            None => named.push_str(number),
        }
        rest = behind;
    }
    named.push_str(rest);
    named
}

fn name(scenario: &Scenario, number: &str) -> Option<String> {
    let process = scenario.processes.get(number.parse::<usize>().ok()?.checked_sub(1)?)?;
    let is_number = process.name.bytes().all(|byte| byte.is_ascii_digit());
    (!is_number).then(|| name_text(&process.name))
}

#[cfg(test)]
mod tests {
    use super::with_process_names;
    use crate::scenario::parse;

    #[test]
    fn numbers_of_named_processes_become_names() {
        let script =
            "file 8M\nprocess reader\nprocess \"the other\"\nprocess \"7\"\nthread A in reader\n  read 4K at 0\n";
        let scenario = parse(script).scenario;
        let named = |sentence| with_process_names(sentence, &scenario);
        assert_eq!(named("mmap_sem of process 1, held by A"), "mmap_sem of process reader, held by A");
        assert_eq!(named("process 1 and process 2."), "process reader and process \"the other\".");
        assert_eq!(
            named("a process of process 3, process 4 and process 12"),
            "a process of process 3, process 4 and process 12"
        );
        assert_eq!(named("nothing"), "nothing");
    }

    #[test]
    fn a_process_that_nobody_names_keeps_its_number() {
        let scenario = parse("file 8M\nthread A\n  read 4K at 0\n").scenario;
        assert_eq!(with_process_names("process 1", &scenario), "process 1");
    }
}
