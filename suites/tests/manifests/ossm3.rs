//! OpenShift Service Mesh 3: the Sail operator's Istio resource, and gateways by injection.

use crate::assert_deviation;
use crate::manifest_set::ManifestSet;
use rstest::rstest;

const FOLDER: &str = "manifests/ossm3";

#[test]
fn right_configuration_has_no_finding() {
    let report = ManifestSet::copy_of(FOLDER).judge();
    assert_eq!(report.findings(), [""; 0]);
    assert_eq!(report.flavour(), "ossm3");
    assert_eq!(
        report.skipped(),
        [
            "prerequisites::gateway_api::no_listener_claims_443 not-in-files",
            "prerequisites::gateway_api::no_listener_claims_local_port not-in-files",
            "prerequisites::ingresses::no_ingress_claims_443 not-in-files",
            "prerequisites::apis::required_kinds_are_served needs-capability",
            "mesh::mtls::no_rule_disables_tls not-known",
            "mesh::access::serving_is_reached not-known",
            "mesh::access::revisions_are_reached not-known",
            "mesh::network::serving_is_reached not-known",
            "mesh::network::webhooks_are_reached not-known",
            "mesh::network::revisions_are_reached not-known",
            "mesh::reach::no_sidecar_hides_knative not-known",
            "mesh::reach::no_sidecar_hides_kafka not-known",
            "gateways::ingress::certificate_is_usable not-known",
            "gateways::ingress::service_carries_the_label other-flavour",
            "gateways::local::port_translation_is_off other-flavour",
            "gateways::virtual_services::no_host_is_claimed_twice not-in-files",
            "kafka::service_entry::no_rule_forces_tls not-known",
            "mtls::autoscaler::plaintext_is_refused other-flavour",
            "mtls::local_gateway::plaintext_is_refused other-flavour",
            "mtls::local_gateway::certificate_is_demanded other-flavour",
            "mtls::local_gateway::mesh_identity_is_answered other-flavour",
        ]
    );
    assert_eq!(report.judged().len(), 36);
}

#[test]
fn unread_files_are_told() {
    assert_eq!(
        ManifestSet::copy_of(FOLDER).judge().warnings(),
        [
            "1 of the files is not read: it is a template: ./tenants/template/service.yaml:4; render it first, and judge \
             what that prints",
            "1 of the files is not read: it is a kustomization, whose objects are read without what it changes: \
             ./clusters/prod (labels); render it: `kustomize build ./clusters/prod | meshproof run --files -`",
            "1 of the files is not read: it holds no object (values, settings): ./tenants/values.yaml",
        ]
    );
}

