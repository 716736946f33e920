//! Puts back what a fault changed, from the record that was written to the cluster before.

pub mod access;
pub mod heal;
pub mod leftover;
pub mod owned;
mod owners;
pub mod pods;
pub mod settle;
pub mod undo_record;

pub use leftover::{Healed, UndoError};
