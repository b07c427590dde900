//! The script of the module with what fetches the rest in it.

use crate::failure::{Failure, Result};

/// What fetches the rest: `before` when the first module is there and has not begun, `now` for a stand-in that is called
/// before the rest has come, `come` for whoever can wait.
const FETCH: &str = r#"
const rest = (() => {
    const path = "pkg/rest.wasm";
    // A Worker has its files only when this script has run.
    const files = () => globalThis.daxscopeFiles;
    let first, coming, here = false;
    const begin = (module) => {
        if (here) return;
        new WebAssembly.Instance(module, { first });
        here = true;
    };
    const fetched = async () => WebAssembly.compile(await (await files().file(path)).arrayBuffer());
    const compiled = () => {
        if (!coming) {
            coming = fetched();
            coming.catch(() => { coming = undefined; });
        }
        return coming;
    };
    const stored = () => {
        try { return localStorage.length > 0; } catch { return false; }
    };
    const isWanted = () => (files().isOneFile ?? true) || location.hash.length > 1 || stored();
    if (files() && isWanted()) compiled();
    const come = async () => begin(await compiled());
    const before = async (exports) => {
        first = exports;
        if (isWanted()) await come();
        else come().catch(() => {});
    };
    const now = () => {
        if (!here) begin(new WebAssembly.Module(files().now(path)));
    };
    globalThis.daxscopeRest = { come, isHere: () => here };
    return { before, come, now };
})();
"#;

const IMPORTS: &str = "\"./daxscope_bg.js\": import0,";
const BEGINS: &str = "const { instance, module } = await __wbg_load(await module_or_path, imports);\n";
const PARTS: &str = "const parallelStuff = deps.map(d => d());";

/// The script with all that.
pub(crate) fn with_rest(script: &str) -> Result<String> {
    let script = put(script, IMPORTS, &format!("{IMPORTS}\n        rest: {{ come: rest.now }},"))?;
    let script = put(&script, BEGINS, &format!("{BEGINS}    await rest.before(instance.exports);\n"))?;
    // A part calls the rest through the table, and looks at its data.
    let script = put(&script, PARTS, "const parallelStuff = [rest.come(), ...deps.map(d => d())];")?;
    Ok(format!("{}{script}", FETCH.trim_start()))
}

fn put(script: &str, place: &str, instead: &str) -> Result<String> {
    if script.matches(place).count() != 1 {
        return Err(Failure::new(format!(
            "The script that wasm-bindgen writes does not have `{place}` once; see crates/xtask/src/rest/script.rs."
        )));
    }
    Ok(script.replace(place, instead))
}
