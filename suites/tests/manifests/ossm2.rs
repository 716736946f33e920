//! OpenShift Service Mesh 2, with a mesh that is not in `istio-system`.

use crate::assert_deviation;
use crate::manifest_set::ManifestSet;
use rstest::rstest;

const FOLDER: &str = "manifests/ossm2";

#[test]
fn right_configuration_has_no_finding() {
    let report = ManifestSet::copy_of(FOLDER).judge();
    assert_eq!(report.findings(), [""; 0]);
    assert_eq!(report.flavour(), "ossm2");
    assert_eq!(
        report.skipped(),
        [
            "prerequisites::gateway_api::no_listener_claims_443 not-in-files",
            "prerequisites::gateway_api::no_listener_claims_local_port not-in-files",
            "prerequisites::apis::required_kinds_are_served needs-capability",
            "mesh::membership::no_namespace_names_two_meshes other-flavour",
            "mesh::access::serving_is_reached not-known",
            "mesh::access::revisions_are_reached not-known",
            "mesh::network::serving_is_reached not-known",
            "mesh::network::webhooks_are_reached not-known",
            "mesh::network::revisions_are_reached not-known",
            "mesh::reach::no_sidecar_hides_knative not-known",
            "mesh::reach::no_sidecar_hides_kafka not-known",
            "gateways::ingress::certificate_is_usable not-known",
            "gateways::virtual_services::no_host_is_claimed_twice not-in-files",
            "kafka::service_entry::no_rule_forces_tls not-known",
        ]
    );
    assert_eq!(report.judged().len(), 39);
}

#[test]
fn unread_files_are_told() {
    assert_eq!(
        ManifestSet::copy_of(FOLDER).judge().warnings(),
        [
            "1 of the files is not read: it is an object that a patch changes, so it is not judged: ./apps/shop/shop.yaml:6 \
             (Deployment shop/cart, by ./apps/shop); render the kustomization, and judge what it prints",
            "3 of the files are not read: they belong to the Helm chart ./charts/till: ./charts/till/Chart.yaml, \
             ./charts/till/templates/virtual-service.yaml, ./charts/till/values.yaml; render it: \
             `helm template ./charts/till | meshproof run --files -`",
            "1 of the files is not read: it is a kustomization, whose objects are read without what it changes: \
             ./apps/shop (patches); render it: `kustomize build ./apps/shop | meshproof run --files -`",
            "1 of the files is not read: it is a kustomization, whose objects are read without what it changes: \
             ./serverless (commonAnnotations); render it: `kustomize build ./serverless | meshproof run --files -`",
            "1 of the files is not read: it is a patch or data of a kustomization: ./apps/shop/replicas.yaml; render it: \
             `kustomize build ./apps/shop | meshproof run --files -`",
        ]
    );
}

