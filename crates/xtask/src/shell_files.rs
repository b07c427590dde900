//! What a shell needs of the command line: completions and manual pages, in `dist-cli/`. They are made by the program
//! itself, of the words that it reads.

use crate::failure::{Explain, Failure, Result};
use crate::process;
use crate::workspace;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each shell as `daxscope completions` knows it, and the file that it looks for.
const COMPLETIONS: [(&str, &str); 5] = [
    ("bash", "daxscope.bash"),
    ("elvish", "daxscope.elv"),
    ("fish", "daxscope.fish"),
    ("powershell", "_daxscope.ps1"),
    ("zsh", "_daxscope"),
];

/// Compiles the command line, and writes what it says of itself into `dist-cli/completions` and `dist-cli/man`.
pub(crate) fn write() -> Result {
    let folder = workspace::root().join("dist-cli");
    let program = compile()?;
    let (completions, man) = (folder.join("completions"), folder.join("man"));
    for folder in [&completions, &man] {
        fs::create_dir_all(folder).explain(|| format!("{} could not be made.", folder.display()))?;
    }
    for (shell, file) in COMPLETIONS {
        let path = completions.join(file);
        let script = process::output(Command::new(&program).args(["completions", shell]))
            .ok_or_else(|| Failure::new(format!("The completions for {shell} could not be made.")))?;
        fs::write(&path, script).explain(|| format!("{} could not be written.", path.display()))?;
    }
    process::run(Command::new(&program).arg("man").arg(&man), "Writing the manual pages")
}

/// As `cargo daxscope` compiles it.
fn compile() -> Result<PathBuf> {
    let mut command = Command::new(workspace::cargo());
    command.args(["build", "--quiet", "--release", "--package", "daxscope-cli"]).current_dir(workspace::root());
    process::run(&mut command, "Compiling the command line")?;
    Ok(workspace::target().join("release").join(Path::new(&process::executable("daxscope"))))
}
