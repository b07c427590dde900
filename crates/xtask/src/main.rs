//! Build, serve and test daxscope.
fn main() {}
