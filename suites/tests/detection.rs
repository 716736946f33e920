//! Folders of manifests as people have them: detection tells the flavour from what there is, and never ends the run.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rstest::rstest;
use serde_json::Value;
use std::process::Command;

/// The Gateways of Knative and the Service in front of them, as the document prints them.
const GATEWAYS: &str = r"
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: knative-ingress-gateway, namespace: knative-serving}
spec:
  selector: {knative: ingressgateway}
  servers:
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: ['*']
    tls: {mode: SIMPLE, credentialName: wildcard-certs}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: knative-local-gateway, namespace: knative-serving}
spec:
  selector: {knative: ingressgateway}
  servers:
  - port: {number: 8081, name: https, protocol: HTTPS}
    hosts: ['*']
    tls: {mode: ISTIO_MUTUAL}
---
apiVersion: v1
kind: Service
metadata:
  name: knative-local-gateway
  namespace: istio-ingress
  labels: {experimental.istio.io/disable-gateway-port-translation: 'true'}
spec:
  type: ClusterIP
  selector: {knative: ingressgateway}
  ports:
  - {name: http2, port: 80, targetPort: 8081}
---
";

const CONTROL_PLANE: &str = r"
apiVersion: maistra.io/v2
kind: ServiceMeshControlPlane
metadata: {name: basic, namespace: mesh}
spec:
  profiles: [default]
  security: {dataPlane: {mtls: true}}
  techPreview: {meshConfig: {defaultConfig: {terminationDrainDuration: 35s}}}
  gateways: {ingress: {service: {metadata: {labels: {knative: ingressgateway}}}}}
  proxy: {networking: {trafficControl: {inbound: {excludedPorts: [8444, 8022]}}}}
---
";

const ROLL: &str = r"
apiVersion: maistra.io/v1
kind: ServiceMeshMemberRoll
metadata: {name: default, namespace: mesh}
spec: {members: [knative-serving, knative-eventing]}
---
";

const ROLL_BY_SELECTOR: &str = r"
apiVersion: maistra.io/v1
kind: ServiceMeshMemberRoll
metadata: {name: default, namespace: mesh}
spec: {memberSelectors: [{matchLabels: {mesh: ours}}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: knative-serving, labels: {mesh: ours}}
---
apiVersion: v1
kind: Namespace
metadata: {name: knative-eventing, labels: {mesh: ours}}
---
";

const MEMBERS: &str = r"
apiVersion: maistra.io/v1
kind: ServiceMeshMember
metadata: {name: default, namespace: knative-serving}
spec: {controlPlaneRef: {name: basic, namespace: mesh}}
---
apiVersion: maistra.io/v1
kind: ServiceMeshMember
metadata: {name: default, namespace: knative-eventing}
spec: {controlPlaneRef: {name: basic, namespace: mesh}}
---
";

const UNRELATED_NAMESPACE: &str = r"
apiVersion: v1
kind: Namespace
metadata: {name: openshift-serverless}
---
";

const ISTIO: &str = r"
apiVersion: sailoperator.io/v1
kind: Istio
metadata: {name: default}
spec:
  namespace: sail
  version: v1.27.3
  values:
    meshConfig: {defaultConfig: {terminationDrainDuration: 35s}}
    global: {proxy: {excludeInboundPorts: '8444,8022'}}
---
";

const ISTIO_OPERATOR: &str = r"
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  meshConfig: {defaultConfig: {terminationDrainDuration: 35s}}
  values: {global: {proxy: {excludeInboundPorts: '8444,8022'}}}
---
";

/// The exit code and the report of a run on these manifests.
fn run(manifests: &[&str], arguments: &[&str]) -> (Option<i32>, Value) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("manifests")).unwrap();
    std::fs::write(folder.path().join("manifests/all.yaml"), manifests.concat()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_meshproof"))
        .args(["run", "--format", "json", "--files", "manifests"])
        .args(arguments)
        .current_dir(folder.path())
        .env_clear()
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code(), report)
}

fn checks(report: &Value) -> &Vec<Value> {
    report["checks"].as_array().unwrap()
}

fn check<'a>(report: &'a Value, id: &str) -> &'a Value {
    checks(report).iter().find(|check| check["id"] == id).unwrap()
}

/// What was found, or could not be judged although it should have been.
fn complaints(report: &Value) -> Vec<String> {
    let is_bad =
        |check: &&Value| ["failed", "warned", "errored"].contains(&check["outcome"].as_str().unwrap());
    checks(report).iter().filter(is_bad).map(|check| format!("{check:#}")).collect()
}

