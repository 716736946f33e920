//! Secret with a TLS certificate. A private key is never kept: of it, the view holds the digest of its public half.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use harness::object::ObjectKind;
use harness::view::{Meta, Reach, View};
use rustls_pki_types::PrivateKeyDer;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// See the module text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TlsSecret {
    /// The object's metadata.
    pub metadata: Meta,
    /// `kubernetes.io/tls`, or another type under which Istio accepts the same keys.
    #[serde(default)]
    pub r#type: String,
    /// The certificate and those that it was issued by, as PEM; absent without `tls.crt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The SHA-256 of the public half of the key, as hexadecimal digits; absent when the key is, or cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_digest: Option<String>,
    /// Whether there is a key at all.
    #[serde(default)]
    pub has_key: bool,
}

impl View for TlsSecret {
    const KIND: ObjectKind =
        ObjectKind { group: "", kind: "Secret", plural: "secrets", namespaced: true, versions: &["v1"] };
    const REACH: Reach = Reach::Object;

    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn from_object(mut object: Value) -> Result<Self, serde_json::Error> {
        let data = object.as_object_mut().and_then(|object| object.remove("data")).unwrap_or_default();
        let mut view: Self = serde_json::from_value(object)?;
        // The pairs under which Istio looks for a certificate.
        for (certificate, key) in [("cert", "key"), ("tls.crt", "tls.key")] {
            let text = |key: &str| BASE64_STANDARD.decode(data.get(key)?.as_str()?).ok();
            if let Some(pem) = text(certificate) {
                view.certificate = Some(String::from_utf8_lossy(&pem).into_owned());
            }
            if let Some(pem) = text(key) {
                view.has_key = !pem.is_empty();
                view.key_digest = public_half(&pem).map(|key| digest(&key));
            }
        }
        Ok(view)
    }
}

/// The digest under which a public key is compared and kept.
pub fn digest(public_key: &[u8]) -> String {
    Sha256::digest(public_key).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The public half of a private key, as `SubjectPublicKeyInfo`.
fn public_half(pem: &[u8]) -> Option<Vec<u8>> {
    let key: PrivateKeyDer<'_> = rustls_pemfile::private_key(&mut &*pem).ok()??;
    let key = rustls::crypto::ring::sign::any_supported_type(&key).ok()?;
    Some(key.public_key()?.to_vec())
}
