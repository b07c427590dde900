//! Which function goes where.

use super::reach::Reached;
use super::whole::Whole;
use std::collections::{BTreeMap, BTreeSet};

/// A function of the first module.
#[derive(Clone, Copy)]
pub(super) enum Standing {
    /// The function itself.
    Itself(usize),
    /// What stands for one that is in the rest: it has the rest come, then calls what is in this place of the table.
    For(usize, u32),
}

/// Who goes where.
pub(super) struct Plan {
    /// What the first module defines, in order.
    pub(super) first: Vec<Standing>,
    /// What the rest defines, in order.
    pub(super) rest: Vec<usize>,
    /// What the rest calls of the first module, by their numbers in the whole, in order; imports among them.
    pub(super) shared: Vec<u32>,
    /// Places in the table behind those that there are.
    pub(super) new_places: u32,
    /// Which function of the rest belongs into which places of the table.
    pub(super) places: BTreeMap<u32, usize>,
}

impl Plan {
    /// What was reached is first, everything else is in the rest.
    pub(super) fn new(whole: &Whole<'_>, reached: &Reached) -> wasmparser::Result<Plan> {
        let is_first = |function: u32| whole.defined(function).is_none() || reached.first.contains(&function);
        let (first, rest): (Vec<usize>, Vec<usize>) =
            (0..whole.bodies.len()).partition(|&it| is_first(whole.number(it)));
        let mut shared = BTreeSet::new();
        for &defined in &rest {
            shared.extend(whole.called_by(defined)?.into_iter().filter(|&called| is_first(called)));
        }
        let mut plan = Plan {
            first: first.into_iter().map(Standing::Itself).collect(),
            rest,
            shared: shared.into_iter().collect(),
            new_places: 0,
            places: BTreeMap::new(),
        };
        plan.place(whole, reached);
        Ok(plan)
    }

    fn place(&mut self, whole: &Whole<'_>, reached: &Reached) {
        let mut place_of = BTreeMap::new();
        for &(place, function) in &whole.slots {
            if let Some(defined) = whole.defined(function).filter(|_| !reached.first.contains(&function)) {
                place_of.entry(function).or_insert(place);
                self.places.insert(place, defined);
            }
        }
        let behind = whole.tables[0].initial as u32;
        for &function in &reached.ends {
            let Some(defined) = whole.defined(function) else { continue };
            let place = *place_of.entry(function).or_insert_with(|| {
                self.new_places += 1;
                behind + self.new_places - 1
            });
            self.places.insert(place, defined);
            self.first.push(Standing::For(defined, place));
        }
    }
}
