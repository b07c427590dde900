//! Replays recordings: `cargo run --release -p daxscope-conform --example conform FILE...`.
fn main() {
    for path in std::env::args().skip(1) {
        let file = std::fs::File::open(&path).unwrap();
        match daxscope_conform::dax::run_dax_file(file, &[]) {
            Ok(report) => {
                println!("{path}: {} passed, {} failed, {} steps", report.passed, report.failed, report.steps);
                for failure in report.failures.iter().take(if std::env::var("ALL").is_ok() { usize::MAX } else { 3 }) {
                    println!("{failure}");
                }
            }
            Err(error) => println!("{path}: {error}"),
        }
    }
}
