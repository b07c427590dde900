//! Compressed copies beside the files of the site: `boot.js.br`, `boot.js.gz`.
//!
//! Our server sends them to browsers that take them, and so does any host that knows precompressed files (nginx's
//! `gzip_static`, Caddy's `precompressed`); for all others they are files that nobody asks for.

use super::{cannot, write_whole};
use crate::failure::{Explain, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How hard brotli tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Brotli {
    /// 5 of 11: takes 11 % off what gzip sends, in 3 s (docs/development.md, "The server").
    Quick,
    /// 11 of 11: 22 %, in forty times the time; for what is published.
    Best,
}

/// The window of brotli as a power of two: 4 MiB, the whole module.
const BROTLI_WINDOW_BITS: i32 = 22;

/// How bytes are made fewer.
type Compress = fn(&[u8], Brotli) -> io::Result<Vec<u8>>;

/// The kinds of copies: what their names end with, and how they are made.
const KINDS: [(&str, Compress); 2] = [(BROTLI, brotli), (GZIP, gzip_copy)];
/// What the name of a copy in brotli ends with.
pub(crate) const BROTLI: &str = ".br";
/// What the name of a copy in gzip ends with.
pub(crate) const GZIP: &str = ".gz";

/// Where the copy of a file lies.
pub(crate) fn copy_of(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The file of which this is a copy; `None` if it is none.
pub(crate) fn original_of(file: &Path) -> Option<PathBuf> {
    let name = file.to_str()?;
    KINDS.iter().find_map(|(suffix, _)| name.strip_suffix(suffix)).map(PathBuf::from)
}

/// Removes all copies of a file: they are about to be wrong.
pub(super) fn remove(file: &Path) -> Result {
    for (suffix, _) in KINDS {
        let copy = copy_of(file, suffix);
        match fs::remove_file(&copy) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).explain(|| cannot("remove", &copy));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes the copies of a file that are not there and would be smaller.
pub(super) fn write_missing(file: &Path, bytes: &[u8], quality: Brotli) -> Result {
    for (suffix, compress) in KINDS {
        let copy = copy_of(file, suffix);
        if copy.is_file() {
            continue;
        }
        let compressed = compress(bytes, quality).explain(|| cannot("compress", file))?;
        if compressed.len() < bytes.len() {
            write_whole(&copy, &compressed)?;
        }
    }
    Ok(())
}

fn gzip_copy(bytes: &[u8], _: Brotli) -> io::Result<Vec<u8>> {
    gzip(bytes)
}

pub(super) fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(bytes: &[u8], quality: Brotli) -> io::Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: if quality == Brotli::Best { 11 } else { 5 },
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn copies_hold_what_the_file_holds() {
        let text = b"for (;;) { step(); }\n".repeat(500);
        let (mut from_gzip, mut from_brotli) = (Vec::new(), Vec::new());
        GzDecoder::new(&*gzip(&text).unwrap()).read_to_end(&mut from_gzip).unwrap();
        brotli::BrotliDecompress(&mut &*brotli(&text, Brotli::Quick).unwrap(), &mut from_brotli).unwrap();
        assert_eq!(from_gzip, text);
        assert_eq!(from_brotli, text);
    }

    #[test]
    fn names_of_copies_lead_to_the_file_and_back() {
        let file = Path::new("pkg/daxscope_bg.wasm");
        assert_eq!(copy_of(file, BROTLI), Path::new("pkg/daxscope_bg.wasm.br"));
        assert_eq!(original_of(&copy_of(file, GZIP)).as_deref(), Some(file));
        assert_eq!(original_of(file), None);
    }
}
