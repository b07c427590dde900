//! The trees that hold the entries of a file: 64 slots per node, entries of many sizes, three marks.

pub mod xarray;
