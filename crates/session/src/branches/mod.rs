//! Every way that was tried through one script: the branches, where they part, and how each ended.
//!
//! A branch is a whole schedule on one kernel. Leaving it keeps it: nothing that was tried is lost, up to
//! [`MAX_BRANCHES`] of them; then the oldest without a name goes. What was left or deleted can be gone back to and forth.

mod ending;
mod kept;

pub(crate) use ending::Ending;
pub(crate) use kept::{Kept, read, write};

use daxscope_core::revision::Revision;
use daxscope_core::scenario::{Choice, StepSize};

/// The most branches of one script.
pub(crate) const MAX_BRANCHES: usize = 64;
/// The most steps of all of them together.
pub(crate) const MAX_STEPS: usize = 400_000;
/// The most goings that can be undone.
const MAX_UNDO: usize = 200;

/// A way through a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Branch {
    pub(crate) id: u32,
    /// Empty: it has none.
    pub(crate) name: String,
    pub(crate) revision: Revision,
    pub(crate) size: StepSize,
    pub(crate) choices: Vec<Choice>,
    /// The branch that it left, and after how many steps.
    pub(crate) origin: Option<(u32, usize)>,
    /// How it ends; `None`: it was kept and not run yet.
    pub(crate) ending: Option<Ending>,
    /// How many of its steps were on screen.
    pub(crate) seen: usize,
}

impl Branch {
    /// With how many steps two branches begin in the same way.
    pub(crate) fn shares(&self, other: &Branch) -> usize {
        if (self.size, self.revision) != (other.size, other.revision) {
            return 0;
        }
        self.choices.iter().zip(&other.choices).take_while(|(a, b)| a == b).count()
    }

    /// Is all of it in the other one, too?
    fn is_in(&self, other: &Branch) -> bool {
        let is_like = (self.size, self.revision) == (other.size, other.revision);
        is_like && self.choices.len() <= other.choices.len() && self.shares(other) == self.choices.len()
    }
}

/// A place: a branch and a number of steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub(crate) branch: u32,
    pub(crate) position: usize,
}

/// What can be undone.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Change {
    /// The reader was there.
    Was(Place),
    /// There was this branch.
    Deleted(Box<Branch>),
}

/// What undoing or doing again comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Undone {
    /// The reader is to go there.
    Go(Place),
    /// This branch is there again.
    Back(u32),
    /// This branch is gone again; its name.
    Gone(String),
}

/// All branches of a script.
///
/// # Invariants
///
/// `all` is in order of their numbers and holds the current one; every `origin` and `Place` names one of `all`.
#[derive(Debug)]
pub(crate) struct Branches {
    all: Vec<Branch>,
    current: u32,
    next: u32,
    past: Vec<Change>,
    undone: Vec<Change>,
    /// Goes up whenever something is worth keeping.
    pub(crate) version: u64,
}

impl Branches {
    /// One branch without a step.
    pub(crate) fn new(revision: Revision, size: StepSize) -> Branches {
        let first = Branch {
            id: 0,
            name: String::new(),
            revision,
            size,
            choices: Vec::new(),
            origin: None,
            ending: Some(Ending::Open),
            seen: 0,
        };
        Branches { all: vec![first], current: 0, next: 1, past: Vec::new(), undone: Vec::new(), version: 0 }
    }

    pub(crate) fn all(&self) -> &[Branch] {
        &self.all
    }

    pub(crate) fn get(&self, id: u32) -> Option<&Branch> {
        self.all.iter().find(|branch| branch.id == id)
    }

    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut Branch> {
        self.all.iter_mut().find(|branch| branch.id == id)
    }

    pub(crate) fn current_id(&self) -> u32 {
        self.current
    }

    pub(crate) fn current_mut(&mut self) -> Option<&mut Branch> {
        self.get_mut(self.current)
    }

    /// The reader leaves the current branch at a position for one that is yet to be made.
    pub(crate) fn part(&mut self, position: usize, is_undoable: bool) {
        let left = Place { branch: self.current, position };
        let Some(from) = self.get(self.current).cloned() else { return };
        self.push(Branch {
            name: String::new(),
            choices: from.choices[..position.min(from.choices.len())].to_vec(),
            origin: Some((from.id, position)),
            ending: None,
            seen: position,
            ..from
        });
        if is_undoable {
            self.remember(left);
        }
        self.drop_if_in_another(left.branch);
    }

    /// The same for a run that has nothing to do with the one that is left.
    pub(crate) fn begin_other(&mut self, position: usize, revision: Revision, size: StepSize, is_undoable: bool) {
        let left = Place { branch: self.current, position };
        let empty = Branches::new(revision, size).all.remove(0);
        self.push(empty);
        if is_undoable {
            self.remember(left);
        }
        self.drop_if_in_another(left.branch);
    }

    fn push(&mut self, branch: Branch) {
        self.all.push(Branch { id: self.next, ..branch });
        self.current = self.next;
        self.next += 1;
        self.version += 1;
    }

    fn remember(&mut self, left: Place) {
        self.past.push(Change::Was(left));
        self.undone.clear();
        if self.past.len() > MAX_UNDO {
            self.past.remove(0);
        }
    }

    /// Nothing can be undone any more.
    pub(crate) fn forget_past(&mut self) {
        self.past.clear();
        self.undone.clear();
    }

