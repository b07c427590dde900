//! `cargo +nightly fuzz run link`.

#![no_main]

use daxscope_session::Session;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let fragment = String::from_utf8_lossy(data);
    let session = Session::open(&fragment);
    // Whatever was opened can be linked to and opened again.
    let again = Session::open(&session.fragment());
    assert_eq!(session.fragment(), again.fragment());
});
