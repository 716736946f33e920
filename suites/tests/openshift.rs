//! The requirements as they are read on OpenShift: from the document's own objects, since there is no cluster to record.
//!
//! `openshift/<flavour>.yaml` holds the objects and says where their statuses were taken from. A wildcard certificate is
//! made for the day. Each case changes one object and names all checks that then say something else.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use inputs::{InputLayers, Inputs};
use record::ServedKinds;
use rstest::rstest;
use run::{Detection, attempt};
use semantics::flavour::{OSSM2, OSSM3, UNKNOWN, UPSTREAM};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use suites::reading::detection;
use vocabulary::{Flavour, Outcome};
use world::{Manifests, ObjectSource};

/// The resources that each flavour serves, by kind.
const RESOURCES: &[(&str, &str)] = &[
    ("AuthorizationPolicy", "authorizationpolicies.security.istio.io"),
    ("ConfigMap", "configmaps"),
    ("Deployment", "deployments.apps"),
    ("DestinationRule", "destinationrules.networking.istio.io"),
    ("Gateway", "gateways.networking.istio.io"),
    ("GatewayClass", "gatewayclasses.gateway.networking.k8s.io"),
    ("Ingress", "ingresses.networking.k8s.io"),
    ("IngressClass", "ingressclasses.networking.k8s.io"),
    ("Istio", "istios.sailoperator.io"),
    ("IstioCNI", "istiocnis.sailoperator.io"),
    ("KnativeEventing", "knativeeventings.operator.knative.dev"),
    ("KnativeKafka", "knativekafkas.operator.serverless.openshift.io"),
    ("KnativeServing", "knativeservings.operator.knative.dev"),
    ("Namespace", "namespaces"),
    ("AuthorizationPolicy", "authorizationpolicies.security.istio.io"),
    ("NetworkPolicy", "networkpolicies.networking.k8s.io"),
    ("PeerAuthentication", "peerauthentications.security.istio.io"),
    ("Pod", "pods"),
    ("Secret", "secrets"),
    ("Service", "services"),
    ("ServiceEntry", "serviceentries.networking.istio.io"),
    ("Sidecar", "sidecars.networking.istio.io"),
    ("ServiceMeshControlPlane", "servicemeshcontrolplanes.maistra.io"),
    ("ServiceMeshMemberRoll", "servicemeshmemberrolls.maistra.io"),
    ("StatefulSet", "statefulsets.apps"),
    ("VirtualService", "virtualservices.networking.istio.io"),
];

/// The resources whose kind another group has, too: the group, what the kind is called here, and the resource.
const OTHER_GROUPS: &[(&str, &str, &str)] = &[
    ("serving.knative.dev/", "KnativeService", "services.serving.knative.dev"),
    ("gateway.networking.k8s.io/", "KubernetesGateway", "gateways.gateway.networking.k8s.io"),
];

fn resource(kind: &str) -> &'static str {
    let of_other_group =
        OTHER_GROUPS.iter().find(|(_, known, _)| *known == kind).map(|(.., resource)| *resource);
    of_other_group.unwrap_or_else(|| RESOURCES.iter().find(|(known, _)| *known == kind).unwrap().1)
}

fn resource_of(object: &Value) -> &'static str {
    let (version, kind) =
        (object["apiVersion"].as_str().unwrap_or_default(), object["kind"].as_str().unwrap());
    let is_its =
        |(group, known, _): &&(&str, &str, &str)| version.starts_with(group) && known.ends_with(kind);
    OTHER_GROUPS.iter().find(is_its).map_or_else(|| resource(kind), |(.., resource)| *resource)
}

fn text(flavour: Flavour) -> &'static str {
    if flavour == OSSM2 { include_str!("openshift/ossm2.yaml") } else { include_str!("openshift/ossm3.yaml") }
}

/// The objects of a flavour, by resource.
fn objects(flavour: Flavour) -> BTreeMap<String, Vec<Value>> {
    let mut objects = BTreeMap::<String, Vec<Value>>::new();
    let namespace = if flavour == OSSM2 { "istio-system" } else { "knative-serving-ingress" };
    let documents =
        serde_yaml::Deserializer::from_str(text(flavour)).map(|one| Value::deserialize(one).unwrap());
    for object in documents.chain([wildcard_secret(namespace)]) {
        objects.entry(resource_of(&object).to_owned()).or_default().push(object);
    }
    objects
}

fn wildcard_secret(namespace: &str) -> Value {
    use base64::Engine;
    let authority_key = rcgen::KeyPair::generate().unwrap();
    let mut authority = rcgen::CertificateParams::default();
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Example Root");
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = rcgen::Issuer::new(authority, authority_key);
    let key = rcgen::KeyPair::generate().unwrap();
    let mut leaf = rcgen::CertificateParams::new(["*.apps.openshift.example.com".to_owned()]).unwrap();
    leaf.distinguished_name.push(rcgen::DnType::CommonName, "Example");
    let leaf = leaf.signed_by(&key, &issuer).unwrap();
    let encode = |text: String| base64::prelude::BASE64_STANDARD.encode(text);
    json!({
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": {"name": "wildcard-certs", "namespace": namespace},
        "data": {"tls.crt": encode(leaf.pem()), "tls.key": encode(key.serialize_pem())},
    })
}

fn world(objects: BTreeMap<String, Vec<Value>>, flavour: Flavour) -> Arc<ObjectSource> {
    let is_foreign = |resource: &str| match flavour {
        OSSM2 => resource.contains("sailoperator"),
        _ => resource.contains("maistra"),
    };
    let served = RESOURCES.iter().map(|(_, resource)| (*resource, "v1")).filter(|(one, _)| !is_foreign(one));
    let served =
        ServedKinds::from_names(served.chain(OTHER_GROUPS.iter().map(|(.., resource)| (*resource, "v1"))));
    Arc::new(ObjectSource::Files(Manifests::complete(jiff::Timestamp::now(), served, objects)))
}

