//! Brings faults into a cluster or a recording, and says whether the checks notice.

pub mod case;
mod definition;
mod engine;
mod error;
pub mod generate;
#[cfg(test)]
mod heal_tests;
mod hold;
mod inject;
mod issue;
mod judge;
pub mod leave;
mod on_recording;
mod prepare;
pub mod recording_trials;
mod snapshot;
mod step;
mod trial;

pub use definition::Fault;
pub use engine::{Engine, EngineError, RECORDINGS};
pub use error::{FaultError, InjectError};
pub use issue::Issue;
pub use step::{Step, Target};
