//! Tells one file: `cargo run -p daxscope-import --example tell FILE`.

use daxscope_import::kernel::Kernel;
use daxscope_import::tell::{Amount, report};
use daxscope_import::{Answers, import};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for name in std::env::args().skip(1) {
        let mut answers = Answers::default();
        let file = std::io::BufReader::new(std::fs::File::open(&name)?);
        match import(file, Kernel::default(), &mut answers) {
            Ok(diagnosis) => {
                let findings = answers.finish(&diagnosis);
                println!("== {name}\n{}", report(&findings, &diagnosis, Amount::SHORT));
            }
            Err(refused) => println!("== {name}\n{refused}"),
        }
    }
    Ok(())
}