async fn detect(world: &ObjectSource) -> Detection {
    detection::detect(world, &Inputs::default()).await.unwrap()
}

/// What each check says of these objects, with what the cluster tells as inputs.
async fn judge(objects: BTreeMap<String, Vec<Value>>, flavour: Flavour) -> BTreeMap<&'static str, String> {
    let world = world(objects, flavour);
    let discovered = detect(&world).await.discovered;
    let inputs = Arc::new(InputLayers { discovered, ..InputLayers::default() }.merge().unwrap());
    let mut said = BTreeMap::new();
    for check in suites::checks() {
        let is_read = check.tier == vocabulary::Tier::Read
            && (check.flavours.is_empty() || check.flavours.contains(&flavour));
        let outcome = if is_read {
            attempt(check, Arc::clone(&world), None, Arc::clone(&inputs), flavour).await.outcome
        } else {
            continue;
        };
        said.insert(check.id, tell(&outcome));
    }
    said
}

fn tell(outcome: &Outcome) -> String {
    let finding = |one: &vocabulary::Finding| {
        format!(
            "{}: {} `{}`: expected {}, observed {}",
            one.code, one.object, one.field, one.expected, one.observed
        )
    };
    match outcome {
        Outcome::Passed { evidence, .. } => format!("passed: {evidence}"),
        Outcome::Skipped { reason } => format!("skipped: {reason}"),
        Outcome::Errored { error } => format!("errored: {error}"),
        outcome => outcome.findings().iter().map(finding).collect::<Vec<_>>().join("; "),
    }
}

#[rstest]
#[case(OSSM2)]
#[case(OSSM3)]
#[tokio::test]
async fn document_is_upheld(#[case] flavour: Flavour) {
    let (mut lines, mut offences) = (String::new(), Vec::new());
    for (id, said) in judge(objects(flavour), flavour).await {
        writeln!(lines, "{id}\n    {said}").unwrap();
        offences.extend((!said.starts_with("passed")).then(|| format!("{id}: {said}")));
    }
    assert!(
        offences.is_empty(),
        "{}\nto mend it: give suites/tests/openshift/{flavour}.yaml what the checks read",
        offences.join("\n")
    );
    insta::with_settings!({ filters => [(r"2[0-9-]{9}T[0-9:.]{8,}Z", "[time]")] }, {
        insta::assert_snapshot!(flavour.to_string(), lines);
    });
}

#[rstest]
#[case(OSSM2, "ServiceMeshMemberRoll istio-system/default has the member knative-serving")]
#[case(OSSM3, "Istio default")]
#[tokio::test]
async fn flavour_is_told_by_its_control_plane(#[case] flavour: Flavour, #[case] evidence: &str) {
    let found = detect(&world(objects(flavour), flavour)).await;
    assert_eq!((found.flavour, found.deciding_object.as_str()), (flavour, evidence));
    let namespace = if flavour == OSSM2 { "istio-system" } else { "knative-serving-ingress" };
    let values: BTreeMap<_, _> =
        found.discovered.iter().map(|(key, (value, _))| (key.as_str(), value.clone())).collect();
    let mut expected = BTreeMap::from([
        ("kafka.bootstrap_servers", json!(["my-cluster-kafka-bootstrap.kafka:9092"])),
        ("mesh.gateway_namespace", json!(namespace)),
        ("mesh.namespace", json!("istio-system")),
        ("serverless.domain", json!("apps.openshift.example.com")),
    ]);
    expected.extend((flavour == OSSM2).then(|| ("mesh.control_plane", json!("basic"))));
    assert_eq!(values, expected);
}

#[rstest]
#[case::mtls(OSSM2, "ServiceMeshControlPlane istio-system basic", json!({"spec": {"security": {"dataPlane": {"mtls": false}}}}),
    "mesh::mtls::is_strict_mesh_wide", "mode-not-strict: ServiceMeshControlPlane istio-system/basic `spec.security.dataPlane.mtls`: expected true, observed false")]
#[case::drain(OSSM2, "ServiceMeshControlPlane istio-system basic", json!({"spec": {"techPreview": null}}),
    "mesh::control_plane::drain_outlasts_requests", "drain-not-set: ServiceMeshControlPlane istio-system/basic `spec.techPreview.meshConfig.defaultConfig.terminationDrainDuration`: expected more than 30s; the document sets 35s, observed not set")]
#[case::ports(OSSM2, "ServiceMeshControlPlane istio-system basic", json!({"spec": {"proxy": {"networking": {"trafficControl": {"inbound": {"excludedPorts": [8444]}}}}}}),
    "mesh::control_plane::excludes_8444_and_8022", "port-not-excluded: ServiceMeshControlPlane istio-system/basic `spec.proxy.networking.trafficControl.inbound.excludedPorts`: expected 8444 and 8022 among the excluded ports, observed [8444]")]
#[case::wide_exception(OSSM2, "DestinationRule istio-system api-server", json!({"spec": {"host": "*.svc.cluster.local"}}),
    "mesh::mtls::no_rule_disables_tls", "tls-off: DestinationRule istio-system/api-server `spec.trafficPolicy.tls.mode`: expected `ISTIO_MUTUAL`, or no `tls`, for the Services of Knative, observed DISABLE, for activator-service.knative-serving.svc.cluster.local:80, activator-service.knative-serving.svc.cluster.local:81, autoscaler.knative-serving.svc.cluster.local:8080 and 7 more, called from istio-system, knative-eventing, knative-serving")]
