//! New names for threads: whether two states differ only in which of several equal threads is where.

use crate::units::ThreadId;

/// New names for threads: each name is given to one thread.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Renaming {
    names: Vec<ThreadId>,
}

impl Renaming {
    /// `names[n]` is the new name of thread `n`; `None` if two threads would get one name, or one that no thread has.
    #[must_use]
    pub fn new(names: Vec<ThreadId>) -> Option<Renaming> {
        let mut sorted = names.clone();
        crate::order::sort(&mut sorted);
        let each_once = sorted.iter().enumerate().all(|(at, name)| name.index() == at);
        each_once.then_some(Renaming { names })
    }

    /// The new name of a thread.
    #[must_use]
    pub fn of(&self, thread: ThreadId) -> ThreadId {
        self.names.get(thread.index()).copied().unwrap_or(thread)
    }

    /// The renaming that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Renaming {
        let mut names = self.names.clone();
        for (at, name) in self.names.iter().enumerate() {
            names[name.index()] = ThreadId(at as u8);
        }
        Renaming { names }
    }

    /// Does every thread keep its name?
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.names.iter().enumerate().all(|(at, name)| name.index() == at)
    }

    /// What there is one of for each thread, each at the place of its thread's new name.
    #[must_use]
    pub fn moved<T: Clone>(&self, by_thread: &[T]) -> Vec<T> {
        let mut moved = by_thread.to_vec();
        for (at, value) in by_thread.iter().enumerate() {
            moved[self.of(ThreadId(at as u8)).index()].clone_from(value);
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[u8]) -> Option<Renaming> {
        Renaming::new(of.iter().copied().map(ThreadId).collect())
    }

    #[test]
    fn a_name_is_given_once() {
        assert_eq!(names(&[1, 1]), None);
        assert_eq!(names(&[0, 2]), None);
    }

    #[test]
    fn things_move_with_their_thread_and_back() {
        let renaming = names(&[1, 2, 0]).expect("each name once");
        let moved = renaming.moved(&['a', 'b', 'c']);
        assert_eq!(moved, ['c', 'a', 'b']);
        assert_eq!(renaming.inverse().moved(&moved), ['a', 'b', 'c']);
        assert_eq!(renaming.inverse().of(renaming.of(ThreadId(1))), ThreadId(1));
    }
}
