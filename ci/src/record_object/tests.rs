//! Objects that are put into the recordings of this repository.

use super::*;
use vocabulary::Question;

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

type Runs = Vec<(&'static str, Recording)>;

/// Puts objects into what `change` makes of all recordings.
fn insert_into(yaml: &str, change: impl Fn(&mut Recording)) -> Result<(Vec<String>, Runs)> {
    let mut runs = Vec::new();
    for name in recordings::RUNS {
        let mut recording = recordings::read(top(), name)?;
        change(&mut recording);
        runs.push((name, recording));
    }
    let mut faulted = recordings::read_faulted(top())?;
    let changes = insert(&file::parse(yaml)?, &mut runs, &mut faulted)?;
    for (_, recording) in &mut runs {
        recording.forget_unused();
        let text = serde_json::to_vec(recording)?;
        *recording = Recording::parse(&text)?;
    }
    Ok((changes, runs))
}

fn added(yaml: &str) -> Result<Vec<String>> {
    insert_into(yaml, |_| {}).map(|(changes, _)| changes)
}

const GATEWAY: &str = "apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: another, namespace: shop, uid: 1234}
spec: {selector: {app: shop}, servers: [{port: {number: 80, protocol: HTTP}, hosts: [shop.example.com]}]}
";

#[test]
fn object_of_a_known_kind_is_added_everywhere() {
    let (changes, runs) = insert_into(GATEWAY, |_| {}).unwrap();
    let everywhere = ["reference", "broken", "faults"];
    assert_eq!(changes, everywhere.map(|name| format!("{name}: Gateway shop/another is added")));
    for (_, recording) in runs {
        let all = recording.objects_of("gateways.networking.istio.io");
        let object = all.iter().find(|one| one["metadata"]["name"] == "another").unwrap();
        assert!(object["metadata"].get("uid").is_none(), "it is a view: {object}");
    }
}

#[test]
fn object_takes_the_place_of_one_of_its_name() {
    let policy = "apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: istio-system, labels: {team: mesh}}
spec: {mtls: {mode: STRICT}}
";
    let changes = added(policy).unwrap();
    assert_eq!(changes[0], "reference: PeerAuthentication istio-system/default is replaced");
    let left = "broken: PeerAuthentication istio-system/default stays as a fault left it";
    assert_eq!(changes[1], left, "there it is permissive");
}

#[test]
fn object_that_is_there_changes_nothing() {
    let reference = recordings::read(top(), "reference").unwrap();
    let mut namespace = reference.objects_of("namespaces").remove(0);
    namespace["apiVersion"] = "v1".into();
    namespace["kind"] = "Namespace".into();
    let (changes, runs) = insert_into(&namespace.to_string(), |_| {}).unwrap();
    assert!(changes[0].ends_with("is there already, and the same"), "{changes:#?}");
    let text = |recording: &Recording| serde_json::to_string(recording).unwrap();
    assert!(text(&runs[0].1) == text(&reference));
}

#[test]
fn kind_that_is_new_is_served_and_answered_to_who_asks() {
    const RESOURCE: &str = "serviceentries.networking.istio.io";
    let forget = |recording: &mut Recording| {
        recording.stop_serving(RESOURCE);
        for observed in recording.checks.values_mut() {
            observed.answers.retain(
                |one| !matches!(&one.question, Question::Objects { resource, .. } if resource == RESOURCE),
            );
        }
    };
    let entry = "apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: kafka, namespace: knative-eventing}
spec: {hosts: [kafka.meshproof.test]}
";
    let (changes, runs) = insert_into(entry, forget).unwrap();
    for line in [
        format!("reference: {RESOURCE} is served"),
        format!("reference: {RESOURCE} is answered to kafka::service_entry::names_the_bootstrap_hosts"),
        format!("broken: {RESOURCE} is answered to kafka::service_entry::names_each_port_once"),
    ] {
        assert!(changes.contains(&line), "{changes:#?}");
    }
    assert_eq!(runs[0].1.objects_of(RESOURCE).len(), 1);

    let none = "{apiVersion: networking.istio.io/v1, kind: ServiceEntryList, items: []}";
    let (_, runs) = insert_into(none, forget).unwrap();
    assert!(runs[0].1.objects_of(RESOURCE).is_empty());
    let question = Question::Objects { resource: RESOURCE.to_owned(), scope: "*".to_owned() };
    assert!(runs[0].1.answers(&question), "that there is none is an answer");
}

#[test]
fn what_no_check_could_be_given_is_refused() {
    for (yaml, expected) in [
        (
            "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a, namespace: b}}",
            "no view reads DaemonSet of apps/v1",
        ),
        (
            "{apiVersion: sailoperator.io/v1, kind: Istio, metadata: {name: default}}",
            "no check asks for Istio default",
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: a}}",
            "Pod a: an object of this kind needs a `metadata.namespace`",
        ),
        ("{apiVersion: v1, kind: Pod, metadata: {namespace: a}}", "a Pod has no `metadata.name`"),
        ("{apiVersion: v1, kind: NamespaceList, items: []}", "no Namespace: "),
        ("{spec: {}}", "a document has no `apiVersion` and `kind`"),
        (
            "{apiVersion: v1, kind: Service, metadata: {name: a, namespace: b}, spec: 1}",
            "Service b/a does not have the shape",
        ),
    ] {
        let error = format!("{:#}", added(yaml).unwrap_err());
        assert!(error.starts_with(expected), "{error}");
    }
}
