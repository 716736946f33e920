//! The objects of a step: those that its program prints or its manifest holds, with the objects beside the step merged
//! over them.

use crate::install::download::{self, DownloadError, DownloadLimits};
use crate::install::install_step::InstallStep;
use crate::install::step_spec::{ManifestSource, ProgramSource, Tool};
use crate::program::{Program, ProgramError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fixtures::{FixtureError, PlaceholderValues};
use inputs::Inputs;
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;
use thiserror::Error;

/// The objects of a step could not be put together.
#[derive(Debug, Error)]
pub enum ObjectsError {
    /// A fixture is broken.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// A program that prints objects failed.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// A manifest could not be read from its file.
    #[error("could not read the manifest `{}`", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A manifest could not be fetched.
    #[error("could not fetch {address}")]
    Fetch {
        /// Where it is published.
        address: String,
        /// Why.
        #[source]
        source: DownloadError,
    },
    /// What was printed or fetched is not YAML.
    #[error("{origin} is not YAML")]
    Syntax {
        /// Where it comes from.
        origin: String,
        /// What is wrong with it.
        #[source]
        source: serde_yaml::Error,
    },
}

/// All objects of a step, in the order in which they are applied.
pub(super) async fn objects_of_step(
    step: &InstallStep,
    inputs: &Inputs,
    values: &PlaceholderValues,
) -> Result<Vec<Value>, ObjectsError> {
    let mut objects = match (&step.spec.program, &step.spec.manifest) {
        (Some(program), _) => objects_of_program(step, program, inputs).await?,
        (None, Some(manifest)) => objects_of_manifest(manifest, inputs).await?,
        (None, None) => Vec::new(),
    };
    let mut own = step.objects.clone();
    own.iter_mut().try_for_each(|object| fixtures::render(object, values))?;
    fixtures::merge_objects(&mut objects, own);
    objects.iter_mut().for_each(encode_secret);
    objects.sort_by_key(apply_rank);
    Ok(objects)
}

async fn objects_of_program(
    step: &InstallStep,
    source: &ProgramSource,
    inputs: &Inputs,
) -> Result<Vec<Value>, ObjectsError> {
    let path = match source.tool {
        Tool::Istioctl => &inputs.tools.istioctl,
    };
    let stdin = step.files.get(&source.stdin).ok_or_else(|| FixtureError::Missing(source.stdin.clone()))?;
    let program = Program::new(path, source.arguments.clone()).stdin(stdin);
    let origin = format!("the output of `{program}`");
    parse_documents(origin, &program.run().await?)
}

async fn objects_of_manifest(source: &ManifestSource, inputs: &Inputs) -> Result<Vec<Value>, ObjectsError> {
    let input =
        inputs.dotted_values().into_iter().find(|(key, _)| *key == source.input).map(|(_, value)| value);
    let origin = input.as_ref().and_then(Value::as_str).unwrap_or(&source.address).to_owned();
    let text = if origin.starts_with("https://") {
        download::fetch(&origin, &DownloadLimits::default())
            .await
            .map_err(|error| ObjectsError::Fetch { address: origin.clone(), source: error })?
    } else {
        let path = PathBuf::from(&origin);
        let read = tokio::fs::read_to_string(&path).await;
        read.map_err(|source| ObjectsError::File { path, source })?
    };
    parse_documents(format!("`{origin}`"), &text)
}

/// The YAML documents of a text that are objects. `origin` names the text in an error.
fn parse_documents(origin: String, text: &str) -> Result<Vec<Value>, ObjectsError> {
    let documents: Result<Vec<_>, _> =
        serde_yaml::Deserializer::from_str(text).map(Value::deserialize).collect();
    let documents = documents.map_err(|source| ObjectsError::Syntax { origin, source })?;
    Ok(documents.into_iter().filter(Value::is_object).collect())
}

/// Moves `stringData` to `data`. The API server does so too, but the fields that were applied would then not be those that it
/// stores, and a later change of them would not be noticed.
fn encode_secret(object: &mut Value) {
    if object["kind"] != "Secret" || object["apiVersion"] != "v1" {
        return;
    }
    let Some(Value::Object(plain)) = object.as_object_mut().and_then(|fields| fields.remove("stringData"))
    else {
        return;
    };
    for (key, text) in plain {
        object["data"][key] = Value::from(STANDARD.encode(text.as_str().unwrap_or_default()));
    }
}

/// The rank of an object's kind: kinds that others need are applied first, webhooks after the workload that answers them.
pub(super) fn apply_rank(object: &Value) -> u8 {
    match object["kind"].as_str().unwrap_or_default() {
        "Namespace" => 0,
        "CustomResourceDefinition" => 1,
        "ServiceAccount" | "ClusterRole" | "ClusterRoleBinding" | "Role" | "RoleBinding" => 2,
        "ConfigMap" | "Secret" | "Service" => 3,
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => 5,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secret_is_encoded_as_the_api_server_stores_it() {
        let mut secret =
            json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA=="}, "stringData": {"b": "y"}});
        encode_secret(&mut secret);
        assert_eq!(secret, json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": "eA==", "b": "eQ=="}}));
    }

    #[test]
    fn empty_documents_are_no_objects() {
        let text = "# Resources\n---\n---\nkind: A\n---\n# end\n";
        assert_eq!(parse_documents("x".to_owned(), text).unwrap(), [json!({"kind": "A"})]);
    }

    #[tokio::test]
    async fn manifest_is_read_from_the_file_that_an_input_names() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "kind: A").unwrap();
        let mut inputs = Inputs::default();
        inputs.install.knative_operator_manifest = Some(file.path().display().to_string());
        let source =
            ManifestSource { input: "install.knative_operator_manifest".into(), address: "https://x".into() };
        assert_eq!(objects_of_manifest(&source, &inputs).await.unwrap(), [json!({"kind": "A"})]);
    }
}
