//! Generated faults: each field of each recorded object is removed, flipped, or takes its neighbour's value.
//!
//! A written fault proves that a check can report its finding. Generated ones show what can change without any check noticing.
//! For one that no check catches, a rule has to say why it violates no requirement.

mod field_path;
mod flip;
mod generated_fault;
mod generator;
mod judge;
pub mod rules;
mod score;

pub use field_path::{FieldPath, FieldPathPart};
pub use generated_fault::{FieldOperator, GeneratedFault, WHOLE_OBJECT};
pub use generator::generate;
pub use judge::GeneratedFaultResult;
pub use rules::{EquivalenceRule, EquivalenceRulesError};
pub use score::{score, score_trials};
