//! The directory that is served and published: `dist/`.

use crate::failure::{Explain, Failure, Result};
use crate::workspace;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Makes `dist/` hold exactly the page: `index.html`, `static/` and what the browser needs of `pkg/`.
///
/// Only what differs is written, so a server that reads from `dist/` keeps answering meanwhile.
pub(crate) fn assemble(base_url: Option<&str>) -> Result {
    let (root, dist) = (workspace::root(), workspace::dist());
    let mut wanted = BTreeSet::from([PathBuf::from("index.html")]);
    for directory in ["static", "pkg"] {
        let files = files(&root.join(directory))?;
        wanted.extend(files.iter().filter(|file| is_served(file)).map(|file| Path::new(directory).join(file)));
    }
    for file in &wanted {
        let mut bytes = fs::read(root.join(file)).explain(|| cannot("read", &root.join(file)))?;
        if let Some(base) = base_url.filter(|_| file == Path::new("index.html")) {
            bytes = with_base(&String::from_utf8_lossy(&bytes), base)?.into_bytes();
        }
        write_if_changed(&dist.join(file), &bytes)?;
    }
    for file in files(&dist)?.iter().filter(|file| !wanted.contains(*file)) {
        fs::remove_file(dist.join(file)).explain(|| cannot("remove", &dist.join(file)))?;
    }
    Ok(())
}

/// Whether the browser needs the file: not type declarations, notes of npm or hidden files.
fn is_served(file: &Path) -> bool {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let for_developers =
        name.starts_with('.') || name.ends_with(".d.ts") || name == "package.json" || name.ends_with(".md");
    !for_developers
}

/// Every file below a directory, relative to it, in order of name; none if there is no directory.
pub(crate) fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut pending = vec![PathBuf::new()];
    while let Some(relative) = pending.pop() {
        let entries = match fs::read_dir(directory.join(&relative)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.explain(|| cannot("list", &directory.join(&relative)))?,
        };
        for entry in entries {
            let entry = entry.explain(|| cannot("list", &directory.join(&relative)))?;
            let path = relative.join(entry.file_name());
            if entry.path().is_dir() { pending.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}

/// Writes a file, and the directories above it, unless it holds these bytes already.
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).and_then(|()| fs::write(path, bytes)).explain(|| cannot("write", path))
}

fn cannot(verb: &str, path: &Path) -> String {
    format!("Could not {verb} {}.", path.display())
}

/// The page with a `<base>`, for a host that serves it under other addresses than its own.
fn with_base(page: &str, base_url: &str) -> Result<String> {
    let head = "<head>";
    let Some(at) = page.find(head).map(|at| at + head.len()) else {
        return Err(Failure::new("index.html has no plain <head> to put the base address into."));
    };
    if base_url.contains(['"', '<', '>']) {
        return Err(Failure::new("The base address must be a plain path, such as /daxscope/."));
    }
    let slash = if base_url.ends_with('/') { "" } else { "/" };
    Ok(format!("{}\n    <base href=\"{base_url}{slash}\">{}", &page[..at], &page[at..]))
}

/// Compresses as a static host does.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail; if it did, an empty answer would show it.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn developers_files_are_left_out() {
        for file in ["daxscope.js", "daxscope_bg.wasm", "snippets/gloo/inline0.js", "style.css"] {
            assert!(is_served(Path::new(file)), "{file}");
        }
        for file in ["daxscope.d.ts", "package.json", "README.md", ".gitignore", "snippets/.keep"] {
            assert!(!is_served(Path::new(file)), "{file}");
        }
    }

    #[test]
    fn the_base_comes_first_in_the_head() {
        let page = with_base("<html><head><link></head></html>", "/daxscope").unwrap();
        assert_eq!(page, "<html><head>\n    <base href=\"/daxscope/\"><link></head></html>");
        assert!(with_base("<html></html>", "/daxscope/").is_err());
        assert!(with_base("<head>", "/\"><script>").is_err());
    }

    #[test]
    fn compression_is_gzip() {
        let compressed = gzip(&[b'a'; 10_000]);
        assert_eq!(compressed[..2], [0x1f, 0x8b]);
        assert!(compressed.len() < 100);
    }

    #[test]
    fn no_directory_has_no_files() {
        assert!(files(Path::new("/no/such/directory")).unwrap().is_empty());
    }
}
