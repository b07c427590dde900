//! Build, serve and test daxscope: `cargo xtask help` lists the commands.
//!
//! One file per command; each command first asks [`setup`] for the tools it needs, so that a fresh
//! clone needs nothing but a Rust toolchain.

mod failure;
mod options;
mod pack;

mod build;
mod dist;
mod serve;
mod size;
mod split;
mod test;
mod weight;

mod setup;
mod shell_files;

mod module;
mod process;
mod real;
mod rest;
mod server;
mod site;
mod texts;
mod versions;
mod workspace;

use failure::Result;
use options::Command;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    match options::parse(lexopt::Parser::from_env())? {
        Command::Help => print!("{}", options::HELP),
        Command::Setup => setup::everything()?,
        Command::Build(profile) => build::run(profile)?,
        Command::Serve(options) => serve::run(&options)?,
        Command::Test(stages) => return test::run(&stages),
        Command::Dist(options) => dist::run(&options)?,
        Command::Size => size::run()?,
        Command::Weight => weight::run()?,
        Command::Late => rest::walk::run()?,
        Command::Real(options) => return real::run(&options),
    }
    Ok(ExitCode::SUCCESS)
}
