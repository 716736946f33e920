//! `report.html`: the record of a run as one page, with the evidence beside each finding.
//!
//! The page needs nothing but itself: no network, no script (the script filters what is there), and it stays below
//! [`MAX_BYTES`]. All text is escaped by the template engine. The same input gives the same bytes.

mod appendix;
mod check_section;
mod deciding_object;
#[cfg(test)]
mod example_run;
mod field_path;
mod layers;
mod limits;
mod marked_text;
mod model;
mod observed_objects;
mod overview;
mod page_input;
mod render;
mod route;
mod route_stage;
mod trail;

pub use render::{Html, MAX_BYTES, PageError, render};
