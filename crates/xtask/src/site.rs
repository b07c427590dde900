//! The directory that is served and published: `dist/`.

pub(crate) mod archive;
pub(crate) mod copies;
pub(crate) mod one_file;
mod smaller;

use crate::failure::{Explain, Failure, Result};
use crate::site::copies::Brotli;
use crate::texts;
use crate::workspace;
use one_file::Part;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Makes `dist/` hold exactly the page: `index.html`, `static/`, what the browser needs of `pkg/`, the texts
/// that it fetches later, and compressed copies of all that.
///
/// Only what differs is written, so a server that reads from `dist/` keeps answering meanwhile.
pub(crate) fn assemble(base_url: Option<&str>, quality: Brotli) -> Result {
    let (root, dist) = (workspace::root(), workspace::dist());
    let mut wanted = BTreeSet::from([PathBuf::from("index.html")]);
    let texts = texts::all()?;
    for directory in ["static", "pkg"] {
        let files = files(&root.join(directory))?;
        wanted.extend(files.iter().filter(|file| is_served(file)).map(|file| Path::new(directory).join(file)));
    }
    let (index, style) = page_and_style(&root)?;
    // What the one style sheet holds is asked for nowhere else.
    wanted.retain(|file| file.extension().is_none_or(|it| it != "css") || index.contains(&*file.to_string_lossy()));
    for file in wanted.iter().filter(|file| *file != Path::new("index.html")) {
        publish(&dist.join(file), &as_it_travels(&root.join(file))?, quality)?;
    }
    let page = base_url.map_or_else(|| Ok(index.clone()), |base| with_base(&index, base))?;
    publish(&dist.join("index.html"), page.as_bytes(), quality)?;
    publish(&dist.join(smaller::PAGE_STYLE), style.as_bytes(), quality)?;
    wanted.insert(PathBuf::from(smaller::PAGE_STYLE));
    for (file, bytes) in texts {
        publish(&dist.join(&file), &bytes, quality)?;
        wanted.insert(file);
    }
    write_one_file(&index, &wanted)?;
    for file in files(&dist)? {
        let is_one_file = file == Path::new(one_file::ONE_FILE);
        let is_wanted = is_one_file
            || wanted.contains(&file)
            || copies::original_of(&file).is_some_and(|file| wanted.contains(&file));
        if !is_wanted {
            fs::remove_file(dist.join(&file)).explain(|| cannot("remove", &dist.join(&file)))?;
        }
    }
    Ok(())
}

/// `index.html` with one style sheet, and that style sheet.
fn page_and_style(root: &Path) -> Result<(String, String)> {
    let read = |name: &str| fs::read_to_string(root.join(name)).explain(|| cannot("read", &root.join(name)));
    smaller::with_one_style(&read("index.html")?, read)
}

/// A file of the site: scripts and style sheets without what only people read.
fn as_it_travels(path: &Path) -> Result<Vec<u8>> {
    let bytes = fs::read(path).explain(|| cannot("read", path))?;
    let shorten = match path.extension().and_then(|extension| extension.to_str()) {
        Some("js") => smaller::script,
        Some("css") => smaller::style_sheet,
        _ => return Ok(bytes),
    };
    Ok(match String::from_utf8(bytes) {
        Ok(text) => shorten(&text).into_bytes(),
        Err(binary) => binary.into_bytes(),
    })
}

/// Makes `dist/daxscope.html` of the other files. It has no compressed copies: most of it is compressed, and nobody waits for it.
fn write_one_file(index: &str, wanted: &BTreeSet<PathBuf>) -> Result {
    let dist = workspace::dist();
    let part = |file: &PathBuf| -> Result<Part> {
        let path = dist.join(file);
        let bytes = fs::read(&path).explain(|| cannot("read", &path))?;
        let gzip = match fs::read(copies::copy_of(&path, copies::GZIP)) {
            Ok(copy) => copy,
            Err(_) => copies::gzip(&bytes).explain(|| cannot("compress", &path))?,
        };
        Ok(Part { path: file.clone(), bytes, gzip })
    };
    let others = wanted.iter().filter(|file| *file != Path::new("index.html"));
    let page = one_file::one_file(index, &others.map(part).collect::<Result<Vec<_>>>()?)?;
    write_whole(&dist.join(one_file::ONE_FILE), page.as_bytes())
}

/// Makes a file of the site and its compressed copies hold these bytes.
///
/// # Invariants
///
/// A copy that is there is of the file that is there, even if this is interrupted: the copies go before the file
/// changes, and come when it has.
fn publish(path: &Path, bytes: &[u8], quality: Brotli) -> Result {
    // What is there may be of a build in less of a hurry, or in more.
    if quality == Brotli::Best || !fs::read(path).is_ok_and(|present| present == bytes) {
        copies::remove(path)?;
        write_whole(path, bytes)?;
    }
    copies::write_missing(path, bytes, quality)
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

/// Writes a file, and the directories above it, so that nobody ever reads a part of it.
fn write_whole(path: &Path, bytes: &[u8]) -> Result {
    let directory = path.parent().unwrap_or(Path::new("."));
    let partial = copies::copy_of(path, ".partial");
    fs::create_dir_all(directory)
        .and_then(|()| fs::write(&partial, bytes))
        .and_then(|()| fs::rename(&partial, path))
        .explain(|| cannot("write", path))
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
    fn copies_follow_their_file() {
        let directory = std::env::temp_dir().join(format!("daxscope-site-{}", std::process::id()));
        let file = directory.join("static/page.css");
        let copy = copies::copy_of(&file, copies::GZIP);
        publish(&file, &[b'a'; 5_000], Brotli::Quick).unwrap();
        let first = fs::read(&copy).unwrap();
        assert!(first.len() < 100 && copies::copy_of(&file, copies::BROTLI).is_file());

        publish(&file, &[b'b'; 5_000], Brotli::Quick).unwrap();
        assert_ne!(fs::read(&copy).unwrap(), first);

        // A lost copy is made again, although the file is as it was.
        fs::remove_file(&copy).unwrap();
        publish(&file, &[b'b'; 5_000], Brotli::Quick).unwrap();
        assert!(copy.is_file());

        // What compression makes larger has no copy, and keeps none of what it was.
        publish(&file, b"b", Brotli::Quick).unwrap();
        assert_eq!(files(&directory).unwrap(), [Path::new("static/page.css")]);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn no_directory_has_no_files() {
        assert!(files(Path::new("/no/such/directory")).unwrap().is_empty());
    }
}
