//! Modules with what they need, in the order in which they are loaded. What each needs stands in itself (`.modinfo`), so no depmod is asked.

use crate::failure::{Explain, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A module, unpacked.
pub(super) struct Module {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

/// These modules and all that they need; what is built in or not there is left out.
pub(super) fn needed(folder: &Path, names: &[&str]) -> Result<Vec<Module>> {
    let mut files = BTreeMap::new();
    list(folder, &mut files);
    let mut loading = Loading { files, order: Vec::new(), seen: BTreeSet::new() };
    for name in names {
        loading.add(name)?;
    }
    Ok(loading.order)
}

/// All files of modules, by their names with `_`.
fn list(folder: &Path, files: &mut BTreeMap<String, PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() {
            list(&path, files);
        } else if let Some(name) = name.strip_suffix(".ko").or_else(|| name.strip_suffix(".ko.xz")) {
            files.insert(name.replace('-', "_"), path);
        }
    }
}

struct Loading {
    files: BTreeMap<String, PathBuf>,
    order: Vec<Module>,
    seen: BTreeSet<String>,
}

impl Loading {
    fn add(&mut self, name: &str) -> Result {
        let name = name.replace('-', "_");
        let Some(path) = self.files.get(&name).filter(|_| self.seen.insert(name.clone())).cloned() else {
            return Ok(());
        };
        let bytes = unpacked(&path)?;
        for needed in needs(&bytes) {
            self.add(&needed)?;
        }
        self.order.push(Module { name, bytes });
        Ok(())
    }
}

fn unpacked(path: &Path) -> Result<Vec<u8>> {
    let cannot = || format!("{} cannot be read.", path.display());
    if path.extension().is_some_and(|extension| extension == "xz") {
        let output = Command::new("xz").arg("-dc").arg(path).output().explain(cannot)?;
        return Ok(output.stdout);
    }
    fs::read(path).explain(cannot)
}

/// Names behind `depends=` and `softdep=pre:`.
fn needs(bytes: &[u8]) -> Vec<String> {
    let mut names = Vec::new();
    for text in bytes.split(|byte| *byte == 0) {
        let Ok(text) = std::str::from_utf8(text) else { continue };
        if let Some(list) = text.strip_prefix("depends=") {
            names.extend(list.split(',').map(str::to_owned));
        } else if let Some(list) = text.strip_prefix("softdep=pre: ") {
            names.extend(list.split_whitespace().map(str::to_owned));
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_says_what_it_needs() {
        let bytes = b"\x7fELF\0license=GPL\0depends=jbd2,crc16,mbcache\0softdep=pre: crc32c\0\xff\0depends=\0";
        assert_eq!(needs(bytes), ["jbd2", "crc16", "mbcache", "crc32c"]);
    }
}
