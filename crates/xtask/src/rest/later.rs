//! The rest, written: a module that shares everything with the first.

use super::data::{self, Ranges};
use super::first::shared_name;
use super::plan::Plan;
use super::whole::Whole;
use std::convert::Infallible;
use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, FunctionSection, ImportSection, Module,
    TypeSection,
};
use wasmparser::{Parser, Payload, TableType};

type Reencoded<T> = Result<T, reencode::Error<Infallible>>;

/// What the rest calls the first module.
const FIRST: &str = "first";

/// Writes the rest.
pub(super) fn write(whole: &Whole<'_>, plan: &Plan, late_data: &Ranges, module: &[u8]) -> Reencoded<Vec<u8>> {
    let mut numbers = vec![u32::MAX; whole.type_of.len()];
    for (at, &function) in plan.shared.iter().enumerate() {
        numbers[function as usize] = at as u32;
    }
    for (at, &defined) in plan.rest.iter().enumerate() {
        numbers[whole.imported + defined] = (plan.shared.len() + at) as u32;
    }
    let mut rest = Rest { numbers };
    let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    let mut data = DataSection::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => rest.parse_type_section(&mut types, section)?,
            Payload::DataSection(section) => {
                for datum in section {
                    for piece in data::pieces(&datum?, late_data)?.unwrap_or_default() {
                        if piece.is_late {
                            data.active(0, &ConstExpr::i32_const(piece.address as i32), piece.bytes.iter().copied());
                        }
                    }
                }
            }
            _ => {}
        }
    }
    for &defined in &plan.rest {
        functions.function(whole.type_of[whole.imported + defined]);
        utils::parse_function_body(&mut rest, &mut code, whole.bodies[defined].clone())?;
    }
    let (imports, elements) = (imports(&mut rest, whole, plan)?, rest.elements(whole, plan));
    let mut written = Module::new();
    written.section(&types).section(&imports).section(&functions).section(&elements).section(&code).section(&data);
    Ok(written.finish())
}

fn imports(rest: &mut Rest, whole: &Whole<'_>, plan: &Plan) -> Reencoded<ImportSection> {
    let mut imports = ImportSection::new();
    for (at, &function) in plan.shared.iter().enumerate() {
        imports.import(FIRST, &shared_name("", at), EntityType::Function(whole.type_of[function as usize]));
    }
    for (at, &global) in whole.globals.iter().enumerate() {
        imports.import(FIRST, &shared_name("g", at), rest.global_type(global)?);
    }
    for (at, &table) in whole.tables.iter().enumerate() {
        // However large the first module has made it.
        let table = TableType { maximum: None, ..table };
        imports.import(FIRST, &shared_name("t", at), rest.table_type(table)?);
    }
    for (at, &memory) in whole.memories.iter().enumerate() {
        imports.import(FIRST, &shared_name("m", at), rest.memory_type(memory)?);
    }
    Ok(imports)
}

struct Rest {
    /// The number of each function of the whole in here.
    numbers: Vec<u32>,
}

impl Rest {
    /// Every late function into its places of the table: a stand-in is called no more from there.
    fn elements(&self, whole: &Whole<'_>, plan: &Plan) -> ElementSection {
        let mut elements = ElementSection::new();
        let mut run: Vec<u32> = Vec::new();
        let mut begins = 0;
        let mut end = |begins: u32, run: &mut Vec<u32>| {
            if !run.is_empty() {
                elements.active(None, &ConstExpr::i32_const(begins as i32), Elements::Functions(run.as_slice().into()));
                run.clear();
            }
        };
        for (&place, &defined) in &plan.places {
            if place != begins + run.len() as u32 {
                end(begins, &mut run);
                begins = place;
            }
            run.push(self.numbers[whole.imported + defined]);
        }
        end(begins, &mut run);
        elements
    }
}

impl Reencode for Rest {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Reencoded<u32> {
        Ok(self.numbers.get(function as usize).copied().unwrap_or(function))
    }
}
