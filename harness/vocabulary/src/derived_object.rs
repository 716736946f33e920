//! An object that an operator makes, and where in its custom resource a person edits each field of it.

use crate::finding::Finding;
use crate::object::ObjectRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An object that an operator makes of a custom resource, or adds something to. It has no status and no uid.
#[derive(Debug, Clone, PartialEq)]
pub struct DerivedObject {
    /// The full name of its resource: `deployments.apps`.
    pub resource: String,
    /// The object, as far as it is known.
    pub object: Value,
    /// What it is called.
    pub object_ref: ObjectRef,
    /// The custom resource.
    pub origin: ObjectRef,
    /// The fields of the custom resource that decide its own.
    pub fields: Vec<FieldOrigin>,
}

/// Where a person edits an object that an operator makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The object that is made.
    pub object: ObjectRef,
    /// The custom resource.
    pub origin: ObjectRef,
    /// The fields of the custom resource that decide its own.
    pub fields: Vec<FieldOrigin>,
}

/// Fields of a derived object, and the field of its custom resource that decides them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldOrigin {
    /// What the paths of the fields begin with; empty for whatever nothing else is said of.
    pub prefix: String,
    /// What that is replaced by. For an empty prefix, the whole path.
    pub origin: String,
}

impl DerivedObject {
    /// Where a person edits it.
    pub fn provenance(&self) -> Provenance {
        Provenance {
            object: self.object_ref.clone(),
            origin: self.origin.clone(),
            fields: self.fields.clone(),
        }
    }

    /// See [`Provenance::origin_field`].
    pub fn origin_field(&self, field: &str) -> String {
        origin_field(&self.fields, field)
    }
}

impl Provenance {
    /// The field of the custom resource that decides a field of the object: that of the longest prefix. Where none is
    /// given, the field is called the same in both.
    pub fn origin_field(&self, field: &str) -> String {
        origin_field(&self.fields, field)
    }

    /// Says of a finding about the object where a person edits what is wrong.
    pub fn lead_to_origin(&self, finding: &mut Finding) {
        finding.field = self.origin_field(&finding.field);
        finding.seen_at = Some(std::mem::replace(&mut finding.object, self.origin.clone()));
    }
}

fn origin_field(fields: &[FieldOrigin], field: &str) -> String {
    let fitting = fields.iter().filter_map(|candidate| Some((candidate, candidate.rest(field)?)));
    let best = fitting.max_by_key(|(candidate, _)| candidate.prefix.len());
    match best {
        None => field.to_owned(),
        Some((candidate, _)) if candidate.prefix.is_empty() => candidate.origin.clone(),
        Some((candidate, rest)) => format!("{}{rest}", candidate.origin),
    }
}

impl FieldOrigin {
    /// What follows the prefix in a path, if it begins with it.
    fn rest<'a>(&self, field: &'a str) -> Option<&'a str> {
        let rest = field.strip_prefix(self.prefix.as_str())?;
        // `data.mesh: trustDomain` is within the document `data.mesh`.
        let is_whole = rest.is_empty() || rest.starts_with(['.', '[']) || self.prefix.ends_with(": ");
        (self.prefix.is_empty() || is_whole).then_some(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const TEMPLATE: &str = "spec.template.metadata";

    fn derived(fields: &[(&str, &str)]) -> DerivedObject {
        let field = |(prefix, origin): &(&str, &str)| FieldOrigin {
            prefix: (*prefix).to_owned(),
            origin: (*origin).to_owned(),
        };
        DerivedObject {
            resource: "deployments.apps".to_owned(),
            object: Value::Null,
            object_ref: ObjectRef::namespaced("Deployment", "n", "a"),
            origin: ObjectRef::namespaced("KnativeServing", "n", "s"),
            fields: fields.iter().map(field).collect(),
        }
    }

    #[rstest]
    #[case::rest_is_kept("spec.template.metadata.labels[a.b/c]", "spec.deployments[x].labels[a.b/c]")]
    #[case::longest_wins("spec.template.metadata.labels[own]", "spec.workloads[x].labels[own]")]
    #[case::same("spec.template.metadata.labels", "spec.deployments[x].labels")]
    #[case::other_word("spec.template.metadata.labelsOf", "spec.deployments[x]")]
    #[case::fallback("metadata.name", "spec.deployments[x]")]
    #[case::document("data.mesh: rootNamespace", "spec.meshConfig.rootNamespace")]
    fn field_leads_to_its_origin(#[case] field: &str, #[case] expected: &str) {
        let labels = format!("{TEMPLATE}.labels");
        let own = format!("{TEMPLATE}.labels[own]");
        let object = derived(&[
            ("", "spec.deployments[x]"),
            (&labels, "spec.deployments[x].labels"),
            (&own, "spec.workloads[x].labels[own]"),
            ("data.mesh: ", "spec.meshConfig."),
        ]);
        assert_eq!(object.origin_field(field), expected);
    }

    #[test]
    fn field_without_an_origin_keeps_its_name() {
        assert_eq!(derived(&[]).origin_field("spec.members"), "spec.members");
    }
}
