//! The command line of `cargo xtask`.

use crate::build::Profile;
use crate::failure::{Failure, Result};
use crate::real::{FileSystem, RealOptions};
use crate::server::Ports;
use lexopt::prelude::*;

/// What `cargo xtask help` prints.
pub(crate) const HELP: &str = "\
cargo xtask <command>

  setup                         install the tools that are missing (the others do it by themselves)
  build [--release|--dev]       compile the page into pkg/ and assemble dist/; --release is the default
  serve [--port N|--port N-M] [--no-build] [--open] [--dev]
                                build the page and serve it on this machine; without --port on the
                                first free port from 8080 to 8179
  test  [--native|--browser|--e2e|--firefox] [--slow]
                                run the tests; without a kind the first three; --firefox: --e2e once more,
                                in Firefox; --slow: the long ones as well
  dist  [--base-url PATH]       build dist/ for any static host, and check its size; completions and
                                manual pages of the command line into dist-cli/
  size                          raw and gzip size of each file in dist/
  weight                        of what the module of the last release build is made: crates and
                                families of generic code
  late                          find out in a browser what the first steps do not run, and keep the list
  real KERNEL [FILE...] [--filesystem ext4|xfs] [--events-only]
                                run scripts (those of tests/real) as programs on a real kernel of Debian, in
                                QEMU, and compare events and trees with the model; downloads up to 130 MB,
                                takes 2 minutes
  help                          this text
";

/// A parsed command line.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Help,
    Setup,
    Build(Profile),
    Serve(ServeOptions),
    Test(Stages),
    Dist(DistOptions),
    Size,
    Weight,
    Late,
    Real(RealOptions),
}

/// What `serve` was asked for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ServeOptions {
    /// The first free one of these is taken.
    pub(crate) ports: Ports,
    /// Serve what the last build left.
    pub(crate) no_build: bool,
    /// Open the page in the default browser.
    pub(crate) open: bool,
    pub(crate) profile: Profile,
}

/// Which kinds of test to run.
#[derive(Debug, PartialEq)]
pub(crate) struct Stages {
    pub(crate) native: bool,
    pub(crate) browser: bool,
    pub(crate) e2e: bool,
    /// The walks of `e2e` once more, in Firefox.
    pub(crate) firefox: bool,
    /// What takes too long for every day, optimised.
    pub(crate) slow: bool,
}

impl Stages {
    const ALL: Stages = Stages { native: true, browser: true, e2e: true, firefox: false, slow: false };
    const NONE: Stages = Stages { native: false, browser: false, e2e: false, firefox: false, slow: false };
}

/// What `dist` was asked for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct DistOptions {
    pub(crate) profile: Profile,
    /// The path the page will be published under, if it is to be written into the page.
    pub(crate) base_url: Option<String>,
}

/// Reads the command line.
pub(crate) fn parse(mut parser: lexopt::Parser) -> Result<Command> {
    let name = match parser.next()? {
        None | Some(Short('h') | Long("help")) => return Ok(Command::Help),
        Some(Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match name.as_str() {
        "help" => Ok(Command::Help),
        "setup" => no_options(parser, Command::Setup),
        "build" => parse_build(parser),
        "serve" => parse_serve(parser),
        "test" => parse_test(parser),
        "dist" => parse_dist(parser),
        "weight" => no_options(parser, Command::Weight),
        "late" => no_options(parser, Command::Late),
        "real" => parse_real(parser),
        "size" => no_options(parser, Command::Size),
        _ => Err(Failure::new(format!("There is no command '{name}'. `cargo xtask help` lists what there is."))),
    }
}

fn no_options(mut parser: lexopt::Parser, command: Command) -> Result<Command> {
    match parser.next()? {
        None => Ok(command),
        Some(other) => Err(other.unexpected().into()),
    }
}

fn parse_build(mut parser: lexopt::Parser) -> Result<Command> {
    let mut profile = Profile::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("release") => profile = Profile::Release,
            Long("dev") => profile = Profile::Dev,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Build(profile))
}

fn parse_serve(mut parser: lexopt::Parser) -> Result<Command> {
    let mut options = ServeOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => options.ports = parser.value()?.parse()?,
            Long("no-build") => options.no_build = true,
            Long("open") => options.open = true,
            Long("release") => options.profile = Profile::Release,
            Long("dev") => options.profile = Profile::Dev,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Serve(options))
}

