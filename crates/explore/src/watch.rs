//! What the caller of a search tells it while it runs: how late it is, and whether to stop. Nothing here has a clock of its
//! own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A clock: the time since some moment.
type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// How late it is, and whether to stop; without either a search ends by its other bounds only.
#[derive(Clone, Default)]
pub struct Watch {
    clock: Option<Clock>,
    stop: Option<Arc<AtomicBool>>,
}

impl Watch {
    /// With a clock: the time since some moment, the same for all calls. It is what [`crate::Bounds::seconds`] is measured
    /// by.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Duration + Send + Sync + 'static) -> Watch {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// With a flag: once it is set, the search ends with [`crate::Bound::Interrupted`].
    #[must_use]
    pub fn with_stop(mut self, stop: Arc<AtomicBool>) -> Watch {
        self.stop = Some(stop);
        self
    }

    /// Shall the search stop?
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// How late it is; `None` without a clock.
    #[must_use]
    pub fn now(&self) -> Option<Duration> {
        self.clock.as_ref().map(|clock| clock())
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("clock", &self.clock.is_some()).field("stop", &self.stop).finish()
    }
}

/// A watch that is looked at from time to time, and when the search began by it.
#[derive(Clone, Default, Debug)]
pub struct Watched {
    watch: Watch,
    begun: Option<Duration>,
    /// Looks that were asked for since the last one that was made.
    asked: u32,
}

/// Every how many units of work a look is made: a step is one, and so is each operation that the engine performs.
const WORK_PER_LOOK: u32 = 1_000;

impl Watched {
    /// Not looked at yet.
    #[must_use]
    pub fn new(watch: Watch) -> Watched {
        Watched { watch, begun: None, asked: WORK_PER_LOOK }
    }

    /// So much work has been done: is a look due?
    pub const fn is_due(&mut self, work: u32) -> bool {
        self.asked = self.asked.saturating_add(work);
        let due = self.asked >= WORK_PER_LOOK;
        if due {
            self.asked = 0;
        }
        due
    }

    /// Shall the search stop?
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.watch.is_stopped()
    }

    /// Seconds since the first look; 0 without a clock.
    pub fn seconds(&mut self) -> f64 {
        let Some(now) = self.watch.now() else { return 0.0 };
        let begun = *self.begun.get_or_insert(now);
        now.saturating_sub(begun).as_secs_f64()
    }
}
