//! What the first steps lead to, if nobody goes past the functions that are late.

use super::linked::{Linked, Named};
use super::whole::Whole;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What is reached.
#[derive(Default)]
pub(super) struct Reached {
    /// Functions that are not late, by their numbers; imported ones among them.
    pub(super) first: BTreeSet<u32>,
    /// Late functions at which it ended: something first calls or names them.
    pub(super) ends: BTreeSet<u32>,
    /// Data that something first names.
    pub(super) data: BTreeSet<u32>,
}

/// Goes from everything that is called from outside.
///
/// `elsewhere` are the names of functions in other parts; `is_late` says where the way ends.
pub(super) fn reach(
    whole: &Whole<'_>,
    linked: &Linked<'_>,
    elsewhere: &HashSet<String>,
    is_late: &dyn Fn(u32) -> bool,
) -> wasmparser::Result<Reached> {
    let mut walk = Walk { by_name: HashMap::new(), is_late, open: Vec::new(), reached: Reached::default() };
    let mut again = HashSet::new();
    for defined in 0..whole.bodies.len() {
        let number = (whole.imported + defined) as u32;
        if walk.by_name.insert(whole.name(defined), number).is_some() {
            again.insert(whole.name(defined));
        }
    }
    // What wasm-bindgen has put into the table no linker knows of, and names that are there twice say nothing.
    let known: HashSet<&str> = linked.functions().collect();
    for &(_, function) in &whole.slots {
        let name = whole.defined(function).map_or("", |defined| whole.name(defined));
        if !known.contains(name) || again.contains(name) {
            walk.function(function);
        }
    }
    for &function in &whole.exported {
        walk.function(function);
    }
    // wasm-bindgen calls some functions otherwise: whatever they name is first.
    let renamed = |name: &&&str| !walk.by_name.contains_key(**name) && !elsewhere.contains(**name);
    for name in known.iter().filter(renamed).copied().collect::<Vec<_>>() {
        linked.named_by(name).iter().for_each(|&named| walk.named(named));
    }
    linked.variables().for_each(|symbol| walk.named(Named::Data(symbol)));
    while let Some(next) = walk.open.pop() {
        match next {
            Next::Data(symbol) => linked.named_in(symbol).iter().for_each(|&named| walk.named(named)),
            Next::Function(function) => {
                let Some(defined) = whole.defined(function) else { continue };
                whole.called_by(defined)?.into_iter().for_each(|called| walk.function(called));
                linked.named_by(whole.name(defined)).iter().for_each(|&named| walk.named(named));
            }
        }
    }
    Ok(walk.reached)
}

enum Next {
    Data(u32),
    Function(u32),
}

struct Walk<'w> {
    by_name: HashMap<&'w str, u32>,
    is_late: &'w dyn Fn(u32) -> bool,
    open: Vec<Next>,
    reached: Reached,
}

impl Walk<'_> {
    fn function(&mut self, function: u32) {
        if (self.is_late)(function) {
            self.reached.ends.insert(function);
        } else if self.reached.first.insert(function) {
            self.open.push(Next::Function(function));
        }
    }

    fn named(&mut self, named: Named<'_>) {
        match named {
            Named::Data(symbol) => {
                if self.reached.data.insert(symbol) {
                    self.open.push(Next::Data(symbol));
                }
            }
            Named::Function(name) => {
                if let Some(&function) = self.by_name.get(name) {
                    self.function(function);
                }
            }
        }
    }
}
