//! Which part of a run the lanes show: as many steps as there is room for, or fewer, or more; where the position is, or beside it.

use super::{Address, Session};
use crate::action::{LanesMove, LocksShown};

/// The part of the run that the lanes show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Lanes {
    /// Steps that can be told apart in the width there is.
    room: usize,
    /// How often the span was halved (or doubled, below 0).
    zoom: i8,
    /// Steps before the part.
    from: usize,
    /// The position and number of steps that the part was last moved to.
    followed: (usize, usize),
    pub(crate) locks: LocksShown,
}

/// Half as many steps, at most that often.
const MOST_IN: i8 = 5;
/// Twice as many, at most that often.
const MOST_OUT: i8 = 2;
const MIN_ROOM: usize = 20;
const MAX_ROOM: usize = 400;
const MIN_SPAN: usize = 5;

impl Default for Lanes {
    fn default() -> Lanes {
        Lanes { room: 160, zoom: 0, from: 0, followed: (0, 0), locks: LocksShown::default() }
    }
}

impl Lanes {
    fn span(&self) -> usize {
        let span = if self.zoom < 0 { self.room << -self.zoom } else { self.room >> self.zoom };
        span.max(MIN_SPAN)
    }

    /// The steps that are shown of that many: how many lie before them, and how many before their end.
    pub(crate) fn window(&self, total: usize) -> (usize, usize) {
        let span = self.span().min(total);
        let from = self.from.min(total - span);
        (from, from + span)
    }

    /// Steps that can be told apart in the width there is.
    pub(crate) fn room(&self) -> usize {
        self.room
    }

    /// What of it is to be seen.
    pub(super) fn shown(&self) -> Lanes {
        Lanes { followed: (0, 0), ..self.clone() }
    }

    pub(crate) fn can_zoom_in(&self, total: usize) -> bool {
        self.zoom < MOST_IN && self.span() > MIN_SPAN && total > MIN_SPAN
    }

    pub(crate) fn can_zoom_out(&self, total: usize) -> bool {
        self.zoom > -MOST_OUT && self.span() < total
    }

    /// Another run: its beginning.
    pub(super) fn restart(&mut self) {
        (self.from, self.zoom, self.followed) = (0, 0, (usize::MAX, 0));
    }

    /// Moves the part to where the reader went, if that is out of it; by more than half of it, so that it rarely moves.
    pub(super) fn follow(&mut self, position: usize, total: usize) {
        if self.followed == (position, total) {
            return;
        }
        self.followed = (position, total);
        let (from, to) = self.window(total);
        let margin = (to - from) / 16;
        let is_out = position < from + margin && from > 0
            || position + margin > to && to < total
            || position == to && to < total;
        if is_out || position > to || position < from {
            let back = if position > to.saturating_sub(margin) { 0.25 } else { 0.75 };
            self.from = position.saturating_sub((self.span() as f32 * back) as usize);
        }
        self.from = self.window(total).0;
    }

    /// Half as many steps; where there was room for more than there are, so far that some are out of sight.
    fn zoom_in(&mut self, total: usize) {
        while self.can_zoom_in(total) {
            self.zoom += 1;
            if self.span() < total {
                return;
            }
        }
    }

    fn go(&mut self, to: LanesMove, position: usize, total: usize) {
        let (from, end) = self.window(total);
        let span = self.span();
        match to {
            LanesMove::In | LanesMove::Out | LanesMove::InAt(_) | LanesMove::OutAt(_) => {
                let wanted = match to {
                    LanesMove::InAt(step) | LanesMove::OutAt(step) => step,
                    _ => position,
                };
                let middle = if (from..=end).contains(&wanted) { wanted } else { from.midpoint(end) };
                let share = (middle - from) as f32 / (end - from).max(1) as f32;
                match to {
                    LanesMove::In | LanesMove::InAt(_) => self.zoom_in(total),
                    LanesMove::Out | LanesMove::OutAt(_) if self.can_zoom_out(total) => self.zoom -= 1,
                    _ => {}
                }
                self.from = middle.saturating_sub((self.span() as f32 * share) as usize);
            }
            LanesMove::Fit => self.zoom = 0,
            LanesMove::Earlier => self.from = from.saturating_sub(span / 2),
            LanesMove::Later => self.from = from + span / 2,
            LanesMove::From(step) => self.from = step,
            LanesMove::To(step) => self.from = step.saturating_sub(span / 2),
        }
        self.from = self.window(total).0;
    }
}

impl Session {
    pub(super) fn move_lanes(&mut self, to: LanesMove) -> Address {
        let (position, total) = (self.run.position(), self.told_steps());
        self.lanes.go(to, position, total);
        Address::Same
    }

    /// The page says how many steps can be told apart in its width.
    pub(super) fn set_lanes_room(&mut self, steps: usize) -> Address {
        self.lanes.room = steps.clamp(MIN_ROOM, MAX_ROOM);
        self.lanes.followed = (usize::MAX, 0);
        Address::Same
    }

    pub(super) fn show_locks(&mut self, shown: LocksShown) -> Address {
        self.lanes.locks = shown;
        Address::Same
    }
}
