//! A module made by hand, divided.

use super::*;
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, MemorySection, MemoryType, Module, NameMap,
    NameSection, RefType, TableSection, TableType, TypeSection, ValType,
};
use wasmparser::{Parser, Payload};

/// `start` calls `early` and `rare`; `rare` calls `early`, `hidden` and the import; `listed` is in the table only.
fn module() -> Vec<u8> {
    let names = ["imported", "start", "early", "rare", "hidden", "listed"];
    let calls: [&[u32]; 5] = [&[2, 3], &[], &[2, 4, 0], &[], &[]];
    let (mut types, mut imports, mut functions) = (TypeSection::new(), ImportSection::new(), FunctionSection::new());
    types.ty().function([ValType::I32], []);
    imports.import("script", "call", EntityType::Function(0));
    let mut code = CodeSection::new();
    for called in calls {
        functions.function(0);
        let mut function = Function::new([]);
        for &number in called {
            function.instruction(&Instruction::LocalGet(0)).instruction(&Instruction::Call(number));
        }
        code.function(function.instruction(&Instruction::End));
    }
    let (mut tables, mut memories, mut globals) = (TableSection::new(), MemorySection::new(), GlobalSection::new());
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, minimum: 3, maximum: Some(3), table64: false, shared: false });
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let stack = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
    globals.global(stack, &ConstExpr::i32_const(1024));
    let (mut exports, mut elements, mut data) = (ExportSection::new(), ElementSection::new(), DataSection::new());
    exports.export("start", ExportKind::Func, 1);
    elements.active(None, &ConstExpr::i32_const(1), Elements::Functions([3, 5][..].into()));
    data.active(0, &ConstExpr::i32_const(1024), *b"constant");
    let (mut naming, mut map) = (NameSection::new(), NameMap::new());
    for (number, name) in names.iter().enumerate() {
        map.append(number as u32, name);
    }
    naming.functions(&map);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&tables).section(&memories).section(&globals);
    module.section(&exports).section(&elements).section(&code).section(&data).section(&naming);
    module.finish()
}

fn undivided() -> Undivided {
    let main = module();
    Undivided { compiled: main.clone(), taken_apart: main.clone(), main, elsewhere: HashSet::new() }
}

/// Each function as its operators, and what goes in and out by name.
fn told(module: &[u8]) -> (Vec<String>, Vec<String>) {
    let (mut bodies, mut names) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload.unwrap() {
            Payload::CodeSectionEntry(body) => {
                let operators = body.get_operators_reader().unwrap().into_iter().map(|it| format!("{:?}", it.unwrap()));
                bodies.push(operators.collect::<Vec<_>>().join(" "));
            }
            Payload::ImportSection(imports) => {
                names.extend(
                    imports.into_imports().map(|it| it.unwrap()).map(|it| format!("{}/{}", it.module, it.name)),
                );
            }
            Payload::ExportSection(exports) => names.extend(exports.into_iter().map(|it| it.unwrap().name.to_owned())),
            _ => {}
        }
    }
    (bodies, names)
}

#[test]
fn what_only_a_late_function_leads_to_is_late_with_it() {
    let list = Late::of(["rare", "listed"]);
    let divided = divide(&undivided(), &list).unwrap();
    let (first, names) = told(&divided.first);
    // What has the rest come, `start`, `early`, and what stands for the two that somebody may call: through the table too.
    assert_eq!(first.len(), 5, "{first:?}");
    assert!(first[0].contains("Call { function_index: 1 }"), "the loader is imported: {first:?}");
    for stand_in in &first[3..] {
        assert!(
            stand_in.starts_with("Call { function_index: 2 } LocalGet") && stand_in.contains("CallIndirect"),
            "{first:?}"
        );
    }
    assert_eq!(names[..3], ["script/call", "rest/come", "start"]);
    let (rest, imported) = told(&divided.rest);
    assert_eq!(rest.len(), 3, "rare, hidden and listed: {rest:?}");
    let shared = ["first/:00", "first/:01", "first/g:00", "first/t:00", "first/m:00"];
    assert_eq!(imported, shared, "the import, `early`, and what both write to");
    assert_eq!(names[3..], shared.map(|name| name.trim_start_matches("first/")));
}

#[test]
fn nothing_is_late_that_nobody_listed() {
    let divided = divide(&undivided(), &Late::of([])).unwrap();
    let (rest, _) = told(&divided.rest);
    // Nobody calls `hidden` but `rare`, which `start` calls.
    assert!(rest.is_empty(), "{rest:?}");
    assert_eq!(told(&divided.first).0.len(), 6);
}

#[test]
fn a_walk_finds_where_the_first_steps_end() {
    // start and early were called.
    let ends = profile::ends(&undivided(), "11000").unwrap();
    assert_eq!(ends, ["listed", "rare"]);
    let (marked, place) = profile::marked(&module()).unwrap();
    assert_eq!(place, "65536 5");
    assert!(told(&marked).0.iter().all(|body| body.contains("I32Store8")));
}

#[test]
fn what_is_no_module_is_told() {
    let broken = Undivided { main: b"\0asm".to_vec(), ..undivided() };
    assert!(divide(&broken, &Late::of([])).is_err());
}
