//! The recorded sequences of a tree, file by file.

use daxscope_conform::input::{self, InputError};
use daxscope_conform::report::Report;
use std::io::BufRead;
use std::path::Path;

/// Replays `tests/vectors/FOLDER/CLASS.jsonl.gz` for each class. Every file must have the number of sequences that stands beside
/// it, and each of them must agree; answers with the sum.
pub fn agree(
    folder: &str,
    classes: &[(&str, usize)],
    replay: fn(Box<dyn BufRead>) -> Result<Report, InputError>,
) -> Report {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(folder);
    let mut all = Report::default();
    for &(class, sequences) in classes {
        let report = replay(input::open(&folder.join(format!("{class}.jsonl.gz"))).unwrap()).unwrap();
        println!("{class}: {report}");
        assert_eq!(report.total(), sequences, "{class}: sequences in the file");
        all.merge(report);
    }
    assert!(all.failures.is_empty(), "{all}");
    all
}
