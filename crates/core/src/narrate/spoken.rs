//! What a text may say of an operation and of the functions around it: for whoever reads a diagram again. The words are those
//! that are written ([`super::commit`], [`super::sentence`]); a function answers to each name that it is written with.

use super::calls::call;
use super::functions::{kernel_frames, listing_name, names_of};
use super::with_process_names;
use crate::machine::Performed;
use crate::revision::Revision;
use crate::scenario::{Operation, Scenario};
use crate::task::Frame;
use crate::world::World;

/// An operation that was performed, in every way in which it is written.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Spoken {
    /// As a call: `radix_tree_delete(0x202)`; or in words where it is no call of one name. May be empty.
    pub call: String,
    /// What came of the call, if that says something.
    pub result: String,
    /// As clauses of a sentence: `deletes the locked 2 MiB empty entry at 0x200`.
    pub clauses: Vec<String>,
}

/// A function of the kernel that a thread has entered.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Entered {
    /// The names that it goes by, that of the release first.
    pub names: Vec<&'static str>,
    /// What stands between its parentheses; may be empty.
    pub arguments: String,
}

/// The words for an operation. `before`: the world right before it.
#[must_use]
pub fn spoken(before: &World, made: &Performed) -> Spoken {
    let (call, result) = call(before, made);
    let clauses = super::clauses(before, made);
    let clauses = clauses.iter().map(|clause| with_process_names(clause, &before.scenario)).collect();
    Spoken { call, result, clauses }
}

/// The functions that a thread is in at `now` and was not in at `before`, outermost first. `operation`: the operation of the
/// script that it is in.
#[must_use]
pub fn entered(before: &[Frame], now: &[Frame], operation: Option<Operation>, scenario: &Scenario) -> Vec<Entered> {
    let same = kernel_frames(before).zip(kernel_frames(now)).take_while(|(a, b)| a == b).count();
    let one = |frame: &Frame| Entered {
        names: known_names(frame.function, &scenario.revision),
        arguments: super::arguments(frame, operation, scenario),
    };
    kernel_frames(now).skip(same).map(one).collect()
}

fn known_names(function: &'static str, revision: &Revision) -> Vec<&'static str> {
    let mut names = names_of(function, revision);
    names.push(listing_name(function, revision));
    names.push(function);
    let mut kept: Vec<&'static str> = Vec::new();
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_entered_is_what_is_written_anew() {
        let scenario = crate::scenario::parse("revision 4.11\nthread A\n read 4K at 2p\n").scenario;
        let frame = |function, index| Frame { function, index };
        let outer = [frame("mm_fault", None), frame("dax_iomap_fault", Some(2))];
        let inner = [outer[0], outer[1], frame("get_locked_pte", None)];
        let entered_names = |before: &[Frame], now: &[Frame]| -> Vec<String> {
            let all = entered(before, now, None, &scenario);
            all.iter().map(|one| format!("{}({})", one.names.join("|"), one.arguments)).collect()
        };
        assert_eq!(entered_names(&[], &outer), ["dax_iomap_fault(0x2)"]);
        assert_eq!(entered_names(&outer, &inner), ["insert_pfn|get_locked_pte()"]);
        assert_eq!(entered_names(&inner, &outer), Vec::<String>::new());
        let other = [frame("dax_iomap_fault", Some(3))];
        assert_eq!(entered_names(&outer, &other), ["dax_iomap_fault(0x3)"]);
    }
}
