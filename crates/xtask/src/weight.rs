//! `cargo xtask weight`: of what the module is made, by crate and by family of generic code.
//!
//! Read from the parts that wasm-split left (`target/wasm-split/`): they still have the names of their functions. A
//! function belongs to the family whose mark its name has first, so code that a library makes anew for every type counts as
//! that library's, whoever asks for it: types come behind.

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

/// Families with the marks in mangled names that say so.
const FAMILIES: [(&str, &[&str]); 25] = [
    ("sort", &["5slice4sort", "smallsort", "driftsort", "quicksort", "5order"]),
    ("BTree", &["5btree"]),
    ("hash tables", &["hashbrown", "8hash_map", "indexmap"]),
    ("Vec", &["3vec", "7raw_vec", "spec_from_iter"]),
    ("drop", &["drop_in_place", "4Drop4drop"]),
    ("fmt", &["4core3fmt"]),
    ("floats", &["flt2dec", "7dec2flt", "6bignum"]),
    ("strings", &["4core3str", "5alloc3str", "6string"]),
    ("Rc and Arc", &["5alloc2rc", "5alloc4sync"]),
    ("iterators", &["4core4iter"]),
    ("panics", &["9panicking", "panic"]),
    ("Yew", &["yew"]),
    ("JavaScript", &["js_sys", "web_sys", "wasm_bindgen", "gloo", "wasm_split"]),
    ("zlib", &["miniz_oxide", "adler2"]),
    ("core: kernel", &["daxscope_core6kernel"]),
    ("core: scripts", &["daxscope_core8scenario"]),
    ("core: sentences", &["daxscope_core7narrate"]),
    ("core: the rest", &["daxscope_core"]),
    ("explore", &["daxscope_explore"]),
    ("museum", &["daxscope_museum"]),
    ("lessons", &["daxscope_lessons"]),
    ("session: views", &["daxscope_session4view"]),
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
        println!("{}{}", file.display(), if main { " (what comes first, and its rest)" } else { "" });
        print!("{}", table(&functions)?);
    }
    Ok(())
}

fn family(name: &str) -> usize {
    // Where a mark is found first, and the longer of two that begin there; `others` fits anywhere, behind all.
    let found = |marks: &[&str]| marks.iter().filter_map(|mark| Some((name.find(mark)?, mark.len()))).min();
    let named = FAMILIES[..FAMILIES.len() - 1].iter().enumerate().filter_map(|(at, (_, marks))| {
        let (begins, length) = found(marks)?;
        Some((begins, std::cmp::Reverse(length), at))
    });
    named.min().map_or(FAMILIES.len() - 1, |(.., at)| at)
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
            ("_RINvNtNtNtCs1_4core5slice4sort6stable4sortNtNtCs2_13daxscope_core5units8ThreadIdE", "sort"),
            ("_RNCNvNtNtCs2_13daxscope_core6kernel4grab18grab_mapping_entry0", "core: kernel"),
            ("_RNvMNtCs2_13daxscope_core5worldNtB2_5World5apply", "core: the rest"),
            ("_RINvNtCs1_4core3ptr13drop_in_placeINtNtCs3_5alloc3vec3VecNtNtCs2_13daxscope_core2op2OpEE", "drop"),
            ("_RNvMNtCs4_12daxscope_web3appNtB2_3App4full", "web"),
            ("main", "others"),
        ] {
            assert_eq!(FAMILIES[family(name)].0, expected, "{name}");
        }
    }
}
