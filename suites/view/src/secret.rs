//! Secret with a TLS certificate. A private key is never kept, only the digest of its public half.

use crate::placeholder::is_placeholder;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls_pki_types::PrivateKeyDer;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use vocabulary::{ListScope, Meta, ObjectKind, View};

/// A Secret with a TLS certificate.
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
    /// The SHA-256 of the public half of the key, as hexadecimal digits; absent for a kind of key that is not known here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_digest: Option<String>,
    /// Whether there is a private key in PEM.
    #[serde(default)]
    pub has_key: bool,
    /// Whether the certificate was left out by who collected the Secret.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_certificate_elided: bool,
    /// Whether the key was left out by who collected the Secret.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_key_elided: bool,
}

/// The pairs under which Istio looks for a certificate and its key. The first that is whole is taken.
const GENERIC: (&str, &str) = ("cert", "key");
const NAMED: (&str, &str) = ("tls.crt", "tls.key");

impl View for TlsSecret {
    const KIND: ObjectKind =
        ObjectKind { group: "", kind: "Secret", plural: "secrets", namespaced: true, versions: &["v1"] };
    const LIST_SCOPE: ListScope = ListScope::Object;

    fn meta(&self) -> &Meta {
        &self.metadata
    }

    fn read<'de, D: Deserializer<'de>>(object: D) -> Result<Self, D::Error> {
        Self::without_key(Value::deserialize(object)?).map_err(D::Error::custom)
    }
}

impl TlsSecret {
    /// The view of a Secret: what is read of its data, and not the data.
    fn without_key(mut object: Value) -> Result<Self, serde_json::Error> {
        let fields = object.as_object_mut();
        let (data, texts) =
            fields.map_or((None, None), |fields| (fields.remove("data"), fields.remove("stringData")));
        let data = with_texts(data, texts);
        let mut view: Self = serde_json::from_value(object)?;
        if data.is_none() {
            // Nothing to read, or a view already. The API server takes no Secret of this type without both values.
            let is_empty = view.certificate.is_none() && view.key_digest.is_none() && !view.has_key;
            if is_empty && view.r#type == "kubernetes.io/tls" {
                (view.is_certificate_elided, view.is_key_elided) = (true, true);
            }
            return Ok(view);
        }
        let values = |(certificate, key)| -> Result<_, serde_json::Error> {
            Ok((decoded(data.as_ref(), certificate)?, decoded(data.as_ref(), key)?))
        };
        let (generic, named) = (values(GENERIC)?, values(NAMED)?);
        let is_whole = generic.0.is_some() && generic.1.is_some();
        let has_none = named.0.is_none() && named.1.is_none();
        let (certificate, key) = if is_whole || has_none { generic } else { named };
        view.is_certificate_elided = certificate.as_deref().is_some_and(is_elided);
        view.is_key_elided = key.as_deref().is_some_and(is_elided);
        let certificate = certificate.filter(|_| !view.is_certificate_elided);
        view.certificate = certificate.map(|pem| String::from_utf8_lossy(&pem).into_owned());
        if let Some(key) = key.and_then(|pem| private_key(&pem)) {
            view.has_key = true;
            view.key_digest = public_half(&key).map(|key| sha256_hex(&key));
        }
        Ok(view)
    }
}

/// The SHA-256 of some bytes, as hexadecimal digits: how keys and certificates are compared and kept.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The data with what a manifest writes in plain text, which the API server encodes and which wins.
fn with_texts(data: Option<Value>, texts: Option<Value>) -> Option<Value> {
    let Some(Value::Object(texts)) = texts else { return data };
    let mut all = match data {
        Some(Value::Object(data)) => data,
        _ => serde_json::Map::new(),
    };
    for (key, text) in texts {
        let encoded = text.as_str().map(|text| Value::from(BASE64_STANDARD.encode(text)));
        // none: what is no text is told as no base64
        all.insert(key, encoded.unwrap_or(text));
    }
    Some(Value::Object(all))
}

