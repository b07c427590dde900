//! The main part of the module as it is read, before it is divided.

use std::collections::{BTreeSet, HashMap};
use wasmparser::{
    CompositeInnerType, ElementItems, ElementKind, ExternalKind, FuncType, FunctionBody, GlobalType, KnownCustom,
    MemoryType, Name, Operator, Parser, Payload, TableType, TypeRef,
};

/// What is in a module, as far as dividing it asks.
#[derive(Default)]
pub(super) struct Whole<'m> {
    pub(super) types: Vec<FuncType>,
    /// The type of each function; imported ones come first.
    pub(super) type_of: Vec<u32>,
    /// How many functions are imported.
    pub(super) imported: usize,
    /// What each function that is defined here consists of.
    pub(super) bodies: Vec<FunctionBody<'m>>,
    pub(super) names: HashMap<u32, &'m str>,
    pub(super) globals: Vec<GlobalType>,
    pub(super) tables: Vec<TableType>,
    pub(super) memories: Vec<MemoryType>,
    /// Where in the first table a function stands.
    pub(super) slots: Vec<(u32, u32)>,
    /// Functions that somebody outside calls by name.
    pub(super) exported: BTreeSet<u32>,
    /// Is something in it that dividing knows nothing of?
    pub(super) strange: Option<&'static str>,
}

impl<'m> Whole<'m> {
    pub(super) fn read(module: &'m [u8]) -> wasmparser::Result<Whole<'m>> {
        let mut whole = Whole::default();
        for payload in Parser::new(0).parse_all(module) {
            whole.take(payload?)?;
        }
        Ok(whole)
    }

    fn take(&mut self, payload: Payload<'m>) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(groups) => {
                for group in groups {
                    for sub_type in group?.into_types() {
                        match sub_type.composite_type.inner {
                            CompositeInnerType::Func(function) => self.types.push(function),
                            _ => self.strange = Some("types that are no functions"),
                        }
                    }
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    match import?.ty {
                        TypeRef::Func(of_type) => self.type_of.push(of_type),
                        _ => self.strange = Some("imports that are no functions"),
                    }
                }
                self.imported = self.type_of.len();
            }
            Payload::FunctionSection(functions) => {
                for function in functions {
                    self.type_of.push(function?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    self.memories.push(memory?);
                }
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    if matches!(export.kind, ExternalKind::Func) {
                        self.exported.insert(export.index);
                    }
                }
            }
            Payload::StartSection { .. } => self.strange = Some("a function that runs at the start"),
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.take_element(element?)?;
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(names) = section.as_known() {
                    for part in names {
                        let Name::Function(functions) = part? else { continue };
                        for naming in functions {
                            let naming = naming?;
                            self.names.insert(naming.index, naming.name);
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn take_element(&mut self, element: wasmparser::Element<'m>) -> wasmparser::Result<()> {
        let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind else {
            self.strange = Some("elements that are not of the first table");
            return Ok(());
        };
        let Operator::I32Const { value: begins } = offset_expr.get_operators_reader().read()? else {
            self.strange = Some("elements at a place that is not known");
            return Ok(());
        };
        let mut place = begins as u32;
        match element.items {
            ElementItems::Functions(functions) => {
                for function in functions {
                    self.slots.push((place, function?));
                    place += 1;
                }
            }
            ElementItems::Expressions(_, expressions) => {
                for expression in expressions {
                    match expression?.get_operators_reader().read()? {
                        Operator::RefFunc { function_index } => self.slots.push((place, function_index)),
                        Operator::RefNull { .. } => {}
                        _ => self.strange = Some("elements that are no functions"),
                    }
                    place += 1;
                }
            }
        }
        Ok(())
    }

    /// The functions that a function calls by their numbers.
    pub(super) fn called_by(&self, defined: usize) -> wasmparser::Result<BTreeSet<u32>> {
        let mut called = BTreeSet::new();
        for operator in self.bodies[defined].get_operators_reader()? {
            if let Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } = operator?
            {
                called.insert(function_index);
            }
        }
        Ok(called)
    }

    /// The name of a function that is defined here; without one it is empty.
    pub(super) fn name(&self, defined: usize) -> &'m str {
        self.names.get(&((self.imported + defined) as u32)).copied().unwrap_or("")
    }

    /// The number of a function that is defined here.
    pub(super) fn number(&self, defined: usize) -> u32 {
        (self.imported + defined) as u32
    }

    /// Is the function defined here and not imported?
    pub(super) fn defined(&self, function: u32) -> Option<usize> {
        (function as usize).checked_sub(self.imported)
    }
}
