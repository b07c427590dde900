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
mod guest;
mod wasm_target;

use crate::failure::{Failure, Result};
use crate::process;
use crate::versions;
use std::path::PathBuf;
use std::thread;

/// What is needed to build the page.
pub(crate) struct BuildTools {
    pub(crate) wasm_pack: PathBuf,
    pub(crate) wasm_split: PathBuf,
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
    println!("wasm-split    {}", tools.wasm_split.display());
    println!("wasm-bindgen  {}", tools.wasm_bindgen_directory.display());
    println!("chromium      {}", browser.chrome.display());
    println!("chromedriver  {}", browser.chromedriver.display());
    Ok(())
}

/// What a real kernel in QEMU needs, with the program that makes its file system.
pub(crate) fn guest_tools(maker: &str) -> Result {
    guest::ensure(maker)
}

/// The tools that build the page.
pub(crate) fn build_tools() -> Result<BuildTools> {
    build_tools_while(|| Ok(()))
}

/// The tools that build the page; if they must be installed first, `work` is done meanwhile.
pub(crate) fn build_tools_while(work: impl FnOnce() -> Result + Send) -> Result<BuildTools> {
    let wanted = [
        cargo_tool::wasm_pack(versions::WASM_PACK),
        cargo_tool::wasm_bindgen(&versions::wasm_bindgen()?),
        cargo_tool::wasm_split(versions::WASM_SPLIT),
    ];
    wasm_target::ensure()?;
    let mut present = Vec::new();
    for tool in &wanted {
        present.push(tool.present()?);
    }
    let directories = if present.iter().all(Option::is_some) {
        present.into_iter().flatten().collect()
    } else {
        install_missing(&wanted, present, work)?
    };
    let [wasm_pack, wasm_bindgen_directory, wasm_split] = <[PathBuf; 3]>::try_from(directories)
        .map_err(|_| Failure::new("A tool is missing; run `cargo xtask setup` again."))?;
    Ok(BuildTools {
        wasm_pack: wasm_pack.join(process::executable("wasm-pack")),
        wasm_split: wasm_split.join(process::executable("wasm-split-cli")),
        wasm_bindgen_directory,
    })
}

/// Installs what is missing, all at once, and does `work` meanwhile; the directories in the order of the tools.
fn install_missing(
    wanted: &[cargo_tool::CargoTool],
    present: Vec<Option<PathBuf>>,
    work: impl FnOnce() -> Result + Send,
) -> Result<Vec<PathBuf>> {
    thread::scope(|scope| {
        let work = scope.spawn(work);
        let tools = wanted.iter().zip(present);
        let installing: Vec<_> =
            tools.map(|(tool, present)| scope.spawn(move || present.map_or_else(|| tool.install(), Ok))).collect();
        let mut directories = Vec::new();
        for tool in installing {
            directories.push(finished(tool)?);
        }
        finished(work).map(|()| directories)
    })
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
