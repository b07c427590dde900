//! A module written anew so that it travels in fewer bytes: the same functions do the same.
//!
//! Three things are done, and what they take off is in docs/development.md ("The module in parts"):
//! * numbers take as many bytes as they need (a linker that keeps relocations gives each of them five);
//! * functions that are equal to the byte become one: the linker for WebAssembly does not do that;
//! * what module and script call each other has one short name in both;
//! * functions of one type stand together, from short to long, because gzip looks back 32 KB only.

use crate::failure::{Failure, Result};
use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::fmt::Display;
use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{CodeSection, Encode, ExportSection, FunctionSection, Import, ImportSection, Module};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, Export, FunctionBody, FunctionSectionReader, Imports, Parser, Payload,
    TypeRef,
};

/// What names are called instead.
pub(crate) type ShortNames = BTreeMap<String, String>;

/// Short names for what a module imports from its script and for what wasm-bindgen exports under a name that ends in a hash.
///
/// # Errors
///
/// It is not a module.
pub(crate) fn short_names(module: &[u8], script: &str) -> Result<ShortNames> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(broken)? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import.map_err(broken)?;
                    names.extend((import.module == script).then(|| import.name.to_owned()));
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let name = export.map_err(broken)?.name;
                    names.extend(ends_in_hash(name).then(|| name.to_owned()));
                }
            }
            _ => {}
        }
    }
    Ok(names.into_iter().enumerate().map(|(at, name)| (name, format!("${at}"))).collect())
}

fn ends_in_hash(name: &str) -> bool {
    let hash = name.rsplit_once('h').map_or("", |(_, hash)| hash);
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A script in which whole words are called otherwise.
pub(crate) fn renamed(script: &str, names: &ShortNames) -> String {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    let mut written = String::new();
    let mut rest = script;
    while let Some(start) = rest.find(is_word) {
        let (before, from) = rest.split_at(start);
        let (word, behind) = from.split_at(from.find(|letter| !is_word(letter)).unwrap_or(from.len()));
        written.push_str(before);
        written.push_str(names.get(word).map_or(word, String::as_str));
        rest = behind;
    }
    written + rest
}

/// The same module, smaller, and without its custom sections: names are for people.
///
/// # Errors
///
/// It is not a module.
pub(crate) fn packed(module: &[u8], names: &ShortNames) -> Result<Vec<u8>> {
    let mut packer = Packer::read(module, names).map_err(broken)?;
    packer.merge().map_err(broken)?;
    packer.arrange();
    let mut written = Module::new();
    packer.parse_core_module(&mut written, Parser::new(0), module).map_err(broken)?;
    Ok(written.finish())
}

fn broken(problem: impl Display) -> Failure {
    Failure::new(format!("What the compiler wrote is not a WebAssembly module ({problem}); build again."))
}

type Reencoded<T> = std::result::Result<T, reencode::Error<Infallible>>;

/// A module whose functions get other numbers.
struct Packer<'m> {
    /// How many functions it imports: they have the first numbers and keep them.
    imported: usize,
    /// The type of each function that it defines.
    types: Vec<u32>,
    bodies: Vec<FunctionBody<'m>>,
    /// For each function the one that stands for it: itself, or one that is equal.
    same_as: Vec<usize>,
    /// Those that are written, in their order.
    order: Vec<usize>,
    /// The new number of each function, imported ones included.
    numbers: Vec<u32>,
    names: &'m ShortNames,
}

impl<'m> Packer<'m> {
    fn read(module: &'m [u8], names: &'m ShortNames) -> wasmparser::Result<Packer<'m>> {
        let (mut imported, mut types, mut bodies) = (0, Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        imported += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::FunctionSection(functions) => {
                    for index in functions {
                        types.push(index?);
                    }
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let same_as: Vec<usize> = (0..bodies.len()).collect();
        let (order, numbers) = (same_as.clone(), Vec::new());
        let mut packer = Packer { imported, types, bodies, same_as, order, numbers, names };
        packer.number();
        Ok(packer)
    }

    fn name<'n>(&self, name: &'n str) -> &'n str
    where
        'm: 'n,
    {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// Gives numbers in the order of writing.
    fn number(&mut self) {
        let mut place = vec![0; self.bodies.len()];
        for (at, &function) in self.order.iter().enumerate() {
            place[function] = (self.imported + at) as u32;
        }
        self.numbers = (0..self.imported as u32).collect();
        self.numbers.extend(self.same_as.iter().map(|&function| place[function]));
    }

    /// Equal functions become one, and then those that were different only in which of them they call.
    fn merge(&mut self) -> Reencoded<()> {
        loop {
            let mut first: HashMap<(u32, Vec<u8>), usize> = HashMap::new();
            let before = self.order.len();
            for function in std::mem::take(&mut self.order) {
                let key = (self.types[function], self.written(function)?);
                let stands = *first.entry(key).or_insert(function);
                self.same_as[function] = stands;
                if stands == function {
                    self.order.push(function);
                }
            }
            // One that stood for others may have found its own.
            self.same_as = self.same_as.iter().map(|&function| self.same_as[function]).collect();
            self.number();
            if self.order.len() == before {
                return Ok(());
            }
        }
    }

    /// Like beside like.
    fn arrange(&mut self) {
        let length = |function: &usize| {
            let range = self.bodies[*function].range();
            range.end - range.start
        };
        self.order.sort_by_key(|function| (self.types[*function], length(function), *function));
        self.number();
    }

    /// A function as it would be written now.
    fn written(&mut self, function: usize) -> Reencoded<Vec<u8>> {
        let mut code = CodeSection::new();
        let body = self.bodies[function].clone();
        utils::parse_function_body(self, &mut code, body)?;
        let mut bytes = Vec::new();
        code.encode(&mut bytes);
        Ok(bytes)
    }
}

impl Reencode for Packer<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Reencoded<u32> {
        // A number that no function has stays wrong, and whoever loads the module says so.
        Ok(self.numbers.get(function as usize).copied().unwrap_or(function))
    }

