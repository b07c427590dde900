//! Conditions in words.

use super::{Condition, FaultEnd, Moment};
use crate::objects::title;
use daxscope_core::narrate;
use daxscope_core::units::ThreadId;
use daxscope_core::world::World;

impl Condition {
    /// The condition as a clause: `thread A falls asleep`.
    pub(crate) fn words(&self, world: &World) -> String {
        match *self {
            Condition::Broken(None) => "a rule is broken".into(),
            Condition::Broken(Some(rule)) => format!("a rule is broken: {}", rule.headline()),
            Condition::Changes(object) => format!("{} changes", title(world, object)),
            Condition::Becomes(object, wanted) => format!("{} is {}", title(world, object), wanted.words()),
            Condition::Sleeps(thread) => format!("{} falls asleep", who(thread)),
            Condition::Wakes(thread) => format!("{} is woken", who(thread)),
            Condition::Begins(thread, at) => format!("{} begins {}", who(thread), operation(world, thread, at)),
            Condition::Ends(thread, at) => format!("{} ends {}", who(thread), operation(world, thread, at)),
            Condition::Faulted(thread, end) => {
                let whose = thread.map_or_else(|| "a page fault".into(), |thread| format!("a page fault of {thread}"));
                let how = FaultEnd::ALL.iter().find(|(known, ..)| *known == end).map_or("", |(.., words)| words);
                format!("{whose} ends {how}")
            }
            Condition::Reaches(line) => {
                let does = match line.moment {
                    Moment::Before => "is about to perform",
                    Moment::After => "has performed",
                };
                format!("{} {does} {}:{}", who(line.thread), line.file, line.number)
            }
        }
    }
}

fn who(thread: Option<ThreadId>) -> String {
    thread.map_or_else(|| "a thread".into(), |thread| format!("thread {thread}"))
}

fn operation(world: &World, thread: Option<ThreadId>, at: Option<usize>) -> String {
    let Some(at) = at else { return "an operation".into() };
    let thread = thread.and_then(|thread| world.scenario.threads.get(thread.index()));
    match thread.and_then(|thread| thread.operations.get(at)) {
        Some(operation) => {
            format!(
                "operation {}: {}",
                at + 1,
                narrate::with_process_names(&narrate::operation(operation), &world.scenario)
            )
        }
        None => format!("operation {}", at + 1),
    }
}