    /// The reader goes from a position of the current branch to another branch.
    pub(crate) fn enter(&mut self, id: u32, position: usize) {
        let left = Place { branch: self.current, position };
        self.current = id;
        self.version += 1;
        self.remember(left);
        self.drop_if_in_another(left.branch);
    }

    /// A branch without a name of which another one has every step is none.
    fn drop_if_in_another(&mut self, id: u32) {
        let Some(branch) = self.get(id).filter(|branch| branch.name.is_empty() && id != self.current) else { return };
        // The current one is still being made: it does not count.
        let mut others = self.all.iter().filter(|other| other.id != id && other.id != self.current);
        let Some(other) = others.find(|other| branch.is_in(other)).map(|other| other.id) else { return };
        self.remove(id, Some(other));
    }

    /// Takes a branch away; what named it names the other one, or nothing.
    fn remove(&mut self, id: u32, heir: Option<u32>) {
        let origin = self.get(id).and_then(|branch| branch.origin);
        self.all.retain(|branch| branch.id != id);
        let adopted = |at: usize| match heir {
            Some(heir) => Some((heir, at)),
            None => origin.map(|(branch, before)| (branch, before.min(at))),
        };
        for branch in &mut self.all {
            if let Some((from, at)) = branch.origin
                && from == id
            {
                branch.origin = adopted(at).filter(|&(other, _)| other != branch.id);
            }
        }
        for changes in [&mut self.past, &mut self.undone] {
            changes.retain_mut(|change| match (change, heir) {
                (Change::Was(place), Some(heir)) if place.branch == id => {
                    place.branch = heir;
                    true
                }
                (Change::Was(place), None) => place.branch != id,
                _ => true,
            });
        }
        self.version += 1;
    }

    /// Deletes a branch that is not on screen.
    pub(crate) fn delete(&mut self, id: u32) -> Option<Branch> {
        let branch = self.get(id).filter(|_| id != self.current)?.clone();
        self.remove(id, None);
        self.past.push(Change::Deleted(Box::new(branch.clone())));
        self.undone.clear();
        Some(branch)
    }

    /// Undoes the last going or deleting.
    pub(crate) fn undo(&mut self, position: usize) -> Option<Undone> {
        let change = self.past.pop()?;
        Some(self.turn(change, position, true))
    }

    /// Does again what was undone.
    pub(crate) fn redo(&mut self, position: usize) -> Option<Undone> {
        let change = self.undone.pop()?;
        Some(self.turn(change, position, false))
    }

    fn turn(&mut self, change: Change, position: usize, is_undo: bool) -> Undone {
        self.version += 1;
        let (undone, other) = match change {
            Change::Was(place) => {
                let here = Place { branch: self.current, position };
                self.current = place.branch;
                (Undone::Go(place), Change::Was(here))
            }
            Change::Deleted(branch) => {
                let other = Change::Deleted(branch.clone());
                if self.get(branch.id).is_some() {
                    self.remove(branch.id, None);
                    (Undone::Gone(branch.name.clone()), other)
                } else {
                    let id = branch.id;
                    let mut branch = *branch;
                    branch.origin = branch.origin.filter(|&(from, _)| self.get(from).is_some());
                    let at = self.all.partition_point(|known| known.id < id);
                    self.all.insert(at, branch);
                    (Undone::Back(id), other)
                }
            }
        };
        if is_undo {
            self.undone.push(other)
        } else {
            self.past.push(other)
        }
        undone
    }

    /// Where undoing would go to.
    pub(crate) fn last_place(&self) -> Option<Place> {
        match self.past.last() {
            Some(Change::Was(place)) => Some(*place),
            _ => None,
        }
    }

    pub(crate) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(crate) fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Puts branches beside that were kept; those that are there already are left out.
    pub(crate) fn recall(&mut self, kept: Vec<Kept>) -> usize {
        let before = self.all.len();
        for kept in kept {
            let mut branch = Branch {
                id: self.next,
                name: kept.name,
                revision: kept.revision,
                size: kept.schedule.step_size,
                choices: kept.schedule.choices,
                origin: None,
                ending: None,
                seen: 0,
            };
            let same = self.all.iter_mut().find(|known| branch.is_in(known) && known.is_in(&branch));
            match same {
                Some(known) if known.name.is_empty() => known.name = branch.name,
                Some(_) => {}
                None => {
                    let shares = self.all.iter().map(|known| (branch.shares(known), known.id));
                    let nearest = shares.max_by_key(|&(shared, id)| (shared, std::cmp::Reverse(id)));
                    branch.origin = nearest.filter(|&(shared, _)| shared > 0).map(|(shared, id)| (id, shared));
                    self.all.push(branch);
                    self.next += 1;
                }
            }
        }
        self.all.len() - before
    }

    /// Takes the oldest away while there are too many; says how many went.
    pub(crate) fn limit(&mut self) -> usize {
        let mut dropped = 0;
        loop {
            let steps: usize = self.all.iter().map(|branch| branch.choices.len()).sum();
            if self.all.len() <= MAX_BRANCHES && steps <= MAX_STEPS || self.all.len() <= 1 {
                return dropped;
            }
            let others = || self.all.iter().filter(|branch| branch.id != self.current);
            let oldest = others().find(|branch| branch.name.is_empty()).or_else(|| others().next());
            let Some(id) = oldest.map(|branch| branch.id) else { return dropped };
            self.remove(id, None);
            dropped += 1;
        }
    }
}
