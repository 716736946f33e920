//! Heals a fault: puts back what it changed, from the record that was written to the cluster before it.

pub mod access;
pub mod change_error;
pub mod deletion;
pub mod heal;
pub mod leftover;
mod object_restore;
pub mod owner_references;
pub mod pods;
pub mod replica_sets;
pub mod served_resources;
pub mod settle;
pub mod undo_record;

pub use access::ClusterAccess;
pub use change_error::ChangeError;
pub use leftover::{HealReport, UndoError};
pub use undo_record::{Dependent, ObjectSnapshot, UndoEntry, UndoRecord};
