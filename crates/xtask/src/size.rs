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

impl Weight {
    pub(crate) fn gzip_bytes(&self) -> usize {
        self.gzip_bytes
    }

    pub(crate) fn brotli_bytes(&self) -> usize {
        self.brotli_bytes
    }

    /// Is it asked for only when somebody wants it: a part of the module, a text, a Worker's script, a sample, paper?
    fn is_late(&self) -> bool {
        const LATE: [&str; 9] = [
            "pkg/rest.wasm",
            "pkg/split_",
            "pkg/chunk_",
            "texts/",
            "static/worker.js",
            "static/importer.js",
            "static/asked.js",
            "static/sample-",
            "static/print.css",
        ];
        self.is_whole_page() || LATE.iter().any(|start| self.file.starts_with(start))
    }

    /// Is it the page once more, as one file?
    pub(crate) fn is_whole_page(&self) -> bool {
        self.file == "daxscope.html"
    }
}

/// What is loaded before the first step is possible.
pub(crate) fn first(weights: &[Weight]) -> impl Iterator<Item = &Weight> {
    weights.iter().filter(|weight| !weight.is_late())
}

/// The table that a person reads.
pub(crate) fn table(weights: &[Weight]) -> String {
    let total = Weight { file: "total".to_owned(), ..sum_of(weights.iter()) };
    let width = weights.iter().map(|weight| weight.file.len()).max().unwrap_or(0).max("first step".len());
    let mut lines = format!("{:width$}  {:>10}  {:>10}  {:>10}\n", "file", "raw", "gzip", "brotli");
    let before = Weight { file: "first step".to_owned(), ..sum_of(first(weights)) };
    for weight in weights.iter().chain([&total, &before]) {
        let [raw, gzip, brotli] = [weight.raw_bytes, weight.gzip_bytes, weight.brotli_bytes].map(grouped);
        lines.push_str(&format!("{:width$}  {raw:>10}  {gzip:>10}  {brotli:>10}\n", weight.file));
    }
    lines
}

fn sum_of<'w>(weights: impl Iterator<Item = &'w Weight>) -> Weight {
    let mut sum = Weight { file: String::new(), raw_bytes: 0, gzip_bytes: 0, brotli_bytes: 0 };
    for weight in weights {
        sum.raw_bytes += weight.raw_bytes;
        sum.gzip_bytes += weight.gzip_bytes;
        sum.brotli_bytes += weight.brotli_bytes;
    }
    sum
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
        let table = table(&[weight("index.html", 900, 400, 350), weight("pkg/split_a.wasm", 1200, 700, 600)]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[1], "index.html               900         400         350");
        assert_eq!(lines[3], "total                  2,100       1,100         950");
        assert_eq!(lines[4], "first step               900         400         350");
    }
}
