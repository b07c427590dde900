//! Memory management around DAX: page tables of each process, and hole pages.

mod page;
mod page_table;
mod pages;

pub use page::Page;
pub use page_table::{PageTables, Pmd, PmdTarget, Pte, PteTarget, Ptes};
pub use pages::Pages;
