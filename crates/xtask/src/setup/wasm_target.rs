//! The compiler's WebAssembly target.

use crate::failure::{Failure, Result};
use crate::process;
use crate::workspace;
use std::path::PathBuf;
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target to the toolchain in use, if it is not there.
pub(super) fn ensure() -> Result {
    if sysroot().is_some_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).is_dir()) {
        return Ok(());
    }
    if process::find_on_path("rustup").is_none() {
        return Err(Failure::new(format!(
            "The compiler has no {TARGET} target, and there is no rustup to add it. Install your system's package \
             of it (Debian: libstd-rust-dev-wasm32), or Rust by rustup, and run this again."
        )));
    }
    eprintln!("setup: adding the {TARGET} target to the Rust toolchain (a download of about 20 MB)");
    process::run(Command::new("rustup").args(["target", "add", TARGET]), "Adding the WebAssembly target")
}

/// The toolchain's directory: two above the cargo that runs us, or what the compiler says.
fn sysroot() -> Option<PathBuf> {
    let beside_cargo = workspace::cargo().ancestors().nth(2).map(PathBuf::from);
    beside_cargo.filter(|path| path.join("lib/rustlib").is_dir()).or_else(|| {
        let printed = process::output(Command::new("rustc").args(["--print", "sysroot"]))?;
        Some(PathBuf::from(printed.trim()))
    })
}
