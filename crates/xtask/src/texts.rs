//! The texts that the page fetches when somebody reads them: `dist/texts/`.
//!
//! Each is joined from the files of a folder, every part behind a line `=== NAME`, in the order of the names.
//! `crates/session/src/texts.rs` takes it apart again.

use crate::failure::{Explain, Result};
use crate::site;
use crate::workspace;
use std::fs;
use std::path::{Path, PathBuf};

/// A text and where its parts lie.
struct Text {
    /// Relative to the page.
    file: &'static str,
    /// Relative to the clone.
    folder: &'static str,
    /// The name of the part that a file of the folder is, if it is one.
    part: fn(&Path) -> Option<String>,
    /// What of the file is the part.
    content: fn(&str) -> &str,
}

/// All of them.
const TEXTS: [Text; 5] = [
    Text { file: "texts/kernel.txt", folder: "crates/core/src/kernel", part: kernel_part, content: |text| text },
    Text {
        file: "texts/stories.txt",
        folder: "crates/museum/exhibits",
        part: |file| file.ends_with("story.md").then(|| file_name(file.parent()?))?,
        // The head is compiled in.
        content: |text| text.split_once("\n---\n").map_or(text, |(_, story)| story).trim(),
    },
    Text {
        file: "texts/lessons.txt",
        folder: "crates/lessons/units",
        part: |file| Some(file.to_str()?.replace('\\', "/")),
        content: |text| text,
    },
    Text {
        file: "texts/docs.txt",
        folder: "docs",
        part: |file| file_name(file).filter(|name| ["glossary.md", "teaching.md"].contains(&name.as_str())),
        content: |text| text,
    },
    Text {
        file: "texts/script.txt",
        folder: "docs",
        part: |file| file_name(file).filter(|name| name == "script.md"),
        content: |text| text,
    },
];

/// By its name alone, wherever it is below the folder; of the XArray's era behind `xarray/`, as it repeats names.
fn kernel_part(file: &Path) -> Option<String> {
    let name = file_name(file).filter(|name| name.ends_with(".rs") && name != "mod.rs")?;
    Some(if file.starts_with("xarray_era") { format!("xarray/{name}") } else { name })
}

fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.to_owned())
}

/// Every text: its path relative to the page, and its bytes.
pub(crate) fn all() -> Result<Vec<(PathBuf, Vec<u8>)>> {
    TEXTS.iter().map(|text| Ok((PathBuf::from(text.file), joined(text)?.into_bytes()))).collect()
}

fn joined(text: &Text) -> Result<String> {
    let folder = workspace::root().join(text.folder);
    let mut parts: Vec<(String, PathBuf)> =
        site::files(&folder)?.into_iter().filter_map(|file| Some(((text.part)(&file)?, file))).collect();
    parts.sort();
    let mut joined = String::new();
    for (name, file) in parts {
        let path = folder.join(file);
        let content = fs::read_to_string(&path).explain(|| format!("Could not read {}.", path.display()))?;
        joined.push_str(&format!("=== {name}\n{}\n", (text.content)(&content).trim_end()));
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use daxscope_session::TextId;

    #[test]
    fn the_page_fetches_what_the_session_would_show_natively() {
        let texts = all().unwrap();
        assert_eq!(texts.len(), TextId::ALL.len());
        for (id, (file, bytes)) in TextId::ALL.into_iter().zip(texts) {
            assert_eq!(file, Path::new(id.file()));
            assert!(id.compiled_in() == Some(std::str::from_utf8(&bytes).unwrap()), "{} differs", id.file());
        }
    }
}
