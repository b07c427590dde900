//! The module that comes first, written.

use super::data::{self, Ranges};
use super::plan::{Plan, Standing};
use super::whole::Whole;
use std::convert::Infallible;
use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, Module, TableSection, TypeSection, ValType,
};
use wasmparser::{CodeSectionReader, Data, FunctionSectionReader, Parser, Table};

type Reencoded<T> = Result<T, reencode::Error<Infallible>>;

/// What the first module imports to have the rest come.
pub(super) const LOADER: (&str, &str) = ("rest", "come");

/// The number of a function that is not in the first module.
const NOWHERE: u32 = u32::MAX;

/// What both modules call what they share: `:0`, `:1`, ... with a letter for what is no function.
pub(super) fn shared_name(kind: &str, at: usize) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let (high, low) = (DIGITS[at / DIGITS.len() % DIGITS.len()], DIGITS[at % DIGITS.len()]);
    format!("{kind}:{}{}", char::from(high), char::from(low))
}

/// Writes the first module.
pub(super) fn write(whole: &Whole<'_>, plan: &Plan, late_data: &Ranges, module: &[u8]) -> Reencoded<Vec<u8>> {
    let mut numbers: Vec<u32> = (0..whole.type_of.len() as u32).collect();
    numbers[whole.imported..].fill(NOWHERE);
    // The loader is the last of the imports, and what has it come the first of what is defined.
    let behind = whole.imported as u32 + 2;
    for (at, standing) in plan.first.iter().enumerate() {
        let (Standing::Itself(defined) | Standing::For(defined, _)) = *standing;
        numbers[whole.imported + defined] = behind + at as u32;
    }
    let mut first = First { whole, plan, late_data, numbers, nothing: whole.types.len() as u32 };
    let mut written = Module::new();
    first.parse_core_module(&mut written, Parser::new(0), module)?;
    Ok(written.finish())
}

struct First<'w> {
    whole: &'w Whole<'w>,
    plan: &'w Plan,
    late_data: &'w Ranges,
    /// The new number of each function.
    numbers: Vec<u32>,
    /// The type of a function that takes and gives nothing.
    nothing: u32,
}

impl First<'_> {
    /// Has the rest come, the first time.
    fn come(&self) -> Function {
        let here = self.whole.globals.len() as u32;
        let mut come = Function::new([]);
        come.instruction(&Instruction::GlobalGet(here))
            .instruction(&Instruction::I32Eqz)
            .instruction(&Instruction::If(wasm_encoder::BlockType::Empty))
            .instruction(&Instruction::Call(self.whole.imported as u32))
            .instruction(&Instruction::I32Const(1))
            .instruction(&Instruction::GlobalSet(here))
            .instruction(&Instruction::End)
            .instruction(&Instruction::End);
        come
    }

    fn stand_in(&self, defined: usize, place: u32) -> Function {
        let type_index = self.whole.type_of[self.whole.imported + defined];
        let mut function = Function::new([]);
        function.instruction(&Instruction::Call(self.whole.imported as u32 + 1));
        for local in 0..self.whole.types[type_index as usize].params().len() {
            function.instruction(&Instruction::LocalGet(local as u32));
        }
        function
            .instruction(&Instruction::I32Const(place as i32))
            .instruction(&Instruction::CallIndirect { type_index, table_index: 0 })
            .instruction(&Instruction::End);
        function
    }
}

impl Reencode for First<'_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Reencoded<u32> {
        Ok(self.numbers.get(function as usize).copied().unwrap_or(function))
    }

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: wasmparser::TypeSectionReader<'_>,
    ) -> Reencoded<()> {
        utils::parse_type_section(self, types, section)?;
        types.ty().function([], []);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Reencoded<()> {
        utils::parse_import_section(self, imports, section)?;
        imports.import(LOADER.0, LOADER.1, EntityType::Function(self.nothing));
        Ok(())
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: FunctionSectionReader<'_>,
    ) -> Reencoded<()> {
        functions.function(self.nothing);
        for standing in &self.plan.first {
            let (Standing::Itself(defined) | Standing::For(defined, _)) = *standing;
            functions.function(self.whole.type_of[self.whole.imported + defined]);
        }
        Ok(())
    }

    fn parse_table(&mut self, tables: &mut TableSection, table: Table<'_>) -> Reencoded<()> {
        let mut larger = table;
        if tables.is_empty() {
            let new = u64::from(self.plan.new_places);
            larger.ty.initial += new;
            larger.ty.maximum = larger.ty.maximum.map(|maximum| maximum + new);
        }
        utils::parse_table(self, tables, larger)
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Reencoded<()> {
        utils::parse_global_section(self, globals, section)?;
        let here = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(here, &ConstExpr::i32_const(0));
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Reencoded<()> {
        utils::parse_export_section(self, exports, section)?;
        for (at, &function) in self.plan.shared.iter().enumerate() {
            exports.export(&shared_name("", at), ExportKind::Func, self.numbers[function as usize]);
        }
        let (globals, tables) = (self.whole.globals.len(), self.whole.tables.len());
        for (kind, export, count) in [
            ("g", ExportKind::Global, globals),
            ("t", ExportKind::Table, tables),
            ("m", ExportKind::Memory, self.whole.memories.len()),
        ] {
            for at in 0..count {
                exports.export(&shared_name(kind, at), export, at as u32);
            }
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, _: CodeSectionReader<'_>) -> Reencoded<()> {
        code.function(&self.come());
        for standing in &self.plan.first {
            match *standing {
                Standing::Itself(defined) => {
                    utils::parse_function_body(self, code, self.whole.bodies[defined].clone())?;
                }
                Standing::For(defined, place) => {
                    code.function(&self.stand_in(defined, place));
                }
            }
        }
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut ElementSection,
        _: wasmparser::ElementSectionReader<'_>,
    ) -> Reencoded<()> {
        let stands = |function: &u32| self.numbers[*function as usize] != NOWHERE;
        let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
        for (place, function) in self.whole.slots.iter().filter(|(_, function)| stands(function)) {
            let number = self.numbers[*function as usize];
            match runs.last_mut() {
                Some((begins, run)) if *begins + run.len() as u32 == *place => run.push(number),
                _ => runs.push((*place, vec![number])),
            }
        }
        for (begins, run) in runs {
            elements.active(None, &ConstExpr::i32_const(begins as i32), Elements::Functions(run.into()));
        }
        Ok(())
    }

    fn parse_data(&mut self, written: &mut DataSection, datum: Data<'_>) -> Reencoded<()> {
        let pieces = data::pieces(&datum, self.late_data)?;
        let Some(pieces) = pieces else { return utils::parse_data(self, written, datum) };
        for piece in pieces.into_iter().filter(|piece| !piece.is_late) {
            written.active(0, &ConstExpr::i32_const(piece.address as i32), piece.bytes.iter().copied());
        }
        Ok(())
    }
}
