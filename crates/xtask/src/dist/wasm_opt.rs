//! The optional last step: binaryen's `wasm-opt`, when there is one on the machine.

use crate::failure::{Explain, Result};
use crate::process;
use crate::setup;
use crate::versions::reported_version;
use crate::workspace;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Older ones (Debian 12 has 108) do not know what today's compiler writes.
const OLDEST: u32 = 118;

/// What the compiler's WebAssembly target has enabled.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Shrinks the module in a directory, or says why it stays as it is. Never a reason to fail.
pub(super) fn shrink_if_possible(pkg: &Path) -> Result {
    let Some(program) = find() else {
        println!("wasm-opt is not here, so the module stays as compiled (docs/development.md tells how to add it).");
        return Ok(());
    };
    let printed = process::output(Command::new(&program).arg("--version")).unwrap_or_default();
    let version = reported_version(&printed).unwrap_or("unknown");
    if version.parse::<u32>().unwrap_or(0) < OLDEST {
        println!("wasm-opt {version} is older than {OLDEST}, so the module stays as compiled.");
        return Ok(());
    }
    let module = pkg.join(format!("{}_bg.wasm", crate::build::MODULE));
    let smaller = workspace::target().join("wasm-opt.wasm");
    let mut command = Command::new(&program);
    command.arg("-Os").args(FEATURES).arg(&module).arg("-o").arg(&smaller);
    match process::run(&mut command, "wasm-opt") {
        Ok(()) => {
            println!("wasm-opt {version} has shrunk the module.");
            fs::copy(&smaller, &module).explain(|| format!("Could not write {}.", module.display())).map(|_| ())
        }
        Err(failure) => {
            println!("{failure} The module stays as compiled.");
            Ok(())
        }
    }
}

fn find() -> Option<PathBuf> {
    let chosen = env::var_os("WASM_OPT").filter(|value| !value.is_empty()).map(PathBuf::from);
    let of_npm = || {
        let program = setup::tools_directory().ok()?.join("binaryen/node_modules/.bin/wasm-opt");
        program.is_file().then_some(program)
    };
    chosen.or_else(|| process::find_on_path("wasm-opt")).or_else(of_npm)
}
