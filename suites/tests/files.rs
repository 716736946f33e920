//! Files instead of a cluster: the document's own objects, as they are printed there.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn report(files: &Path) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_meshproof"))
        .args(["run", "--format", "json", "--files"])
        .arg(files)
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What was said of a check: the findings with what was observed, or why it was skipped.
fn told(check: &Value) -> String {
    let findings = check["findings"].as_array().into_iter().flatten();
    let mut told: Vec<_> = findings.map(|one| format!("{} {}", one["code"], one["observed"])).collect();
    told.extend(check["reason"].as_object().map(|reason| format!("{}", reason["reason"])));
    format!("{} {} {}", check["id"].as_str().unwrap(), check["outcome"].as_str().unwrap(), told.join(", "))
}

#[test]
fn example_of_the_document_repeats_port_names() {
    let report = report(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/document"));
    assert_eq!(report["header"]["flavour"], "ossm2", "the document's own flavour");
    let all: Vec<_> = report["checks"].as_array().unwrap().iter().map(told).collect();
    let repeated = all.iter().find(|one| one.contains("names_each_port_once")).unwrap();
    assert!(
        repeated.contains("`tcp-sasl-tls` 2 times") && repeated.contains("`tcp-tls` 2 times"),
        "{repeated}"
    );
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn whole_objects_give_the_verdicts_of_the_cluster() {
    // The recorded views mirror their objects, so that they are files, too.
    let recording = suites::suites().reference_recording().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (index, (resource, kind, version)) in WHOLE.iter().enumerate() {
        let mut items = recording.objects_of(resource);
        for item in &mut items {
            item["kind"] = Value::from(*kind);
            item["apiVersion"] = Value::from(*version);
        }
        let list = serde_json::json!({"kind": format!("{kind}List"), "apiVersion": version, "items": items});
        std::fs::write(folder.path().join(format!("{index}.json")), list.to_string()).unwrap();
    }
    let report = report(folder.path());
    let words = report["checks"].as_array().unwrap().iter().map(told);
    let wrong: Vec<_> = words.filter(|one| one.contains(" failed ") || one.contains(" errored ")).collect();
    assert!(wrong.is_empty(), "on the cluster each of these passed:\n{}", wrong.join("\n"));
    assert!(report["summary"]["passed"].as_u64() > Some(10), "{}", report["summary"]);
}

/// The kinds of the recording whose views are read from whole objects as they are; of a Secret they are not.
const WHOLE: &[(&str, &str, &str)] = &[
    ("authorizationpolicies.security.istio.io", "AuthorizationPolicy", "security.istio.io/v1"),
    ("configmaps", "ConfigMap", "v1"),
    ("deployments.apps", "Deployment", "apps/v1"),
    ("destinationrules.networking.istio.io", "DestinationRule", "networking.istio.io/v1"),
    ("gateways.networking.istio.io", "Gateway", "networking.istio.io/v1"),
    ("knativeeventings.operator.knative.dev", "KnativeEventing", "operator.knative.dev/v1beta1"),
    (
        "knativekafkas.operator.serverless.openshift.io",
        "KnativeKafka",
        "operator.serverless.openshift.io/v1alpha1",
    ),
    ("knativeservings.operator.knative.dev", "KnativeServing", "operator.knative.dev/v1beta1"),
    ("namespaces", "Namespace", "v1"),
    ("networkpolicies.networking.k8s.io", "NetworkPolicy", "networking.k8s.io/v1"),
    ("peerauthentications.security.istio.io", "PeerAuthentication", "security.istio.io/v1"),
    ("pods", "Pod", "v1"),
    ("serviceentries.networking.istio.io", "ServiceEntry", "networking.istio.io/v1"),
    ("services", "Service", "v1"),
    ("statefulsets.apps", "StatefulSet", "apps/v1"),
];
