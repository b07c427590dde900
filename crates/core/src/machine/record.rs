//! Where a thread stands, and what a step did.

use crate::digest::Digest;
use crate::event::Event;
use crate::op::{FileOp, IomapPurpose, Op, Outcome, Point, WaitOp};
use crate::scenario::Choice;
use crate::task::{Frame, Posted};
use crate::units::ThreadId;
use crate::world::World;
use std::panic::Location;
use std::sync::Arc;

/// Where a thread stands.
#[derive(Clone, Debug)]
pub enum Position {
    /// About to perform an operation.
    At(Stop),
    /// Its script is done.
    Finished,
    /// It killed the kernel.
    Crashed,
}

/// A thread about to perform an operation.
#[derive(Clone, Debug)]
pub struct Stop {
    /// The operation.
    pub op: Op,
    /// The source line that asks for it.
    pub at: &'static Location<'static>,
    /// The kernel functions it is in, outermost first.
    pub frames: Arc<[Frame]>,
    /// At [`WaitOp::Schedule`]: had it been woken already when it came here?
    pub woken_before_sleeping: bool,
    /// Where the thread is, as far as its future goes ([`Posted::digest`]).
    pub place: Digest,
}

impl Stop {
    /// The scheduling point as recordings name it; empty if the operation stands at none.
    #[must_use]
    pub const fn point_name(&self) -> &'static str {
        match self.op.point() {
            None => "",
            Some(Point::Schedule) if self.woken_before_sleeping => "schedule_nowait",
            Some(point) => point.name(),
        }
    }

    /// The kernel function as recordings name it.
    #[must_use]
    pub fn function(&self) -> &'static str {
        match self.op {
            Op::File(FileOp::IomapBegin { purpose: IomapPurpose::Fault, .. }) => "fault",
            Op::File(FileOp::IomapBegin { purpose: IomapPurpose::ReadWrite, .. }) => "rw",
            _ => self.frames.last().map_or("", |frame| frame.function),
        }
    }
}

impl Position {
    /// Where a thread stands that has posted this, in that world.
    #[must_use]
    pub fn from_posted(world: &World, thread: ThreadId, posted: Option<&Posted>) -> Position {
        match posted {
            None => Position::Finished,
            Some(posted) => Position::At(Stop {
                op: posted.op,
                at: posted.at,
                frames: Arc::clone(&posted.frames),
                woken_before_sleeping: posted.op == Op::Wait(WaitOp::Schedule) && world.is_enabled(thread, &posted.op),
                place: posted.digest,
            }),
        }
    }

    /// The operation that the thread is about to perform.
    #[must_use]
    pub const fn stop(&self) -> Option<&Stop> {
        match self {
            Position::At(stop) => Some(stop),
            _ => None,
        }
    }
}

/// One operation that was performed.
#[derive(Clone, Debug)]
pub struct Performed {
    /// The operation, and where it was asked for.
    pub stop: Stop,
    /// What came of it.
    pub outcome: Outcome,
    /// What happened, and what the thread noted afterwards.
    pub events: Vec<Event>,
}

/// One step: the operations from one choice to the next.
#[derive(Clone, Debug)]
pub struct StepRecord {
    /// The choice.
    pub choice: Choice,
    /// The operations, at least one.
    pub performed: Vec<Performed>,
    /// Where the thread stands now.
    pub after: Position,
}

impl Performed {
    /// Did the call fail because somebody made it fail?
    #[must_use]
    pub fn was_made_to_fail(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Inject { .. }))
    }

    /// Does the same to a world like the one that it was done to: that does the same for the same operation.
    pub fn repeat(&self, thread: ThreadId, world: &mut World) {
        world.apply(thread, &self.stop.op, self.was_made_to_fail(), &mut Vec::new());
    }
}

impl StepRecord {
    /// The worlds behind each operation of the step, from the one before it.
    #[must_use]
    pub fn worlds_within(&self, before: &World) -> Vec<World> {
        let mut world = before.clone();
        let after = |performed: &Performed| {
            performed.repeat(self.choice.thread, &mut world);
            world.clone()
        };
        self.performed.iter().map(after).collect()
    }

    /// All events of the step, in order.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.performed.iter().flat_map(|performed| &performed.events)
    }
}
