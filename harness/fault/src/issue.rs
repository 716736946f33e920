//! Certificates that are wrong in one way, made when they are needed: no private key is ever kept in a fixture.

use crate::step::Target;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use stack::install::values;
use stack::pki::{self, Order, PkiError};
use undo::access::ClusterAccess;

/// What is put into a Secret.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// The Secret.
    pub object: Target,
    /// The certificate.
    #[serde(default)]
    pub leaf: Order,
    /// Whether the key that the Secret holds stays.
    #[serde(default)]
    pub keep_key: bool,
}

/// The patch of the Secret's `data`.
pub(crate) fn make(issue: &Issue, access: &ClusterAccess) -> Result<Value, PkiError> {
    let made = pki::make(&access.state.pki(), &issue.leaf, values::domain(&access.inputs))?;
    let crt = BASE64_STANDARD.encode(made.chain);
    if issue.keep_key {
        return Ok(json!({"tls.crt": crt}));
    }
    Ok(json!({"tls.crt": crt, "tls.key": BASE64_STANDARD.encode(made.key)}))
}
