//! An operation being performed.

use crate::errno::Errno;
use crate::event::{Bug, Event};
use crate::scenario::FailPoint;
use crate::units::ThreadId;
use crate::world::World;
use std::sync::Arc;

/// An operation being performed: the world, who performs it, and what happens.
pub(super) struct Step<'a> {
    pub(super) world: &'a mut World,
    pub(super) thread: ThreadId,
    pub(super) events: &'a mut Vec<Event>,
    /// Does the scheduler say that the call fails? Only where the operation itself makes the calls that can.
    pub(super) fail: bool,
}

impl Step<'_> {
    pub(super) fn emit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// The kernel is dead.
    pub(super) fn crash(&mut self, bug: Bug) {
        self.emit(Event::Bug(bug));
        self.world.bug = Some(bug);
    }

    /// Does this call fail, by the script or because the scheduler says so? Calls are counted only as far as the
    /// script names them.
    pub(super) fn injected_failure(&mut self, what: FailPoint, fail: bool) -> Option<Errno> {
        let scenario = Arc::clone(&self.world.scenario);
        let mut errno = fail.then(|| default_errno(what));
        for filter in [None, Some(self.thread)] {
            let mut named = scenario.failures.iter().filter(|f| f.what == what && f.thread == filter);
            let Some(last) = named.clone().map(|failure| failure.nth).max() else { continue };
            let count = self.world.failures.next(what, filter, last);
            if let Some(failure) = named.find(|failure| failure.nth == count) {
                errno = Some(failure.errno);
            }
        }
        if let Some(errno) = errno {
            self.emit(Event::Inject { what, errno });
        }
        errno
    }
}

/// The error of a failure that the scheduler chose.
const fn default_errno(what: FailPoint) -> Errno {
    match what {
        FailPoint::Preload
        | FailPoint::MaybePreload
        | FailPoint::PageAlloc
        | FailPoint::HzpAlloc
        | FailPoint::NodeAlloc
        | FailPoint::NodeAllocWait => Errno::ENOMEM,
        FailPoint::DirectAccess => Errno::EIO,
        FailPoint::IomapBegin => Errno::ENOSPC,
    }
}
