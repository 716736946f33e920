//! What checks were given, kept so that they can be judged again: observations, recordings, bundles.
//!
//! A check sees the world only through its context. Each question that it asks there and the answer that it gets is an
//! observation; the observations of all checks of a run are a [`Recording`], on which the same judgement gives the same
//! verdict without the cluster. Secrets are taken out of an answer before the check sees it, so that nothing is judged
//! that is not kept.

mod about;
pub mod bundle;
mod digest;
#[cfg(test)]
pub(crate) mod example;
mod faulted;
mod observation;
mod player;
mod pool;
mod recorder;
mod recording;

pub use about::{About, Situated, catalogue, kept};
pub use digest::Digest;
pub use faulted::Faulted;
pub use observation::{Given, Kept, Observations, Question, RecordedKind, Seen};
pub use player::Player;
pub use pool::Pool;
pub use recorder::Recorder;
pub use recording::{Answer, Change, FORMAT, Observation, Observed, Recording, RecordingError};
