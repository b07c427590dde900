//! What an object can come to be, as a closed list for each kind of object.

use crate::action::Object;
use crate::objects::hole;
use crate::tree_of_era::{self, Cell};
use daxscope_core::entry::EntrySize;
use daxscope_core::event::LockId;
use daxscope_core::mm::{Pmd, PmdTarget};
use daxscope_core::scenario::ExtentKind;
use daxscope_core::sync::WaitKey;
use daxscope_core::units::{PMD_PAGES, ThreadId};
use daxscope_core::world::{Run, World};

/// Something that an object can come to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Of an entry, a pte, a pmd, a block: nothing there. Of a lock or wait queue: free, nobody.
    Nothing,
    /// Of an entry: 4 KiB empty.
    Empty4K,
    /// Of an entry: 2 MiB empty.
    Empty2M,
    /// Of an entry or a pmd: the huge zero page.
    HugeZeroPage,
    /// Of an entry: a hole page.
    HolePage,
    /// Of an entry: a 4 KiB block.
    Block4K,
    /// Of an entry or a pmd: a 2 MiB block.
    Block2M,
    /// Of an entry, a page or a lock: locked.
    Locked,
    /// Of an entry or a page: there and not locked.
    Unlocked,
    /// Of `tree_lock`, a sleeping lock, an entry or a page: held by this thread.
    HeldBy(ThreadId),
    /// Of a sleeping lock or a wait queue: somebody waits for it.
    Awaited,
    /// Of a tag: set. Of a pte: there.
    Set,
    /// Of a tag: clear.
    Clear,
    /// Of a pte or a pmd: writable.
    Writable,
    /// Of a pte or a pmd: dirty.
    Dirty,
    /// Of a pmd: a page table.
    Table,
    /// Of a block: unwritten.
    Unwritten,
    /// Of a block: written.
    Mapped,
    /// Of a hole page: in the page cache.
    Cached,
    /// Of a counter or the file size: this number.
    Number(i64),
}

impl Wanted {
    /// The word in forms; a number is `=`, a holder `held-` and its letter.
    #[must_use]
    pub fn token(self) -> String {
        match self {
            Wanted::HeldBy(thread) => format!("held-{thread}"),
            Wanted::Number(_) => "=".into(),
            plain => PLAIN.iter().find(|(known, ..)| *known == plain).map_or("", |(_, token, _)| token).into(),
        }
    }

    /// The same in words, behind "is".
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Wanted::HeldBy(thread) => format!("held by {thread}"),
            Wanted::Number(number) => number.to_string(),
            plain => PLAIN.iter().find(|(known, ..)| *known == plain).map_or("", |(.., words)| words).into(),
        }
    }
}

const PLAIN: [(Wanted, &str, &str); 18] = [
    (Wanted::Nothing, "nothing", "nothing, or free"),
    (Wanted::Empty4K, "empty-4k", "a 4 KiB empty entry"),
    (Wanted::Empty2M, "empty-2m", "a 2 MiB empty entry"),
    (Wanted::HugeZeroPage, "hzp", "the huge zero page"),
    (Wanted::HolePage, "hole", "a hole page"),
    (Wanted::Block4K, "block-4k", "a 4 KiB block"),
    (Wanted::Block2M, "block-2m", "a 2 MiB block"),
    (Wanted::Locked, "locked", "locked"),
    (Wanted::Unlocked, "unlocked", "there and not locked"),
    (Wanted::Awaited, "awaited", "waited for"),
    (Wanted::Set, "set", "set"),
    (Wanted::Clear, "clear", "clear"),
    (Wanted::Writable, "writable", "writable"),
    (Wanted::Dirty, "dirty", "dirty"),
    (Wanted::Table, "table", "a page table"),
    (Wanted::Unwritten, "unwritten", "unwritten"),
    (Wanted::Mapped, "mapped", "a block with data"),
    (Wanted::Cached, "cached", "in the page cache"),
];

/// Everything that such an object can come to be, with the holders among that many threads.
pub(crate) fn wanted_of(object: Object, threads: usize) -> Vec<Wanted> {
    use Wanted::*;
    let (plain, has_holder): (&[Wanted], bool) = match object {
        Object::Slot(_) => {
            (&[Locked, Unlocked, Nothing, Empty4K, Empty2M, HugeZeroPage, HolePage, Block4K, Block2M], true)
        }
        Object::Tag(..) => (&[Set, Clear], false),
        Object::NrExceptional | Object::NrPages | Object::FileSize => (&[Number(0)], false),
        Object::TreeLock => (&[Locked, Nothing], true),
        Object::Lock(_) => (&[Locked, Nothing, Awaited], true),
        Object::WaitKey(_) => (&[Awaited, Nothing], false),
        Object::Thread(_) => (&[], false),
        Object::Page(_) => (&[Locked, Unlocked, Cached, Nothing], true),
        Object::Pte(..) => (&[Set, Nothing, Writable, Dirty], false),
        Object::Pmd(..) => (&[Nothing, Table, Block2M, HugeZeroPage, Writable, Dirty], false),
        Object::Block(_) => (&[Nothing, Unwritten, Mapped], false),
        Object::Frame(_) => (&[Nothing, Mapped, Awaited], false),
    };
    let mut all = plain.to_vec();
    if has_holder {
        for thread in 0..threads {
            all.push(HeldBy(ThreadId(thread as u8)));
        }
    }
    all
}

