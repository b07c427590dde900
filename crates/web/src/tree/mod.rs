//! The picture of the radix tree: where everything goes, and how it is drawn.
//!
//! [`layout`] is arithmetic on a view model and a width; the other files turn it into SVG.

pub mod edges;
pub mod labels;
pub mod layout;
pub mod node;
pub mod shapes;

pub use layout::{Band, Picture, lay_out, zoom};
