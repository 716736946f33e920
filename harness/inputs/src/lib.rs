//! What a person may set: merged from defaults, the cluster, a file, the environment and flags.

pub mod inputs;
pub mod layers;

pub use inputs::*;
pub use layers::{FoundInputs, InputsError, Layers, Origin};
