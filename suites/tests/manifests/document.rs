//! The document's own objects, with what it leaves to be filled in as it is printed there.

use crate::assert_deviation;
use crate::manifest_set::ManifestSet;
use rstest::rstest;

const FOLDER: &str = "document";

/// What the document's own ServiceEntry gets wrong: two names for four ports.
const REPEATED: &str = "kafka::service_entry::names_each_port_once port-name-repeated: ServiceEntry knative-eventing/kafka-cluster `spec.ports[].name`, kafka-cluster-serviceentry.yaml:11";

#[test]
fn port_names_alone_are_found() {
    let report = ManifestSet::copy_of(FOLDER).judge();
    assert_eq!(report.findings(), [REPEATED, REPEATED]);
    assert_eq!(report.flavour(), "ossm2");
    assert_eq!(report.judged().len(), 29);
}

#[test]
fn unread_files_are_told() {
    assert_eq!(
        ManifestSet::copy_of(FOLDER).judge().warnings(),
        ["1 of the files is not read: it has a placeholder for a name: ./knative-service.yaml:1 \
             (Service <service_name>: `<namespace>`); render it first, and judge what that prints",]
    );
}

#[rstest]
#[case::mtls_is_off(
    ("servicemesh-control-plane.yaml", "mtls: true", "mtls: false"),
    &["mesh::mtls::is_strict_mesh_wide mode-not-strict: ServiceMeshControlPlane istio-system/basic `spec.security.dataPlane.mtls`, servicemesh-control-plane.yaml:11"]
)]
#[case::drain_is_short(
    ("servicemesh-control-plane.yaml", "35s", "30s"),
    &["mesh::control_plane::drain_outlasts_requests drain-too-short: ServiceMeshControlPlane istio-system/basic `spec.techPreview.meshConfig.defaultConfig.terminationDrainDuration`, servicemesh-control-plane.yaml:15"]
)]
#[case::hook_is_captured(
    ("servicemesh-control-plane.yaml", "          - 8022 # serving: wait-for-drain k8s pre-stop hook\n", ""),
    &["mesh::control_plane::excludes_8444_and_8022 port-not-excluded: ServiceMeshControlPlane istio-system/basic `spec.proxy.networking.trafficControl.inbound.excludedPorts`, servicemesh-control-plane.yaml:26"]
)]
#[case::label_is_left_out(
    ("servicemesh-control-plane.yaml", "        metadata:\n          labels:\n            knative: ingressgateway\n", "        type: ClusterIP\n"),
    &["gateways::ingress::service_carries_the_label label-missing: ServiceMeshControlPlane istio-system/basic `spec.gateways.ingress.service.metadata.labels`, servicemesh-control-plane.yaml:18"]
)]
#[case::eventing_is_no_member(
    ("servicemesh-member-roll.yaml", "  - knative-eventing\n", ""),
    &["mesh::membership::serverless_namespaces_are_members not-a-member: ServiceMeshMemberRoll istio-system/default `spec.members`, servicemesh-member-roll.yaml:7"]
)]
#[case::local_gateway_is_plain(
    ("istio-knative-gateways.yaml", "      number: 8081\n      name: https\n      protocol: HTTPS\n    tls:\n      mode: ISTIO_MUTUAL\n", "      number: 8081\n      name: http\n      protocol: HTTP\n"),
    &["gateways::local::demands_mesh_identity plaintext-accepted: Gateway knative-serving/knative-local-gateway `spec.servers[0].port.protocol`, istio-knative-gateways.yaml:32"]
)]
#[case::no_secret(
    ("istio-knative-gateways.yaml", "      credentialName: <wildcard_certs>\n", ""),
    &["gateways::ingress::serves_https_from_secret no-secret-named: Gateway knative-serving/knative-ingress-gateway `spec.servers[0].tls.credentialName`, istio-knative-gateways.yaml:16"]
)]
#[case::local_service_has_no_port_80(
    ("istio-knative-gateways.yaml", "    port: 80\n", "    port: 8081\n"),
    &["gateways::local::service_maps_80_to_8081 no-port-80: Service istio-system/knative-local-gateway `spec.ports`, istio-knative-gateways.yaml:49"]
)]
#[case::istio_is_off(
    ("knative-serving-config.yaml", "enabled: true", "enabled: false"),
    &["serverless::serving::is_ready_with_istio istio-not-enabled: KnativeServing knative-serving/knative-serving `spec.ingress.istio.enabled`, knative-serving-config.yaml:9"]
)]
#[case::autoscaler_is_kept_out(
    ("knative-serving-config.yaml", "  - name: autoscaler\n    labels:\n      \"sidecar.istio.io/inject\": \"true\"\n", "  - name: autoscaler\n    labels:\n      \"sidecar.istio.io/inject\": \"false\"\n"),
    &["serverless::serving::activator_and_autoscaler_are_injected injection-not-requested: KnativeServing knative-serving/knative-serving `spec.deployments[autoscaler].labels[sidecar.istio.io/inject]`, knative-serving-config.yaml:18"]
)]
#[case::autoscaler_refuses_by_annotation(
    ("knative-serving-config.yaml", "  - name: autoscaler\n    labels:\n      \"sidecar.istio.io/inject\": \"true\"\n    annotations:\n", "  - name: autoscaler\n    annotations:\n      \"sidecar.istio.io/inject\": \"false\"\n"),
    &["serverless::serving::activator_and_autoscaler_are_injected injection-not-requested: KnativeServing knative-serving/knative-serving `spec.deployments[autoscaler].annotations[sidecar.istio.io/inject]`, knative-serving-config.yaml:18"]
)]
#[case::feature_is_off(
    ("knative-eventing-config.yaml", "istio: enabled", "istio: disabled"),
    &["serverless::eventing::is_ready_with_istio istio-not-enabled: KnativeEventing knative-eventing/knative-eventing `spec.config.features.istio`, knative-eventing-config.yaml:9"]
)]
#[case::filter_is_kept_out(
    ("knative-eventing-config.yaml", "  - name: mt-broker-filter\n    labels:\n      \"sidecar.istio.io/inject\": \"true\"\n", "  - name: mt-broker-filter\n    labels:\n      \"sidecar.istio.io/inject\": \"false\"\n"),
    &["serverless::eventing::workloads_are_injected injection-not-requested: KnativeEventing knative-eventing/knative-eventing `spec.workloads[mt-broker-filter].labels[sidecar.istio.io/inject]`, knative-eventing-config.yaml:28"]
)]
#[case::source_of_kafka_is_kept_out(
    ("knative-kafka-config.yaml", "  - name: kafka-source-dispatcher\n    labels:\n      \"sidecar.istio.io/inject\": \"true\"\n", "  - name: kafka-source-dispatcher\n    labels:\n      \"sidecar.istio.io/inject\": \"false\"\n"),
    &["serverless::eventing::workloads_are_injected injection-not-requested: KnativeKafka knative-eventing/knative-kafka `spec.workloads[kafka-source-dispatcher].labels[sidecar.istio.io/inject]`, knative-kafka-config.yaml:48"]
)]
fn deviation_is_found(#[case] edit: (&str, &str, &str), #[case] expected: &[&str]) {
    let own = [REPEATED, REPEATED];
    assert_deviation(FOLDER, edit, &[expected, &own].concat());
}
