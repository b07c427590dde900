//! `cargo xtask serve`: build the page and show it.

use crate::build;
use crate::failure::{Explain, Failure, Result};
use crate::options::ServeOptions;
use crate::process;
use crate::server::Server;
use crate::workspace;
use std::process::{Command, Stdio};

/// Without `--port`: the first free port of these.
const PORTS: std::ops::Range<u16> = 8080..8180;

/// Builds, serves, and goes on until Ctrl-C.
pub(crate) fn run(options: &ServeOptions) -> Result {
    if !options.no_build {
        build::run(options.profile)?;
    }
    if !workspace::dist().join("index.html").is_file() {
        return Err(Failure::new("There is no dist/ to serve; run `cargo xtask serve` without --no-build."));
    }
    let server = start(options.port)?;
    println!("\ndaxscope is at {}   (Ctrl-C stops)", server.url());
    if options.open {
        open(&server.url())?;
    }
    server.wait();
    Ok(())
}

fn start(port: Option<u16>) -> Result<Server> {
    if let Some(port) = port {
        return Server::start(workspace::dist(), port);
    }
    let free = PORTS.into_iter().find_map(|port| Server::start(workspace::dist(), port).ok());
    free.map_or_else(|| Server::start(workspace::dist(), 0), Ok)
}

/// Opens the page in the default browser.
fn open(url: &str) -> Result {
    let mut command = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else {
        Command::new("xdg-open")
    };
    command.arg(url).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn();
    child
        .map(|_| ())
        .explain(|| format!("No browser could be opened with '{}'; open {url} yourself.", process::line(&command)))
}
