//! Plain Istio with the Knative operator, which makes both Gateways of what the KnativeServing says.

use crate::assert_deviation;
use crate::manifest_set::ManifestSet;
use rstest::rstest;

const FOLDER: &str = "manifests/upstream";

#[test]
fn right_configuration_has_no_finding() {
    let report = ManifestSet::copy_of(FOLDER).judge();
    assert_eq!(report.findings(), [""; 0]);
    assert_eq!(report.flavour(), "upstream");
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
            "gateways::virtual_services::no_host_is_claimed_twice not-in-files",
            "serverless::serving::addresses_have_the_gateways_scheme not-known",
            "kafka::service_entry::no_rule_forces_tls not-known",
        ]
    );
    assert_eq!(report.judged().len(), 37);
}

#[test]
fn unread_files_are_told() {
    assert_eq!(
        ManifestSet::copy_of(FOLDER).judge().warnings(),
        [
            "3 of the files are not read: they belong to the Helm chart ./charts/tenant: ./charts/tenant/Chart.yaml, \
             ./charts/tenant/templates/namespace.yaml, ./charts/tenant/values.yaml; render it: \
             `helm template ./charts/tenant | meshproof run --files -`",
            "1 of the files is not read: it is a kustomization, whose objects are read without what it changes: \
             ./knative (configMapGenerator); render it: `kustomize build ./knative | meshproof run --files -`",
            "1 of the files is not read: it is a patch or data of a kustomization: ./knative/dashboard.json; render it: \
             `kustomize build ./knative | meshproof run --files -`",
        ]
    );
}

