//! Waiting for entries, locking, unlocking and waking.

use super::state::State;
use crate::entry::XEntry;
use crate::event::Value;
use crate::op::WaitOp;
use crate::revision::{PageState, SmallerEntry, WakeMode};
use crate::sync::WaitKey;
use crate::task::Task;
use crate::units::PageIndex;

/// What a look-up for a request of a size comes to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Seen {
    /// Nothing.
    Nothing,
    /// A smaller entry in the range.
    Conflict,
    /// An entry, not locked; to 5.2 it may be smaller.
    Entry(XEntry),
}

impl From<Seen> for Value {
    fn from(seen: Seen) -> Value {
        match seen {
            Seen::Nothing => Value::Entry(None),
            Seen::Conflict => Value::Conflict,
            Seen::Entry(entry) => Value::Entry(Some(entry)),
        }
    }
}

/// `get_unlocked_entry` (fs/dax.c, v4.20), from 6.15 on `get_next_unlocked_entry`: looks until what is there is not locked,
/// sleeping in between. Called with the lock held, returns with it held.
///
/// A state that is positioned finds nothing: this is how fsync passes over locked entries.
pub async fn get_unlocked_entry(task: &Task, xas: &mut State<'_>, order: u8) -> Seen {
    let name = match task.xarray().page_state {
        PageState::Page => "get_unlocked_entry",
        PageState::Folio => "get_next_unlocked_entry",
    };
    let smaller = task.xarray().smaller_entry;
    task.call(name, xas.index(), async {
        loop {
            let Some(entry) = xas.find_conflict().await else {
                let refuses = smaller == SmallerEntry::NoneCounts && order > 0;
                return if refuses { Seen::Conflict } else { Seen::Nothing };
            };
            // To 5.2 its size made no difference here: the caller refuses it.
            if entry.size().order() < u32::from(order) && smaller != SmallerEntry::Wait {
                return Seen::Conflict;
            }
            if !entry.is_locked() {
                return Seen::Entry(entry);
            }
            sleep(task, xas, entry, true).await;
        }
    })
    .await
}

/// Sleeps on the entry that was seen, with the lock given back meanwhile; the state begins anew.
async fn sleep(task: &Task, xas: &mut State<'_>, entry: XEntry, exclusive: bool) {
    let key = WaitKey::of_xarray(xas.index(), Some(entry));
    task.forget_but(&(key, xas.at));
    if exclusive {
        task.prepare_to_wait_exclusive(key).await;
    } else {
        task.perform::<()>(WaitOp::PrepareToWaitFirst { key }).await;
    }
    task.spin_unlock_tree().await;
    xas.reset();
    task.schedule().await;
    task.finish_wait().await;
    if exclusive {
        task.spin_lock_tree().await;
    }
    task.forget_but(&xas.at);
}

/// `wait_entry_unlocked_exclusive` (fs/dax.c, v6.15): waits until the entry at this index is not locked; answers with what is
/// there then. For walkers that hold an entry already. Called with the lock held, returns with it held.
pub async fn wait_entry_unlocked_exclusive(task: &Task, xas: &mut State<'_>, entry: XEntry) -> Option<XEntry> {
    task.call("wait_entry_unlocked_exclusive", xas.index(), async {
        let mut entry = Some(entry);
        while let Some(locked) = entry.filter(|entry| entry.is_locked()) {
            sleep(task, xas, locked, true).await;
            entry = xas.load().await;
        }
        entry
    })
    .await
}

/// `wait_entry_unlocked` (fs/dax.c, v5.0): waits before all others, and returns with the lock given back: the file may be gone.
pub async fn wait_entry_unlocked(task: &Task, xas: &mut State<'_>, entry: XEntry) {
    task.within("wait_entry_unlocked", sleep(task, xas, entry, false)).await;
}

/// `wait_entry_unlocked` (fs/dax.c, v4.20): waits as all others do, and wakes the next one before it has looked at anything: it may
/// not want the entry any more.
pub async fn wait_entry_unlocked_as_others(task: &Task, xas: &mut State<'_>, entry: XEntry) {
    let index = xas.index();
    task.within("wait_entry_unlocked", async {
        let key = WaitKey::of_xarray(index, Some(entry));
        task.forget_but(&(key, entry, xas.at));
        task.prepare_to_wait_exclusive(key).await;
        task.spin_unlock_tree().await;
        task.schedule().await;
        task.finish_wait().await;
        dax_wake_entry(task, index, Some(entry), WakeMode::One).await;
    })
    .await;
}

/// `dax_wake_entry` (fs/dax.c, v4.20): wakes one or all of those who wait under the key that index and entry make.
#[track_caller]
pub fn dax_wake_entry(
    task: &Task,
    index: PageIndex,
    entry: Option<XEntry>,
    mode: WakeMode,
) -> impl Future<Output = ()> + '_ {
    task.perform(WaitOp::WakeEntry { index, entry, mode })
}

/// `put_unlocked_entry` (fs/dax.c, v4.20): relays a wake-up for an entry that was looked at but not locked.
pub async fn put_unlocked_entry(task: &Task, xas: &State<'_>, seen: Seen, mode: WakeMode) {
    let index = xas.index();
    task.enter("put_unlocked_entry", index, async {
        if let Seen::Entry(entry) = seen {
            dax_wake_entry(task, index, Some(entry), mode).await;
        }
    })
    .await;
}

/// `dax_lock_entry` (fs/dax.c, v4.20): stores the entry with the lock bit, where the state stands.
#[track_caller]
pub fn dax_lock_entry<'a>(xas: &'a mut State<'_>, entry: XEntry) -> impl Future<Output = Option<XEntry>> + 'a {
    xas.store(Some(entry.locked()))
}

/// `dax_unlock_entry` (fs/dax.c, v4.20): stores the entry as it is given, without the lock bit, and wakes the next waiter.
pub async fn dax_unlock_entry(task: &Task, xas: &mut State<'_>, entry: XEntry) {
    task.enter("dax_unlock_entry", xas.index(), async {
        xas.reset();
        task.spin_lock_tree().await;
        xas.store(Some(entry.unlocked())).await;
        task.spin_unlock_tree().await;
        dax_wake_entry(task, xas.index(), Some(entry), WakeMode::One).await;
    })
    .await;
}