#[case::wide_exception(OSSM3, "DestinationRule istio-system zipkin", json!({"spec": {"host": "*.svc.cluster.local"}}),
    "mesh::mtls::no_rule_disables_tls", "tls-off: DestinationRule istio-system/zipkin `spec.trafficPolicy.tls.mode`: expected `ISTIO_MUTUAL`, or no `tls`, for the Services of Knative, observed DISABLE, for activator-service.knative-serving.svc.cluster.local:80, activator-service.knative-serving.svc.cluster.local:81, broker-filter.knative-eventing.svc.cluster.local:80 and 6 more, called from knative-eventing, knative-serving, knative-serving-ingress")]
#[case::auto_mtls_off(OSSM3, "Istio  default", json!({"spec": {"values": {"meshConfig": {"enableAutoMtls": false}}}}),
    "mesh::mtls::auto_mtls_is_on", "auto-mtls-off: Istio default `spec.values.meshConfig.enableAutoMtls`: expected `true`, which is the default; or a DestinationRule with `ISTIO_MUTUAL` for all that Knative calls, observed false")]
#[case::narrow_sidecar(OSSM2, "Sidecar knative-serving default", json!({"spec": {"egress": [{"hosts": ["istio-system/*"]}]}}),
    "mesh::reach::no_sidecar_hides_knative", "host-hidden: Sidecar knative-serving/default `spec.egress`: expected hosts that cover autoscaler.knative-serving.svc.cluster.local, till-00001.knative-serving.svc.cluster.local, which knative-serving has to call, observed `istio-system/*`")]
#[case::narrow_sidecar(OSSM3, "Sidecar knative-serving default", json!({"spec": {"egress": [{"hosts": ["istio-system/*"]}]}}),
    "mesh::reach::no_sidecar_hides_knative", "host-hidden: Sidecar knative-serving/default `spec.egress`: expected hosts that cover autoscaler.knative-serving.svc.cluster.local, till-00001.knative-serving.svc.cluster.local, which knative-serving has to call, observed `istio-system/*`")]
#[case::older_pod(OSSM2, "Pod knative-serving activator-1", json!({"metadata": {"annotations": null}}),
    "mesh::control_plane::excludes_8444_and_8022", "pod-captures-port: Pod knative-serving/activator-1 `metadata.annotations[traffic.sidecar.istio.io/excludeInboundPorts]`: expected 8444 and 8022 among the excluded ports, observed no port")]
#[case::older_pod(OSSM3, "Pod knative-serving activator-1", json!({"metadata": {"annotations": null}}),
    "mesh::control_plane::excludes_8444_and_8022", "pod-captures-port: Pod knative-serving/activator-1 `metadata.annotations[traffic.sidecar.istio.io/excludeInboundPorts]`: expected 8444 and 8022 among the excluded ports, observed no port")]
#[case::label(OSSM2, "ServiceMeshControlPlane istio-system basic", json!({"spec": {"gateways": null}}),
    "gateways::ingress::service_carries_the_label", "label-missing: ServiceMeshControlPlane istio-system/basic `spec.gateways.ingress.service.metadata.labels`: expected `knative: ingressgateway`, observed not set")]
#[case::not_ready(OSSM2, "ServiceMeshControlPlane istio-system basic", json!({"status": {"conditions": [{"type": "Ready", "status": "False", "reason": "ComponentsNotReady"}]}}),
    "mesh::control_plane::is_ready", "control-plane-not-ready: ServiceMeshControlPlane istio-system/basic `status.conditions[Ready]`: expected True, observed False, reason ComponentsNotReady")]
#[case::not_named(OSSM2, "ServiceMeshMemberRoll istio-system default", json!({"spec": {"members": ["knative-serving"]}}),
    "mesh::membership::serverless_namespaces_are_members", "not-a-member: ServiceMeshMemberRoll istio-system/default `spec.members`: expected `knative-eventing` among the members, observed knative-serving")]
#[case::pending(OSSM2, "ServiceMeshMemberRoll istio-system default", json!({"status": {"configuredMembers": ["knative-serving"], "pendingMembers": ["knative-eventing"]}}),
    "mesh::membership::serverless_namespaces_are_members", "not-a-member: ServiceMeshMemberRoll istio-system/default `status.pendingMembers`: expected `knative-eventing` among the members, observed still pending")]
#[case::several_planes(OSSM2, "ServiceMeshMemberRoll istio-system default", json!({"status": {"conditions": [{"type": "Ready", "status": "False", "reason": "ErrMultipleSMCPs"}]}}),
    "mesh::membership::serverless_namespaces_are_members", "not-a-member: ServiceMeshMemberRoll istio-system/default `status.conditions[Ready]`: expected True, observed False, reason ErrMultipleSMCPs")]
#[case::eventing_istio(OSSM2, "Deployment knative-eventing eventing-istio-controller", json!({"spec": {"replicas": 0}, "status": {"availableReplicas": null}}),
    "serverless::eventing::is_ready_with_istio", "istio-controller-down: Deployment knative-eventing/eventing-istio-controller `status.availableReplicas`: expected at least 1, observed 0, scaled to zero")]
#[case::kafka_workload(OSSM2, "StatefulSet knative-eventing kafka-broker-dispatcher", json!({"spec": {"template": {"metadata": {"labels": {"sidecar.istio.io/inject": null}}}}}),
    "serverless::eventing::workloads_are_injected", "injection-not-requested: StatefulSet knative-eventing/kafka-broker-dispatcher `spec.template.metadata.labels[sidecar.istio.io/inject]`: expected \"true\", observed no such label")]
#[case::same_mesh(OSSM2, "ServiceMeshMemberRoll istio-system default", json!({"status": {"configuredMembers": ["knative-eventing", "knative-serving", "other-mesh"]}}),
    "prerequisites::gateways::no_foreign_wildcard_on_443", "foreign-wildcard: Gateway other-mesh/other `spec.servers[0]`: expected only Gateway knative-serving/knative-ingress-gateway claims `*` on port 443 of istio-system/istio-ingressgateway-1, observed hosts `*`, port 443, on the same pods by `istio: ingressgateway`")]
