//! Which functions run up to the first steps: a module that writes it down, and the list that comes of it.

use super::linked::Linked;
use super::whole::Whole;
use super::{Undivided, broken, reach};
use crate::failure::{Explain, Result};
use crate::workspace;
use std::collections::{BTreeSet, HashSet};
use std::convert::Infallible;
use std::fs;
use std::path::PathBuf;
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, Instruction, MemArg, MemorySection, Module};
use wasmparser::{FunctionBody, Parser};

const PAGE_BYTES: u64 = 65_536;

/// Functions that the first steps come to and do not call. What only they lead to is late with them.
pub(crate) struct Late {
    names: HashSet<String>,
}

impl Late {
    /// The list as it is kept.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn read() -> Result<Late> {
        let path = list();
        let text = fs::read_to_string(&path).explain(|| format!("{} could not be read.", path.display()))?;
        Ok(Late { names: text.lines().map(str::to_owned).collect() })
    }

    #[cfg(test)]
    pub(super) fn of<const N: usize>(names: [&str; N]) -> Late {
        Late { names: names.map(str::to_owned).into() }
    }

    /// Is a function with that mangled name in the list?
    pub(super) fn has(&self, mangled: &str) -> bool {
        self.names.contains(&readable(mangled))
    }
}

/// The list.
pub(super) fn list() -> PathBuf {
    workspace::root().join("crates/xtask/src/rest/late.txt")
}

/// A name as the source has it, without what every build makes anew. Functions that are compiled for several types share it.
fn readable(mangled: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(mangled))
}

/// Writes the list anew from the marks of a walk: a digit for each function, in order, 1 if it was called. Returns its length.
///
/// # Errors
///
/// The module is not as the compiler writes it, or the list cannot be written.
pub(super) fn keep(module: &Undivided, marks: &str) -> Result<usize> {
    let ends = ends(module, marks)?;
    let text: String = ends.iter().map(|name| format!("{name}\n")).collect();
    let path = list();
    fs::write(&path, text).explain(|| format!("{} could not be written.", path.display()))?;
    Ok(ends.len())
}

/// The names, in order, of functions that were not called and that something names or calls which is first.
pub(super) fn ends(module: &Undivided, marks: &str) -> Result<Vec<String>> {
    let whole = module.whole()?;
    let linked = Linked::read(&module.compiled, &module.taken_apart).map_err(broken)?;
    let was_called = |defined: usize| marks.as_bytes().get(defined) != Some(&b'0');
    let names: Vec<String> = (0..whole.bodies.len()).map(|defined| readable(whole.name(defined))).collect();
    let called: HashSet<&str> =
        names.iter().enumerate().filter(|(at, _)| was_called(*at)).map(|(_, name)| name.as_str()).collect();
    let can_wait = |name: &str| !name.is_empty() && !called.contains(name);
    let is_late = |function: u32| whole.defined(function).is_some_and(|defined| can_wait(&names[defined]));
    let reached = reach::reach(&whole, &linked, &module.elsewhere, &is_late).map_err(broken)?;
    let ends = reached.ends.iter().filter_map(|&function| whole.defined(function));
    let ends: BTreeSet<&str> = ends.map(|defined| names[defined].as_str()).collect();
    Ok(ends.into_iter().map(str::to_owned).collect())
}

/// The same module with a byte of memory for each function, behind what it has: 1 once it was called. The second is where
/// these bytes begin and how many there are.
///
/// # Errors
///
/// It is not a module.
pub(crate) fn marked(main: &[u8]) -> Result<(Vec<u8>, String)> {
    let whole = Whole::read(main).map_err(broken)?;
    let begins = whole.memories.first().map_or(0, |memory| memory.initial * PAGE_BYTES);
    let mut written = Module::new();
    let mut marking = Marking { begins, next: 0 };
    marking.parse_core_module(&mut written, Parser::new(0), main).map_err(broken)?;
    Ok((written.finish(), format!("{begins} {}", whole.bodies.len())))
}

type Reencoded<T> = std::result::Result<T, reencode::Error<Infallible>>;

struct Marking {
    begins: u64,
    next: u64,
}

impl Reencode for Marking {
    type Error = Infallible;

    fn parse_memory_section(
        &mut self,
        memories: &mut MemorySection,
        section: wasmparser::MemorySectionReader<'_>,
    ) -> Reencoded<()> {
        for memory in section {
            let mut memory = memory?;
            memory.initial += 1;
            memories.memory(self.memory_type(memory)?);
        }
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Reencoded<()> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let mark = MemArg { offset: self.begins + self.next, align: 0, memory_index: 0 };
        function
            .instruction(&Instruction::I32Const(0))
            .instruction(&Instruction::I32Const(1))
            .instruction(&Instruction::I32Store8(mark));
        self.next += 1;
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            function.instruction(&self.parse_instruction(&mut operators)?);
        }
        code.function(&function);
        Ok(())
    }
}
