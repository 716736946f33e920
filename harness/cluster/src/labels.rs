//! The labels and names by which what meshproof made in a cluster is found again.

/// The label that names the run which made an object.
pub const RUN: &str = "meshproof/run";
/// The label that names the check for which an object was made.
pub const CHECK: &str = "meshproof/check";
/// The value of that label on what checks share, which so far is all that is made.
pub const SHARED: &str = "base";
/// The label that counts the attempts of that check.
pub const ATTEMPT: &str = "meshproof/attempt";
/// The namespace of the undo records, which a sweep leaves to those who undo.
pub const UNDO_NAMESPACE: &str = "meshproof-faults";
