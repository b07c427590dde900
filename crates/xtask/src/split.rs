//! The release build behind the compiler: the module is taken apart, then wasm-bindgen reads the main part.
//!
//! wasm-split goes from the functions that `#[wasm_split]` marks (`crates/web/src/chunks.rs`) and puts what is reached from
//! one of them only into a file of its own. The parts lie beside the module in `pkg/`; the script that loads them becomes
//! part of the module's own, because two scripts that import each other cannot be inside one HTML file.

use crate::build::MODULE;
use crate::failure::{Explain, Failure, Result};
use crate::module;
use crate::pack;
use crate::process;
use crate::rest::profile::Late;
use crate::rest::{self, Undivided};
use crate::setup::BuildTools;
use crate::site;
use crate::workspace;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The script that loads the parts; wasm-split names it.
const LINKS: &str = "__wasm_split.js";

/// What a build is for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Purpose {
    /// To be looked at.
    Served,
    /// To find out what the first steps run.
    Marked,
}

/// From the compiled module to `pkg/`.
pub(crate) fn run(tools: &BuildTools, purpose: Purpose) -> Result {
    let (made, pkg) = (Made::new(), workspace::pkg());
    let _ = fs::remove_dir_all(&made.parts);
    take_apart(tools, &made.compiled, &made.parts)?;
    wasm_bindgen(tools, &made.parts.join(format!("{MODULE}.wasm")), &pkg)?;
    let links = made.parts.join(LINKS);
    let text = fs::read_to_string(&links).explain(|| format!("wasm-split has not written {}.", links.display()))?;
    let script = pkg.join(format!("{MODULE}.js"));
    let glue = fs::read_to_string(&script).explain(|| format!("{} could not be read.", script.display()))?;
    write(&script, joined(&glue, &through_files(&text)?)?.as_bytes())?;
    divide(&made, &pkg, &script, purpose)?;
    for file in parts_in(&made.parts)? {
        fs::copy(made.parts.join(&file), pkg.join(&file))
            .explain(|| format!("{} could not be copied.", file.display()))?;
    }
    pack_all(&pkg, &script)
}

/// Puts what the first steps do not run into a module of its own, or marks of each function whether it is run.
fn divide(made: &Made, pkg: &Path, script: &Path, purpose: Purpose) -> Result {
    let main = pkg.join(format!("{MODULE}_bg.wasm"));
    fs::copy(&main, &made.main).explain(|| format!("{} could not be copied.", main.display()))?;
    let undivided = made.read()?;
    if purpose == Purpose::Marked {
        let (marked, place) = rest::profile::marked(&undivided.main)?;
        write(&made.place, place.as_bytes())?;
        return write(&main, &marked);
    }
    let divided = rest::divide(&undivided, &Late::read()?)?;
    write(&main, &divided.first)?;
    write(&pkg.join(rest::REST), &divided.rest)?;
    let glue = fs::read_to_string(script).explain(|| format!("{} could not be read.", script.display()))?;
    write(script, rest::script::with_rest(&glue)?.as_bytes())
}

/// Where the steps of a build lie.
pub(crate) struct Made {
    /// What the compiler has made.
    compiled: PathBuf,
    /// What wasm-split has made of it.
    parts: PathBuf,
    /// The main part as wasm-bindgen left it.
    main: PathBuf,
    /// Where the marks of a marked build are.
    pub(crate) place: PathBuf,
}

impl Made {
    pub(crate) fn new() -> Made {
        let target = workspace::target();
        Made {
            compiled: target.join("wasm32-unknown-unknown/wasm-release/daxscope_web.wasm"),
            parts: target.join("wasm-split"),
            main: target.join("wasm-split-main.wasm"),
            place: target.join("first-steps.txt"),
        }
    }

    /// What the last build had before it was divided.
    pub(crate) fn read(&self) -> Result<Undivided> {
        Ok(Undivided {
            main: read(&self.main)?,
            compiled: read(&self.compiled)?,
            taken_apart: read(&self.parts.join(format!("{MODULE}.wasm")))?,
            elsewhere: names_of_parts(&self.parts)?,
        })
    }
}

/// What the functions in the other parts are called.
fn names_of_parts(parts: &Path) -> Result<HashSet<String>> {
    let mut names = HashSet::new();
    for file in parts_in(parts)? {
        let bytes = read(&parts.join(file))?;
        names.extend(module::functions(&bytes).into_iter().flatten().map(|function| function.name.to_owned()));
    }
    Ok(names)
}

/// The files of all parts but the main one.
fn parts_in(parts: &Path) -> Result<impl Iterator<Item = PathBuf>> {
    let main = PathBuf::from(format!("{MODULE}.wasm"));
    let is_part = move |file: &PathBuf| file.extension().is_some_and(|it| it == "wasm") && *file != main;
    Ok(site::files(parts)?.into_iter().filter(is_part))
}

/// Writes every module anew, so that it travels in fewer bytes.
fn pack_all(pkg: &Path, script: &Path) -> Result {
    let main = pkg.join(format!("{MODULE}_bg.wasm"));
    let names = pack::short_names(&read(&main)?, &format!("./{MODULE}_bg.js"))?;
    let glue = fs::read_to_string(script).explain(|| format!("{} could not be read.", script.display()))?;
    write(script, pack::renamed(&glue, &names).as_bytes())?;
    for file in site::files(pkg)?.into_iter().filter(|file| file.extension().is_some_and(|it| it == "wasm")) {
        let path = pkg.join(file);
        write(&path, &pack::packed(&read(&path)?, &names)?)?;
    }
    Ok(())
}

