//! Everything a build or a test needs, installed when it is missing and only then.
//!
//! When all is present each check is a look at the file system, so that every command can afford to
//! ask. Tools go into a cache of this user, one directory per version; nothing else on the machine
//! is touched, except that the browser comes from the system's package manager.

mod browser;
mod cargo_tool;
mod e2e_packages;
mod wasm_target;

pub(crate) use cargo_tool::tools_directory;

use crate::failure::{Failure, Result};
use crate::versions;
use std::path::PathBuf;
use std::thread;

/// What is needed to build the page.
pub(crate) struct BuildTools {
    pub(crate) wasm_pack: PathBuf,
    /// The directory with `wasm-bindgen` and `wasm-bindgen-test-runner`.
    pub(crate) wasm_bindgen_directory: PathBuf,
}

/// What is needed to drive a browser.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

/// Installs everything, for building and for testing.
pub(crate) fn everything() -> Result {
    let tools = build_tools()?;
    let browser = browser()?;
    e2e_packages()?;
    println!("wasm-pack     {}", tools.wasm_pack.display());
    println!("wasm-bindgen  {}", tools.wasm_bindgen_directory.display());
    println!("chromium      {}", browser.chrome.display());
    println!("chromedriver  {}", browser.chromedriver.display());
    Ok(())
}

/// The tools that build the page.
pub(crate) fn build_tools() -> Result<BuildTools> {
    let wasm_pack = cargo_tool::wasm_pack(versions::WASM_PACK);
    let wasm_bindgen = cargo_tool::wasm_bindgen(&versions::wasm_bindgen()?);
    // They spend most of their time in different phases (downloading, compiling, linking), so
    // together they take little longer than the slower one.
    thread::scope(|scope| {
        let target = scope.spawn(wasm_target::ensure);
        let wasm_pack = scope.spawn(|| wasm_pack.ensure());
        let wasm_bindgen = scope.spawn(|| wasm_bindgen.ensure());
        let tools = BuildTools {
            wasm_pack: finished(wasm_pack)?.join(crate::process::executable("wasm-pack")),
            wasm_bindgen_directory: finished(wasm_bindgen)?,
        };
        finished(target)?;
        Ok(tools)
    })
}

/// A browser and its driver.
pub(crate) fn browser() -> Result<Browser> {
    browser::ensure()
}

/// The npm packages of the end-to-end tests.
pub(crate) fn e2e_packages() -> Result {
    e2e_packages::ensure()
}

fn finished<T>(thread: thread::ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    thread
        .join()
        .unwrap_or_else(|_| Err(Failure::new("An installation stopped unexpectedly; run `cargo xtask setup` again.")))
}
