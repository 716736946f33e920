//! Generated faults: each field of each recorded object is removed, flipped, or takes its neighbour's value.
//!
//! A written fault proves that a check can say its finding. Generated ones ask the other question: what could be changed
//! without any check noticing? One that no check catches needs a rule that says why it violates no requirement.

mod flip;
mod judge;
mod mutant;
mod path;
pub mod rules;
mod score;

pub use judge::Judged;
pub use mutant::{Generated, Operator, WHOLE, generate};
pub use path::{Part, Path};
pub use rules::{Rule, RulesError};
pub use score::{score, score_trials};
