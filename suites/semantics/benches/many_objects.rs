//! What many objects take of the functions that decide about a call: `cargo bench -p semantics --bench many_objects`.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use divan::{Bencher, black_box};
use semantics::istio::authorization::{
    AuthorizationRequest, AuthorizedPod, Caller, HttpRequest, Identity, decide,
};
use semantics::istio::destination_rules::DestinationRules;
use semantics::istio::egress_scope::{applicable_sidecar, egress_scope};
use semantics::istio::ignored_policy::ignored_policies;
use semantics::istio::injection::ClusterWorkloads;
use semantics::istio::merged_peer_authentication::compose_peer_authentication;
use semantics::istio::mesh_defaults::MeshDefaults;
use semantics::istio::outbound_clusters::{OutboundObjects, outbound_clusters};
use semantics::istio::registered_service::registered_services;
use semantics::known_labels::KnownLabels;
use semantics::network_policy::{NetworkPeer, NetworkPod, passage};
use semantics::selection::{pods_of_gateway, services_to};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use view::authorization_policy::AuthorizationPolicy;
use view::destination_rule::DestinationRule;
use view::gateway::Gateway;
use view::namespace::Namespace;
use view::network_policy::NetworkPolicy;
use view::peer_authentication::PeerAuthentication;
use view::pod::Pod;
use view::service::Service;
use view::service_entry::ServiceEntry;
use view::sidecar::Sidecar;
use view::workload::Deployment;
use vocabulary::{Meta, Objects, View};

/// How many objects there are of each kind.
const COUNTS: [usize; 3] = [1_000, 5_000, 20_000];
/// In how many namespaces.
const NAMESPACES: usize = 100;
const ROOT: &str = "istio-system";

fn main() {
    divan::main();
}

fn of_many<V: View>(count: usize, object: impl Fn(usize) -> Value) -> Vec<Arc<V>> {
    in_namespaces(NAMESPACES, count, object)
}

fn in_namespaces<V: View>(namespaces: usize, count: usize, object: impl Fn(usize) -> Value) -> Vec<Arc<V>> {
    let with_metadata = |index: usize| {
        let mut object = object(index);
        let age = format!("2026-01-01T{:02}:{:02}:{:02}Z", index / 3600 % 24, index / 60 % 60, index % 60);
        let metadata = json!({"name": format!("o{index:06}"), "namespace": namespace(index % namespaces), "creationTimestamp": age,
            "labels": {"app": app(index), "part-of": "shop"}});
        object["metadata"] = metadata;
        Arc::new(V::from_object(object).unwrap())
    };
    let mut all: Vec<_> = (0..count).map(with_metadata).collect();
    all.sort_by_key(|one| (one.meta().namespace.clone(), one.meta().name.clone()));
    all
}

fn namespace(index: usize) -> String {
    format!("n{:03}", index % NAMESPACES)
}

fn app(index: usize) -> String {
    format!("app-{index}")
}

/// The client: a pod of the first namespace.
fn client() -> Meta {
    Meta {
        name: "client".to_owned(),
        namespace: namespace(0),
        labels: BTreeMap::from([("app".to_owned(), app(0)), ("part-of".to_owned(), "shop".to_owned())]),
        ..Meta::default()
    }
}

fn selector(index: usize) -> Value {
    json!({"matchLabels": {"part-of": "shop", "app": app(index)}})
}

fn peer_authentications(count: usize) -> Vec<Arc<PeerAuthentication>> {
    let mode = |index: usize| if index.is_multiple_of(2) { "STRICT" } else { "PERMISSIVE" };
    of_many(count, |index| json!({"spec": {"mtls": {"mode": mode(index)}, "selector": selector(index)}}))
}

fn pods(count: usize) -> Vec<Arc<Pod>> {
    of_many(
        count,
        |_| json!({"spec": {"containers": [{"name": "istio-proxy"}]}, "status": {"phase": "Running"}}),
    )
}

fn services(count: usize) -> Vec<Arc<Service>> {
    let port = json!({"name": "http", "port": 80, "targetPort": 8080});
    of_many(
        count,
        |index| json!({"spec": {"selector": {"part-of": "shop", "app": app(index)}, "ports": [port]}}),
    )
}

