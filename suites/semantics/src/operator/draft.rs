//! A derived object while it is written: each field with where its value comes from.

use crate::operator::custom_resource::CustomResource;
use crate::operator::difference::Difference;
use crate::operator::field_path::field_path;
use crate::operator::note::DerivationNote;
use serde_json::{Map, Value, json};
use vocabulary::{DerivedObject, FieldOrigin};
use vocabulary::{ObjectKind, ObjectRef};

/// What is made of one custom resource.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    /// The objects.
    pub(crate) drafts: Vec<Draft>,
    /// What was left out, and why.
    pub(crate) notes: Vec<DerivationNote>,
}

impl Drafts {
    /// Adds what else is made.
    pub(crate) fn extend(&mut self, others: Self) {
        self.drafts.extend(others.drafts);
        self.notes.extend(others.notes);
    }
}

/// An object that is being written.
#[derive(Debug)]
pub(crate) struct Draft {
    derived: DerivedObject,
    stated: Vec<StatedField>,
}

/// A field whose value stands in the custom resource.
#[derive(Debug)]
struct StatedField {
    keys: Vec<String>,
    origin_field: String,
    describe: fn(&Value) -> String,
}

impl Draft {
    /// An object without any field. `fallback` is the field of the custom resource that whatever is not said otherwise leads
    /// to.
    pub(crate) fn new(
        kind: ObjectKind,
        namespace: &str,
        name: &str,
        origin: &CustomResource<'_>,
        fallback: &str,
    ) -> Self {
        let version = kind.versions.first().copied().unwrap_or("v1"); // none: every kind has a version
        let api_version =
            if kind.group.is_empty() { version.to_owned() } else { format!("{}/{version}", kind.group) };
        let object = json!({
            "apiVersion": api_version, "kind": kind.kind, "metadata": {"name": name, "namespace": namespace},
        });
        let derived = DerivedObject {
            resource: kind.full_name(),
            object,
            object_ref: ObjectRef::namespaced(kind.kind, namespace, name),
            origin: origin.object.clone(),
            fields: vec![FieldOrigin { prefix: String::new(), origin: fallback.to_owned() }],
        };
        Self { derived, stated: Vec::new() }
    }

    /// Writes what the operator fills in itself.
    pub(crate) fn fill(&mut self, keys: &[&str], value: impl Into<Value>) {
        let mut place = &mut self.derived.object;
        for key in keys {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            place = &mut place[*key];
        }
        *place = value.into();
    }

    /// Writes a text that the custom resource states in a field of its own.
    pub(crate) fn state_text(&mut self, keys: &[&str], text: &str, origin_field: &str) {
        self.state(keys, text, origin_field);
    }

    /// Writes what the custom resource states in a field of its own.
    pub(crate) fn state(&mut self, keys: &[&str], value: impl Into<Value>, origin_field: &str) {
        self.state_as(keys, value, origin_field, describe_value);
    }

    /// Writes a text that the custom resource states once and the operator copies to several places: it is compared in one.
    pub(crate) fn echo(&mut self, keys: &[&str], text: &str, origin_field: &str) {
        self.fill(keys, text);
        self.lead(&field_path(keys), origin_field);
    }

    /// The same as [`Self::state`], with the words in which the value is compared and told.
    pub(crate) fn state_as(
        &mut self,
        keys: &[&str],
        value: impl Into<Value>,
        origin_field: &str,
        describe: fn(&Value) -> String,
    ) {
        self.fill(keys, value);
        self.lead(&field_path(keys), origin_field);
        let keys: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        self.stated.retain(|stated| stated.keys != keys);
        self.stated.push(StatedField { keys, origin_field: origin_field.to_owned(), describe });
    }

    /// Says which field of the custom resource decides the fields that begin with a prefix.
    pub(crate) fn lead(&mut self, prefix: &str, origin_field: &str) {
        self.derived.fields.retain(|field| field.prefix != prefix);
        self.derived.fields.push(FieldOrigin { prefix: prefix.to_owned(), origin: origin_field.to_owned() });
    }

    /// The object so far.
    pub(crate) fn object_ref(&self) -> &ObjectRef {
        &self.derived.object_ref
    }

    /// The full name of its resource.
    pub(crate) fn resource(&self) -> &str {
        &self.derived.resource
    }

    /// The object.
    pub(crate) fn into_derived(self) -> DerivedObject {
        self.derived
    }

