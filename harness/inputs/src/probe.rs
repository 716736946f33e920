//! The inputs about the in-cluster probe: the image that its pods run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The in-cluster probe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProbeInputs {
    /// The probe's image.
    pub image: Option<String>,
    /// The registry that it is pulled from instead of the image's own, for a cluster that reaches only a mirror.
    pub registry: Option<String>,
    /// The Secret with which the image is pulled, `namespace/name`; it is copied beside the pods that run it.
    pub pull_secret: Option<String>,
}

impl ProbeInputs {
    /// The image as it is pulled: with the registry that is named instead of its own.
    pub fn image_to_pull(&self) -> Option<String> {
        let image = self.image.as_ref()?;
        let Some(registry) = &self.registry else { return Some(image.clone()) };
        // The first part is a registry if it looks like a host.
        let rest = match image.split_once('/') {
            Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => rest,
            _ => image,
        };
        Some(format!("{}/{rest}", registry.trim_end_matches('/')))
    }
}
