//! A flavour: the name of a family of products. The suites know what it means.

use serde::Serialize;
use std::fmt;

/// The name of a family of products in which the requirements are read the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flavour(pub &'static str);

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
