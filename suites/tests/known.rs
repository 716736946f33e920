//! Not known is never none: what the files do not hold makes no finding, and no pass that rests on it.
//!
//! The objects of the reference recording are judged as manifests, of which there may be more.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use inputs::Inputs;
use record::{Recording, ServedKinds};
use run::attempt;
use semantics::flavour::UPSTREAM;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use vocabulary::{Extent, Outcome, Tier};
use world::{Check, KnownObject, KnownObjects, Manifests, ObjectSource, OtherResources};

/// The kinds without which a check passes all the same, each with why that is right.
const NOT_DECISIVE: &[(&str, &str, &str)] = &[
    ("mesh::control_plane::is_ready", "pods", "there is one istiod"),
    ("mesh::mtls::is_strict_mesh_wide", "deployments.apps", "the ConfigMap of the default revision is there"),
    ("mesh::mtls::is_strict_mesh_wide", "pods", "the ConfigMap of the default revision is there"),
    (
        "mesh::mtls::auto_mtls_is_on",
        "deployments.apps",
        "the switch is not off, so nobody's calls are asked for",
    ),
    ("mesh::mtls::auto_mtls_is_on", "namespaces", "as above"),
    ("mesh::mtls::auto_mtls_is_on", "pods", "as above"),
    ("mesh::mtls::auto_mtls_is_on", "services.serving.knative.dev", "as above"),
    ("mesh::mtls::auto_mtls_is_on", "statefulsets.apps", "as above"),
    ("mesh::membership::serverless_namespaces_are_members", "deployments.apps", "the ConfigMap is there"),
    ("mesh::membership::serverless_namespaces_are_members", "pods", "as above"),
    ("gateways::ingress::serves_https_from_secret", "pods", "the template of the Deployment has the labels"),
    ("gateways::ingress::certificate_is_usable", "pods", "the namespace is that of the Deployment"),
    ("gateways::ingress::service_carries_the_label", "pods", "the template of the Deployment has the labels"),
    ("gateways::ingress::serves_every_host", "configmaps", "a server for `*` leaves no domain out"),
    ("gateways::local::demands_mesh_identity", "pods", "the template of the Deployment has the labels"),
    ("gateways::local::service_maps_80_to_8081", "pods", "the template of the Deployment has the labels"),
    (
        "gateways::local::port_translation_is_off",
        "gateways.networking.istio.io",
        "the Service is found by its name",
    ),
    ("gateways::local::port_translation_is_off", "pods", "the Service is found by its name"),
    (
        "serverless::serving::activator_and_autoscaler_are_injected",
        "statefulsets.apps",
        "they are Deployments",
    ),
    (
        "serverless::serving::addresses_have_the_gateways_scheme",
        "pods",
        "the template of the Deployment has the labels",
    ),
    ("kafka::service_entry::names_the_bootstrap_hosts", "configmaps", "the servers are among the inputs"),
    (
        "kafka::service_entry::is_external_without_resolution",
        "configmaps",
        "the servers are among the inputs",
    ),
];

type Objects = BTreeMap<String, Vec<Value>>;

fn recording() -> Recording {
    suites::suites().reference_recording().unwrap()
}

fn objects(recording: &Recording) -> Objects {
    let names = recording.served().names().map(ToOwned::to_owned);
    let all = names.map(|resource| (resource.clone(), recording.objects_of(&resource)));
    all.filter(|(_, objects)| !objects.is_empty()).collect()
}

fn served(recording: &Recording) -> ServedKinds {
    recording.served().clone()
}

fn checks() -> Vec<&'static Check> {
    suites::checks().into_iter().filter(|check| check.tier == Tier::Read).collect()
}

