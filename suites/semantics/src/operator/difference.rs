//! A difference: what a custom resource says, and what the object that is there has instead.

use std::fmt;
use vocabulary::ObjectRef;

/// A field of an object that is not as the custom resource of its operator says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The custom resource.
    pub origin: ObjectRef,
    /// Its field.
    pub origin_field: String,
    /// The object that is there.
    pub object: ObjectRef,
    /// Its field.
    pub field: String,
    /// What the custom resource says.
    pub expected: String,
    /// What the object has.
    pub observed: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, origin_field, object, field, expected, observed } = self;
        write!(
            f,
            "{object}, field `{field}`: {observed}, where {origin}, field `{origin_field}`, says {expected}"
        )
    }
}
