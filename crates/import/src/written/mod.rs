//! Out again: runs of the model in forms that other tools read.

mod c;
mod ftrace;

pub use c::{MOST_PAGES, c};
pub use ftrace::ftrace;