#[case::drain(OSSM3, "Istio  default", json!({"spec": {"values": {"meshConfig": {"defaultConfig": {"terminationDrainDuration": "5s"}}}}}),
    "mesh::control_plane::drain_outlasts_requests", "drain-too-short: Istio default `spec.values.meshConfig.defaultConfig.terminationDrainDuration`: expected more than 30s; the document sets 35s, observed 5s")]
#[case::ports(OSSM3, "Istio  default", json!({"spec": {"values": {"global": null}}}),
    "mesh::control_plane::excludes_8444_and_8022", "port-not-excluded: Istio default `spec.values.global.proxy.excludeInboundPorts`: expected 8444 and 8022 among the excluded ports, observed not set")]
#[case::nodes(OSSM3, "IstioCNI  default", json!({"status": {"conditions": [{"type": "Ready", "status": "False", "reason": "DaemonSetNotReady"}]}}),
    "mesh::control_plane::is_ready", "control-plane-not-ready: IstioCNI default `status.conditions[Ready]`: expected True, observed False, reason DaemonSetNotReady")]
#[case::permissive(OSSM3, "PeerAuthentication knative-serving autoscaler-permissive", json!({"spec": {"selector": {"matchLabels": {"app": "activator"}}}}),
    "mesh::mtls::no_weaker_override", "workload-accepts-plaintext: PeerAuthentication knative-serving/autoscaler-permissive `spec.mtls.mode`: expected STRICT, or unset, observed PERMISSIVE")]
#[case::webhook_by_annotation(OSSM2, "Deployment knative-serving webhook", json!({"spec": {"template": {"metadata": {"annotations": {"sidecar.istio.io/inject": "true"}}}}}),
    "mesh::mtls::webhooks_answer_the_api_server", "webhook-refuses-plaintext: Deployment knative-serving/webhook `spec.template.metadata.labels[sidecar.istio.io/inject]`: expected no sidecar, or a PeerAuthentication that has port 8443 of its pods PERMISSIVE, observed pods get a sidecar, and port 8443 is STRICT")]
#[case::webhook_by_label(OSSM3, "Deployment knative-serving webhook", json!({"spec": {"template": {"metadata": {"labels": {"sidecar.istio.io/inject": "true"}}}}}),
    "mesh::mtls::webhooks_answer_the_api_server", "webhook-refuses-plaintext: Deployment knative-serving/webhook `spec.template.metadata.labels[sidecar.istio.io/inject]`: expected no sidecar, or a PeerAuthentication that has port 8443 of its pods PERMISSIVE, observed pods get a sidecar, and port 8443 is STRICT")]
#[case::target(OSSM3, "Service knative-serving-ingress knative-local-gateway", json!({"spec": {"ports": [{"name": "http2", "port": 80, "targetPort": 8081}]}}),
    "gateways::local::service_maps_80_to_8081", "other-target-port: Service knative-serving-ingress/knative-local-gateway `spec.ports[80].targetPort`: expected 8080, observed 8081")]
#[case::ingress(OSSM3, "Pod knative-serving-ingress knative-istio-ingressgateway-1", json!({"metadata": {"labels": {"istio": "ingressgateway"}}}),
    "prerequisites::ingresses::no_ingress_claims_443", "ingress-claims: Ingress knative-serving/registry `spec.tls[0]`: expected only Gateway knative-serving/knative-ingress-gateway claims `*` on port 443 of knative-serving-ingress/knative-istio-ingressgateway-1, observed hosts `*`, port 443, on the same pods by `istio: ingressgateway`")]
#[case::plain(OSSM2, "Gateway knative-serving redirects", json!({"spec": {"servers": [{"port": {"number": 80, "protocol": "HTTP"}, "hosts": ["*.apps.openshift.example.com"]}]}}),
    "gateways::ingress::no_plain_server_for_knative_hosts", "plain-server: Gateway knative-serving/redirects `spec.servers[0]`: expected TLS for hosts of Knative Services on istio-system/istio-ingressgateway-1, as Gateway knative-serving/knative-ingress-gateway has it, observed HTTP on port 80 for `*.apps.openshift.example.com`, on the same pods by `istio: ingressgateway`")]
#[case::plain(OSSM3, "Gateway knative-serving redirects", json!({"spec": {"servers": [{"port": {"number": 80, "protocol": "HTTP"}, "hosts": ["*.apps.openshift.example.com"]}]}}),
    "gateways::ingress::no_plain_server_for_knative_hosts", "plain-server: Gateway knative-serving/redirects `spec.servers[0]`: expected TLS for hosts of Knative Services on knative-serving-ingress/knative-istio-ingressgateway-1, as Gateway knative-serving/knative-ingress-gateway has it, observed HTTP on port 80 for `*.apps.openshift.example.com`, on the same pods by `knative: ingressgateway`")]
#[case::access(OSSM2, "AuthorizationPolicy knative-serving allow-traffic-to-autoscaler", json!({"spec": {"rules": [{"from": [{"source": {"namespaces": ["knative-eventing"]}}]}]}}),
    "mesh::access::serving_is_reached", "allowed-by-none: AuthorizationPolicy knative-serving/deny-all-by-default `spec.rules`: expected activator in knative-serving let through to port 8080 of autoscaler, observed allowed by no rule of AuthorizationPolicy knative-serving/allow-traffic-to-autoscaler, AuthorizationPolicy knative-serving/deny-all-by-default")]
#[case::access(OSSM3, "AuthorizationPolicy knative-serving allow-traffic-to-activator", json!({"spec": {"rules": [{"from": [{"source": {"namespaces": ["knative-eventing"]}}]}]}}),
    "mesh::access::serving_is_reached", "allowed-by-none: AuthorizationPolicy knative-serving/deny-all-by-default `spec.rules`: expected autoscaler in knative-serving, the Gateways in knative-serving-ingress let through to port 8012 of activator, observed allowed by no rule of AuthorizationPolicy knative-serving/allow-traffic-to-activator, AuthorizationPolicy knative-serving/deny-all-by-default")]