#[rstest]
#[case::mtls_is_off(
    ("mesh/control-plane.yaml", "      mtls: true", "      mtls: false"),
    &["mesh::mtls::is_strict_mesh_wide mode-not-strict: ServiceMeshControlPlane knative-mesh/serverless `spec.security.dataPlane.mtls`, mesh/control-plane.yaml:16"]
)]
#[case::mtls_is_not_written(
    ("mesh/control-plane.yaml", "      mtls: true\n", ""),
    &["mesh::mtls::is_strict_mesh_wide mode-not-strict: ServiceMeshControlPlane knative-mesh/serverless `spec.security.dataPlane.mtls`, mesh/control-plane.yaml:14"]
)]
#[case::drain_is_short(
    ("mesh/control-plane.yaml", "terminationDrainDuration: 40s", "terminationDrainDuration: 20s"),
    &["mesh::control_plane::drain_outlasts_requests drain-too-short: ServiceMeshControlPlane knative-mesh/serverless `spec.techPreview.meshConfig.defaultConfig.terminationDrainDuration`, mesh/control-plane.yaml:44"]
)]
#[case::drain_is_elsewhere(
    ("mesh/control-plane.yaml", "    meshConfig:\n      defaultConfig:", "    global:\n      defaultConfig:"),
    &["mesh::control_plane::drain_outlasts_requests drain-not-set: ServiceMeshControlPlane knative-mesh/serverless `spec.techPreview.meshConfig.defaultConfig.terminationDrainDuration`, mesh/control-plane.yaml:41"]
)]
#[case::metrics_port_alone(
    ("mesh/control-plane.yaml", "[8444, 8022, 9091]", "[8444, 9091]"),
    &["mesh::control_plane::excludes_8444_and_8022 port-not-excluded: ServiceMeshControlPlane knative-mesh/serverless `spec.proxy.networking.trafficControl.inbound.excludedPorts`, mesh/control-plane.yaml:40"]
)]
#[case::service_is_public(
    ("mesh/control-plane.yaml", "type: ClusterIP", "type: LoadBalancer"),
    &["prerequisites::services::gateway_is_cluster_ip exposed-by-type: ServiceMeshControlPlane knative-mesh/serverless `spec.gateways.ingress.service.type`, mesh/control-plane.yaml:29"]
)]
// It is told of the setting, and of the Service that Maistra makes of it.
#[case::label_is_other(
    ("mesh/control-plane.yaml", "            knative: ingressgateway", "            knative: gateway"),
    &[
        "gateways::ingress::service_carries_the_label label-missing: ServiceMeshControlPlane knative-mesh/serverless `spec.gateways.ingress.service.metadata.labels`, mesh/control-plane.yaml:31",
        "gateways::ingress::service_carries_the_label label-missing: ServiceMeshControlPlane knative-mesh/serverless `spec.gateways.ingress.service.metadata.labels[knative]`, mesh/control-plane.yaml:32",
    ]
)]
#[case::namespace_is_no_member(
    ("mesh/member-roll.yaml", "  - knative-eventing\n", ""),
    &["mesh::membership::serverless_namespaces_are_members not-a-member: ServiceMeshMemberRoll knative-mesh/default `spec.members`, mesh/member-roll.yaml:7"]
)]
#[case::ingress_without_tls(
    ("mesh/gateways.yaml", "      number: 443\n      protocol: HTTPS", "      number: 80\n      protocol: HTTP"),
    &[
        "gateways::ingress::serves_https_from_secret no-https-on-443: Gateway knative-serving/knative-ingress-gateway `spec.servers`, mesh/gateways.yaml:10"
    ]
)]
#[case::no_secret(
    ("mesh/gateways.yaml", "      credentialName: apps-example-com\n", ""),
    &["gateways::ingress::serves_https_from_secret no-secret-named: Gateway knative-serving/knative-ingress-gateway `spec.servers[0].tls.credentialName`, mesh/gateways.yaml:16"]
)]
#[case::local_gateway_has_its_own_certificate(
    ("mesh/gateways.yaml", "mode: ISTIO_MUTUAL", "mode: SIMPLE"),
    &["gateways::local::demands_mesh_identity identity-not-demanded: Gateway knative-serving/knative-local-gateway `spec.servers[0].tls.mode`, mesh/gateways.yaml:35"]
)]
#[case::ports_are_translated(
    ("mesh/gateways.yaml", "    experimental.istio.io/disable-gateway-port-translation: \"true\"\n", "    app: gateway\n"),
    &["gateways::local::port_translation_is_off translation-not-disabled: Service knative-mesh/knative-local-gateway `metadata.labels[experimental.istio.io/disable-gateway-port-translation]`, mesh/gateways.yaml:42"]
)]
#[case::local_service_leads_elsewhere(
    ("mesh/gateways.yaml", "targetPort: 8081", "targetPort: 8080"),
    &["gateways::local::service_maps_80_to_8081 other-target-port: Service knative-mesh/knative-local-gateway `spec.ports[80].targetPort`, mesh/gateways.yaml:51"]
)]
#[case::profiling_of_the_webhook(
    ("mesh/policies.yaml", "8443:", "8008:"),
    &["mesh::mtls::no_weaker_override port-accepts-plaintext: PeerAuthentication knative-serving/webhook `spec.portLevelMtls[8008].mode`, mesh/policies.yaml:13"]
)]
#[case::another_ingress(
    ("serverless/knative-serving.yaml", "    istio:\n      enabled: true", "    istio:\n      enabled: true\n    kourier:\n      enabled: true"),
    &["serverless::serving::is_ready_with_istio other-ingress-class: KnativeServing knative-serving/knative-serving `spec.config.network.ingress-class`, serverless/knative-serving.yaml:33"]
)]
#[case::activator_is_not_injected(
    ("serverless/knative-serving.yaml", "    labels:\n      sidecar.istio.io/inject: \"true\"\n", ""),
    &["serverless::serving::activator_and_autoscaler_are_injected injection-not-requested: KnativeServing knative-serving/knative-serving `spec.deployments[activator].labels[sidecar.istio.io/inject]`, serverless/knative-serving.yaml:18"]
)]
#[case::autoscaler_is_kept_out(
    ("serverless/knative-serving.yaml", "    annotations:\n      sidecar.istio.io/inject: \"true\"", "    annotations:\n      sidecar.istio.io/inject: \"false\""),
    &["serverless::serving::activator_and_autoscaler_are_injected injection-not-requested: KnativeServing knative-serving/knative-serving `spec.deployments[autoscaler].annotations[sidecar.istio.io/inject]`, serverless/knative-serving.yaml:26"]
)]
#[case::service_without_a_domain(
    ("serverless/knative-serving.yaml", "knative-local-gateway: knative-local-gateway.knative-mesh.svc.cluster.local", "knative-local-gateway: knative-local-gateway.knative-mesh"),
    &["serverless::serving::config_points_at_the_gateways no-service-host: KnativeServing knative-serving/knative-serving `spec.config.istio.local-gateway.knative-serving.knative-local-gateway`, serverless/knative-serving.yaml:35"]
)]
#[case::another_gateway_is_named(
    ("serverless/knative-serving.yaml", "gateway.knative-serving.knative-ingress-gateway: istio-ingressgateway", "gateway.shop.shop: istio-ingressgateway"),
    &["serverless::serving::config_points_at_the_gateways gateway-not-named: KnativeServing knative-serving/knative-serving `spec.config.istio.gateway.shop.shop`, serverless/knative-serving.yaml:34"]
)]
#[case::pods_are_called_directly(
    ("serverless/knative-serving.yaml", "default-external-scheme: https", "mesh-compatibility-mode: disabled"),
    &["serverless::serving::requests_to_pods_take_the_mesh pods-addressed-directly: KnativeServing knative-serving/knative-serving `spec.config.network.mesh-compatibility-mode`, serverless/knative-serving.yaml:32"]
)]
#[case::feature_is_off(
    ("serverless/knative-eventing.yaml", "istio: enabled", "istio: disabled"),
    &["serverless::eventing::is_ready_with_istio istio-not-enabled: KnativeEventing knative-eventing/knative-eventing `spec.config.features.istio`, serverless/knative-eventing.yaml:16"]
)]
#[case::probes_are_not_rewritten(
    ("serverless/knative-kafka.yaml", "  - name: kafka-broker-receiver\n    labels: {sidecar.istio.io/inject: \"true\"}\n    annotations: {sidecar.istio.io/rewriteAppHTTPProbers: \"true\"}", "  - name: kafka-broker-receiver\n    labels: {sidecar.istio.io/inject: \"true\"}\n    annotations: {sidecar.istio.io/rewriteAppHTTPProbers: \"false\"}"),
    &["serverless::eventing::workloads_are_injected probe-not-rewritten: KnativeKafka knative-eventing/knative-kafka `spec.workloads[kafka-broker-receiver].annotations[sidecar.istio.io/rewriteAppHTTPProbers]`, serverless/knative-kafka.yaml:25"]
)]
#[case::sink_is_not_injected(
    ("serverless/knative-kafka.yaml", "  sink:\n    enabled: false", "  sink:\n    enabled: true"),
    &["serverless::eventing::workloads_are_injected injection-not-requested: KnativeKafka knative-eventing/knative-kafka `spec.workloads[kafka-sink-receiver].labels[sidecar.istio.io/inject]`, serverless/knative-kafka.yaml:19"]
)]
#[case::another_bootstrap_server(
    ("serverless/knative-kafka.yaml", "events-kafka-brokers.kafka:9092", "other-kafka-bootstrap.kafka:9092"),
    &["kafka::service_entry::names_the_bootstrap_hosts host-not-named: ServiceEntry knative-eventing/events-kafka `spec.hosts`, serverless/kafka-cluster.yaml:9"]
)]
#[case::entry_resolves(
    ("serverless/kafka-cluster.yaml", "resolution: NONE", "resolution: DNS"),
    &["kafka::service_entry::is_external_without_resolution resolution-not-none: ServiceEntry knative-eventing/events-kafka `spec.resolution`, serverless/kafka-cluster.yaml:13"]
)]
#[case::entry_repeats_a_port(
    ("serverless/kafka-cluster.yaml", "number: 9093", "number: 9092"),
    &["kafka::service_entry::names_each_port_once port-number-repeated: ServiceEntry knative-eventing/events-kafka `spec.ports[].number`, serverless/kafka-cluster.yaml:14"]
)]
#[case::application_claims_every_host(
    ("apps/shop/gateway.yaml", "    - shop.example.com", "    - \"*\""),
    &["prerequisites::gateways::no_foreign_wildcard_on_443 foreign-wildcard: Gateway shop/shop `spec.servers[0]`, apps/shop/gateway.yaml:11"]
)]
fn deviation_is_found(#[case] edit: (&str, &str, &str), #[case] expected: &[&str]) {
    assert_deviation(FOLDER, edit, expected);
}
