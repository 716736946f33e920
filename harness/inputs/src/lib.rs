//! What a person may set: merged from defaults, the cluster, a file, the environment and flags.

mod dotted;
pub mod error;
pub mod inputs;
pub mod installation;
pub mod kafka;
pub mod layers;
pub mod mesh;
pub mod origin;
pub mod probe;
pub mod provider;
pub mod run_time;
pub mod serverless;
pub mod tls;
mod validate;

pub use error::InputsError;
pub use inputs::{Inputs, VERDICT_INPUTS};
pub use installation::{InstallInputs, Supply, ToolInputs};
pub use kafka::KafkaInputs;
pub use layers::{DiscoveredInputs, InputLayers};
pub use mesh::{MeshInputs, NamespaceInputs};
pub use origin::InputOrigin;
pub use probe::ProbeInputs;
pub use provider::{KindInputs, ProviderKind};
pub use run_time::RunTime;
pub use serverless::ServerlessInputs;
pub use tls::TlsInputs;
