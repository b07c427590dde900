//! The scenario of a trace and what the model makes of it: `cargo run -p daxscope-import --example follow TRACE [SNAPSHOTS] [LINE]`.

use daxscope_import::kernel::Kernel;
use daxscope_import::model::{Lanes, Wanted, follow, lift};
use daxscope_import::tell::model::followed;
use daxscope_import::{import, snapshot};
use std::fs::File;
use std::io::BufReader;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut words = std::env::args().skip(1);
    let trace = BufReader::new(File::open(words.next().ok_or("name a trace")?)?);
    let snapshots = match words.next().filter(|name| name != "-") {
        Some(name) => snapshot::read(BufReader::new(File::open(name)?)).map_err(|why| why.to_string())?,
        None => Vec::new(),
    };
    let around = words.next().map(|line| line.parse()).transpose()?;
    let mut lanes = Lanes::around(around);
    let diagnosis = import(trace, Kernel::default(), &mut lanes).map_err(|why| why.to_string())?;
    let (acts, names, _) = lanes.finish();
    let lifted = lift(acts, &names, &diagnosis.kernel, &snapshots, Wanted { around, fs: None })?;
    let result = follow(&lifted, &snapshots);
    println!("{}\n{}", followed(&lifted, &result), lifted.script(Some(&result.schedule)));
    Ok(())
}
