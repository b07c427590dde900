//! The three marks of a slot (`xas_get_mark`, `xas_set_mark`, `xas_clear_mark`).

use super::{MAX_MARKS, Standing, XArray, Xas};

/// The page cache's names for the three marks (`PAGECACHE_TAG_...`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Mark {
    /// `PAGECACHE_TAG_DIRTY`
    Dirty = 0,
    /// `PAGECACHE_TAG_WRITEBACK`, which DAX never uses
    Writeback = 1,
    /// `PAGECACHE_TAG_TOWRITE`
    Towrite = 2,
}

impl Mark {
    /// All marks, in the order of their numbers.
    pub const ALL: [Self; MAX_MARKS] = [Self::Dirty, Self::Writeback, Self::Towrite];

    /// The mark with this number.
    #[must_use]
    pub fn from_index(index: u64) -> Option<Self> {
        Self::ALL.get(usize::try_from(index).ok()?).copied()
    }

    /// The name without its prefix: `DIRTY`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dirty => "DIRTY",
            Self::Writeback => "WRITEBACK",
            Self::Towrite => "TOWRITE",
        }
    }

    /// The mark as a bit of [`XArray::marks`].
    #[must_use]
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl XArray {
    /// The marks that some entry has, bit `m` = mark `m`. A store that replaces a marked entry at index 0 of an otherwise
    /// empty array keeps them.
    #[must_use]
    pub const fn marks(&self) -> u8 {
        self.marks
    }

    /// Has some entry this mark (`xa_marked`)?
    #[must_use]
    pub const fn is_marked(&self, mark: Mark) -> bool {
        self.marks & mark.bit() != 0
    }
}

impl Xas {
    /// Has the slot where the state stands this mark (`xas_get_mark`)? False if it stands nowhere.
    #[must_use]
    pub fn get_mark(&self, array: &XArray, mark: Mark) -> bool {
        match self.standing {
            Standing::Head => array.is_marked(mark),
            Standing::Node(id) => array.nodes.get(id).has_mark(mark, usize::from(self.offset)),
            _ => false,
        }
    }

    /// Marks the slot where the state stands, full or not, and everything above it (`xas_set_mark`).
    #[inline]
    pub fn set_mark(&mut self, array: &mut XArray, mark: Mark) {
        self.before_change(array);
        let (mut above, mut offset) = match self.standing {
            Standing::Head => (None, 0),
            Standing::Node(id) => (Some(id), self.offset),
            _ => return,
        };
        while let Some(id) = above {
            let node = array.nodes.get_mut(id);
            if node.has_mark(mark, usize::from(offset)) {
                return;
            }
            node.set_mark(mark, usize::from(offset));
            (above, offset) = (node.parent.known(), node.offset);
        }
        array.marks |= mark.bit();
    }

    /// Takes the mark from the slot where the state stands, and from everything above it that has no other marked slot
    /// (`xas_clear_mark`).
    #[inline]
    pub fn clear_mark(&mut self, array: &mut XArray, mark: Mark) {
        self.before_change(array);
        let (mut above, mut offset) = match self.standing {
            Standing::Head => (None, 0),
            Standing::Node(id) => (Some(id), self.offset),
            _ => return,
        };
        while let Some(id) = above {
            let node = array.nodes.get(id);
            if !node.has_mark(mark, usize::from(offset)) {
                return;
            }
            let node = array.nodes.get_mut(id);
            let bits = &mut node.marks[mark as usize];
            *bits &= !(1 << offset);
            if *bits != 0 {
                return;
            }
            (above, offset) = (node.parent.known(), node.offset);
        }
        array.marks &= !mark.bit();
    }
}
