//! What operators make of the custom resources among the objects of files, as the suites say.

use vocabulary::DerivedObject;

/// What operators make of the custom resources among some objects.
#[derive(Debug, Default)]
pub struct Derivation {
    /// Objects that will be there, and are not yet.
    pub objects: Vec<DerivedObject>,
    /// Objects that are there, with what an operator adds to them.
    pub extended: Vec<DerivedObject>,
    /// What there is to say of it: what is not as its custom resource says, and what was not derived.
    pub notes: Vec<String>,
}
