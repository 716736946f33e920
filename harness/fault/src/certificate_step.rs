//! The step that puts a flawed certificate into a Secret. It is made for the occasion, so that no fixture holds a private key.

use crate::object_target::ObjectTarget;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use stack::install::values;
use stack::pki::{CertificateFlaws, PkiError, issue_flawed};
use undo::ClusterAccess;

/// Which certificate is put into which Secret.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateStep {
    /// The Secret.
    pub object: ObjectTarget,
    /// What is wrong with the certificate.
    #[serde(default)]
    pub leaf: CertificateFlaws,
    /// Whether the Secret keeps its key, which then does not belong to the certificate.
    #[serde(default)]
    pub keep_key: bool,
}

/// Makes the certificate, and returns the merge patch for the Secret's `data`.
pub(crate) fn secret_data_patch(step: &CertificateStep, access: &ClusterAccess) -> Result<Value, PkiError> {
    let certificate = issue_flawed(&access.state.pki(), &step.leaf, values::domain(&access.inputs))?;
    let crt = BASE64_STANDARD.encode(certificate.chain);
    if step.keep_key {
        return Ok(json!({"tls.crt": crt}));
    }
    Ok(json!({"tls.crt": crt, "tls.key": BASE64_STANDARD.encode(certificate.key)}))
}