fn take_apart(tools: &BuildTools, compiled: &Path, parts: &Path) -> Result {
    let mut command = Command::new(&tools.wasm_split);
    command.arg(compiled).arg(parts).args(["--out-name", MODULE]);
    process::run(&mut command, "Taking the module apart")
}

fn wasm_bindgen(tools: &BuildTools, main: &Path, pkg: &Path) -> Result {
    let mut command = Command::new(tools.wasm_bindgen_directory.join(process::executable("wasm-bindgen")));
    // The parts import the table of functions, which wasm-bindgen takes for an internal of the linker. Names stay as the
    // compiler has them, by which the rest of the module is told from what comes first.
    command
        .arg(main)
        .args([
            "--keep-lld-exports",
            "--no-demangle",
            "--target",
            "web",
            "--no-typescript",
            "--out-name",
            MODULE,
            "--out-dir",
        ])
        .arg(pkg);
    process::run(&mut command, "Writing the JavaScript of the module")
}

/// The script that loads the parts, so that it asks `static/files.js` where they lie (the page may carry them inside, and a
/// Worker asks its page), and needs no server that names the type of a module.
fn through_files(links: &str) -> Result<String> {
    let (before, after) = ("fetch(new URL(\"./", "\", import.meta.url))");
    let mut text = String::new();
    let mut rest = links;
    while let Some((head, tail)) = rest.split_once(before) {
        let Some((name, tail)) = tail.split_once(after) else { break };
        text.push_str(&format!("{head}globalThis.daxscopeFiles.file(\"pkg/{name}\")"));
        rest = tail;
    }
    text.push_str(rest);
    let text = text.replace(
        "WebAssembly.instantiateStreaming(src, imports)",
        "WebAssembly.instantiate(await (await src).arrayBuffer(), imports)",
    );
    if text.contains("fetch(") || text.contains("Streaming") || !text.contains("daxscopeFiles") {
        return Err(unexpected());
    }
    Ok(text)
}

/// The module's script with the one that loads the parts in it.
fn joined(glue: &str, links: &str) -> Result<String> {
    const OWN: &str = "import { initSync } from \"./daxscope.js\";";
    const EXPORT: &str = "export const ";
    let links = links.strip_prefix(OWN).ok_or_else(unexpected)?;
    let names = links.lines().filter_map(|line| line.strip_prefix(EXPORT)?.split_whitespace().next());
    let names = names.collect::<Vec<_>>().join(", ");
    let parts = links.replace(EXPORT, "const ");
    let (mut script, mut imported) = (String::new(), Vec::new());
    for line in glue.lines() {
        let name = line.strip_prefix("import * as ").and_then(|rest| rest.split_once(" from \"./__wasm_split.js\""));
        match name {
            Some((name, _)) => imported.push(format!("{name} = wasmSplit")),
            None => script.push_str(&format!("{line}\n")),
        }
    }
    if names.is_empty() || imported.is_empty() || parts.contains("import ") {
        return Err(unexpected());
    }
    let imported = imported.join(", ");
    Ok(format!("{script}\nconst wasmSplit = (() => {{\n{parts}\nreturn {{ {names} }};\n}})();\nconst {imported};\n"))
}

fn unexpected() -> Failure {
    Failure::new(
        "The script that wasm-split writes is not as expected; see crates/xtask/src/split.rs and the version in versions.rs.",
    )
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).explain(|| format!("{} could not be read.", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result {
    fs::write(path, bytes).explain(|| format!("{} could not be written.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS_AS_WRITTEN: &str = "import { initSync } from \"./daxscope.js\";\n\
        export const __load_a = load(() => {\n    const src = fetch(new URL(\"./split_a.wasm\", import.meta.url));\n    \
        return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n});\n";

    #[test]
    fn parts_are_asked_for_where_files_lie() {
        let text = through_files(LINKS_AS_WRITTEN).unwrap();
        assert!(text.contains("const src = globalThis.daxscopeFiles.file(\"pkg/split_a.wasm\");"), "{text}");
        assert!(text.contains("WebAssembly.instantiate(await (await src).arrayBuffer(), imports)"), "{text}");
        assert!(through_files("const src = fetch(elsewhere);").is_err());
        assert!(through_files("").is_err(), "a module that was not taken apart");
    }

    #[test]
    fn one_script_has_both() {
        let glue = "import * as import1 from \"./__wasm_split.js\"\n\nexport function initSync() {}\n";
        let text = joined(glue, LINKS_AS_WRITTEN).unwrap();
        assert!(!text.contains("import {") && !text.contains("import *"), "{text}");
        assert!(text.contains("\nconst __load_a = load(") && text.contains("return { __load_a };"), "{text}");
        assert!(text.ends_with("\nconst import1 = wasmSplit;\n"), "{text}");
        assert!(joined("export function initSync() {}\n", LINKS_AS_WRITTEN).is_err(), "nothing asks for parts");
        assert!(joined(glue, "export const a = 1;\n").is_err(), "it imports nothing");
    }
}
