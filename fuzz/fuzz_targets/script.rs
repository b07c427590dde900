//! `cargo +nightly fuzz run script`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::script(data));
