//! What is derived from all custom resources among some objects.
//!
//! An object that is there wins over what would be derived: it is what the operator has really made, or what a person has
//! written to be applied. Where it is not as the custom resource says, that is a difference.

use crate::operator::difference::Difference;
use crate::operator::draft::Drafts;
use crate::operator::istio::istio_drafts;
use crate::operator::istio_operator::istio_operator_drafts;
use crate::operator::knative_eventing::eventing_drafts;
use crate::operator::knative_kafka::kafka_drafts;
use crate::operator::knative_serving::serving_drafts;
use crate::operator::member_roll::member_rolls;
use crate::operator::note::DerivationNote;
use crate::operator::service_mesh_control_plane::control_plane_drafts;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use vocabulary::DerivedObject;
use vocabulary::{Flavour, ObjectRef};

/// Objects by the full name of their resource.
pub type ObjectsByResource = BTreeMap<String, Vec<Value>>;

/// What operators make of the custom resources among some objects.
#[derive(Debug, Default, PartialEq)]
pub struct Derivation {
    /// Objects that will be there, and are not yet.
    pub objects: Vec<DerivedObject>,
    /// Objects that are there, with what an operator adds to them: each stands for the one of the same name.
    pub extended: Vec<DerivedObject>,
    /// Fields of objects that are there and not as their custom resource says.
    pub differences: Vec<Difference>,
    /// What was not derived, and why.
    pub notes: Vec<DerivationNote>,
}

/// What is made of one custom resource, where the flavour is known or not.
type Maker = fn(&Value, Option<Flavour>) -> Result<Drafts, DerivationNote>;

/// The custom resources and their operators.
const MAKERS: &[(&str, Maker)] = &[
    ("servicemeshcontrolplanes.maistra.io", |value, _| control_plane_drafts(value)),
    ("istios.sailoperator.io", |value, _| istio_drafts(value)),
    ("istiooperators.install.istio.io", |value, _| istio_operator_drafts(value)),
    ("knativeservings.operator.knative.dev", serving_drafts),
    ("knativeeventings.operator.knative.dev", eventing_drafts),
    ("knativekafkas.operator.serverless.openshift.io", |value, _| kafka_drafts(value)),
];

/// What operators make of the custom resources among these objects. Where the flavour is not known, what only one of them
/// makes is left out.
pub fn derive(objects: &ObjectsByResource, flavour: Option<Flavour>) -> Derivation {
    let mut derivation = Derivation::default();
    let mut made = BTreeSet::<(String, ObjectRef)>::new();
    for (resource, maker) in MAKERS {
        for value in of_resource(objects, resource) {
            let drafts = match maker(value, flavour) {
                Ok(drafts) => drafts,
                Err(note) => {
                    derivation.notes.push(note);
                    continue;
                }
            };
            derivation.notes.extend(drafts.notes);
            for draft in drafts.drafts {
                let there = find(objects, draft.resource(), draft.object_ref());
                let name = (draft.resource().to_owned(), draft.object_ref().clone());
                match there {
                    Some(there) => derivation.differences.extend(draft.differences(there)),
                    // Of two resources that make the same, the operator accepts one.
                    None if made.insert(name) => derivation.objects.push(draft.into_derived()),
                    None => {}
                }
            }
        }
    }
    let [rolls, members, planes] =
        ["servicemeshmemberrolls", "servicemeshmembers", "servicemeshcontrolplanes"]
            .map(|plural| of_resource(objects, &format!("{plural}.maistra.io")));
    let rolls = member_rolls(rolls, members, planes);
    derivation.objects.extend(rolls.missing);
    derivation.extended.extend(rolls.extended);
    derivation.notes.extend(rolls.notes);
    derivation
}

fn of_resource<'a>(objects: &'a ObjectsByResource, resource: &str) -> &'a [Value] {
    objects.get(resource).map_or(&[], Vec::as_slice)
}

