//! Everything a build or a test needs, installed when it is missing and only then.
//!
//! When all is present each check is a look at the file system, so that every command can afford to
//! ask. Tools go into a cache of this user, one directory per version; nothing else on the machine
//! is touched, except that the browser comes from the system's package manager.

mod apt;
mod cargo_tool;
mod chromium;
mod e2e_packages;
mod firefox;
mod wasm_target;

use crate::failure::{Failure, Result};
use crate::process;
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
    let firefox = firefox()?;
    e2e_packages()?;
    println!("wasm-pack     {}", tools.wasm_pack.display());
    println!("wasm-bindgen  {}", tools.wasm_bindgen_directory.display());
    println!("chromium      {}", browser.chrome.display());
    println!("chromedriver  {}", browser.chromedriver.display());
    println!("firefox       {}", firefox.display());
    Ok(())
}

/// The tools that build the page.
pub(crate) fn build_tools() -> Result<BuildTools> {
    build_tools_while(|| Ok(()))
}

/// The tools that build the page; if they must be installed first, `work` is done meanwhile.
pub(crate) fn build_tools_while(work: impl FnOnce() -> Result + Send) -> Result<BuildTools> {
    let wasm_pack = cargo_tool::wasm_pack(versions::WASM_PACK);
    let wasm_bindgen = cargo_tool::wasm_bindgen(&versions::wasm_bindgen()?);
    wasm_target::ensure()?;
    let (wasm_pack, wasm_bindgen_directory) = match (wasm_pack.present()?, wasm_bindgen.present()?) {
        (Some(wasm_pack), Some(wasm_bindgen)) => (wasm_pack, wasm_bindgen),
        (has_wasm_pack, has_wasm_bindgen) => thread::scope(|scope| {
            let work = scope.spawn(work);
            let wasm_pack = scope.spawn(move || has_wasm_pack.map_or_else(|| wasm_pack.install(), Ok));
            let wasm_bindgen = scope.spawn(move || has_wasm_bindgen.map_or_else(|| wasm_bindgen.install(), Ok));
            let tools = (finished(wasm_pack)?, finished(wasm_bindgen)?);
            finished(work).map(|()| tools)
        })?,
    };
    Ok(BuildTools { wasm_pack: wasm_pack.join(process::executable("wasm-pack")), wasm_bindgen_directory })
}

/// A Chromium and its driver.
pub(crate) fn browser() -> Result<Browser> {
    chromium::ensure()
}

/// A Firefox.
pub(crate) fn firefox() -> Result<PathBuf> {
    firefox::ensure()
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