#[rstest]
#[case::drain_is_that_of_the_tests(
    ("istio/mesh.yaml", "terminationDrainDuration: 45s", "terminationDrainDuration: 20s"),
    &["mesh::control_plane::drain_outlasts_requests drain-too-short: IstioOperator istio-system/mesh `spec.meshConfig.defaultConfig.terminationDrainDuration`, istio/mesh.yaml:13"]
)]
#[case::no_port_is_excluded(
    ("istio/mesh.yaml", "        excludeInboundPorts: \"8022,8444\"", "        excludeIPRanges: \"\""),
    &["mesh::control_plane::excludes_8444_and_8022 port-not-excluded: IstioOperator istio-system/mesh `spec.values.global.proxy.excludeInboundPorts`, istio/mesh.yaml:16"]
)]
#[case::profile_has_a_load_balancer(
    ("istio/mesh.yaml", "          type: ClusterIP\n", ""),
    &["prerequisites::services::gateway_is_cluster_ip exposed-by-type: IstioOperator istio-system/mesh `spec.components.ingressGateways[istio-ingressgateway].k8s.service.type`, istio/mesh.yaml:29"]
)]
#[case::mesh_is_permissive(
    ("istio/mtls.yaml", "mode: STRICT", "mode: PERMISSIVE"),
    &["mesh::mtls::is_strict_mesh_wide mode-not-strict: PeerAuthentication istio-system/default `spec.mtls.mode`, istio/mtls.yaml:8"]
)]
#[case::namespace_is_kept_out(
    ("knative/namespaces.yaml", "  name: knative-serving\n", "  name: knative-serving\n  labels:\n    istio-injection: disabled\n"),
    &["mesh::membership::serverless_namespaces_are_members injection-forbidden: Namespace knative-serving `metadata.labels[istio-injection]`, knative/namespaces.yaml:6",
      "serverless::serving::activator_and_autoscaler_are_injected injection-not-requested: Namespace knative-serving `metadata.labels[istio-injection]`, knative/namespaces.yaml:6"]
)]
#[case::namespace_has_both_labels(
    ("knative/namespaces.yaml", "  name: knative-serving\n", "  name: knative-serving\n  labels:\n    istio-injection: enabled\n    istio.io/rev: stable\n"),
    &["mesh::mtls::webhooks_answer_the_api_server webhook-refuses-plaintext: KnativeServing knative-serving/knative-serving `spec.workloads[webhook].labels[sidecar.istio.io/inject]`, knative/serving.yaml:36",
      "mesh::membership::serverless_namespaces_are_members injection-contradictory: Namespace knative-serving `metadata.labels[istio-injection]`, knative/namespaces.yaml:6"]
)]
#[case::guide_makes_serving_permissive(
    ("knative/policies.yaml", "  name: net-istio-webhook\n  namespace: knative-serving\nspec:\n  selector:\n    matchLabels:\n      app: net-istio-webhook\n  portLevelMtls:\n    8443:\n      mode: PERMISSIVE\n", "  name: default\n  namespace: knative-serving\nspec:\n  mtls:\n    mode: PERMISSIVE\n"),
    &["mesh::mtls::no_weaker_override namespace-accepts-plaintext: PeerAuthentication knative-serving/default `spec.mtls.mode`, knative/policies.yaml:9"]
)]
#[case::broker_is_disabled(
    ("knative/policies.yaml", "mode: STRICT", "mode: DISABLE"),
    &["mesh::mtls::no_weaker_override workload-accepts-plaintext: PeerAuthentication knative-eventing/broker `spec.mtls.mode`, knative/policies.yaml:25"]
)]
#[case::ingress_server_of_the_release(
    ("knative/serving.yaml", "        servers:\n        - port:\n            number: 443\n            name: https\n            protocol: HTTPS\n          hosts: [\"*\"]\n          tls:\n            mode: SIMPLE\n            credentialName: wildcard-apps-example-com\n", ""),
    &["gateways::ingress::serves_https_from_secret no-https-on-443: KnativeServing knative-serving/knative-serving `spec.ingress.istio.knative-ingress-gateway.servers`, knative/serving.yaml:13"]
)]
#[case::ingress_for_one_host(
    ("knative/serving.yaml", "          hosts: [\"*\"]\n          tls:\n            mode: SIMPLE", "          hosts: [checkout-shop.apps.example.com]\n          tls:\n            mode: SIMPLE"),
    &[
        "gateways::ingress::serves_https_from_secret hosts-narrowed: KnativeServing knative-serving/knative-serving `spec.ingress.istio.knative-ingress-gateway.servers[0].hosts`, knative/serving.yaml:21",
        "gateways::ingress::serves_every_host hosts-left-out: KnativeServing knative-serving/knative-serving `spec.ingress.istio.knative-ingress-gateway.servers[0].hosts`, knative/serving.yaml:21",
    ]
)]
#[case::local_server_of_the_release(
    ("knative/serving.yaml", "        servers:\n        - port:\n            number: 8081\n            name: https\n            protocol: HTTPS\n          hosts: [\"*\"]\n          tls:\n            mode: ISTIO_MUTUAL\n", ""),
    &["gateways::local::demands_mesh_identity plaintext-accepted: KnativeServing knative-serving/knative-serving `spec.ingress.istio.knative-local-gateway.servers[0].port.protocol`, knative/serving.yaml:25"]
)]
#[case::label_of_the_pods_alone(
    ("istio/mesh.yaml", "      label:\n        knative: ingressgateway\n", ""),
    &["gateways::ingress::service_carries_the_label label-missing: IstioOperator istio-system/mesh `spec.components.ingressGateways[istio-ingressgateway].label[knative]`, istio/mesh.yaml:24"]
)]
#[case::no_istio(
    ("knative/serving.yaml", "    istio:\n      enabled: true", "    istio:\n      enabled: false"),
    &["serverless::serving::is_ready_with_istio istio-not-enabled: KnativeServing knative-serving/knative-serving `spec.ingress.istio.enabled`, knative/serving.yaml:12"]
)]
#[case::another_ingress_class(
    ("knative/serving.yaml", "istio.ingress.networking.knative.dev", "contour.ingress.networking.knative.dev"),
    &["serverless::serving::is_ready_with_istio other-ingress-class: KnativeServing knative-serving/knative-serving `spec.config.network.ingress-class`, knative/serving.yaml:47"]
)]
#[case::autoscaler_is_not_injected(
    ("knative/serving.yaml", "  - name: autoscaler\n    labels: {sidecar.istio.io/inject: \"true\"}\n", "  - name: autoscaler\n"),
    &["serverless::serving::activator_and_autoscaler_are_injected injection-not-requested: KnativeServing knative-serving/knative-serving `spec.workloads[autoscaler].labels[sidecar.istio.io/inject]`, knative/serving.yaml:40"]
)]
#[case::left_over_of_the_mesh(
    ("knative/serving.yaml", "    network:\n", "    istio:\n      local-gateway.mesh: mesh\n    network:\n"),
    &[
        "serverless::serving::config_points_at_the_gateways no-service-host: KnativeServing knative-serving/knative-serving `spec.config.istio.local-gateway.mesh`, knative/serving.yaml:47",
        "serverless::serving::config_points_at_the_gateways gateway-not-named: KnativeServing knative-serving/knative-serving `spec.config.istio.local-gateway.mesh`, knative/serving.yaml:47",
    ]
)]
#[case::feature_is_not_written(
    ("knative/eventing.yaml", "    features:\n      istio: enabled\n", "    features: {}\n"),
    &["serverless::eventing::is_ready_with_istio istio-not-enabled: KnativeEventing knative-eventing/knative-eventing `spec.config.features.istio`, knative/eventing.yaml:8"]
)]
#[case::filter_is_forgotten(
    ("knative/eventing.yaml", "  - name: mt-broker-filter\n    labels: {sidecar.istio.io/inject: \"true\"}\n    annotations: {sidecar.istio.io/rewriteAppHTTPProbers: \"true\"}\n", ""),
    &["serverless::eventing::workloads_are_injected injection-not-requested: KnativeEventing knative-eventing/knative-eventing `spec.workloads[mt-broker-filter].labels[sidecar.istio.io/inject]`, knative/eventing.yaml:10"]
)]
#[case::own_dispatcher_is_not_injected(
    ("kafka/broker.yaml", "        sidecar.istio.io/inject: \"true\"\n", ""),
    &["serverless::eventing::workloads_are_injected injection-not-requested: StatefulSet knative-eventing/kafka-broker-dispatcher `spec.template.metadata.labels[sidecar.istio.io/inject]`, kafka/broker.yaml:43"]
)]
#[case::entry_is_hidden(
    ("kafka/broker.yaml", "  - \".\"\n", "  - shop\n"),
    &["kafka::service_entry::names_the_bootstrap_hosts entry-not-visible: ServiceEntry knative-eventing/kafka `spec.exportTo`, kafka/broker.yaml:20"]
)]
#[case::another_cluster(
    ("kafka/broker.yaml", "bootstrap.servers: kafka.data.example.com:9093", "bootstrap.servers: kafka.test.example.com:9093"),
    &["kafka::service_entry::names_the_bootstrap_hosts host-not-named: ServiceEntry knative-eventing/kafka `spec.hosts`, kafka/broker.yaml:18"]
)]
#[case::kafka_speaks_http(
    ("kafka/broker.yaml", "protocol: TLS", "protocol: HTTPS"),
    &["kafka::service_entry::names_the_bootstrap_hosts port-not-tcp: ServiceEntry knative-eventing/kafka `spec.ports[9093].protocol`, kafka/broker.yaml:27"]
)]
#[case::application_claims_every_host(
    ("apps/shop/shop.yaml", "    - shop.example.com", "    - \"*/*\""),
    &["prerequisites::gateways::no_foreign_wildcard_on_443 foreign-wildcard: Gateway shop/shop `spec.servers[0]`, apps/shop/shop.yaml:35"]
)]
#[case::application_takes_the_local_port(
    ("apps/shop/shop.yaml", "      number: 443\n      name: https-shop\n      protocol: HTTPS\n    hosts:\n    - shop.example.com", "      number: 8081\n      name: https-shop\n      protocol: HTTPS\n    hosts:\n    - \"*\""),
    &["prerequisites::gateways::no_foreign_wildcard_on_local_port foreign-wildcard: Gateway shop/shop `spec.servers[0]`, apps/shop/shop.yaml:35"]
)]
fn deviation_is_found(#[case] edit: (&str, &str, &str), #[case] expected: &[&str]) {
    assert_deviation(FOLDER, edit, expected);
}