/// A value of the data that is not empty; the error, which does not repeat it, where it is no base64.
fn decoded(data: Option<&Value>, key: &str) -> Result<Option<Vec<u8>>, serde_json::Error> {
    let Some(value) = data.and_then(|data| data.get(key)) else { return Ok(None) };
    if let Some(text) = value.as_str().filter(|text| is_placeholder(text)) {
        return Ok(Some(text.as_bytes().to_vec()));
    }
    let bytes = value.as_str().and_then(|value| BASE64_STANDARD.decode(value).ok()); // none: the error below
    let bytes = bytes.ok_or_else(|| serde::de::Error::custom(format!("`data[{key}]` is no base64")))?;
    Ok((!bytes.is_empty()).then_some(bytes))
}

/// Whether a value stands for one that is not here. It is a placeholder, or says how long the value was: must-gathers have
/// `1704 bytes long` in the place of what may be secret (openshift/oc, `pkg/cli/admin/inspect/secret.go`).
fn is_elided(value: &[u8]) -> bool {
    let text = std::str::from_utf8(value).unwrap_or_default(); // none: not such a text
    let count = text.strip_suffix(" bytes long");
    is_placeholder(text) || count.is_some_and(|count| count.parse::<usize>().is_ok())
}

fn private_key(pem: &[u8]) -> Option<PrivateKeyDer<'static>> {
    // none: a key that cannot be read is found to be missing
    rustls_pemfile::private_key(&mut &*pem).ok()?
}