async fn judge(
    recording: &Recording,
    objects: &Objects,
    checks: &[&'static Check],
) -> BTreeMap<&'static str, Outcome> {
    let known = |objects: &Vec<Value>| {
        let object = |object: &Value| KnownObject { object: object.clone(), place: None };
        KnownObjects { objects: objects.iter().map(object).collect(), extent: Extent::Part }
    };
    let known = objects.iter().map(|(resource, objects)| (resource.clone(), known(objects))).collect();
    let manifests =
        Manifests::partial(recording.about.header.at, served(recording), known, OtherResources::Unknown);
    let world = Arc::new(ObjectSource::Files(manifests));
    let inputs: Inputs = serde_json::from_value(recording.about.inputs.clone()).unwrap();
    let inputs = Arc::new(inputs);
    let mut outcomes = BTreeMap::new();
    for check in checks {
        let judged = attempt(check, Arc::clone(&world), None, Arc::clone(&inputs), UPSTREAM).await;
        outcomes.insert(check.id, judged.outcome);
    }
    outcomes
}

/// The resources that a check reads, as the table of rights has them.
fn resources_of(check: &str) -> BTreeSet<String> {
    let reads = suites::suites().reads().unwrap().checks.remove(check).unwrap();
    // Of what is read by its name, the resource.
    let resource = |read: &String| read.split('/').next().unwrap().to_owned();
    reads[UPSTREAM.0].iter().map(resource).collect()
}

fn wrong(outcomes: &BTreeMap<&'static str, Outcome>) -> Vec<String> {
    let is_wrong =
        |outcome: &Outcome| !outcome.findings().is_empty() || matches!(outcome, Outcome::Errored { .. });
    outcomes
        .iter()
        .filter(|(_, outcome)| is_wrong(outcome))
        .map(|(id, outcome)| format!("{id}: {outcome:?}"))
        .collect()
}

#[tokio::test]
async fn what_the_files_do_not_hold_makes_no_finding() {
    let recording = recording();
    let whole = objects(&recording);
    let checks = checks();
    let outcomes = judge(&recording, &whole, &checks).await;
    // Silence of checks that judge nothing says nothing.
    let passed = outcomes.values().filter(|outcome| matches!(outcome, Outcome::Passed { .. })).count();
    assert!(passed >= 20, "{outcomes:#?}");
    let mut offences = wrong(&outcomes);
    for (resource, items) in &whole {
        let mut without = whole.clone();
        without.remove(resource);
        offences.extend(
            wrong(&judge(&recording, &without, &checks).await)
                .into_iter()
                .map(|one| format!("without {resource}: {one}")),
        );
        let readers: Vec<_> =
            checks.iter().copied().filter(|check| resources_of(check.id).contains(resource)).collect();
        for (index, item) in items.iter().enumerate() {
            let namespace = item["metadata"]["namespace"].as_str();
            // Pods and workloads of others decide nothing; of those of the mesh each is tried.
            let of_mesh = ["istio-system", "knative-serving", "knative-eventing"];
            if namespace.is_some_and(|namespace| !of_mesh.contains(&namespace)) {
                continue;
            }
            let mut without = whole.clone();
            without.get_mut(resource).unwrap().remove(index);
            let name = &item["metadata"]["name"];
            let told = wrong(&judge(&recording, &without, &readers).await);
            offences.extend(told.into_iter().map(|one| format!("without {resource} {name}: {one}")));
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[tokio::test]
async fn what_rests_on_an_unknown_kind_does_not_pass() {
    let recording = recording();
    let whole = objects(&recording);
    let mut offences = Vec::new();
    for check in checks() {
        for resource in resources_of(check.id) {
            let mut without = whole.clone();
            if without.remove(&resource).is_none() {
                continue;
            }
            let outcomes = judge(&recording, &without, &[check]).await;
            let outcome = &outcomes[check.id];
            let is_clean_pass = matches!(outcome, Outcome::Passed { unjudged, .. } if unjudged.is_empty());
            let is_right = NOT_DECISIVE.iter().any(|(id, kind, _)| *id == check.id && *kind == resource);
            if is_clean_pass != is_right {
                offences.push(format!("{} without {resource}: {outcome:?}", check.id));
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}
