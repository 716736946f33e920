//! The inputs about the installation of the stack: where its images and manifests come from, and the programs that
//! are run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where images and manifests of the stack come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Supply {
    /// Released images and manifests, from where their projects publish them.
    Internet,
    /// Images and manifests that `ci/lab` built on this machine.
    Lab,
}

/// The installation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InstallInputs {
    /// The Knative operator's manifest: a file or an https address. The pinned release otherwise.
    pub knative_operator_manifest: Option<String>,
    /// The image of the Kafka broker beside the cluster. The pinned release otherwise.
    pub kafka_image: Option<String>,
}

/// Programs that are run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ToolInputs {
    /// kind.
    pub kind: PathBuf,
    /// istioctl.
    pub istioctl: PathBuf,
    /// The container engine's client.
    pub engine: PathBuf,
}

impl Default for ToolInputs {
    fn default() -> Self {
        Self { kind: "kind".into(), istioctl: "istioctl".into(), engine: "docker".into() }
    }
}
