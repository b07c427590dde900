//! fs/dax.c and its surroundings in the radix tree's era (4.6 to 4.19): entries that are locked in the tree.
//!
//! Suggested order of reading: [`lock`], [`grab`], [`insert`], the two fault handlers, then what runs against them.

pub mod grab;
pub mod insert;
pub mod invalidate;
pub mod load_hole;
pub mod lock;
pub mod mkwrite;
pub mod page_cache;
pub mod pagevec;
pub mod pmd_fallback;
pub mod pmd_fault;
pub mod pte_fault;
pub mod truncate;
pub mod unlocked_fault;
pub mod writeback;
