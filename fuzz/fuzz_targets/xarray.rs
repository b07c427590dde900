//! `cargo +nightly fuzz run xarray`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| checks::xarray(data));
