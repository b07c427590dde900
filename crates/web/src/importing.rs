//! What reads recordings of real kernels: loaded by the Worker that does so, and by the page only where there are no Workers.

use std::io::Read;

/// The functions that read recordings.
#[derive(Debug)]
pub struct Importing {
    /// Reads all of it, and returns the last report; what is asked, and who hears how far it is.
    pub read: fn(&mut dyn Read, &str, &mut dyn FnMut(u64) -> bool) -> String,
}

/// Only `chunks.rs` names this.
pub static IMPORTING: Importing = Importing { read: daxscope_session::import::read };