fn entries(count: usize) -> Vec<Arc<ServiceEntry>> {
    let port = json!({"name": "https", "number": 443, "protocol": "TLS"});
    of_many(
        count,
        |index| json!({"spec": {"hosts": [format!("h{index}.test")], "ports": [port], "resolution": "DNS"}}),
    )
}

fn rules(count: usize) -> Vec<Arc<DestinationRule>> {
    let policy = json!({"tls": {"mode": "ISTIO_MUTUAL"}});
    of_many(count, |index| {
        let host = format!("o{index:06}.{}.svc.cluster.local", namespace(index));
        json!({"spec": {"host": host, "trafficPolicy": policy}})
    })
}

fn sidecars(count: usize) -> Vec<Arc<Sidecar>> {
    let hosts = json!([{"hosts": ["*/*"]}]);
    of_many(
        count,
        |index| json!({"spec": {"workloadSelector": {"labels": {"app": app(index)}}, "egress": hosts}}),
    )
}

#[divan::bench(args = COUNTS)]
fn mutual_tls_of_a_pod(bencher: Bencher<'_, '_>, count: usize) {
    let (client, policies) = (client(), peer_authentications(count));
    bencher.bench(|| compose_peer_authentication(&client, &policies, ROOT).unwrap());
}

#[divan::bench(args = COUNTS)]
fn ignored_peer_authentications(bencher: Bencher<'_, '_>, count: usize) {
    let policies = peer_authentications(count);
    bencher.bench(|| ignored_policies(&policies, ROOT).len());
}

/// In one namespace, with selectors that begin with the same label.
#[divan::bench(args = COUNTS)]
fn ignored_peer_authentications_of_one_application(bencher: Bencher<'_, '_>, count: usize) {
    let mode = |index: usize| if index.is_multiple_of(2) { "STRICT" } else { "PERMISSIVE" };
    let selector = |index: usize| json!({"matchLabels": {"app": "shop", "tier": index.to_string()}});
    let policies: Vec<Arc<PeerAuthentication>> = in_namespaces(
        1,
        count,
        |index| json!({"spec": {"mtls": {"mode": mode(index)}, "selector": selector(index)}}),
    );
    bencher.bench(|| ignored_policies(&policies, ROOT).len());
}

/// In one namespace, of all its workloads.
#[divan::bench(args = COUNTS)]
fn ignored_peer_authentications_of_one_namespace(bencher: Bencher<'_, '_>, count: usize) {
    let policies: Vec<Arc<PeerAuthentication>> =
        in_namespaces(1, count, |_| json!({"spec": {"mtls": {"mode": "STRICT"}}}));
    bencher.bench(|| ignored_policies(&policies, ROOT).len());
}

#[divan::bench(args = COUNTS)]
fn injection_of_a_workload(bencher: Bencher<'_, '_>, count: usize) {
    let template = json!({"metadata": {"labels": {"sidecar.istio.io/inject": "true"}}});
    let workloads = ClusterWorkloads {
        deployments: Objects::<Deployment>::whole(of_many(
            count,
            |index| json!({"spec": {"selector": selector(index), "template": template, "replicas": 1}}),
        )),
        stateful_sets: Objects::whole(Vec::new()),
        namespaces: Objects::<Namespace>::whole(of_many(count, |_| json!({}))),
        pods: Objects::whole(pods(count)),
        is_webhook_for_all: false,
        missing_flavour: None,
    };
    bencher.bench(|| workloads.injection_state(black_box("n000"), "o000000"));
}

#[divan::bench(args = COUNTS)]
fn authorization_of_a_request(bencher: Bencher<'_, '_>, count: usize) {
    let rules =
        json!([{"from": [{"source": {"namespaces": ["n001"]}}], "to": [{"operation": {"ports": ["8080"]}}]}]);
    let policies: Vec<Arc<AuthorizationPolicy>> =
        of_many(count, |index| json!({"spec": {"selector": selector(index), "rules": rules}}));
    let client = client();
    let pod = AuthorizedPod { namespace: &client.namespace, labels: KnownLabels::All(&client.labels) };
    let caller = Caller { namespace: "n001", service_account: Some("default"), trust: None };
    let request = AuthorizationRequest {
        caller: Identity::Workload(caller),
        port: 8080,
        http: Some(HttpRequest::default()),
    };
    bencher.bench(|| {
        black_box(decide(&pod, &request, &policies, ROOT));
    });
}

