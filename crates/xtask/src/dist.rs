//! `cargo xtask dist`: the page for any static host.
//!
//! All addresses in the page are relative, so `dist/` works from any path of any host as it is.

use crate::build::{self, Profile};
use crate::failure::{Failure, Result};
use crate::options::DistOptions;
use crate::shell_files;
use crate::site;
use crate::size::{self, Weight, grouped};
use crate::workspace;

/// What the whole page may weigh on the wire: 3 % more than it does in one module, until that is taken apart. ARCHITECTURE.md says
/// what it weighs and why. This number only keeps it from growing unseen.
pub(crate) const BUDGET_GZIP_BYTES: usize = 1_155_000;

/// The page for whoever has a server and no Rust.
const ARCHIVE: &str = "dist.zip";

/// Builds `dist/`, tells what it weighs, and fails if that is too much.
pub(crate) fn run(options: &DistOptions) -> Result {
    build::compile(Profile::Release)?;
    site::assemble(options.base_url.as_deref())?;
    let weights = size::weigh(&workspace::dist())?;
    print!("{}", size::table(&weights));
    check_budget(&weights)?;
    site::archive::pack(&workspace::dist(), &workspace::root().join(ARCHIVE))?;
    shell_files::write()?;
    println!(
        "dist/ is ready: copy it to any static host, or unpack {ARCHIVE} there. dist-cli/ has completions and manual pages of the command line."
    );
    Ok(())
}

/// Whether the page is within its budget.
pub(crate) fn check_budget(weights: &[Weight]) -> Result {
    let total = size::total_gzip_bytes(weights);
    if total <= BUDGET_GZIP_BYTES {
        return Ok(());
    }
    Err(Failure::new(format!(
        "The page weighs {} bytes in gzip, over its budget of {}. The table of `cargo xtask size` shows where; a new \
         dependency is the usual cause. Raise BUDGET_GZIP_BYTES in crates/xtask/src/dist.rs only with a reason.",
        grouped(total),
        grouped(BUDGET_GZIP_BYTES),
    )))
}
