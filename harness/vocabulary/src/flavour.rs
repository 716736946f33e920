//! A flavour: the name of a family of products. The suites know what it means.

use serde::Serialize;
use std::fmt;

/// The name of a family of products in which the requirements are read the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flavour(pub &'static str);

impl Flavour {
    /// Stands where nothing tells the flavour. What is read differently by flavour is then not judged.
    pub const UNKNOWN: Self = Self("unknown");
    /// What is missing where the flavour is unknown, as a reader of a verdict is told.
    pub const MISSING: &'static str = "which flavour the mesh is";
    /// What a person does where the flavour is unknown.
    pub const HINT: &'static str = "name it with `--flavour upstream|ossm2|ossm3`";

    /// What is missing to know how it reads a requirement; nothing where it is known.
    pub fn missing(self) -> Option<String> {
        (self == Self::UNKNOWN).then(|| format!("{} ({})", Self::MISSING, Self::HINT))
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
