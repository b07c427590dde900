//! A kernel of Debian's: of this system's own archive, or of the backports of the newest release.

use crate::failure::{Explain, Failure, Result};
use crate::process;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where newer kernels than this system's are.
const BACKPORTS: &str = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie-backports main\n";

/// An unpacked kernel.
pub(super) struct Kernel {
    /// `6.12.117+deb12-amd64`.
    pub(super) version: String,
    /// The compressed image that boots.
    pub(super) image: PathBuf,
    /// `.../lib/modules/VERSION`.
    pub(super) modules: PathBuf,
}

/// Downloads and unpacks the newest kernel of that release; once.
pub(super) fn fetch(release: &str, folder: &Path) -> Result<Kernel> {
    let tree = folder.join("tree");
    if let Some(kernel) = find(&tree) {
        return Ok(kernel);
    }
    if release.is_empty() || release.contains(|letter: char| !(letter.is_ascii_digit() || letter == '.')) {
        return Err(Failure::new(format!("'{release}' is no release: write one such as 6.12.")));
    }
    let own = Archive { options: Vec::new() };
    let (archive, image) = match own.newest(release) {
        Some(image) => (own, image),
        None => {
            let backports = Archive::of_backports(folder)?;
            let image = backports.newest(release).ok_or_else(|| {
                Failure::new(format!("Debian has no kernel {release} for amd64, neither in this system's archive nor in trixie-backports."))
            })?;
            (backports, image)
        }
    };
    // From 7.x on the image's package is empty and needs two others.
    let version = image.trim_start_matches("linux-image-").trim_end_matches("-unsigned");
    let mut packages = vec![format!("linux-binary-{version}"), format!("linux-modules-{version}")];
    if !packages.iter().all(|package| archive.has(package)) {
        packages = vec![image.clone()];
    }
    fs::create_dir_all(&tree).explain(|| format!("{} cannot be made.", tree.display()))?;
    for package in packages {
        let mut download = archive.command("apt-get");
        download.args(["-qq", "download", &package]).current_dir(folder);
        process::run(&mut download, &format!("Downloading {package}"))?;
        for deb in debs(folder, &package) {
            let mut unpack = Command::new("dpkg-deb");
            unpack.arg("-x").arg(&deb).arg(&tree);
            process::run(&mut unpack, &format!("Unpacking {package}"))?;
            let _ = fs::remove_file(deb);
        }
    }
    find(&tree).ok_or_else(|| {
        Failure::new(format!("{image} holds no kernel image where one was expected: look into {}.", tree.display()))
    })
}

fn debs(folder: &Path, package: &str) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let start = format!("{package}_");
    files.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start))).collect()
}

/// The kernel in an unpacked package.
fn find(tree: &Path) -> Option<Kernel> {
    for modules in [tree.join("lib/modules"), tree.join("usr/lib/modules")] {
        let Some(entry) = fs::read_dir(modules).ok().and_then(|mut all| all.next()?.ok()) else { continue };
        let (modules, version) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let images = [tree.join(format!("boot/vmlinuz-{version}")), modules.join("vmlinuz")];
        if let Some(image) = images.into_iter().find(|image| image.is_file()) {
            return Some(Kernel { version, image, modules });
        }
    }
    None
}

/// An archive of packages that apt knows, with the options that lead to it.
struct Archive {
    options: Vec<String>,
}

impl Archive {
    /// Lists and downloads of its own, so that nothing of the system changes.
    fn of_backports(folder: &Path) -> Result<Archive> {
        let apt = folder.join("apt");
        for part in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(apt.join(part)).explain(|| format!("{} cannot be made.", apt.display()))?;
        }
        let list = apt.join("sources.list");
        fs::write(&list, BACKPORTS).explain(|| format!("{} cannot be written.", list.display()))?;
        let option = |name: &str, path: &Path| format!("{name}={}", path.display());
        let options = vec![
            option("Dir::Etc::SourceList", &list),
            "Dir::Etc::SourceParts=/dev/null".into(),
            option("Dir::State::Lists", &apt.join("lists")),
            option("Dir::Cache", &apt.join("cache")),
        ];
        let archive = Archive { options };
        process::run(archive.command("apt-get").args(["-qq", "update"]), "Reading the list of trixie-backports")?;
        Ok(archive)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for option in &self.options {
            command.args(["-o", option]);
        }
        command
    }

    fn has(&self, package: &str) -> bool {
        process::output(self.command("apt-cache").args(["show", "--no-all-versions", package]))
            .is_some_and(|text| !text.is_empty())
    }

    /// The package of the newest image of a release.
    fn newest(&self, release: &str) -> Option<String> {
        let pattern = format!("^linux-image-{}[.0-9+a-z-]*-amd64(-unsigned)?$", release.replace('.', "\\."));
        let found = process::output(self.command("apt-cache").args(["search", "--names-only", &pattern]))?;
        let names = found.lines().filter_map(|line| line.split_whitespace().next());
        let is_plain = |name: &&str| !name.contains("cloud") && !name.contains("-rt-");
        // Of `6.1` not `6.12`: what follows the release is a dot.
        let is_of =
            |name: &&str| name["linux-image-".len()..].strip_prefix(release).is_some_and(|rest| rest.starts_with('.'));
        let mut all: Vec<&str> = names.filter(is_plain).filter(is_of).collect();
        all.sort_by_key(|name| numbers(name));
        all.last().map(|name| (*name).to_owned())
    }
}

/// The numbers of a name, which are compared as numbers; an unsigned image is as good as a signed one, which is not in the archive for each.
fn numbers(name: &str) -> Vec<u64> {
    name.split(|letter: char| !letter.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(
            numbers("linux-image-6.12.117+deb12-amd64-unsigned") > numbers("linux-image-6.12.99+deb12-amd64-unsigned")
        );
        assert!(numbers("linux-image-6.1.0-57-amd64") > numbers("linux-image-6.1.0-9-amd64"));
    }
}