#[case::network(OSSM2, "NetworkPolicy knative-serving activator", json!({"spec": {"ingress": [{"from": [{"podSelector": {}}]}]}}),
    "mesh::network::serving_is_reached", "cut-at-ingress: NetworkPolicy knative-serving/activator `spec.ingress`: expected let through: the Gateways in istio-system to port 8012 of activator, observed let through by no rule of NetworkPolicy knative-serving/activator")]
#[case::webhook(OSSM2, "NetworkPolicy knative-serving webhook", json!({"spec": {"ingress": [{"from": [{"podSelector": {}}]}]}}),
    "mesh::network::webhooks_are_reached", "cut-at-ingress: NetworkPolicy knative-serving/webhook `spec.ingress`: expected let through: the API server to port 8443 of webhook in knative-serving, observed let through by no rule of NetworkPolicy knative-serving/webhook")]
#[case::network(OSSM3, "NetworkPolicy knative-serving activator", json!({"spec": {"ingress": [{"from": [{"podSelector": {}}]}]}}),
    "mesh::network::serving_is_reached", "cut-at-ingress: NetworkPolicy knative-serving/activator `spec.ingress`: expected let through: the Gateways in knative-serving-ingress to port 8012 of activator, observed let through by no rule of NetworkPolicy knative-serving/activator")]
#[case::webhook(OSSM3, "NetworkPolicy knative-serving webhook", json!({"spec": {"ingress": [{"from": [{"podSelector": {}}]}]}}),
    "mesh::network::webhooks_are_reached", "cut-at-ingress: NetworkPolicy knative-serving/webhook `spec.ingress`: expected let through: the API server to port 8443 of webhook in knative-serving, observed let through by no rule of NetworkPolicy knative-serving/webhook")]
#[case::claimed_twice(OSSM2, "VirtualService knative-serving entry", json!({"spec": {"hosts": ["cart-shop.apps.openshift.example.com"]}}),
    "gateways::virtual_services::no_host_is_claimed_twice", "host-claimed-twice: VirtualService knative-serving/entry `spec.hosts[0]`: expected no host of a Knative Service, for which net-istio makes VirtualServices, observed `cart-shop.apps.openshift.example.com`, on Gateway knative-serving/knative-ingress-gateway")]
#[case::claimed_twice(OSSM3, "VirtualService knative-serving entry", json!({"spec": {"hosts": ["Cart.shop.svc"], "gateways": null}}),
    "gateways::virtual_services::no_host_is_claimed_twice", "host-claimed-twice: VirtualService knative-serving/entry `spec.hosts[0]`: expected no host of a Knative Service, for which net-istio makes VirtualServices, observed `cart.shop.svc`, in the sidecars (`mesh`)")]
#[case::claimed_for_all_paths(OSSM3, "VirtualService knative-serving entry", json!({"spec": {"hosts": ["cart-shop.apps.openshift.example.com"], "http": [{"match": [{"uri": {"prefix": "/"}}]}]}}),
    "gateways::virtual_services::no_host_is_claimed_twice", "host-claimed-twice: VirtualService knative-serving/entry `spec.hosts[0]`: expected no host of a Knative Service, for which net-istio makes VirtualServices, observed `cart-shop.apps.openshift.example.com`, on Gateway knative-serving/knative-ingress-gateway")]
#[case::named_gateway(OSSM2, "ConfigMap knative-serving config-istio", json!({"data": {"gateway.knative-serving.team-gateway": "istio-ingressgateway.istio-system.svc.cluster.local"}}),
    "serverless::serving::named_gateways_are_there", "gateway-not-there: ConfigMap knative-serving/config-istio `data.gateway.knative-serving.team-gateway`: expected a Gateway knative-serving/team-gateway, observed no Gateway of this name")]
#[case::named_gateway(OSSM3, "VirtualService shop cart-ingress", json!({"spec": {"gateways": ["mesh", "knative-serving/knative-shared-gateway"]}}),
    "serverless::serving::named_gateways_are_there", "gateway-not-there: VirtualService shop/cart-ingress `spec.gateways[1]`: expected a Gateway knative-serving/knative-shared-gateway, observed no Gateway of this name")]
#[case::setting(OSSM2, "ConfigMap knative-serving config-network", json!({"data": {"mesh-compatability-mode": "enabled"}}),
    "serverless::serving::network_settings_are_read", "key-not-read: ConfigMap knative-serving/config-network `data.mesh-compatability-mode`: expected a key that Knative Serving reads, observed `mesh-compatability-mode: enabled`")]
#[case::domain(OSSM2, "ConfigMap knative-serving config-domain", json!({"data": {"shop.example.com": ""}}),
    "serverless::serving::each_domain_is_used", "domain-never-used: ConfigMap knative-serving/config-domain `data.shop.example.com`: expected a selector that is not that of `apps.openshift.example.com`, which comes first, observed no selector")]
#[case::internal_tls(OSSM2, "ConfigMap knative-serving config-network", json!({"data": {"system-internal-tls": "enabled"}}),
    "serverless::serving::internal_tls_is_left_to_the_mesh", "internal-tls-enabled: ConfigMap knative-serving/config-network `data.system-internal-tls`: expected `disabled`, or no such key, observed enabled")]
#[case::scheme(OSSM2, "Gateway knative-serving redirects", json!({"spec": {"servers": [{"port": {"number": 8080, "protocol": "HTTP"}, "hosts": ["*.apps.openshift.example.com"], "tls": {"httpsRedirect": true}}]}}),
    "serverless::serving::addresses_have_the_gateways_scheme", "scheme-not-served: ConfigMap knative-serving/config-network `data.default-external-scheme`: expected https, which is all that Gateway knative-serving/knative-ingress-gateway serves, observed http")]
