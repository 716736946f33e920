//! What is made of an Istio resource of the Sail operator: its istiod. Values are read from the resource itself.
//!
//! Read in istio-ecosystem/sail-operator: with the strategy `InPlace`, which is the default, the revision is called like the
//! resource; with `RevisionBased` its name has the version, and an alias such as `v1.27-latest` does not tell it.

use crate::istio::control_plane::{REVISION_LABEL, config_map_name};
use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::{Draft, Drafts};
use crate::operator::note::DerivationNote;
use serde::Deserialize;
use serde_json::Value;
use view::workload::Deployment;
use vocabulary::View;

const KIND: &str = "Istio";

/// The specification.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct IstioSpec {
    namespace: Option<String>,
    update_strategy: UpdateStrategy,
}

/// What becomes of the control plane of an older version.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct UpdateStrategy {
    r#type: Option<String>,
}

/// What is made of an Istio resource.
pub(crate) fn istio_drafts(value: &Value) -> Result<Drafts, DerivationNote> {
    let origin = CustomResource::read(value, KIND, None)?;
    let spec = origin.spec::<IstioSpec>()?;
    if spec.update_strategy.r#type.as_deref().is_some_and(|strategy| strategy != "InPlace") {
        return Err(origin.note("spec.updateStrategy.type", "the name of the revision is not known"));
    }
    let namespace = spec.namespace.as_deref().unwrap_or("istio-system");
    let istiod = istiod_draft(namespace, &origin.object.name, &origin);
    Ok(Drafts { drafts: vec![istiod], notes: Vec::new() })
}

/// The istiod of a revision.
pub(crate) fn istiod_draft(namespace: &str, revision: &str, origin: &CustomResource<'_>) -> Draft {
    let name = config_map_name("istiod", revision);
    let mut draft = Draft::new(Deployment::KIND, namespace, &name, origin, "spec");
    for place in [&["metadata", "labels"][..], &["spec", "template", "metadata", "labels"]] {
        for (key, value) in [("app", "istiod"), (REVISION_LABEL, revision)] {
            draft.fill(&[place, &[key]].concat(), value);
        }
    }
    for (key, value) in [("app", "istiod"), (REVISION_LABEL, revision)] {
        draft.fill(&["spec", "selector", "matchLabels", key], value);
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::default("default", json!({}), Some("Deployment istio-system/istiod"))]
    #[case::named("canary", json!({"namespace": "mesh"}), Some("Deployment mesh/istiod-canary"))]
    #[case::in_place("default", json!({"updateStrategy": {"type": "InPlace"}}), Some("Deployment istio-system/istiod"))]
    #[case::revisions("default", json!({"updateStrategy": {"type": "RevisionBased"}}), None)]
    #[case::shape("default", json!({"namespace": 5}), None)]
    fn istiod_is_called_after_the_revision(
        #[case] name: &str,
        #[case] spec: Value,
        #[case] expected: Option<&str>,
    ) {
        let drafts = istio_drafts(&json!({"metadata": {"name": name}, "spec": spec}));
        let name = drafts.ok().map(|drafts| drafts.drafts[0].object_ref().to_string());
        assert_eq!(name.as_deref(), expected);
    }

    #[test]
    fn istiod_has_the_labels_that_tell_it() {
        let drafts = istio_drafts(&json!({"metadata": {"name": "default"}})).unwrap();
        let derived = drafts.drafts.into_iter().next().unwrap().into_derived();
        assert_eq!(derived.object["metadata"]["labels"], json!({"app": "istiod", "istio.io/rev": "default"}));
        assert_eq!(derived.origin.to_string(), "Istio default");
    }
}
