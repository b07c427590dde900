//! `cargo xtask size`: what the page weighs.

use crate::failure::{Explain, Failure, Result};
use crate::site;
use crate::workspace;
use std::fs;
use std::path::Path;

/// The weight of one file.
pub(crate) struct Weight {
    file: String,
    raw_bytes: usize,
    gzip_bytes: usize,
}

/// Prints the table.
pub(crate) fn run() -> Result {
    print!("{}", table(&weigh(&workspace::dist())?));
    Ok(())
}

/// Weighs every file below a directory.
pub(crate) fn weigh(directory: &Path) -> Result<Vec<Weight>> {
    let files = site::files(directory)?;
    if files.is_empty() {
        return Err(Failure::new("There is no dist/ to weigh; `cargo xtask build` makes it."));
    }
    let weigh_file = |file: &std::path::PathBuf| {
        let bytes = fs::read(directory.join(file)).explain(|| format!("Could not read {}.", file.display()))?;
        Ok(Weight { file: file.display().to_string(), raw_bytes: bytes.len(), gzip_bytes: site::gzip(&bytes).len() })
    };
    files.iter().map(weigh_file).collect()
}

/// All of it as it travels.
pub(crate) fn total_gzip_bytes(weights: &[Weight]) -> usize {
    weights.iter().map(|weight| weight.gzip_bytes).sum()
}

/// The table that a person reads.
pub(crate) fn table(weights: &[Weight]) -> String {
    let total = Weight {
        file: "total".to_owned(),
        raw_bytes: weights.iter().map(|weight| weight.raw_bytes).sum(),
        gzip_bytes: total_gzip_bytes(weights),
    };
    let width = weights.iter().map(|weight| weight.file.len()).max().unwrap_or(0).max("total".len());
    let mut lines = format!("{:width$}  {:>10}  {:>10}\n", "file", "raw", "gzip");
    for weight in weights.iter().chain([&total]) {
        let (raw, gzip) = (grouped(weight.raw_bytes), grouped(weight.gzip_bytes));
        lines.push_str(&format!("{:width$}  {raw:>10}  {gzip:>10}\n", weight.file));
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
        let weight = |file: &str, raw_bytes, gzip_bytes| Weight { file: file.into(), raw_bytes, gzip_bytes };
        let table = table(&[weight("index.html", 900, 400), weight("pkg/a.wasm", 1200, 700)]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[1], "index.html         900         400");
        assert_eq!(lines[3], "total            2,100       1,100");
    }
}
