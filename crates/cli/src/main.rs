//! The command line of daxscope.
fn main() {}
