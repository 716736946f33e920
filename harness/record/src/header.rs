//! How a recording was made: all that decides a verdict and is no answer of the world.

use crate::journal::RunHeader;
use inputs::{Inputs, VERDICT_INPUTS};
use redact::MARK;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use vocabulary::{CheckCard, Digest, Provenance, Tier};

/// How a recording was made.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RecordingHeader {
    /// What the run was about.
    pub header: RunHeader,
    /// What decided which checks ran.
    #[serde(alias = "situation")]
    pub conditions: RunConditions,
    /// The inputs by which it was judged, those that were found on the cluster included. Of a file only its name is kept.
    #[schemars(with = "BTreeMap<String, Value>")]
    pub inputs: Value,
    /// Where a person edits what operators make, of files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provenances: Vec<Provenance>,
    /// The SHA-256 of each check's file: a check whose digest is another has changed since.
    pub catalogue: BTreeMap<String, Digest>,
}

/// What decided which checks ran.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunConditions {
    /// What the cluster and its provider offered.
    pub capabilities: Vec<String>,
    /// The most that a check was allowed to do.
    pub allowed: Tier,
    /// Whether an image of the probe was named.
    #[serde(alias = "has_probe")]
    pub has_probe: bool,
    /// Whether files were judged, from which no answer to a request can come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_files: bool,
}

/// The digest of each check's file.
pub fn check_digests<'a>(cards: impl IntoIterator<Item = &'a CheckCard>) -> BTreeMap<String, Digest> {
    cards.into_iter().map(|card| (card.id.to_owned(), Digest::of_bytes(card.text.as_bytes()))).collect()
}

/// What is kept of inputs.
pub fn recorded_inputs(inputs: &Inputs) -> Value {
    let mut all = serde_json::to_value(inputs).unwrap_or_default();
    if let Some(fields) = all.as_object_mut() {
        fields.retain(|key, _| VERDICT_INPUTS.contains(&key.as_str()));
    }
    for pointer in [
        "/kafka/root_ca",
        "/kafka/client_certificate",
        "/kafka/client_key",
        "/tls/root_ca",
        "/tls/machine_roots",
    ] {
        if let Some(Value::String(path)) = all.pointer_mut(pointer) {
            *path = path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        }
    }
    if inputs.kafka.password.is_some()
        && let Some(kafka) = all.get_mut("kafka").and_then(Value::as_object_mut)
    {
        kafka.insert("password".to_owned(), Value::from(MARK));
    }
    redact::value(&mut all);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_passwords_nor_paths_are_kept() {
        let mut inputs = Inputs::default();
        inputs.kafka.password = Some("hunter2".to_owned());
        inputs.kafka.client_key = Some("/home/somebody/keys/client.key".into());
        inputs.kubeconfig = Some("/home/somebody/.kube/config".into());
        let kept = recorded_inputs(&inputs);
        assert!(!kept.to_string().contains("hunter2") && !kept.to_string().contains("somebody"), "{kept}");

        let again: Inputs = serde_json::from_value(kept).unwrap();
        assert_eq!(again.kafka.password.as_deref(), Some(MARK));
        assert_eq!(again.kafka.client_key, Some("client.key".into()));
        assert_eq!(again.mesh, inputs.mesh);
    }
}