/// Is the object that in this state?
pub(super) fn is(world: &World, object: Object, wanted: Wanted) -> bool {
    match object {
        Object::Slot(index) => slot(world, index, wanted),
        Object::Tag(index, tag) => tree_of_era::is_tagged(&world.mapping, index, tag) == (wanted == Wanted::Set),
        Object::NrExceptional => wanted == Wanted::Number(world.mapping.nrexceptional),
        Object::NrPages => wanted == Wanted::Number(world.mapping.nrpages),
        Object::FileSize => wanted == Wanted::Number(world.file.size_pages as i64),
        Object::TreeLock => match wanted {
            Wanted::HeldBy(thread) => world.locks.tree_lock == Some(thread),
            _ => world.locks.tree_lock.is_some() == (wanted == Wanted::Locked),
        },
        Object::Lock(lock) => is_lock(world, lock, wanted),
        Object::WaitKey(key) => world.waits.waiting_for(WaitKey(key)).next().is_some() == (wanted == Wanted::Awaited),
        Object::Thread(thread) => match world.threads.get(thread.index()) {
            Some(state) => (state.run == Run::Runnable) != (wanted == Wanted::Awaited),
            None => false,
        },
        Object::Page(page) => {
            let Some(page) = hole(world, page).filter(|page| !page.is_free()) else { return wanted == Wanted::Nothing };
            match wanted {
                Wanted::Locked => page.locked_by.is_some(),
                Wanted::Unlocked => page.locked_by.is_none(),
                Wanted::HeldBy(thread) => page.locked_by == Some(thread),
                Wanted::Cached => page.in_cache,
                _ => false,
            }
        }
        Object::Pte(mm, page) => {
            let pte = world.page_tables.get(mm.index()).and_then(|tables| tables.pte(page));
            match wanted {
                Wanted::Set => pte.is_some(),
                Wanted::Writable => pte.is_some_and(|pte| pte.writable),
                Wanted::Dirty => pte.is_some_and(|pte| pte.dirty),
                _ => pte.is_none(),
            }
        }
        Object::Pmd(mm, page) => {
            world.page_tables.get(mm.index()).is_some_and(|tables| is_pmd(tables.pmd(page), wanted))
        }
        Object::Frame(block) => crate::frame_values::is(world, block, wanted),
        Object::Block(block) => match world.file.blocks.run_at(block, PMD_PAGES).kind {
            ExtentKind::Hole => wanted == Wanted::Nothing,
            ExtentKind::Unwritten => wanted == Wanted::Unwritten,
            ExtentKind::Mapped => wanted == Wanted::Mapped,
        },
    }
}

fn slot(world: &World, index: u64, wanted: Wanted) -> bool {
    let cell = Cell::at(&world.mapping, index);
    let (holder, is_locked) = match cell {
        Cell::Nothing => return wanted == Wanted::Nothing,
        Cell::Page(page) => {
            let holder = hole(world, page).and_then(|page| page.locked_by);
            (holder, holder.is_some())
        }
        Cell::Radix(_) | Cell::XArray(_) => (world.mapping.owner(index).filter(|_| cell.is_locked()), cell.is_locked()),
    };
    match (wanted, cell) {
        (Wanted::Locked, _) => is_locked,
        (Wanted::Unlocked, _) => !is_locked,
        (Wanted::HeldBy(thread), _) => holder == Some(thread),
        (Wanted::HolePage, Cell::Page(_)) => true,
        _ => is_entry(cell, wanted),
    }
}

fn is_entry(entry: Cell, wanted: Wanted) -> bool {
    if !entry.is_entry() {
        return false;
    }
    let (is_block, size) = (entry.block().is_some(), entry.size());
    match wanted {
        Wanted::Empty4K => entry.is_empty() && size == EntrySize::Pte,
        Wanted::Empty2M => entry.is_empty() && size == EntrySize::Pmd,
        Wanted::HugeZeroPage => entry.is_zero() && size == EntrySize::Pmd,
        Wanted::Block4K => is_block && size == EntrySize::Pte,
        Wanted::Block2M => is_block && size == EntrySize::Pmd,
        _ => false,
    }
}

fn is_lock(world: &World, lock: LockId, wanted: Wanted) -> bool {
    if matches!(lock, LockId::Mm(mm) if mm.index() >= world.locks.mms.len()) {
        return false;
    }
    let lock = world.locks.queue_lock(lock);
    match wanted {
        Wanted::Locked => !lock.holders().is_empty(),
        Wanted::Nothing => lock.holders().is_empty(),
        Wanted::Awaited => !lock.queue().is_empty(),
        Wanted::HeldBy(thread) => lock.is_held_by(thread),
        _ => false,
    }
}

fn is_pmd(pmd: &Pmd, wanted: Wanted) -> bool {
    match (pmd, wanted) {
        (Pmd::None, Wanted::Nothing) | (Pmd::Table(_), Wanted::Table) => true,
        (Pmd::Huge { writable, .. }, Wanted::Writable) => *writable,
        (Pmd::Huge { dirty, .. }, Wanted::Dirty) => *dirty,
        (Pmd::Huge { target, .. }, Wanted::Block2M) => matches!(target, PmdTarget::Frames(_)),
        (Pmd::Huge { target, .. }, Wanted::HugeZeroPage) => matches!(target, PmdTarget::HugeZeroPage),
        _ => false,
    }
}
