//! `report.html`: the record of a run as one page, with the evidence beside each finding.
//!
//! The page needs nothing but itself: no network, no script (the script filters what is there), and it stays below
//! [`MAX_BYTES`]. All text is escaped by the template engine. The same input gives the same bytes.

mod anchor;
mod appendix;
mod entry;
mod evidence;
mod field;
#[cfg(test)]
mod fixture;
mod given;
mod hops;
pub(crate) mod input;
mod layers;
mod limits;
mod marked;
mod model;
mod render;
mod skipped;
mod timeline;
mod trail;

pub use input::CheckEvidence;
pub use render::{Html, MAX_BYTES, PageError, render};
