//! `cargo xtask serve`: build the page and show it.

use crate::build;
use crate::failure::{Explain, Failure, Result};
use crate::options::ServeOptions;
use crate::process;
use crate::server::{Ports, Server};
use crate::workspace;
use std::process::{Command, Stdio};

/// Builds, serves, and goes on until Ctrl-C.
pub(crate) fn run(options: &ServeOptions) -> Result {
    // A port that cannot be had is told before minutes of building, not after.
    drop(options.ports.bind()?);
    if !options.no_build {
        build::run(options.profile)?;
    }
    if !workspace::dist().join("index.html").is_file() {
        return Err(Failure::new("There is no dist/ to serve; run `cargo xtask serve` without --no-build."));
    }
    let server = Server::start(&workspace::dist(), options.ports)?;
    println!("{}", announcement(&server.url(), server.port(), options.ports));
    if options.open {
        open(&server.url())?;
    }
    server.wait()
}

/// Where the page is, and why it is not where one expects it.
fn announcement(url: &str, port: u16, ports: Ports) -> String {
    let first = ports.first();
    let other =
        if port == first { String::new() } else { format!("Port {first} is taken; this is the next free one.\n") };
    format!("\n{other}daxscope is at {url}   (Ctrl-C stops)")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_port_than_the_usual_is_explained() {
        let ports = Ports::default();
        let usual = announcement("http://127.0.0.1:8080/", 8080, ports);
        assert_eq!(usual, "\ndaxscope is at http://127.0.0.1:8080/   (Ctrl-C stops)");
        let other = announcement("http://127.0.0.1:8081/", 8081, ports);
        assert!(other.contains("Port 8080 is taken") && other.contains("http://127.0.0.1:8081/"), "{other}");
    }
}
