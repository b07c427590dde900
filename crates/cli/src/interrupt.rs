//! Ctrl-C and SIGTERM: the first asks the searches to end, so that what they have found out is still told; the second
//! kills.

use crate::failure::Failure;
use crate::output::complain;
use daxscope_explore::Watch;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Has somebody asked the program to end?
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on.
    pub(crate) fn listen() -> Result<Interrupt, Failure> {
        let interrupt = Interrupt::default();
        let asked = interrupt.clone();
        let signals = Signals::new([SIGINT, SIGTERM]);
        let listener = signals.and_then(|mut signals| {
            std::thread::Builder::new().name("signals".to_owned()).spawn(move || asked.hear(signals.forever()))
        });
        listener.map_err(|error| Failure::usage(format!("nobody could listen to Ctrl-C: {error}")))?;
        Ok(interrupt)
    }

    /// A watch for a search: a clock, and whether somebody has asked.
    pub(crate) fn watch(&self) -> Watch {
        let begun = Instant::now();
        Watch::default().with_clock(move || begun.elapsed()).with_stop(Arc::clone(&self.0))
    }

    /// Has somebody?
    pub(crate) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn hear(&self, signals: impl Iterator<Item = i32>) {
        for signal in signals {
            if self.0.swap(true, Ordering::Relaxed) {
                // Does not come back: the default of both is to end the process.
                let _ = emulate_default_handler(signal);
            } else {
                complain("daxscope: the search ends, and its report follows; once more kills");
            }
        }
    }
}
