//! `cargo xtask size`: what the page weighs.

use crate::failure::{Explain, Failure, Result};
use crate::site;
use crate::site::copies;
use crate::site::one_file::ONE_FILE;
use crate::workspace;
use std::fs;
use std::path::{Path, PathBuf};

/// The weight of one file.
pub(crate) struct Weight {
    file: String,
    raw_bytes: usize,
    gzip_bytes: usize,
    brotli_bytes: usize,
}

/// Prints the table.
pub(crate) fn run() -> Result {
    print!("{}", table(&weigh(&workspace::dist())?));
    Ok(())
}

/// Weighs every file below a directory; its compressed copies are weighed with it.
pub(crate) fn weigh(directory: &Path) -> Result<Vec<Weight>> {
    let files = site::files(directory)?;
    if files.is_empty() {
        return Err(Failure::new("There is no dist/ to weigh; `cargo xtask build` makes it."));
    }
    // The page in one file is the same once more, for those who ask for it.
    let is_page = |file: &&PathBuf| copies::original_of(file).is_none() && *file != Path::new(ONE_FILE);
    files.iter().filter(is_page).map(|file| weigh_file(directory, file)).collect()
}

fn weigh_file(directory: &Path, file: &Path) -> Result<Weight> {
    let path = directory.join(file);
    let length = |path: &Path| fs::metadata(path).map(|metadata| metadata.len() as usize);
    let raw_bytes = length(&path).explain(|| format!("Could not read {}.", path.display()))?;
    // Without a copy it travels as it is.
    let compressed = |suffix| length(&copies::copy_of(&path, suffix)).unwrap_or(raw_bytes);
    let (gzip_bytes, brotli_bytes) = (compressed(copies::GZIP), compressed(copies::BROTLI));
    Ok(Weight { file: file.display().to_string(), raw_bytes, gzip_bytes, brotli_bytes })
}

/// All of it as it travels to a browser that takes gzip.
pub(crate) fn total_gzip_bytes(weights: &[Weight]) -> usize {
    weights.iter().map(|weight| weight.gzip_bytes).sum()
}

/// The table that a person reads.
pub(crate) fn table(weights: &[Weight]) -> String {
    let sum = |of: fn(&Weight) -> usize| weights.iter().map(of).sum();
    let total = Weight {
        file: "total".to_owned(),
        raw_bytes: sum(|weight| weight.raw_bytes),
        gzip_bytes: sum(|weight| weight.gzip_bytes),
        brotli_bytes: sum(|weight| weight.brotli_bytes),
    };
    let width = weights.iter().map(|weight| weight.file.len()).max().unwrap_or(0).max("total".len());
    let mut lines = format!("{:width$}  {:>10}  {:>10}  {:>10}\n", "file", "raw", "gzip", "brotli");
    for weight in weights.iter().chain([&total]) {
        let [raw, gzip, brotli] = [weight.raw_bytes, weight.gzip_bytes, weight.brotli_bytes].map(grouped);
        lines.push_str(&format!("{:width$}  {raw:>10}  {gzip:>10}  {brotli:>10}\n", weight.file));
    }
    lines
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn the_table_ends_with_the_sum() {
        let weight = |file: &str, raw_bytes, gzip_bytes, brotli_bytes| Weight {
            file: file.into(),
            raw_bytes,
            gzip_bytes,
            brotli_bytes,
        };
        let table = table(&[weight("index.html", 900, 400, 350), weight("pkg/a.wasm", 1200, 700, 600)]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[1], "index.html         900         400         350");
        assert_eq!(lines[3], "total            2,100       1,100         950");
    }
}