#[case::kafka_rule(OSSM2, "DestinationRule knative-eventing kafka", json!({"spec": {"trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}}}}),
    "kafka::service_entry::no_rule_forces_tls", "mesh-tls-forced: DestinationRule knative-eventing/kafka `spec.trafficPolicy.tls.mode`: expected no TLS of the sidecar's to my-cluster-kafka-bootstrap.kafka:9092, observed ISTIO_MUTUAL, for the host `my-cluster-kafka-bootstrap.kafka`")]
#[case::kafka_hidden(OSSM2, "Sidecar knative-eventing default", json!({"spec": {"egress": [{"hosts": ["*/*.svc.cluster.local"]}]}}),
    "mesh::reach::no_sidecar_hides_kafka", "entry-hidden: Sidecar knative-eventing/default `spec.egress`: expected hosts that cover the ServiceEntry of my-cluster-kafka-bootstrap.kafka:9092, observed `*/*.svc.cluster.local`")]
#[case::revision_access(OSSM2, "AuthorizationPolicy knative-serving allow-probes-of-till", json!({"spec": {"rules": [{"to": [{"operation": {"paths": ["/healthz"]}}]}]}}),
    "mesh::access::revisions_are_reached", "allowed-by-none: AuthorizationPolicy knative-serving/deny-all-by-default `spec.rules`: expected autoscaler in knative-serving let through to port 9090 of revisions in knative-serving, observed allowed by no rule of AuthorizationPolicy knative-serving/allow-probes-of-till, AuthorizationPolicy knative-serving/deny-all-by-default")]
#[case::revision_network(OSSM2, "NetworkPolicy knative-serving till", json!({"spec": {"ingress": [{"ports": [{"port": 8012}]}]}}),
    "mesh::network::revisions_are_reached", "cut-at-ingress: NetworkPolicy knative-serving/till `spec.ingress`: expected let through: autoscaler in knative-serving to port 9090 of revisions in knative-serving, observed let through by no rule of NetworkPolicy knative-serving/till")]
#[case::setting(OSSM3, "ConfigMap knative-serving config-network", json!({"data": {"mesh-compatability-mode": "enabled"}}),
    "serverless::serving::network_settings_are_read", "key-not-read: ConfigMap knative-serving/config-network `data.mesh-compatability-mode`: expected a key that Knative Serving reads, observed `mesh-compatability-mode: enabled`")]
#[case::domain(OSSM3, "ConfigMap knative-serving config-domain", json!({"data": {"shop.example.com": ""}}),
    "serverless::serving::each_domain_is_used", "domain-never-used: ConfigMap knative-serving/config-domain `data.shop.example.com`: expected a selector that is not that of `apps.openshift.example.com`, which comes first, observed no selector")]
#[case::internal_tls(OSSM3, "ConfigMap knative-serving config-network", json!({"data": {"system-internal-tls": "enabled"}}),
    "serverless::serving::internal_tls_is_left_to_the_mesh", "internal-tls-enabled: ConfigMap knative-serving/config-network `data.system-internal-tls`: expected `disabled`, or no such key, observed enabled")]
#[case::scheme(OSSM3, "Gateway knative-serving redirects", json!({"spec": {"servers": [{"port": {"number": 8080, "protocol": "HTTP"}, "hosts": ["*.apps.openshift.example.com"], "tls": {"httpsRedirect": true}}]}}),
    "serverless::serving::addresses_have_the_gateways_scheme", "scheme-not-served: ConfigMap knative-serving/config-network `data.default-external-scheme`: expected https, which is all that Gateway knative-serving/knative-ingress-gateway serves, observed http")]
#[case::kafka_rule(OSSM3, "DestinationRule knative-eventing kafka", json!({"spec": {"trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}}}}),
    "kafka::service_entry::no_rule_forces_tls", "mesh-tls-forced: DestinationRule knative-eventing/kafka `spec.trafficPolicy.tls.mode`: expected no TLS of the sidecar's to my-cluster-kafka-bootstrap.kafka:9092, observed ISTIO_MUTUAL, for the host `my-cluster-kafka-bootstrap.kafka`")]
#[case::kafka_hidden(OSSM3, "Sidecar knative-eventing default", json!({"spec": {"egress": [{"hosts": ["*/*.svc.cluster.local"]}]}}),
    "mesh::reach::no_sidecar_hides_kafka", "entry-hidden: Sidecar knative-eventing/default `spec.egress`: expected hosts that cover the ServiceEntry of my-cluster-kafka-bootstrap.kafka:9092, observed `*/*.svc.cluster.local`")]
#[case::revision_access(OSSM3, "AuthorizationPolicy knative-serving allow-probes-of-till", json!({"spec": {"rules": [{"to": [{"operation": {"paths": ["/healthz"]}}]}]}}),
    "mesh::access::revisions_are_reached", "allowed-by-none: AuthorizationPolicy knative-serving/deny-all-by-default `spec.rules`: expected autoscaler in knative-serving let through to port 9090 of revisions in knative-serving, observed allowed by no rule of AuthorizationPolicy knative-serving/allow-probes-of-till, AuthorizationPolicy knative-serving/deny-all-by-default")]
#[case::revision_network(OSSM3, "NetworkPolicy knative-serving till", json!({"spec": {"ingress": [{"ports": [{"port": 8012}]}]}}),
    "mesh::network::revisions_are_reached", "cut-at-ingress: NetworkPolicy knative-serving/till `spec.ingress`: expected let through: autoscaler in knative-serving to port 9090 of revisions in knative-serving, observed let through by no rule of NetworkPolicy knative-serving/till")]
