//! Where things lie in this clone.

use std::env;
use std::path::{Path, PathBuf};

/// The top of the clone.
pub(crate) fn root() -> PathBuf {
    // Cargo says at run time where the package is; the compiled-in path would be wrong in a clone
    // that was moved or that shares its target directory with another.
    let package =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.ancestors().nth(2).map_or_else(|| package.clone(), Path::to_path_buf)
}

/// The crate of the page.
pub(crate) fn web_crate() -> PathBuf {
    root().join("crates/web")
}

/// What wasm-pack writes, next to `index.html`.
pub(crate) fn pkg() -> PathBuf {
    root().join("pkg")
}

/// The directory that is served and published.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The end-to-end tests.
pub(crate) fn e2e() -> PathBuf {
    root().join("tests/e2e")
}

/// Cargo's target directory.
pub(crate) fn target() -> PathBuf {
    let chosen = env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    root().join(chosen)
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}