    fn parse_function_section(&mut self, written: &mut FunctionSection, _: FunctionSectionReader<'_>) -> Reencoded<()> {
        for &function in &self.order {
            written.function(self.types[function]);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, written: &mut CodeSection, _: CodeSectionReader<'_>) -> Reencoded<()> {
        for at in 0..self.order.len() {
            let body = self.bodies[self.order[at]].clone();
            utils::parse_function_body(self, written, body)?;
        }
        Ok(())
    }

    fn parse_imports(&mut self, written: &mut ImportSection, imports: Imports<'_>) -> Reencoded<()> {
        let Imports::Single(_, import) = imports else { return utils::parse_imports(self, written, imports) };
        let ty = self.entity_type(import.ty)?;
        written.imports(wasm_encoder::Imports::Single(Import {
            module: import.module,
            name: self.name(import.name),
            ty,
        }));
        Ok(())
    }

    fn parse_export(&mut self, written: &mut ExportSection, export: Export<'_>) -> Reencoded<()> {
        utils::parse_export(self, written, Export { name: self.name(export.name), ..export })
    }

    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Reencoded<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ConstExpr, ElementSection, Elements, EntityType, ExportKind, Function, Instruction, RefType, TableSection,
        TableType, TypeSection,
    };

    /// Two imports, and functions that return numbers: two of them equal, one that calls either, all in a table.
    fn module() -> Vec<u8> {
        let (mut types, mut imports, mut functions) =
            (TypeSection::new(), ImportSection::new(), FunctionSection::new());
        types.ty().function([], [wasm_encoder::ValType::I32]);
        types.ty().function([], []);
        imports.import("./script.js", "__wbg_now_0123456789abcdef", EntityType::Function(1));
        imports.import("others", "kept", EntityType::Function(1));
        let bodies: [&[Instruction<'_>]; 5] = [
            &[Instruction::I32Const(7), Instruction::I32Const(1), Instruction::I32Add],
            &[Instruction::I32Const(7)],
            &[Instruction::I32Const(7)],
            &[Instruction::Call(3)],
            &[Instruction::Call(4)],
        ];
        let mut code = CodeSection::new();
        for body in bodies {
            functions.function(0);
            let mut function = Function::new([]);
            for instruction in body {
                function.instruction(instruction);
            }
            function.instruction(&Instruction::End);
            code.function(&function);
        }
        let (mut tables, mut elements, mut exports) =
            (TableSection::new(), ElementSection::new(), ExportSection::new());
        let table =
            TableType { element_type: RefType::FUNCREF, minimum: 5, maximum: None, table64: false, shared: false };
        tables.table(table);
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions([2, 3, 4, 5, 6][..].into()));
        exports.export("invoke__h0123456789abcdef", ExportKind::Func, 6);
        exports.export("start", ExportKind::Func, 2);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&exports);
        module.section(&elements).section(&code);
        module.finish()
    }

    /// What each function in the table consists of, and the names of what goes in and out.
    fn told(module: &[u8]) -> (Vec<String>, Vec<String>) {
        let (mut bodies, mut listed, mut names) = (Vec::new(), Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload.unwrap() {
                Payload::ImportSection(imports) => {
                    names.extend(imports.into_imports().map(|import| import.unwrap().name.to_owned()));
                }
                Payload::ExportSection(exports) => {
                    names.extend(
                        exports.into_iter().map(|export| export.unwrap()).map(|it| format!("{} {}", it.name, it.index)),
                    );
                }
                Payload::ElementSection(elements) => {
                    for element in elements {
                        let wasmparser::ElementItems::Functions(functions) = element.unwrap().items else { continue };
                        listed.extend(functions.into_iter().map(|function| function.unwrap() as usize - 2));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let operators =
                        body.get_operators_reader().unwrap().into_iter().map(|it| format!("{:?}", it.unwrap()));
                    bodies.push(operators.collect::<Vec<_>>().join(" "));
                }
                _ => {}
            }
        }
        (listed.into_iter().map(|function| bodies[function].clone()).collect(), names)
    }

    #[test]
    fn equal_functions_become_one_and_the_table_finds_what_it_found() {
        let before = module();
        let names = short_names(&before, "./script.js").unwrap();
        let after = packed(&before, &names).unwrap();
        let (was, _) = told(&before);
        let (is, called) = told(&after);
        // Short ones first: the number 7, who calls it, and the sum. The callers became equal when what they call did.
        assert_eq!(was[..3], is[..3]);
        assert_eq!(is[3..], ["Call { function_index: 2 } End", "Call { function_index: 2 } End"]);
        assert_eq!(called, ["$0", "kept", "$1 3", "start 4"]);
        assert!(after.len() < before.len());
        assert_eq!(packed(&after, &ShortNames::new()).unwrap(), after, "packed is packed");
    }

    #[test]
    fn a_script_calls_what_the_module_calls() {
        let names = short_names(&module(), "./script.js").unwrap();
        let script = "const a = { __wbg_now_0123456789abcdef: f }; wasm.invoke__h0123456789abcdef(b); wasm.start();";
        assert_eq!(renamed(script, &names), "const a = { $0: f }; wasm.$1(b); wasm.start();");
        assert_eq!(renamed("", &names), "");
    }

    #[test]
    fn what_is_no_module_is_told() {
        for bytes in [&b""[..], b"\0asm\x01\0\0\0\x0a\x05"] {
            assert!(packed(bytes, &ShortNames::new()).is_err(), "{bytes:?}");
        }
    }
}
