//! A custom resource as its operator reads it: what it is called, and its specification.

use crate::operator::note::DerivationNote;
use serde::de::DeserializeOwned;
use serde_json::Value;
use vocabulary::{ObjectRef, one_line};

/// A custom resource.
#[derive(Debug)]
pub(crate) struct CustomResource<'a> {
    /// What it is called.
    pub(crate) object: ObjectRef,
    value: &'a Value,
}

impl<'a> CustomResource<'a> {
    /// Reads the name. `default_namespace` is where it is when its manifest does not say so, for kinds that have such a
    /// place.
    pub(crate) fn read(
        value: &'a Value,
        kind: &str,
        default_namespace: Option<&str>,
    ) -> Result<Self, DerivationNote> {
        let text = |field: &str| value["metadata"][field].as_str().filter(|text| !text.is_empty());
        let namespace = text("namespace").or(default_namespace).map(ToOwned::to_owned);
        let named = |name: &str| ObjectRef { kind: kind.to_owned(), namespace, name: name.to_owned() };
        let Some(name) = text("name") else {
            let reason = "it has no name".to_owned();
            return Err(DerivationNote { origin: named(""), field: "metadata.name".to_owned(), reason });
        };
        Ok(Self { object: named(name), value })
    }

    /// The namespace, which has to be written.
    pub(crate) fn namespace(&self) -> Result<&str, DerivationNote> {
        let reason = "no namespace is written, so nothing tells where its objects will be";
        self.object.namespace.as_deref().ok_or_else(|| self.note("metadata.namespace", reason))
    }

    /// The version of its API, without the group.
    pub(crate) fn version(&self) -> &str {
        let api_version = self.value["apiVersion"].as_str().unwrap_or(""); // none: no version is as good as an unknown one
        api_version.rsplit_once('/').map_or(api_version, |(_, version)| version)
    }

    /// The specification. What is not there is empty; what has another shape than its operator reads is a note.
    pub(crate) fn spec<T: DeserializeOwned + Default>(&self) -> Result<T, DerivationNote> {
        let unreadable = |error: serde_json::Error| {
            self.note("spec", &format!("it cannot be read: {}", one_line(&error.to_string())))
        };
        match self.value.get("spec") {
            None | Some(Value::Null) => Ok(T::default()),
            // A list would be taken for the fields in their order.
            Some(Value::Array(_)) => Err(self.note("spec", "it cannot be read: it is a list")),
            Some(spec) => serde_json::from_value(without_nulls(spec)).map_err(unreadable),
        }
    }

    /// Says something of a field.
    pub(crate) fn note(&self, field: &str, reason: &str) -> DerivationNote {
        DerivationNote { origin: self.object.clone(), field: field.to_owned(), reason: reason.to_owned() }
    }
}

/// A value without its `null`s: the API server drops them as well.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(key, value)| (key.clone(), without_nulls(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        value => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde::Deserialize;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Lamp {
        labels: BTreeMap<String, String>,
    }

    fn lamp(spec: &Value) -> Result<Lamp, DerivationNote> {
        let value = json!({"metadata": {"name": "l", "namespace": "n"}, "spec": spec});
        CustomResource::read(&value, "Lamp", None)?.spec()
    }

    #[rstest]
    #[case::none(Value::Null)]
    #[case::empty(json!({}))]
    #[case::null_field(json!({"labels": null}))]
    #[case::null_value(json!({"labels": {"a": null}}))]
    fn nulls_are_not_there(#[case] spec: Value) {
        assert_eq!(lamp(&spec), Ok(Lamp::default()));
    }

    #[rstest]
    #[case::text(json!("nonsense"))]
    #[case::list(json!({"labels": []}))]
    #[case::label_that_is_no_text(json!({"labels": {"sidecar.istio.io/inject": true}}))]
    fn other_shape_is_a_note(#[case] spec: Value) {
        let note = lamp(&spec).unwrap_err().to_string();
        assert!(note.starts_with("Lamp n/l, field `spec`: it cannot be read: invalid type"), "{note}");
    }

    #[rstest]
    #[case::written(json!({"name": "l", "namespace": "n"}), Some("d"), Ok("n"))]
    #[case::default(json!({"name": "l"}), Some("d"), Ok("d"))]
    #[case::unknown(json!({"name": "l", "namespace": ""}), None, Err("metadata.namespace"))]
    fn namespace_is_written_or_the_default(
        #[case] metadata: Value,
        #[case] default: Option<&str>,
        #[case] expected: Result<&str, &str>,
    ) {
        let value = json!({"metadata": metadata});
        let resource = CustomResource::read(&value, "Lamp", default).unwrap();
        assert_eq!(resource.namespace().map_err(|note| note.field), expected.map_err(ToOwned::to_owned));
    }

    #[rstest]
    #[case::text(json!("lamp"))]
    #[case::no_metadata(json!({}))]
    #[case::number(json!({"metadata": {"name": 5}}))]
    fn object_without_a_name_is_a_note(#[case] value: Value) {
        assert_eq!(CustomResource::read(&value, "Lamp", None).unwrap_err().field, "metadata.name");
    }
}