    /// What an object that is there has instead of what the custom resource states.
    pub(crate) fn differences(&self, observed: &Value) -> Vec<Difference> {
        let differing = |stated: &StatedField| {
            let (expected, found) = (stated.value(&self.derived.object)?, stated.value(observed));
            let expected = (stated.describe)(expected);
            let found = found.map_or_else(|| "not set".to_owned(), stated.describe);
            let keys: Vec<_> = stated.keys.iter().map(String::as_str).collect();
            (expected != found).then(|| Difference {
                origin: self.derived.origin.clone(),
                origin_field: stated.origin_field.clone(),
                object: self.derived.object_ref.clone(),
                field: field_path(&keys),
                expected,
                observed: found,
            })
        };
        self.stated.iter().filter_map(differing).collect()
    }
}

impl StatedField {
    fn value<'a>(&self, object: &'a Value) -> Option<&'a Value> {
        let value = self.keys.iter().try_fold(object, |place, key| place.get(key))?;
        (!value.is_null()).then_some(value)
    }
}

/// A value as it is written in YAML, without quotes.
fn describe_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim_end().to_owned(),
        Value::Object(fields) => {
            let pairs: Vec<_> =
                fields.iter().map(|(key, value)| format!("{key}: {}", describe_value(value))).collect();
            pairs.join(", ")
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use view::workload::Deployment;
    use vocabulary::View;

    fn draft() -> Draft {
        let value = json!({"metadata": {"name": "s", "namespace": "n"}});
        let origin = CustomResource::read(&value, "KnativeServing", None).unwrap();
        let mut draft = Draft::new(Deployment::KIND, "n", "activator", &origin, "spec.workloads[activator]");
        draft.fill(&["spec", "selector", "matchLabels", "app"], "activator");
        draft.state(&["metadata", "labels", "a.b/c"], "true", "spec.workloads[activator].labels[a.b/c]");
        draft.state(&["spec", "replicas"], 2, "spec.high-availability.replicas");
        draft.state(&["spec", "replicas"], 3, "spec.workloads[activator].replicas");
        draft
    }

    #[test]
    fn fields_are_written_with_their_origin() {
        let derived = draft().into_derived();
        let expected = json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "activator", "namespace": "n", "labels": {"a.b/c": "true"}},
            "spec": {"selector": {"matchLabels": {"app": "activator"}}, "replicas": 3},
        });
        assert_eq!((derived.object.clone(), derived.resource.as_str()), (expected, "deployments.apps"));
        assert_eq!(derived.origin_field("metadata.labels[a.b/c]"), "spec.workloads[activator].labels[a.b/c]");
        assert_eq!(derived.origin_field("spec.replicas"), "spec.workloads[activator].replicas");
        assert_eq!(derived.origin_field("spec.selector"), "spec.workloads[activator]");
    }

    #[rstest]
    #[case::equal(json!({"metadata": {"labels": {"a.b/c": "true"}}, "spec": {"replicas": 3}}), &[])]
    #[case::more(json!({"metadata": {"labels": {"a.b/c": "true", "d": "e"}}, "spec": {"replicas": 3}}), &[])]
    #[case::other(
        json!({"metadata": {"labels": {"a.b/c": "false"}}, "spec": {"replicas": 3}}),
        &["Deployment n/activator, field `metadata.labels[a.b/c]`: false, \
           where KnativeServing n/s, field `spec.workloads[activator].labels[a.b/c]`, says true"]
    )]
    #[case::nothing_there(json!({"spec": {"replicas": null}}), &[
        "Deployment n/activator, field `metadata.labels[a.b/c]`: not set, \
         where KnativeServing n/s, field `spec.workloads[activator].labels[a.b/c]`, says true",
        "Deployment n/activator, field `spec.replicas`: not set, \
         where KnativeServing n/s, field `spec.workloads[activator].replicas`, says 3",
    ])]
    #[case::no_object(json!("nonsense"), &[
        "Deployment n/activator, field `metadata.labels[a.b/c]`: not set, \
         where KnativeServing n/s, field `spec.workloads[activator].labels[a.b/c]`, says true",
        "Deployment n/activator, field `spec.replicas`: not set, \
         where KnativeServing n/s, field `spec.workloads[activator].replicas`, says 3",
    ])]
    fn only_stated_fields_differ(#[case] observed: Value, #[case] expected: &[&str]) {
        let differences: Vec<_> = draft().differences(&observed).iter().map(ToString::to_string).collect();
        assert_eq!(differences, expected);
    }
}