#[rstest]
#[case::roll(
    &[GATEWAYS, CONTROL_PLANE, ROLL, UNRELATED_NAMESPACE], "ossm2",
    "ServiceMeshMemberRoll mesh/default has the member knative-serving"
)]
#[case::roll_by_selector(
    &[GATEWAYS, CONTROL_PLANE, ROLL_BY_SELECTOR], "ossm2",
    "ServiceMeshMemberRoll mesh/default has the member knative-serving"
)]
#[case::members(&[GATEWAYS, MEMBERS], "ossm2", "ServiceMeshMember knative-serving/default names mesh")]
#[case::control_plane(&[GATEWAYS, CONTROL_PLANE], "ossm2", "ServiceMeshControlPlane mesh/basic")]
#[case::istio(&[GATEWAYS, ISTIO, UNRELATED_NAMESPACE], "ossm3", "Istio default")]
#[case::istio_operator(&[GATEWAYS, ISTIO_OPERATOR], "upstream", "IstioOperator istio-system/mesh")]
#[case::migration(
    &[GATEWAYS, CONTROL_PLANE, ROLL, ISTIO], "ossm2",
    "ServiceMeshMemberRoll mesh/default has the member knative-serving; ossm3 is there, too: Istio default"
)]
#[case::nothing(
    &[GATEWAYS], "unknown", "nothing tells it; name it with `--flavour upstream|ossm2|ossm3`"
)]
fn flavour_is_told_by_what_there_is(
    #[case] manifests: &[&str],
    #[case] flavour: &str,
    #[case] evidence: &str,
) {
    let (code, report) = run(manifests, &[]);
    assert_eq!(
        (report["header"]["flavour"].as_str(), report["header"]["evidence"].as_str()),
        (Some(flavour), Some(evidence))
    );
    assert_eq!(complaints(&report), Vec::<String>::new());
    assert_eq!(code, Some(0), "{}", report["summary"]);
    assert!(report["summary"]["passed"].as_u64() > Some(2), "{}", report["summary"]);
}

#[test]
fn what_is_read_by_flavour_is_not_judged_without_one() {
    let (_, report) = run(&[GATEWAYS], &[]);
    for id in [
        "mesh::control_plane::is_ready",
        "mesh::control_plane::drain_outlasts_requests",
        "mesh::control_plane::excludes_8444_and_8022",
        "gateways::local::port_translation_is_off",
    ] {
        assert_eq!(check(&report, id)["reason"]["reason"], "unknown-flavour", "{id}");
    }
    assert_eq!(check(&report, "gateways::local::demands_mesh_identity")["outcome"], "passed");
    let named = run(&[GATEWAYS], &["--flavour", "ossm2"]).1;
    assert_eq!(check(&named, "gateways::local::port_translation_is_off")["outcome"], "passed");
}

#[test]
fn local_gateway_on_plain_http_is_no_finding_where_it_may_be_documented() {
    let plain = GATEWAYS
        .replace("{number: 8081, name: https, protocol: HTTPS}", "{number: 80, name: http, protocol: HTTP}")
        .replace("    tls: {mode: ISTIO_MUTUAL}\n", "");
    let id = "gateways::local::demands_mesh_identity";
    assert_ne!(check(&run(&[&plain], &[]).1, id)["outcome"], "failed");
    assert_eq!(check(&run(&[&plain], &["--flavour", "ossm2"]).1, id)["outcome"], "failed");
}

#[test]
fn run_of_unknown_flavour_is_replayed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("all.yaml"), GATEWAYS).unwrap();
    let meshproof = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meshproof"));
        command.args(arguments).current_dir(folder.path()).env_clear().output().unwrap()
    };
    let judged = meshproof(&["run", "--files", "all.yaml"]);
    let told = String::from_utf8(judged.stdout).unwrap();
    assert!(told.contains("flavour unknown (nothing tells it; name it with `--flavour "), "{told}");
    let run = std::fs::read_dir(folder.path().join("out")).unwrap().find_map(|entry| {
        let bundle = entry.unwrap().path().join("bundle.tar.gz");
        bundle.exists().then_some(bundle)
    });
    let replayed = meshproof(&["replay", run.unwrap().to_str().unwrap(), "--format", "json"]);
    assert_eq!(replayed.status.code(), judged.status.code(), "{}", String::from_utf8_lossy(&replayed.stderr));
    let report: Value = serde_json::from_slice(&replayed.stdout).unwrap();
    assert_eq!(report.get("changed"), None, "what was not known in the files is known no better now");
    assert!(report["summary"]["passed"].as_u64() > Some(3), "{}", report["summary"]);
}

#[test]
fn namespaces_are_found_without_pods() {
    let serving = r"
apiVersion: operator.knative.dev/v1beta1
kind: KnativeServing
metadata: {name: knative-serving, namespace: serverless}
spec:
  ingress: {istio: {enabled: true}}
  config: {domain: {apps.example.com: ''}}
";
    let elsewhere = GATEWAYS.replace("namespace: knative-serving", "namespace: serverless");
    let (_, report) = run(&[&elsewhere, serving], &[]);
    let local = check(&report, "gateways::local::service_maps_80_to_8081");
    assert_eq!(local["outcome"], "passed", "{local:#}");
    let evidence = local["evidence"].as_str().unwrap();
    assert!(evidence.contains("Service istio-ingress/knative-local-gateway"), "{evidence}");
}
