//! What there is to say of a custom resource that nothing was derived from, or not all.

use std::fmt;
use vocabulary::ObjectRef;

/// Why something of a custom resource was not derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivationNote {
    /// The custom resource.
    pub origin: ObjectRef,
    /// Its field.
    pub field: String,
    /// What about it.
    pub reason: String,
}

impl fmt::Display for DerivationNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, field `{}`: {}", self.origin, self.field, self.reason)
    }
}
