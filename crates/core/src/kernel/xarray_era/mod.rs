//! fs/dax.c and its surroundings in the XArray's era (4.20 to 7.3): entries that are values and carry the lock, no hole pages.
//!
//! Suggested order of reading: [`state`], [`wait`], [`grab`], [`insert`], [`fault_iter`], the two fault handlers, then what runs
//! against them.

pub mod cow;
pub mod fault_iter;
pub mod fs_fault;
pub mod grab;
pub mod hold;
pub mod insert;
pub mod install;
pub mod invalidate;
pub mod layout;
pub mod mkclean;
pub mod mm_fault;
pub mod pmd_fault;
pub mod pte_fault;
pub mod script;
pub mod state;
pub mod sync_fault;
pub mod truncate;
pub mod wait;
pub mod writeback;
