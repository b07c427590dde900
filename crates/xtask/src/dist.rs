//! `cargo xtask dist`: the page for any static host.
//!
//! All addresses in the page are relative, so `dist/` works from any path of any host as it is.

use crate::build;
use crate::failure::{Failure, Result};
use crate::options::DistOptions;
use crate::shell_files;
use crate::site;
use crate::site::copies::Brotli;
use crate::size::{self, Weight, grouped};
use crate::workspace;

/// The page for whoever has a server and no Rust.
const ARCHIVE: &str = "dist.zip";
/// What everything may weigh in gzip, the texts and parts that come later included.
pub(crate) const ALL_GZIP_BYTES: usize = 1_660_000;
/// What may be loaded before the first step is possible, in gzip.
pub(crate) const FIRST_GZIP_BYTES: usize = 455_000;
/// The same in brotli at its best, which only `dist` makes.
const FIRST_BROTLI_BYTES: usize = 375_000;

/// Builds `dist/`, tells what it weighs, and fails if that is too much.
pub(crate) fn run(options: &DistOptions) -> Result {
    build::compile(options.profile)?;
    site::assemble(options.base_url.as_deref(), Brotli::Best)?;
    let weights = size::weigh(&workspace::dist())?;
    print!("{}", size::table(&weights));
    check_budget(&weights)?;
    let brotli = size::first(&weights).map(Weight::brotli_bytes).sum();
    within("What is loaded before the first step", "brotli", brotli, FIRST_BROTLI_BYTES)?;
    site::archive::pack(&workspace::dist(), &workspace::root().join(ARCHIVE))?;
    shell_files::write()?;
    println!(
        "dist/ is ready: copy it to any static host, or unpack {ARCHIVE} there. dist-cli/ has completions and manual pages of the command line."
    );
    Ok(())
}

/// Whether the page is within its budgets in gzip.
pub(crate) fn check_budget(weights: &[Weight]) -> Result {
    let all = weights.iter().filter(|weight| !weight.is_whole_page()).map(Weight::gzip_bytes).sum();
    let first = size::first(weights).map(Weight::gzip_bytes).sum();
    within("Everything", "gzip", all, ALL_GZIP_BYTES)?;
    within("What is loaded before the first step", "gzip", first, FIRST_GZIP_BYTES)
}

fn within(what: &str, format: &str, bytes: usize, budget: usize) -> Result {
    if bytes <= budget {
        return Ok(());
    }
    Err(Failure::new(format!(
        "{what} weighs {} bytes in {format}, over the budget of {}. `cargo xtask size` and `cargo xtask weight` show where; \
         code that the first step does not need belongs behind crates/web/src/chunks.rs. Raise the budget in \
         crates/xtask/src/dist.rs only with a reason.",
        grouped(bytes),
        grouped(budget),
    )))
}
