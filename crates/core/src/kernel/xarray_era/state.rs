//! The state of an operation on the XArray (`struct xa_state`), as kernel code holds it.

use crate::entry::XEntry;
use crate::errno::Errno;
use crate::op::{Cursor, XArrayOp};
use crate::task::Task;
use crate::tree::xarray::Mark;
use crate::units::PageIndex;
use std::future::Future;

/// `XA_STATE`: where it stands is in the [`Cursor`], everything else is asked for as operations.
pub struct State<'a> {
    task: &'a Task,
    /// Where it stands.
    pub at: Cursor,
    /// Did the last store find no memory?
    no_memory: bool,
}

impl<'a> State<'a> {
    /// For one index (order 0), or for the 2 MiB around it (order 9).
    pub const fn new(task: &'a Task, index: PageIndex, order: u8) -> State<'a> {
        State { task, at: Cursor::new(index, order), no_memory: false }
    }

    /// The index that it is about, or has come to.
    pub const fn index(&self) -> PageIndex {
        self.at.index
    }

    /// `xas_reset`: the next operation walks from the root.
    pub const fn reset(&mut self) {
        self.at.positioned = false;
        self.no_memory = false;
    }

    /// `xas_set`.
    pub const fn set(&mut self, index: PageIndex) {
        self.reset();
        self.at.index = index;
    }

    /// `xas_find_conflict`.
    #[track_caller]
    pub fn find_conflict(&mut self) -> impl Future<Output = Option<XEntry>> + '_ {
        let asked = self.task.perform(XArrayOp::FindConflict(self.at));
        async move {
            let found = asked.await;
            self.at.positioned = true;
            found
        }
    }

    /// `xas_load`.
    #[track_caller]
    pub fn load(&mut self) -> impl Future<Output = Option<XEntry>> + '_ {
        let asked = self.task.perform(XArrayOp::Load(self.at));
        async move {
            let found = asked.await;
            self.at.positioned = true;
            found
        }
    }

    /// One step of `xas_for_each`: the next entry up to `last`.
    #[track_caller]
    pub fn find(&mut self, last: PageIndex) -> impl Future<Output = Option<XEntry>> + '_ {
        let asked = self.task.perform(XArrayOp::Find { at: self.at, last });
        async move {
            let found: Option<(PageIndex, XEntry)> = asked.await;
            self.come_to(found)
        }
    }

    /// One step of `xas_for_each_marked`.
    #[track_caller]
    pub fn find_marked(&mut self, last: PageIndex, mark: Mark) -> impl Future<Output = Option<XEntry>> + '_ {
        let asked = self.task.perform(XArrayOp::FindMarked { at: self.at, last, mark });
        async move {
            let found: Option<(PageIndex, XEntry)> = asked.await;
            self.come_to(found)
        }
    }

    fn come_to(&mut self, found: Option<(PageIndex, XEntry)>) -> Option<XEntry> {
        let (index, entry) = found?;
        self.at.index = index;
        self.at.positioned = true;
        Some(entry)
    }

    /// `xas_store`. After a store that found no memory it holds the error until it is reset.
    #[track_caller]
    pub fn store(&mut self, entry: Option<XEntry>) -> impl Future<Output = Option<XEntry>> + '_ {
        let asked = self.task.perform(XArrayOp::Store { at: self.at, entry });
        async move {
            if self.no_memory {
                return None;
            }
            let stored: Result<(Option<XEntry>, bool), Errno> = asked.await;
            match stored {
                Ok((old, spare)) => {
                    (self.at.positioned, self.at.spare) = (true, spare);
                    old
                }
                Err(_) => {
                    (self.at.positioned, self.at.spare, self.no_memory) = (false, false, true);
                    None
                }
            }
        }
    }

    /// `xas_set_mark`.
    #[track_caller]
    pub fn set_mark(&self, mark: Mark) -> impl Future<Output = ()> + '_ {
        self.task.perform(XArrayOp::SetMark(self.at, mark))
    }

    /// `xas_clear_mark`.
    #[track_caller]
    pub fn clear_mark(&self, mark: Mark) -> impl Future<Output = ()> + '_ {
        self.task.perform(XArrayOp::ClearMark(self.at, mark))
    }

    /// `xas_get_mark`.
    #[track_caller]
    pub fn get_mark(&self, mark: Mark) -> impl Future<Output = bool> + '_ {
        self.task.perform(XArrayOp::GetMark(self.at, mark))
    }

    /// Did the last store find no memory (`xas_error`)?
    pub const fn has_no_memory(&self) -> bool {
        self.no_memory
    }

    /// `xas_nomem`: if memory ran out, gets a node ready, and the caller tries again. Otherwise gives back what was held ready.
    pub async fn nomem(&mut self) -> bool {
        if !self.no_memory {
            if self.at.spare {
                self.task.perform::<()>(XArrayOp::Destroy).await;
                self.at.spare = false;
            }
            return false;
        }
        let asked = self.task.perform::<Result<(), Errno>>(XArrayOp::Nomem);
        let got = self.task.within("xas_nomem", asked).await.is_ok();
        if got {
            self.reset();
            self.at.spare = true;
        }
        got
    }
}