#[case::gateway_api(OSSM3, "KubernetesGateway knative-serving-ingress shop", json!({"spec": {"listeners": [{"name": "https", "port": 443, "protocol": "HTTPS", "tls": {"certificateRefs": [{"name": "shop-certs"}]}}]}}),
    "prerequisites::gateway_api::no_listener_claims_443", "listener-claims: Gateway knative-serving-ingress/shop `spec.listeners[0]`: expected only Gateway knative-serving/knative-ingress-gateway claims `*` on port 443 of knative-serving-ingress/knative-istio-ingressgateway-1, observed hosts `*`, port 443, on the same pods by Service knative-istio-ingressgateway.knative-serving-ingress.svc.cluster.local")]
#[case::gateway_api_local(OSSM3, "KubernetesGateway knative-serving-ingress shop", json!({"spec": {"listeners": [{"name": "tcp", "port": 80, "protocol": "TCP"}]}}),
    "prerequisites::gateway_api::no_listener_claims_local_port", "listener-claims: Gateway knative-serving-ingress/shop `spec.listeners[0]`: expected only Gateway knative-serving/knative-local-gateway claims `*` on port 80 of knative-serving-ingress/knative-istio-ingressgateway-1, observed hosts `*`, port 80, on the same pods by Service knative-istio-ingressgateway.knative-serving-ingress.svc.cluster.local")]
#[case::gateway_api(OSSM2, "KubernetesGateway istio-system shop", json!({"spec": {"listeners": [{"name": "http", "hostname": "shop.example.com", "port": 443, "protocol": "HTTP"}]}}),
    "prerequisites::gateway_api::no_listener_claims_443", "protocol-conflict: Gateway istio-system/shop `spec.listeners[0]`: expected HTTPS on port 443 of istio-system/istio-ingressgateway-1, as Gateway knative-serving/knative-ingress-gateway has it, observed protocol HTTP, port 443, on the same pods by Service istio-ingressgateway.istio-system.svc.cluster.local")]
#[case::two_meshes(OSSM3, "Namespace  shop", json!({"metadata": {"labels": {"maistra.io/member-of": "old", "istio-injection": "enabled"}}}),
    "mesh::membership::no_namespace_names_two_meshes", "two-meshes: Namespace shop `metadata.labels[maistra.io/member-of]`: expected no such label, or `maistra.io/ignore-namespace: \"true\"`, observed old, beside a label of injection")]
#[case::asks_outside(OSSM2, "KnativeService shop cart", json!({"spec": {"template": {"metadata": {"annotations": {"sidecar.istio.io/inject": "true"}}}}}),
    "serverless::serving::revisions_are_injected_as_asked", "namespace-not-in-mesh: Service shop/cart `metadata.namespace`: expected a namespace that the control plane of the mesh serves, observed shop")]
#[case::asks_in_vain(OSSM3, "KnativeService shop cart", json!({"spec": {"template": {"metadata": {"annotations": {"sidecar.istio.io/inject": "true"}}}}}),
    "serverless::serving::revisions_are_injected_as_asked", "asked-in-vain: Service shop/cart `spec.template.metadata.labels[sidecar.istio.io/inject]`: expected \"true\", observed no such label; an annotation \"true\" does not call the webhook")]
#[tokio::test]
async fn change_is_found_where_the_flavour_keeps_it(
    #[case] flavour: Flavour,
    #[case] object: &str,
    #[case] patch: Value,
    #[case] check: &str,
    #[case] expected: &str,
) {
    let healthy = judge(objects(flavour), flavour).await;
    let mut objects = objects(flavour);
    let words: Vec<_> = object.split(' ').collect();
    let target = objects.get_mut(resource(words[0])).unwrap().iter_mut().find(|one| {
        one["metadata"]["name"] == words[2]
            && one["metadata"]["namespace"].as_str().unwrap_or_default() == words[1]
    });
    merge(target.unwrap(), &patch);

    let word = |said: &String| said.split(':').next().unwrap().to_owned();
    let broken = judge(objects, flavour).await;
    assert_eq!(broken[check], expected);
    let others = broken.iter().filter(|(id, said)| **id != check && word(said) != word(&healthy[*id]));
    let others: Vec<_> = others.map(|(id, said)| format!("{id}: {said}")).collect();
    assert!(others.is_empty(), "it changes other checks:\n{}", others.join("\n"));
}

/// A merge patch, as faults have it.
fn merge(object: &mut Value, patch: &Value) {
    match (object, patch) {
        (Value::Object(fields), Value::Object(changes)) => {
            for (field, change) in changes {
                if change.is_null() {
                    fields.remove(field);
                } else {
                    merge(fields.entry(field).or_insert(Value::Null), change);
                }
            }
        }
        (object, patch) => *object = patch.clone(),
    }
}

#[tokio::test]
async fn config_that_net_istio_cannot_read_names_no_service() {
    let mut unreadable = objects(OSSM2);
    let config = json!({
        "kind": "ConfigMap",
        "metadata": {"name": "config-istio", "namespace": "knative-serving"},
        "data": {"external-gateways": "nonsense"},
    });
    let maps = unreadable.get_mut(resource("ConfigMap")).unwrap();
    maps.retain(|map| map["metadata"]["name"] != "config-istio");
    maps.push(config);
    let said = judge(unreadable, OSSM2).await;
    let found = &said["serverless::serving::config_points_at_the_gateways"];
    assert!(found.starts_with("list-unreadable"), "{found}");
    let errored = &said["gateways::ingress::service_carries_the_label"];
    assert!(
        errored.starts_with(
            "errored: could not read the field `data` of ConfigMap knative-serving/config-istio: "
        ),
        "{errored}"
    );
}

