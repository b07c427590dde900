//! `cargo xtask late`: finds out what the first steps run, and writes the list of what they do not.

use super::profile;
use crate::build::{self, Profile};
use crate::failure::{Explain, Result};
use crate::process;
use crate::server::{Ports, Server};
use crate::setup;
use crate::site;
use crate::site::copies::Brotli;
use crate::split::{Made, Purpose};
use crate::workspace;
use std::fs;
use std::process::Command;

/// Builds a module that marks what it runs, has a browser make the first steps, keeps the list and builds again.
pub(crate) fn run() -> Result {
    let browser = setup::browser()?;
    setup::e2e_packages()?;
    build::compile_for(Profile::Release, Purpose::Marked)?;
    site::assemble(None, Brotli::Quick)?;
    let server = Server::start(&workspace::dist(), Ports::ANY)?;
    let (made, marks) = (Made::new(), workspace::target().join("first-steps-marks.txt"));
    let mut command = Command::new("node");
    command
        .arg("first-steps.mjs")
        .args([&made.place, &marks])
        .current_dir(workspace::e2e())
        .env("BASE_URL", server.url())
        .env("CHROME", browser.chrome);
    process::run(&mut command, "Making the first steps")?;
    let text = fs::read_to_string(&marks).explain(|| format!("{} could not be read.", marks.display()))?;
    let length = profile::keep(&made.read()?, &text)?;
    println!("{} names {length} functions at which the first steps end.", profile::list().display());
    build::run(Profile::Release)
}