/// The public half of a private key, as `SubjectPublicKeyInfo`.
fn public_half(key: &PrivateKeyDer<'_>) -> Option<Vec<u8>> {
    // none: of a key without a digest the check says that it was not compared
    let key = rustls::crypto::ring::sign::any_supported_type(key).ok()?;
    Some(key.public_key()?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData};
    use rstest::rstest;
    use serde_json::json;

    fn secret(data: &Value) -> TlsSecret {
        TlsSecret::from_object(json!({"metadata": {"name": "s", "namespace": "n"}, "data": data})).unwrap()
    }

    #[rstest]
    #[case::no_data(json!({"type": "kubernetes.io/tls"}), true)]
    #[case::placeholders(json!({"data": {"tls.crt": "${CRT}", "tls.key": "{{ .Values.key }}"}}), true)]
    #[case::placeholders_in_text(json!({"stringData": {"tls.crt": "${CRT}", "tls.key": "${KEY}"}}), true)]
    #[case::other_type_without_data(json!({"type": "Opaque"}), false)]
    #[case::empty_values(json!({"type": "kubernetes.io/tls", "data": {"tls.crt": "", "tls.key": ""}}), false)]
    fn values_that_are_not_here_are_left_out(#[case] mut secret: Value, #[case] expected: bool) {
        secret["metadata"] = json!({"name": "s", "namespace": "n"});
        let secret = TlsSecret::from_object(secret).unwrap();
        assert_eq!((secret.is_certificate_elided, secret.is_key_elided), (expected, expected));
    }

    #[test]
    fn texts_of_a_manifest_are_read() {
        let key = KeyPair::generate().unwrap().serialize_pem();
        let texts = json!({"tls.crt": "chain", "tls.key": key});
        let object = json!({"metadata": {"name": "s"}, "data": {"tls.crt": "b2xk"}, "stringData": texts});
        let secret = TlsSecret::from_object(object).unwrap();
        assert_eq!((secret.certificate.as_deref(), secret.has_key), (Some("chain"), true));
    }

    #[rstest]
    #[case::p256(&PKCS_ECDSA_P256_SHA256, "tls.key")]
    #[case::p384(&PKCS_ECDSA_P384_SHA384, "tls.key")]
    #[case::ed25519(&PKCS_ED25519, "tls.key")]
    #[case::generic(&PKCS_ECDSA_P256_SHA256, "key")]
    fn key_is_kept_as_a_digest_alone(
        #[case] algorithm: &'static rcgen::SignatureAlgorithm,
        #[case] name: &str,
    ) {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let pem = key.serialize_pem();
        let view = secret(&json!({name: BASE64_STANDARD.encode(&pem)}));

        assert_eq!(view.key_digest, Some(sha256_hex(&key.subject_public_key_info())));
        let json = serde_json::to_string(&view).unwrap();
        let secret_line = pem.lines().nth(1).unwrap();
        assert!(!json.contains(secret_line) && !json.contains(&BASE64_STANDARD.encode(&pem)), "{json}");
    }

    #[rstest]
    #[case::named(json!({"tls.crt": "bmFtZWQ=", "tls.key": "a2V5"}), Some("named"))]
    #[case::generic(json!({"cert": "Z2VuZXJpYw==", "key": "a2V5"}), Some("generic"))]
    #[case::both(json!({"cert": "Z2VuZXJpYw==", "key": "a2V5", "tls.crt": "bmFtZWQ=", "tls.key": "a2V5"}), Some("generic"))]
    #[case::generic_without_key(json!({"cert": "Z2VuZXJpYw==", "tls.crt": "bmFtZWQ=", "tls.key": "a2V5"}), Some("named"))]
    #[case::halves_of_two_pairs(json!({"key": "a2V5", "tls.crt": "bmFtZWQ="}), Some("named"))]
    #[case::empty(json!({"tls.crt": "", "tls.key": "a2V5"}), None)]
    fn certificate_and_key_are_of_one_pair(#[case] data: Value, #[case] expected: Option<&str>) {
        let view = secret(&data);
        assert_eq!(view.certificate.as_deref(), expected);
        assert!(!view.has_key, "none of them is a key in PEM");
    }

    #[test]
    fn key_of_another_pair_is_not_taken() {
        let pem = KeyPair::generate().unwrap().serialize_pem();
        let view = secret(&json!({"key": BASE64_STANDARD.encode(pem), "tls.crt": "bmFtZWQ="}));
        assert!(!view.has_key && view.key_digest.is_none());
    }

    #[test]
    fn key_of_an_unknown_kind_is_there_without_a_digest() {
        let body = BASE64_STANDARD.encode("a key of a kind that is yet to come");
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        let view = secret(&json!({"tls.key": BASE64_STANDARD.encode(pem)}));
        assert!(view.has_key && view.key_digest.is_none());
    }

    #[rstest]
    #[case::certificate("tls.crt")]
    #[case::key("tls.key")]
    fn value_that_is_no_base64_is_not_absent(#[case] name: &str) {
        let object = json!({"metadata": {"name": "s"}, "data": {name: "[redacted]"}});
        let error = TlsSecret::from_object(object).unwrap_err().to_string();
        assert_eq!(error, format!("`data[{name}]` is no base64"));
    }

    #[rstest]
    #[case::key(json!({"tls.crt": "bmFtZWQ=", "tls.key": BASE64_STANDARD.encode("1704 bytes long")}), Some("named"), false, true)]
    #[case::both(json!({"cert": BASE64_STANDARD.encode("9 bytes long"), "key": BASE64_STANDARD.encode("9 bytes long")}), None, true, true)]
    #[case::of_another_meaning(json!({"tls.crt": BASE64_STANDARD.encode("some bytes long"), "tls.key": "a2V5"}), Some("some bytes long"), false, false)]
    fn value_that_was_left_out_is_neither_there_nor_absent(
        #[case] data: Value,
        #[case] certificate: Option<&str>,
        #[case] is_certificate_elided: bool,
        #[case] is_key_elided: bool,
    ) {
        let view = secret(&data);
        assert_eq!(view.certificate.as_deref(), certificate);
        let told = (view.is_certificate_elided, view.is_key_elided, view.has_key);
        assert_eq!(told, (is_certificate_elided, is_key_elided, false));
    }

    #[rstest]
    #[case::nothing(json!({}))]
    #[case::empty(json!({"tls.key": ""}))]
    #[case::no_pem(json!({"tls.key": BASE64_STANDARD.encode("password")}))]
    fn what_is_no_key_is_not_taken_for_one(#[case] data: Value) {
        let view = secret(&data);
        assert!(!view.has_key && view.key_digest.is_none());
        assert!(!serde_json::to_string(&view).unwrap().contains("password"));
    }
}