#[tokio::test]
async fn sidecar_whose_configuration_cannot_be_read_is_not_judged() {
    let mut unreadable = objects(OSSM2);
    let pods = unreadable.get_mut(resource("Pod")).unwrap();
    let activator = pods.iter_mut().find(|pod| pod["metadata"]["name"] == "activator-1").unwrap();
    activator["spec"]["containers"][1]["env"][0]["value"] = json!("{\"terminationDrainDuration\":");
    let said = judge(unreadable, OSSM2).await;
    let errored = &said["mesh::control_plane::drain_outlasts_requests"];
    let expected = "errored: could not read the field `spec.containers[istio-proxy].env[PROXY_CONFIG]` of Pod \
                    knative-serving/activator-1: ";
    assert!(errored.starts_with(expected), "{errored}");
}

/// What the checks of wildcards say where the member roll is this one.
async fn wildcards_by_roll(roll: Value) -> BTreeMap<&'static str, String> {
    let mut objects = objects(OSSM2);
    objects.insert(resource("ServiceMeshMemberRoll").to_owned(), vec![roll]);
    let mut said = judge(objects, OSSM2).await;
    said.retain(|id, _| id.contains("no_foreign_wildcard"));
    said
}

#[tokio::test]
async fn roll_without_a_status_says_whom_it_wants() {
    let metadata = json!({"name": "default", "namespace": "istio-system"});
    let roll = |spec: Value| json!({"kind": "ServiceMeshMemberRoll", "metadata": metadata, "spec": spec});
    let check = "prerequisites::gateways::no_foreign_wildcard_on_443";

    let apart = wildcards_by_roll(roll(json!({"members": ["knative-serving", "knative-eventing"]}))).await;
    let is_right =
        |said: &String| said.starts_with("passed") && said.ends_with("the member roll has no status");
    assert!(apart.values().all(is_right), "{apart:#?}");

    let same = json!({"members": ["knative-serving", "knative-eventing", "other-mesh"]});
    let same = wildcards_by_roll(roll(same)).await;
    assert!(same[check].starts_with("foreign-wildcard: Gateway other-mesh/other"), "{same:#?}");
}

#[tokio::test]
async fn settings_of_nobody_are_not_defaults() {
    let mut without_control_plane = objects(OSSM3);
    without_control_plane.remove(resource("Istio"));
    let said = judge(without_control_plane, OSSM3).await;
    assert!(said["mesh::mtls::is_strict_mesh_wide"].starts_with("errored"), "{said:#?}");
    assert_eq!(
        said["mesh::membership::serverless_namespaces_are_members"],
        "errored: there is no control plane in namespace istio-system; last seen: no Istio default"
    );
}

#[tokio::test]
async fn selectors_that_cannot_be_read_may_cover_the_namespace() {
    let mut unreadable = objects(OSSM3);
    let istio = &mut unreadable.get_mut(resource("Istio")).unwrap()[0];
    istio["spec"]["values"]["meshConfig"]["discoverySelectors"] = json!({"matchLabels": {"mesh": "ours"}});
    let found = detect(&world(unreadable.clone(), OSSM3)).await;
    assert_eq!((found.flavour, found.deciding_object.as_str()), (OSSM3, "Istio default"));
    let said = judge(unreadable, OSSM3).await;
    assert_eq!(
        said["mesh::membership::serverless_namespaces_are_members"],
        "errored: could not read the field `spec.values.meshConfig.discoverySelectors` of Istio default: no list of label \
         selectors: invalid type: map, expected a sequence"
    );
}

#[tokio::test]
async fn migrating_cluster_belongs_to_who_owns_the_namespace() {
    let mut both = objects(OSSM3);
    both.extend(objects(OSSM2).into_iter().filter(|(resource, _)| resource.contains("maistra")));
    let served = ServedKinds::from_names(RESOURCES.iter().map(|(_, resource)| (*resource, "v1")));
    let world = ObjectSource::Files(Manifests::complete(jiff::Timestamp::now(), served, both));
    assert_eq!(detect(&world).await.flavour, OSSM2);
}

/// A cluster with a namespace and nothing else, which serves these resources.
fn bare_cluster(served: &[&str]) -> ObjectSource {
    let mut none = objects(OSSM3);
    none.retain(|resource, _| resource == "namespaces");
    let served = ServedKinds::from_names(served.iter().map(|resource| (*resource, "v1")));
    ObjectSource::Files(Manifests::complete(jiff::Timestamp::now(), served, none))
}

#[tokio::test]
async fn cluster_without_the_product_is_told_what_to_do() {
    let world = bare_cluster(&["namespaces", "deployments.apps"]);
    let error = detection::detect(&world, &Inputs::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "no service mesh control plane owns the namespace knative-serving");
    assert!(error.hint().unwrap().contains("--flavour"));

    let forced = Inputs { flavour: "ossm3".to_owned(), ..Inputs::default() };
    assert_eq!(detection::detect(&world, &forced).await.unwrap().flavour, OSSM3);
}

#[tokio::test]
async fn cluster_without_a_control_plane_is_judged() {
    let world = Arc::new(bare_cluster(&["namespaces", "knativeservings.operator.knative.dev"]));
    let found = detect(&world).await;
    assert_eq!(found.flavour, UNKNOWN);
    assert!(found.deciding_object.starts_with("nothing tells it; name it with"), "{}", found.deciding_object);
    let checks = suites::checks();
    let check = checks.into_iter().find(|one| one.id == "mesh::control_plane::is_ready").unwrap();
    let outcome = attempt(check, world, None, Arc::new(Inputs::default()), UNKNOWN).await.outcome;
    let Outcome::Failed { findings, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(findings[0].code, "control-plane-missing");
}

#[tokio::test]
async fn reference_recording_is_upstream() {
    let recording = suites::suites().reference_recording().unwrap();
    let found = detect(&ObjectSource::Recorded(Box::new(recording))).await;
    assert_eq!((found.flavour, found.deciding_object.as_str()), (UPSTREAM, "Deployment istio-system/istiod"));
    assert_eq!(found.discovered["serverless.domain"].0, json!("apps.meshproof.test"));
}
