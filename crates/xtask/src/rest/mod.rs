//! The main part of the module divided once more: what runs up to the first steps, and the rest.
//!
//! wasm-split goes by what *may* be called; most of that is not called when a run is opened and stepped. Which functions
//! are, `cargo xtask late` finds out in a browser: `late.txt` names those at which the first steps end. They go into a module of their
//! own, `rest.wasm`, with everything that only they lead to. It shares memory, table and globals with the first one and is fetched at once, beside it;
//! but nothing waits for it. In the place of each late function stands one that has the rest come, if it has not, and calls
//! it then: so whatever the list says, the module does the same.

mod data;
mod first;
mod later;
mod linked;
mod plan;
pub(crate) mod profile;
mod reach;
pub(crate) mod script;
#[cfg(test)]
mod tests;
pub(crate) mod walk;
mod whole;

use crate::failure::{Failure, Result};
use linked::Linked;
use plan::Plan;
use profile::Late;
use std::collections::HashSet;
use std::fmt::Display;
use whole::Whole;

/// The name of the rest in `pkg/`.
pub(crate) const REST: &str = "rest.wasm";

/// A module in two.
pub(crate) struct Divided {
    pub(crate) first: Vec<u8>,
    pub(crate) rest: Vec<u8>,
}

/// A module before it is divided.
pub(crate) struct Undivided {
    /// The main part as wasm-bindgen left it.
    pub(crate) main: Vec<u8>,
    /// All of it, with what the linker says about it.
    pub(crate) compiled: Vec<u8>,
    /// The main part as wasm-split left it.
    pub(crate) taken_apart: Vec<u8>,
    /// The names of functions that are in other parts.
    pub(crate) elsewhere: HashSet<String>,
}

/// Divides the main part of a module.
///
/// # Errors
///
/// Something in it is not as the compiler writes it.
pub(crate) fn divide(module: &Undivided, list: &Late) -> Result<Divided> {
    let whole = module.whole()?;
    let linked = Linked::read(&module.compiled, &module.taken_apart).map_err(broken)?;
    let is_late = |function: u32| whole.defined(function).is_some_and(|defined| list.has(whole.name(defined)));
    let reached = reach::reach(&whole, &linked, &module.elsewhere, &is_late).map_err(broken)?;
    let plan = Plan::new(&whole, &reached).map_err(broken)?;
    let late_data = data::late(&linked, &reached.data);
    Ok(Divided {
        first: first::write(&whole, &plan, &late_data, &module.main).map_err(broken)?,
        rest: later::write(&whole, &plan, &late_data, &module.main).map_err(broken)?,
    })
}

impl Undivided {
    fn whole(&self) -> Result<Whole<'_>> {
        let whole = Whole::read(&self.main).map_err(broken)?;
        match whole.strange {
            None => Ok(whole),
            Some(strange) => {
                Err(Failure::new(format!("The main part of the module has {strange}; see crates/xtask/src/rest.")))
            }
        }
    }
}

fn broken(problem: impl Display) -> Failure {
    Failure::new(format!("What the compiler wrote is not a WebAssembly module ({problem}); build again."))
}
