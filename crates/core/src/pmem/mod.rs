//! The modelled persistent memory: the namespace with its `struct page` area, and the extents of the file on it.

mod extents;
mod namespace;

pub use extents::{BlockMap, Iomap};
pub use namespace::{Area, INFO_BLOCK_BYTES, Namespace, NotHuge, STRUCT_PAGE_BYTES};
