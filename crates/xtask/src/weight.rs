//! `cargo xtask weight`: of what the module is made, by crate and by family of generic code.
//!
//! Read from the parts that wasm-split left (`target/wasm-split/`): they still have the names of their functions. A
//! function belongs to the first family whose mark its name has, so code that a library makes anew for every type counts as
//! that library's, whoever asks for it.

use crate::build;
use crate::failure::{Explain, Failure, Result};
use crate::module::{self, Function};
use crate::site;
use crate::size::grouped;
use crate::workspace;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;

/// Families with the marks in mangled names that say so; the first that fits.
const FAMILIES: [(&str, &[&str]); 26] = [
    ("sort", &["5slice4sort", "smallsort", "driftsort", "quicksort", "5order"]),
    ("BTree", &["5btree"]),
    ("hash tables", &["hashbrown", "8hash_map", "indexmap"]),
    ("fold", &["4fold17h", "8try_fold", "8map_fold"]),
    ("Vec", &["3vec", "7raw_vec", "spec_from_iter"]),
    ("drop", &["drop_in_place", "4drop17h"]),
    ("fmt", &["4core3fmt", "core..fmt", "3fmt17h"]),
    ("floats", &["flt2dec", "7dec2flt", "6bignum"]),
    ("strings", &["4core3str", "core..str", "5alloc3str", "6string"]),
    ("Rc and Arc", &["5alloc2rc", "alloc..rc", "4sync"]),
    ("iterators", &["4iter", "core..iter"]),
    ("panics", &["9panicking", "panic"]),
    ("Yew", &["yew"]),
    ("JavaScript", &["js_sys", "web_sys", "wasm_bindgen", "gloo", "wasm_split"]),
    ("zlib", &["miniz_oxide", "adler2"]),
    ("core: kernel", &["daxscope_core6kernel", "daxscope_core..kernel"]),
    ("core: scripts", &["daxscope_core8scenario", "daxscope_core..scenario"]),
    ("core: sentences", &["daxscope_core7narrate", "daxscope_core..narrate"]),
    ("core: the rest", &["daxscope_core"]),
    ("explore", &["daxscope_explore"]),
    ("museum", &["daxscope_museum"]),
    ("lessons", &["daxscope_lessons"]),
    ("session: views", &["daxscope_session4view", "daxscope_session..view"]),
    ("session: the rest", &["daxscope_session"]),
    ("web", &["daxscope_web"]),
    ("others", &[""]),
];

/// What wasm-bindgen runs and takes out: in no file that travels.
const TAKEN_OUT: &str = "__wbindgen_describe";

/// Prints a table for each part of the module.
pub(crate) fn run() -> Result {
    let parts = workspace::target().join("wasm-split");
    let files = site::files(&parts)?;
    if files.is_empty() {
        return Err(Failure::new("There is no release build to look into; `cargo xtask build` makes it."));
    }
    for file in files.iter().filter(|file| file.extension().is_some_and(|it| it == "wasm")) {
        let path = parts.join(file);
        let bytes = fs::read(&path).explain(|| format!("{} could not be read.", path.display()))?;
        let Some(functions) = module::functions(&bytes) else {
            return Err(Failure::new(format!("{} is not a WebAssembly module with names.", path.display())));
        };
        let main = file.file_stem().is_some_and(|name| name == build::MODULE);
        println!("{}{}", file.display(), if main { " (the first step)" } else { "" });
        print!("{}", table(&functions)?);
    }
    Ok(())
}

fn family(name: &str) -> usize {
    let fits = |marks: &&[&str]| marks.iter().any(|mark| name.contains(mark));
    FAMILIES.iter().position(|(_, marks)| fits(marks)).unwrap_or(FAMILIES.len() - 1)
}

/// Families by weight; gzip of each alone, so the sum is a little more than the part in gzip.
fn table(functions: &[Function<'_>]) -> Result<String> {
    let mut rows = [const { (0, Vec::new()) }; FAMILIES.len()];
    for function in functions.iter().filter(|function| !function.name.contains(TAKEN_OUT)) {
        let (count, body) = &mut rows[family(function.name)];
        *count += 1;
        body.extend_from_slice(function.body);
    }
    let mut order: Vec<usize> = (0..rows.len()).filter(|&at| rows[at].0 > 0).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(rows[at].1.len()));
    let mut lines = format!("  {:<18}  {:>9}  {:>10}  {:>9}\n", "family", "functions", "raw", "gzip");
    for at in order {
        let (count, body) = &rows[at];
        let gzip = gzip_length(body)?;
        let [raw, gzip] = [body.len(), gzip].map(grouped);
        lines.push_str(&format!("  {:<18}  {count:>9}  {raw:>10}  {gzip:>9}\n", FAMILIES[at].0));
    }
    Ok(lines)
}

fn gzip_length(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map(|packed| packed.len()).explain(|| "The code could not be compressed.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_family() {
        for (name, expected) in [
            ("_ZN4core5slice4sort6stable5drift4sort17h0E", "sort"),
            ("_ZN13daxscope_core6kernel4grab18grab_mapping_entry28_$u7b$E", "core: kernel"),
            ("_ZN13daxscope_core5world5World5apply17hE", "core: the rest"),
            ("_ZN12daxscope_web3app3App4full17hE", "web"),
            ("main", "others"),
        ] {
            assert_eq!(FAMILIES[family(name)].0, expected, "{name}");
        }
    }
}
