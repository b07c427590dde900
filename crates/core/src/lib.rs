//! See ARCHITECTURE.md.

pub mod radix;
