//! The inputs about the provider: where the cluster comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the cluster comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum ProviderKind {
    /// A kind cluster that meshproof makes, reuses by name, and deletes.
    Kind,
    /// A cluster that exists: a named context of a kubeconfig.
    Live,
    /// The reference recording: no cluster at all.
    Recording,
}

/// The kind provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KindInputs {
    /// The cluster's name.
    pub name: String,
    /// The node image; kind's own default otherwise.
    pub node_image: Option<String>,
}

impl Default for KindInputs {
    fn default() -> Self {
        Self { name: "meshproof".to_owned(), node_image: None }
    }
}