fn parse_test(mut parser: lexopt::Parser) -> Result<Command> {
    let mut stages = Stages::NONE;
    let mut slow = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Long("slow") => slow = true,
            Long("native") => stages.native = true,
            Long("browser") => stages.browser = true,
            Long("e2e") => stages.e2e = true,
            Long("firefox") => stages.firefox = true,
            other => return Err(other.unexpected().into()),
        }
    }
    let stages = if stages == Stages::NONE { Stages::ALL } else { stages };
    Ok(Command::Test(Stages { slow, ..stages }))
}

fn parse_dist(mut parser: lexopt::Parser) -> Result<Command> {
    let mut options = DistOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("base-url") => options.base_url = Some(parser.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Dist(options))
}

fn parse_real(mut parser: lexopt::Parser) -> Result<Command> {
    let mut options = RealOptions::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("events-only") => options.events_only = true,
            Long("filesystem") => options.file_system = FileSystem::named(&parser.value()?.string()?)?,
            Value(kernel) if options.kernel.is_empty() => options.kernel = kernel.string()?,
            Value(script) => options.scripts.push(script.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    if options.kernel.is_empty() {
        return Err(Failure::new("`real` needs a kernel, such as 6.12. `cargo xtask help` lists what there is."));
    }
    Ok(Command::Real(options))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> std::result::Result<Command, String> {
        parse(lexopt::Parser::from_args(line.split_whitespace())).map_err(|failure| failure.to_string())
    }

    #[test]
    fn commands_and_their_options() {
        assert_eq!(command(""), Ok(Command::Help));
        assert_eq!(command("build"), Ok(Command::Build(Profile::Release)));
        assert_eq!(command("build --dev"), Ok(Command::Build(Profile::Dev)));
        let options = ServeOptions { ports: "9000".parse().unwrap(), open: true, ..ServeOptions::default() };
        assert_eq!(command("serve --open --port 9000"), Ok(Command::Serve(options)));
        let options = ServeOptions { ports: "9000-9009".parse().unwrap(), ..ServeOptions::default() };
        assert_eq!(command("serve --port=9000-9009"), Ok(Command::Serve(options)));
        let options = DistOptions { profile: Profile::Release, base_url: Some("/daxscope".into()) };
        assert_eq!(command("dist --base-url=/daxscope"), Ok(Command::Dist(options)));
        let scripts = vec!["a.daxscope".into()];
        let options = RealOptions { kernel: "6.12".into(), scripts, ..RealOptions::default() };
        assert_eq!(command("real 6.12 a.daxscope"), Ok(Command::Real(options)));
        let options = RealOptions {
            kernel: "7.3".into(),
            file_system: FileSystem::Xfs,
            events_only: true,
            ..RealOptions::default()
        };
        assert_eq!(command("real 7.3 --filesystem xfs --events-only"), Ok(Command::Real(options)));
        assert!(command("real 7.3 --filesystem btrfs").is_err_and(|why| why.contains("ext4 or xfs")));
    }

    #[test]
    fn test_without_an_option_means_every_kind_but_firefox() {
        assert_eq!(command("test"), Ok(Command::Test(Stages::ALL)));
        assert_eq!(command("test --e2e"), Ok(Command::Test(Stages { e2e: true, ..Stages::NONE })));
        assert_eq!(command("test --firefox"), Ok(Command::Test(Stages { firefox: true, ..Stages::NONE })));
        assert_eq!(command("test --slow"), Ok(Command::Test(Stages { slow: true, ..Stages::ALL })));
    }

    #[test]
    fn mistakes_are_answered_with_where_to_look() {
        for line in ["tset", "size --all", "serve --port many", "test --wasm", "real", "real --fast"] {
            let answer = command(line).unwrap_err();
            assert!(answer.contains("cargo xtask help"), "{line}: {answer}");
        }
    }
}