#[divan::bench(args = COUNTS)]
fn network_policies_of_a_connection(bencher: Bencher<'_, '_>, count: usize) {
    let peers = json!([{"from": [{"podSelector": {}}], "ports": [{"port": 8080}]}]);
    let policies: Vec<Arc<NetworkPolicy>> =
        of_many(count, |index| json!({"spec": {"podSelector": selector(index), "ingress": peers}}));
    let (client, none) = (client(), BTreeMap::new());
    let pod = NetworkPod {
        namespace: &client.namespace,
        namespace_labels: KnownLabels::All(&none),
        labels: KnownLabels::All(&client.labels),
        ports: None,
        address: None,
    };
    let peer = NetworkPeer::Pod(pod);
    bencher.bench(|| {
        black_box(passage(&peer, &peer, Some(8080), &policies));
    });
}

#[divan::bench(args = COUNTS)]
fn egress_of_a_pod(bencher: Bencher<'_, '_>, count: usize) {
    let mesh = MeshDefaults::new(ROOT, "cluster.local");
    let (client, services, entries, sidecars) = (client(), services(count), entries(count), sidecars(count));
    bencher.bench(|| {
        let registered = registered_services(&services, &entries, &mesh);
        let sidecar = applicable_sidecar(&client, &sidecars, ROOT).map(AsRef::as_ref);
        egress_scope(&client.namespace, sidecar, &registered).len()
    });
}

#[divan::bench(args = COUNTS)]
fn destination_rules_of_every_host(bencher: Bencher<'_, '_>, count: usize) {
    let mesh = MeshDefaults::new(ROOT, "cluster.local");
    let (client, rules) = (client(), rules(count));
    bencher.bench(|| {
        let by_host = DestinationRules::new(&rules, &mesh);
        let found = rules
            .iter()
            .filter_map(|rule| by_host.rule_for(&client, &rule.spec.host, &rule.metadata.namespace));
        found.count()
    });
}

/// In one namespace and for one wildcard, with selectors that all differ, half of them without a policy; looked up for so many
/// hosts.
#[divan::bench(args = COUNTS)]
fn destination_rules_of_one_host(bencher: Bencher<'_, '_>, count: usize) {
    let mesh = MeshDefaults::new(ROOT, "cluster.local");
    let policy = |index: usize| index.is_multiple_of(2).then(|| json!({"tls": {"mode": "ISTIO_MUTUAL"}}));
    let rules: Vec<Arc<DestinationRule>> = in_namespaces(
        1,
        count,
        |index| json!({"spec": {"host": "*.n000.svc.cluster.local", "workloadSelector": selector(index), "trafficPolicy": policy(index)}}),
    );
    let hosts: Vec<_> = (0..count).map(|index| format!("o{index:06}.n000.svc.cluster.local")).collect();
    let client = client();
    bencher.bench(|| {
        let by_host = DestinationRules::new(&rules, &mesh);
        hosts.iter().filter_map(|host| by_host.rule_for(&client, host, "n000")).count()
    });
}

#[divan::bench(args = COUNTS)]
fn outbound_clusters_of_a_pod(bencher: Bencher<'_, '_>, count: usize) {
    let (services, entries, sidecars, rules, policies) =
        (services(count), entries(count), sidecars(count), rules(count), peer_authentications(count));
    let (client, mesh_config) = (client(), json!({}));
    let objects = OutboundObjects {
        services: &services,
        entries: &entries,
        sidecars: &sidecars,
        rules: &rules,
        policies: &policies,
    };
    bencher.bench(|| outbound_clusters(&client, &objects, &mesh_config).unwrap().clusters.len());
}

#[divan::bench(args = COUNTS)]
fn services_before_the_pods_of_a_gateway(bencher: Bencher<'_, '_>, count: usize) {
    let (pods, services) = (pods(count), services(count));
    let all: Gateway = serde_json::from_value(
        json!({"metadata": {"name": "g"}, "spec": {"selector": {"part-of": "shop"}, "servers": []}}),
    )
    .unwrap();
    let one: Gateway = serde_json::from_value(
        json!({"metadata": {"name": "g"}, "spec": {"selector": {"app": app(0)}, "servers": []}}),
    )
    .unwrap();
    bencher.bench(|| {
        let (all, one) = (pods_of_gateway(&all, &pods), pods_of_gateway(&one, &pods));
        (services_to(&all, &services, &pods).len(), services_to(&one, &services, &pods).len())
    });
}
