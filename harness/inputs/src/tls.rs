//! The inputs about certificates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TlsInputs {
    /// The PEM file of the root CA that clients of the ingress gateway trust.
    pub root_ca: Option<PathBuf>,
    /// The PEM file of roots that a client on this machine trusts by itself; the machine's own store otherwise.
    pub machine_roots: Option<PathBuf>,
}
