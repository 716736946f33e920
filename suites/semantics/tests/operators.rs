//! What operators make of whole sets of manifests, held against what they made on clusters.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rstest::rstest;
use semantics::flavour::{OSSM2, OSSM3, UPSTREAM};
use semantics::operator::derivation::{Derivation, ObjectsByResource, derive};
use serde::Deserialize;
use serde_json::Value;
use view::known_views;
use vocabulary::{Flavour, full_name};

const OSSM2_SET: &str = include_str!("operators/ossm2.yaml");
const OSSM3_SET: &str = include_str!("operators/ossm3.yaml");
const UPSTREAM_SET: &str = include_str!("operators/upstream.yaml");
/// The document's KnativeKafka, and what the lab's stand-in for its operator makes of it.
const STAND_IN: &str = include_str!("../../../ci/lab/openshift/tests/data/knative-kafka.jsonl");

/// The manifests of a set, and what is made of them.
fn read(set: &str) -> (Vec<Value>, Vec<Value>) {
    let documents = serde_yaml::Deserializer::from_str(set);
    let mut manifests: Vec<_> = documents.map(|document| Value::deserialize(document).unwrap()).collect();
    let made = manifests.pop().unwrap()["made"].as_array().unwrap().clone();
    (manifests, made)
}

/// The full name of an object's resource, as whoever reads files finds it.
fn resource(object: &Value) -> String {
    let (api_version, kind) = (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let known = known_views::of_kind(api_version, kind);
    known.map_or_else(
        || full_name(&format!("{}s", kind.to_lowercase()), group),
        |known| known.kind.full_name(),
    )
}

fn by_resource<'a>(objects: impl IntoIterator<Item = &'a Value>) -> ObjectsByResource {
    let mut by_resource = ObjectsByResource::new();
    for object in objects {
        by_resource.entry(resource(object)).or_default().push(object.clone());
    }
    by_resource
}

/// Whether everything in `expected` is in `found` as well. Which version of an API is named does not matter.
fn holds(expected: &Value, found: &Value) -> bool {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let mut fields = expected.iter().filter(|(key, _)| *key != "apiVersion");
            fields.all(|(key, value)| found.get(key).is_some_and(|found| holds(value, found)))
        }
        (expected, found) => expected == found,
    }
}

#[rstest]
#[case::ossm2(OSSM2_SET, OSSM2)]
#[case::ossm3(OSSM3_SET, OSSM3)]
#[case::upstream(UPSTREAM_SET, UPSTREAM)]
fn manifests_make_what_was_on_a_cluster(#[case] set: &str, #[case] flavour: Flavour) {
    let (manifests, made) = read(set);
    let derivation = derive(&by_resource(&manifests), Some(flavour));
    for expected in &made {
        let is_it = |name: &Value| name["metadata"]["name"] == expected["metadata"]["name"];
        let of_kind = derivation.objects.iter().filter(|derived| derived.resource == resource(expected));
        let candidates: Vec<_> =
            of_kind.map(|derived| &derived.object).filter(|object| is_it(object)).collect();
        assert!(candidates.iter().any(|found| holds(expected, found)), "{expected:#}\nin {candidates:#?}");
    }
    assert_eq!((derivation.notes, derivation.differences), (Vec::new(), Vec::new()));
}

#[rstest]
#[case::ossm2(OSSM2_SET, OSSM2)]
#[case::ossm3(OSSM3_SET, OSSM3)]
#[case::upstream(UPSTREAM_SET, UPSTREAM)]
fn what_is_there_is_not_made_again(#[case] set: &str, #[case] flavour: Flavour) {
    let (manifests, made) = read(set);
    let derivation = derive(&by_resource(manifests.iter().chain(&made)), Some(flavour));
    let again = derivation.objects.iter().filter(|derived| {
        let mut same = made.iter().filter(|object| resource(object) == derived.resource);
        same.any(|object| object["metadata"]["name"] == derived.object["metadata"]["name"])
    });
    assert_eq!(again.count(), 0);
}

/// Every derived object can be read by the view of its kind.
#[rstest]
#[case::ossm2(OSSM2_SET)]
#[case::ossm3(OSSM3_SET)]
#[case::upstream(UPSTREAM_SET)]
fn views_read_what_is_derived(#[case] set: &str) {
    let (manifests, _) = read(set);
    let Derivation { objects, .. } = derive(&by_resource(&manifests), Some(UPSTREAM));
    assert!(!objects.is_empty());
    for derived in objects {
        let (api_version, kind) = (derived.object["apiVersion"].as_str(), derived.object["kind"].as_str());
        let known = known_views::of_kind(api_version.unwrap(), kind.unwrap());
        if let Some(known) = known {
            known.recorded(derived.object.clone()).unwrap();
        }
    }
}

/// The stand-in and what is derived here were written apart, each after the operator itself.
#[test]
fn stand_in_makes_what_is_derived() {
    let objects: Vec<Value> = STAND_IN.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let Derivation { objects: missing, differences, notes, .. } = derive(&by_resource(&objects), Some(OSSM2));
    assert_eq!((missing, differences, notes), (Vec::new(), Vec::new(), Vec::new()));
}
