//! Injects faults into a cluster or a recording, and says whether the checks catch them.

pub mod case;
mod certificate_step;
mod definition;
mod engine;
mod engine_error;
mod error;
mod fault_step;
pub mod generate;
#[cfg(test)]
mod heal_tests;
mod hold;
mod inject;
mod judge;
pub mod leave;
mod object_target;
mod on_recording;
mod prepare;
pub mod recording_trials;
mod refusal;
mod snapshot;
mod trial;

pub use certificate_step::CertificateStep;
pub use definition::Fault;
pub use engine::{FAULT_RECORDINGS_FILE, FaultEngine};
pub use engine_error::FaultEngineError;
pub use error::{FaultError, InjectError};
pub use fault_step::FaultStep;
pub use object_target::ObjectTarget;
