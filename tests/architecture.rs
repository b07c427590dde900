//! The arrows of ARCHITECTURE.md, and habits that a compiler does not check.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The lines of a section of a manifest: `[dependencies]`.
fn dependencies(krate: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join("crates").join(krate).join("Cargo.toml")).expect(krate);
    let section = manifest.split("\n[").find_map(|part| part.strip_prefix("dependencies]")).unwrap_or_default();
    let names = section.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| !name.is_empty() && !name.starts_with('#')).map(str::to_owned).collect()
}

fn ours(krate: &str) -> Vec<String> {
    let mut names: Vec<_> =
        dependencies(krate).iter().filter_map(|name| name.strip_prefix("daxscope-")).map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn dependencies_point_one_way() {
    let allowed = BTreeMap::from([
        ("core", vec![]),
        ("lessons", vec!["core"]),
        ("museum", vec!["core"]),
        ("conform", vec!["core"]),
        ("import", vec!["core"]),
        ("explore", vec!["core"]),
        ("session", vec!["core", "explore", "import", "lessons", "museum"]),
        ("cli", vec!["conform", "core", "explore", "import", "museum", "session"]),
        ("web", vec!["core", "museum", "session"]),
        ("xtask", vec![]),
    ]);
    for (krate, allowed) in &allowed {
        for name in ours(krate) {
            assert!(allowed.contains(&name.as_str()), "{krate} must not depend on {name}: see ARCHITECTURE.md");
        }
    }
    let folders = fs::read_dir(root().join("crates")).expect("crates").flatten();
    for folder in folders {
        let name = folder.file_name().to_string_lossy().into_owned();
        assert!(
            allowed.contains_key(name.as_str()),
            "crates/{name} is not on the map: add it to ARCHITECTURE.md and here"
        );
    }
}

#[test]
fn the_core_depends_on_nothing() {
    assert_eq!(dependencies("core"), Vec::<String>::new(), "the core needs no crate: keep I/O, JSON and time outside");
}

#[test]
fn the_session_knows_no_browser() {
    for name in dependencies("session") {
        let browser = ["yew", "web-sys", "js-sys", "wasm-bindgen", "gloo"].iter().any(|known| name.starts_with(known));
        assert!(!browser, "crates/session must not depend on {name}: effects belong to crates/web");
    }
}

/// All Rust files below a folder, with their text.
fn sources(below: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.clone(), fs::read_to_string(&path).expect("a source file")));
            }
        }
    }
    files
}

#[test]
fn the_core_has_no_clock_no_io_and_no_randomness() {
    for (path, text) in sources(&root().join("crates/core/src")) {
        for word in ["std::time", "std::fs", "std::net", "std::env", "HashMap", "HashSet", "thread_rng"] {
            assert!(!text.contains(word), "{} uses {word}: the core is deterministic and pure", path.display());
        }
    }
}

#[test]
fn files_can_be_absorbed_in_a_sitting() {
    const MOST_LINES: usize = 500;
    // Test tables may be long.
    for (path, text) in
        sources(&root().join("crates")).into_iter().filter(|(path, _)| !path.iter().any(|part| part == "tests"))
    {
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines: split it by responsibility", path.display());
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for (path, text) in sources(&root().join("crates")) {
        assert!(text.starts_with("//!"), "{} begins without a `//!` line", path.display());
    }
}
