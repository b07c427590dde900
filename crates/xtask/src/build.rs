//! `cargo xtask build`: from the crate of the page to a directory that can be served.

use crate::failure::{Explain, Result};
use crate::process;
use crate::setup::{self, BuildTools};
use crate::site;
use crate::site::copies::Brotli;
use crate::split::{self, Purpose};
use crate::workspace;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

/// The name of the module's files in `pkg/`; `static/boot.js` and `index.html` use it.
pub(crate) const MODULE: &str = "daxscope";

/// How the page is compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Profile {
    /// Small and fast, and taken apart: what the first step does not need is loaded later. What people are served.
    #[default]
    Release,
    /// Quick to compile, in one module, with debug assertions and readable names in stack traces.
    Dev,
}

/// Compiles the page and assembles `dist/`.
pub(crate) fn run(profile: Profile) -> Result {
    compile(profile)?;
    site::assemble(None, Brotli::Quick)
}

/// Compiles the page into `pkg/`.
pub(crate) fn compile(profile: Profile) -> Result {
    compile_for(profile, Purpose::Served)
}

/// The same, and what for.
pub(crate) fn compile_for(profile: Profile, purpose: Purpose) -> Result {
    let tools = setup::build_tools_while(|| precompile(profile))?;
    clear(&workspace::pkg())?;
    match profile {
        Profile::Dev => wasm_pack(&tools, &["--dev"]),
        Profile::Release => {
            precompile(profile)?;
            split::run(&tools, purpose)
        }
    }
}

/// No file of an earlier build may stay: the parts of the module are not always as many.
fn clear(directory: &Path) -> Result {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).explain(|| format!("{} could not be removed.", directory.display()))
        }
        _ => Ok(()),
    }
}

/// Compiles the crate of the page: of a release build all of it, of a development build what wasm-pack does first.
fn precompile(profile: Profile) -> Result {
    let mut command = Command::new(workspace::cargo());
    match profile {
        // The splitter needs to know what refers to what: relocations of this one module, not of all crates.
        Profile::Release => command
            .args(["rustc", "--lib", "--target", "wasm32-unknown-unknown", "--profile", "wasm-release"])
            // Names that say for which types a function was compiled: what is late is known by them (rest/late.txt).
            .args(["--config", "target.wasm32-unknown-unknown.rustflags=['-Csymbol-mangling-version=v0']"])
            .args(["--features", "split", "--crate-type", "cdylib", "--", "-Clink-arg=--emit-relocs"]),
        Profile::Dev => command.args(["build", "--lib", "--target", "wasm32-unknown-unknown"]),
    };
    command.current_dir(workspace::web_crate());
    process::run(&mut command, "Compiling the page")
}

fn wasm_pack(tools: &BuildTools, profile: &[&str]) -> Result {
    let mut command = Command::new(&tools.wasm_pack);
    command
        .args(["--log-level", "error", "build"])
        .arg(workspace::web_crate())
        // The tools are those of `setup`; wasm-pack would download others.
        .args(["--mode", "no-install", "--no-opt"])
        .args(["--target", "web", "--no-typescript", "--no-pack"])
        .args(["--out-name", MODULE, "--out-dir"])
        .arg(workspace::pkg())
        .args(profile)
        .env("PATH", process::path_with(&[&tools.wasm_bindgen_directory]));
    process::run(&mut command, "Compiling the page")
}
