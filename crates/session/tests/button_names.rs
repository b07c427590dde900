//! Buttons that texts name are on the page under that name.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files below a folder with that ending.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found
}

/// What is emphasised and begins as the name of a button does: `*Show the scene*`, not `*not*` and not `**DIRTY**`.
fn names(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for paragraph in text.split("\n\n") {
        let lines: Vec<&str> = paragraph.lines().map(|line| line.strip_prefix("* ").unwrap_or(line)).collect();
        let plain = lines.join(" ").replace("**", "\u{0}");
        for name in plain.split('*').skip(1).step_by(2) {
            if name.starts_with(char::is_uppercase) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

#[test]
fn every_button_that_is_named_is_there() {
    let mut sources = String::new();
    for folder in ["crates/web/src", "crates/session/src", "crates/lessons/src"] {
        for file in files(&root().join(folder), "rs") {
            sources.push_str(&read(&file));
        }
    }
    let mut texts = vec![root().join("docs/teaching.md"), root().join("README.md")];
    texts.extend(files(&root().join("crates/lessons/units"), "md"));
    texts.extend(files(&root().join("crates/lessons/challenges"), "md"));
    let (mut wrong, mut held) = (Vec::new(), 0);
    for text in texts {
        for name in names(&read(&text)) {
            let is_there = sources.contains(&format!("\"{name}\"")) || sources.contains(&format!("\"{name} "));
            held += 1;
            if !is_there {
                wrong.push(format!("{}: {name}", text.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "no button is called so:\n{}", wrong.join("\n"));
    assert!(held > 15, "{held}");
}

#[test]
fn names_are_told_from_other_emphasis() {
    let text = "Press *Start the\nsearch* (it is *not* **DIRTY**), then *\"quoted\"* and *Answer*.";
    assert_eq!(names(text), ["Start the search", "Answer"]);
}
