//! `cargo +nightly fuzz run dax`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::dax(data));