#[rstest]
#[case::drain_is_a_number(
    ("infrastructure/mesh/istio.yaml", "terminationDrainDuration: 35s", "terminationDrainDuration: 35"),
    &["mesh::control_plane::drain_outlasts_requests drain-too-short: Istio default `spec.values.meshConfig.defaultConfig.terminationDrainDuration`, infrastructure/mesh/istio.yaml:19"]
)]
#[case::drain_beside_the_values(
    ("infrastructure/mesh/istio.yaml", "      defaultConfig:\n        terminationDrainDuration: 35s\n", ""),
    &["mesh::control_plane::drain_outlasts_requests drain-not-set: Istio default `spec.values.meshConfig.defaultConfig.terminationDrainDuration`, infrastructure/mesh/istio.yaml:16"]
)]
#[case::hook_is_captured(
    ("infrastructure/mesh/istio.yaml", "\"8444,8022\"", "\"8444\""),
    &["mesh::control_plane::excludes_8444_and_8022 port-not-excluded: Istio default `spec.values.global.proxy.excludeInboundPorts`, infrastructure/mesh/istio.yaml:15"]
)]
#[case::requests_pass_the_sidecar(
    ("infrastructure/mesh/istio.yaml", "\"8444,8022\"", "\"8444,8022,8012\""),
    &["mesh::control_plane::excludes_8444_and_8022 request-port-excluded: Istio default `spec.values.global.proxy.excludeInboundPorts`, infrastructure/mesh/istio.yaml:15"]
)]
#[case::namespace_is_not_discovered(
    ("infrastructure/serverless/serverless.yaml", "    example.com/mesh: serverless", "    example.com/mesh: other"),
    &["mesh::membership::serverless_namespaces_are_members not-a-member: Istio default `spec.values.meshConfig.discoverySelectors`, infrastructure/mesh/istio.yaml:20"]
)]
#[case::injection_is_switched_off(
    ("infrastructure/serverless/serverless.yaml", "    example.com/mesh: serverless", "    example.com/mesh: serverless\n    istio-injection: disabled"),
    &["mesh::membership::serverless_namespaces_are_members injection-forbidden: Namespace knative-serving `metadata.labels[istio-injection]`, infrastructure/serverless/serverless.yaml:7",
      "serverless::serving::activator_and_autoscaler_are_injected injection-not-requested: Namespace knative-serving `metadata.labels[istio-injection]`, infrastructure/serverless/serverless.yaml:7"]
)]
#[case::mesh_is_permissive(
    ("infrastructure/mesh/policies.yaml", "mode: STRICT", "mode: PERMISSIVE"),
    &["mesh::mtls::is_strict_mesh_wide mode-not-strict: PeerAuthentication istio-system/mesh `spec.mtls.mode`, infrastructure/mesh/policies.yaml:8"]
)]
#[case::activator_is_permissive(
    ("infrastructure/mesh/policies.yaml", "app: autoscaler", "app: activator"),
    &["mesh::mtls::no_weaker_override workload-accepts-plaintext: PeerAuthentication knative-serving/autoscaler `spec.mtls.mode`, infrastructure/mesh/policies.yaml:21"]
)]
#[case::gateway_is_a_load_balancer(
    ("infrastructure/ingress/gateway.yaml", "  name: knative-istio-ingressgateway\n  namespace: knative-serving-ingress\nspec:\n  type: ClusterIP", "  name: knative-istio-ingressgateway\n  namespace: knative-serving-ingress\nspec:\n  type: LoadBalancer"),
    &["prerequisites::services::gateway_is_cluster_ip exposed-by-type: Service knative-serving-ingress/knative-istio-ingressgateway `spec.type`, infrastructure/ingress/gateway.yaml:37"]
)]
#[case::local_service_leads_elsewhere(
    ("infrastructure/ingress/gateway.yaml", "  ports:\n  - name: http2\n    port: 80\n    targetPort: 8080\n", "  ports:\n  - name: http2\n    port: 80\n    targetPort: 8081\n"),
    &["gateways::local::service_maps_80_to_8081 other-target-port: Service knative-serving-ingress/knative-local-gateway `spec.ports[80].targetPort`, infrastructure/ingress/gateway.yaml:63"]
)]
#[case::local_port_is_no_http(
    ("infrastructure/ingress/gateway.yaml", "  ports:\n  - name: http2\n", "  ports:\n  - name: tcp\n"),
    &["gateways::local::service_maps_80_to_8081 port-not-http: Service knative-serving-ingress/knative-local-gateway `spec.ports[80].name`, infrastructure/ingress/gateway.yaml:61"]
)]
#[case::local_gateway_is_not_of_the_mesh(
    ("infrastructure/ingress/knative-gateways.yaml", "    - port: {number: 80, name: http, protocol: HTTP}\n      hosts: [\"*\"]", "    - port: {number: 8081, name: https, protocol: HTTPS}\n      hosts: [\"*\"]\n      tls: {mode: SIMPLE, credentialName: wildcard-apps}"),
    &[
        "gateways::local::demands_mesh_identity identity-not-demanded: Gateway knative-serving/knative-local-gateway `spec.servers[0].tls.mode`, infrastructure/ingress/knative-gateways.yaml:30",
        "gateways::local::service_maps_80_to_8081 other-target-port: Service knative-serving-ingress/knative-local-gateway `spec.ports[80].targetPort`, infrastructure/ingress/gateway.yaml:63",
    ]
)]
#[case::ingress_for_one_domain(
    ("infrastructure/ingress/knative-gateways.yaml", "protocol: HTTPS}\n      hosts: [\"*\"]", "protocol: HTTPS}\n      hosts: [\"*.other.example.com\"]"),
    &["gateways::ingress::serves_every_host hosts-left-out: Gateway knative-serving/knative-ingress-gateway `spec.servers[0].hosts`, infrastructure/ingress/knative-gateways.yaml:14"]
)]
#[case::ingress_of_clients_with_certificates(
    ("infrastructure/ingress/knative-gateways.yaml", "mode: SIMPLE", "mode: MUTUAL"),
    &["gateways::ingress::serves_https_from_secret mode-not-simple: Gateway knative-serving/knative-ingress-gateway `spec.servers[0].tls.mode`, infrastructure/ingress/knative-gateways.yaml:16"]
)]
#[case::list_names_another_gateway(
    ("infrastructure/serverless/serverless.yaml", "        - name: knative-local-gateway\n", "        - name: cluster-local-gateway\n"),
    &["serverless::serving::config_points_at_the_gateways gateway-not-named: KnativeServing knative-serving/knative-serving `spec.config.istio.local-gateways`, infrastructure/serverless/serverless.yaml:41"]
)]
#[case::list_without_a_default(
    ("infrastructure/serverless/serverless.yaml", "          service: knative-istio-ingressgateway.knative-serving-ingress.svc.cluster.local\n", "          service: knative-istio-ingressgateway.knative-serving-ingress.svc.cluster.local\n          labelSelector:\n            matchLabels:\n              example.com/exposed: \"yes\"\n"),
    &["serverless::serving::config_points_at_the_gateways no-single-default: KnativeServing knative-serving/knative-serving `spec.config.istio.external-gateways`, infrastructure/serverless/serverless.yaml:37"]
)]
#[case::formats_are_mixed(
    ("infrastructure/serverless/serverless.yaml", "      local-gateways: |\n        - name: knative-local-gateway\n          namespace: knative-serving\n          service: knative-local-gateway.knative-serving-ingress.svc.cluster.local\n", "      local-gateway.knative-serving.knative-local-gateway: knative-local-gateway.knative-serving-ingress.svc.cluster.local\n"),
    &["serverless::serving::config_points_at_the_gateways formats-mixed: KnativeServing knative-serving/knative-serving `spec.config.istio.local-gateway.knative-serving.knative-local-gateway`, infrastructure/serverless/serverless.yaml:41"]
)]
#[case::no_istio(
    ("infrastructure/serverless/serverless.yaml", "    istio:\n      enabled: true\n    kourier:\n      enabled: false", "    kourier:\n      enabled: true"),
    &["serverless::serving::is_ready_with_istio istio-not-enabled: KnativeServing knative-serving/knative-serving `spec.ingress.istio.enabled`, infrastructure/serverless/serverless.yaml:14"]
)]
#[case::annotation_calls_no_webhook(
    ("infrastructure/serverless/serverless.yaml", "  - name: activator\n    labels:\n      sidecar.istio.io/inject: \"true\"\n    annotations:\n", "  - name: activator\n    annotations:\n      sidecar.istio.io/inject: \"true\"\n"),
    &["serverless::serving::activator_and_autoscaler_are_injected injection-not-requested: KnativeServing knative-serving/knative-serving `spec.workloads[activator].labels[sidecar.istio.io/inject]`, infrastructure/serverless/serverless.yaml:20"]
)]
#[case::feature_is_allowed_only(
    ("infrastructure/serverless/eventing.yaml", "istio: enabled", "istio: allowed"),
    &["serverless::eventing::is_ready_with_istio istio-not-enabled: KnativeEventing knative-eventing/knative-eventing `spec.config.config-features.istio`, infrastructure/serverless/eventing.yaml:16"]
)]
#[case::label_is_misspelt(
    ("infrastructure/serverless/kafka.yaml", "  - name: kafka-channel-receiver\n    labels: {sidecar.istio.io/inject: \"true\"}", "  - name: kafka-channel-receiver\n    labels: {sidecar.istio.io/inject: \"yes\"}"),
    &["serverless::eventing::workloads_are_injected injection-not-requested: KnativeKafka knative-eventing/knative-kafka `spec.workloads[kafka-channel-receiver].labels[sidecar.istio.io/inject]`, infrastructure/serverless/kafka.yaml:16"]
)]
// It is told of each bootstrap server.
#[case::port_is_not_listed(
    ("infrastructure/serverless/kafka.yaml", "number: 9094", "number: 9093"),
    &["kafka::service_entry::names_the_bootstrap_hosts port-not-listed: ServiceEntry knative-eventing/kafka `spec.ports[].number`, infrastructure/serverless/kafka.yaml:28"; 2]
)]
#[case::kafka_is_in_the_mesh(
    ("infrastructure/serverless/kafka.yaml", "  ports:\n", "  location: MESH_INTERNAL\n  ports:\n"),
    &["kafka::service_entry::is_external_without_resolution location-not-external: ServiceEntry knative-eventing/kafka `spec.location`, infrastructure/serverless/kafka.yaml:28"]
)]
#[case::application_claims_every_host(
    ("tenants/shop/shop.yaml", "[catalogue.example.com]", "[\"*\"]"),
    &["prerequisites::gateways::no_foreign_wildcard_on_443 foreign-wildcard: Gateway shop/catalogue `spec.servers[0]`, tenants/shop/shop.yaml:35"]
)]
fn deviation_is_found(#[case] edit: (&str, &str, &str), #[case] expected: &[&str]) {
    assert_deviation(FOLDER, edit, expected);
}