/// The object of this name. One whose manifest leaves the namespace out may be it.
fn find<'a>(objects: &'a ObjectsByResource, resource: &str, object: &ObjectRef) -> Option<&'a Value> {
    let is_it = |candidate: &&Value| {
        let metadata = &candidate["metadata"];
        let namespace = metadata["namespace"].as_str().filter(|namespace| !namespace.is_empty());
        metadata["name"] == object.name.as_str()
            && (namespace.is_none() || namespace == object.namespace.as_deref())
    };
    of_resource(objects, resource).iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flavour::UPSTREAM;
    use rstest::rstest;
    use serde_json::json;

    const SERVINGS: &str = "knativeservings.operator.knative.dev";
    const DEPLOYMENTS: &str = "deployments.apps";

    fn serving() -> Value {
        json!({"metadata": {"name": "knative-serving", "namespace": "knative-serving"}, "spec": {
            "ingress": {"istio": {"enabled": true}},
            "deployments": [{"name": "activator", "labels": {"sidecar.istio.io/inject": "true"}}],
        }})
    }

    fn objects(entries: &[(&str, Value)]) -> ObjectsByResource {
        let mut objects = ObjectsByResource::new();
        for (resource, object) in entries {
            objects.entry((*resource).to_owned()).or_default().push(object.clone());
        }
        objects
    }

    fn has_activator(derivation: &Derivation) -> bool {
        derivation.objects.iter().any(|derived| derived.object_ref.name == "activator")
    }

    #[test]
    fn missing_object_is_derived() {
        let derivation = derive(&objects(&[(SERVINGS, serving())]), None);
        assert!(has_activator(&derivation));
        assert_eq!(derivation.differences, []);
        assert!(
            derivation
                .objects
                .iter()
                .all(|one| one.object["status"].is_null() && one.object["metadata"]["uid"].is_null())
        );
    }

    #[rstest]
    #[case::equal(json!({"sidecar.istio.io/inject": "true"}), &[])]
    #[case::different(json!({"sidecar.istio.io/inject": "false"}), &["false"])]
    #[case::missing(json!({}), &["not set"])]
    fn object_that_is_there_wins(#[case] labels: Value, #[case] observed: &[&str]) {
        let activator = json!({"metadata": {"name": "activator", "namespace": "knative-serving"},
                               "spec": {"template": {"metadata": {"labels": labels}}}});
        let derivation = derive(&objects(&[(SERVINGS, serving()), (DEPLOYMENTS, activator)]), None);
        assert!(!has_activator(&derivation));
        let found: Vec<_> = derivation.differences.iter().map(|one| one.observed.as_str()).collect();
        assert_eq!(found, observed);
        let field = "spec.deployments[activator].labels[sidecar.istio.io/inject]";
        assert!(derivation.differences.iter().all(|one| one.origin_field == field));
    }

    #[rstest]
    #[case::elsewhere(json!({"name": "activator", "namespace": "other"}), true)]
    #[case::no_namespace(json!({"name": "activator"}), false)]
    fn object_of_another_namespace_is_another(#[case] metadata: Value, #[case] expected: bool) {
        let objects = objects(&[(SERVINGS, serving()), (DEPLOYMENTS, json!({"metadata": metadata}))]);
        assert_eq!(has_activator(&derive(&objects, None)), expected);
    }

    #[test]
    fn two_of_a_kind_make_each_object_once() {
        let derivation = derive(&objects(&[(SERVINGS, serving()), (SERVINGS, serving())]), Some(UPSTREAM));
        let mut names: Vec<_> = derivation.objects.iter().map(|one| one.object_ref.clone()).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn garbage_is_noted_and_nothing_else() {
        let entries: Vec<_> = MAKERS.iter().map(|(resource, _)| (*resource, json!(["nonsense"]))).collect();
        let derivation = derive(&objects(&entries), Some(UPSTREAM));
        assert_eq!((derivation.objects.len(), derivation.notes.len()), (0, MAKERS.len()));
    }
}
