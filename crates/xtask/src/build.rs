//! `cargo xtask build`: from the crate of the page to a directory that can be served.

use crate::failure::{Explain, Failure, Result};
use crate::module;
use crate::process;
use crate::setup::{self, BuildTools};
use crate::site;
use crate::workspace;
use std::fs;
use std::process::Command;

/// The name of the module's files in `pkg/`; `static/boot.js` and `index.html` use it.
pub(crate) const MODULE: &str = "daxscope";

/// How the page is compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) enum Profile {
    /// Small and fast: what people are served.
    #[default]
    Release,
    /// Quick to compile, with debug assertions and readable names in stack traces.
    Dev,
}

/// Compiles the page and assembles `dist/`.
pub(crate) fn run(profile: Profile) -> Result {
    compile(profile)?;
    site::assemble(None)
}

/// Compiles the page into `pkg/`.
pub(crate) fn compile(profile: Profile) -> Result {
    let tools = setup::build_tools_while(|| precompile(profile))?;
    wasm_pack(&tools, profile)?;
    if profile == Profile::Release { shrink() } else { Ok(()) }
}

/// What wasm-pack does first, without it: most of the work, for the time that installing it takes.
fn precompile(profile: Profile) -> Result {
    let mut command = Command::new(workspace::cargo());
    command
        .args(["build", "--lib", "--target", "wasm32-unknown-unknown"])
        .args(match profile {
            Profile::Release => &["--profile", "wasm-release"][..],
            Profile::Dev => &[],
        })
        .current_dir(workspace::web_crate());
    process::run(&mut command, "Compiling the page")
}

fn wasm_pack(tools: &BuildTools, profile: Profile) -> Result {
    let mut command = Command::new(&tools.wasm_pack);
    command
        .args(["--log-level", "error", "build"])
        .arg(workspace::web_crate())
        // The tools are those of `setup`; wasm-pack would download others.
        .args(["--mode", "no-install", "--no-opt"])
        .args(["--target", "web", "--no-typescript", "--no-pack"])
        .args(["--out-name", MODULE, "--out-dir"])
        .arg(workspace::pkg())
        .args(match profile {
            Profile::Release => &["--profile", "wasm-release"][..],
            Profile::Dev => &["--dev"][..],
        })
        .env("PATH", process::path_with(&[&tools.wasm_bindgen_directory]));
    process::run(&mut command, "Compiling the page")
}

/// Takes what only people read out of the module.
fn shrink() -> Result {
    let path = workspace::pkg().join(format!("{MODULE}_bg.wasm"));
    let module = fs::read(&path).explain(|| format!("wasm-pack has not written {}.", path.display()))?;
    let Some(smaller) = module::without_names(&module) else {
        return Err(Failure::new(format!(
            "{} is not a WebAssembly module; remove pkg/ and build again.",
            path.display()
        )));
    };
    fs::write(&path, smaller).explain(|| format!("{} could not be written.", path.display()))
}
