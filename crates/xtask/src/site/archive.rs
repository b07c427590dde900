//! The page as `dist.zip`, for whoever has a web server and no Rust: unpacked into any directory, it works there.

use super::{cannot, copies, files, write_whole};
use crate::failure::{Explain, Result};
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Packs a directory into an archive beside it; the same files give the same bytes, whenever they are packed.
///
/// Compressed copies are left out: a server that can use them makes its own.
pub(crate) fn pack(directory: &Path, archive: &Path) -> Result {
    let names = files(directory)?;
    let mut parts = Vec::new();
    for name in names.into_iter().filter(|name| copies::original_of(name).is_none()) {
        let path = directory.join(&name);
        parts.push((name, fs::read(&path).explain(|| cannot("read", &path))?));
    }
    let packed = packed(&parts).explain(|| cannot("write", archive))?;
    write_whole(archive, &packed)
}

fn packed(parts: &[(PathBuf, Vec<u8>)]) -> ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // No clock, and rights that do not depend on who packs.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in parts {
        archive.start_file(name.to_string_lossy().replace('\\', "/"), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_is_packed_comes_out_and_is_always_the_same() {
        let parts = [("index.html".into(), b"<html>".to_vec()), ("static/a.css".into(), b"p {}\n".repeat(500))];
        let first = packed(&parts).unwrap();
        assert_eq!(packed(&parts).unwrap(), first);
        assert!(first.len() < 1_000, "{}", first.len());
        let mut archive = zip::ZipArchive::new(Cursor::new(first)).unwrap();
        for (name, bytes) in &parts {
            let mut found = Vec::new();
            archive.by_name(name.to_str().unwrap()).unwrap().read_to_end(&mut found).unwrap();
            assert_eq!(found, *bytes);
        }
    }
}
