//! A flaw: one field of one object that is not as it has to be, with what is wrong about it.

use vocabulary::ObjectRef;

/// One field of one object that is not as it has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw<Kind> {
    /// What is wrong.
    pub kind: Kind,
    /// The object, there or missing.
    pub object: ObjectRef,
    /// Its field, as a path.
    pub field: String,
    /// What the field should be.
    pub expected: String,
    /// What it is.
    pub observed: String,
}
