//! Replays what Istio's own control plane decided: each case of the corpus has the facts that the oracle gave.
//!
//! `cargo ci oracle` writes the corpus. A case that fails here was decided otherwise by Istio.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use semantics::istio::authorization::{
    AuthorizationRequest, AuthorizedPod, Caller, Decision, Denial, HttpRequest, Identity, Trust, decide,
};
use semantics::istio::gateway_api::{GatewayApiSettings, NamespacesByName, is_served, listener_gateways};
use semantics::istio::gateway_listeners::{GatewayProxy, gateway_listeners};
use semantics::istio::ingress::IngressSettings;
use semantics::istio::injection_webhook::{InjectorSettings, injection_of_template};
use semantics::istio::merged_peer_authentication::compose_peer_authentication;
use semantics::istio::outbound_clusters::{OutboundObjects, outbound_clusters};
use semantics::knative::config_domain::ConfigDomain;
use semantics::knative::config_network::NetworkConfig;
use semantics::knative::domain_template::host_by_template;
use semantics::known_labels::KnownLabels;
use semantics::network_policy::{NetworkPeer, NetworkPod, Passage, passage};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use view::authorization_policy::AuthorizationPolicy;
use view::config_map::ConfigMap;
use view::gateway::Gateway;
use view::gateway_class::GatewayClass;
use view::ingress::Ingress;
use view::kubernetes_gateway::KubernetesGateway;
use view::namespace::Namespace;
use view::network_policy::NetworkPolicy;
use view::pod::Pod;
use view::secret::TlsSecret;
use view::workload::Deployment;
use vocabulary::{Objects, View};

#[test]
fn gateway_listeners_are_those_of_istio() {
    replay("gateway_listeners.jsonl", |case, pod, proxy| listeners(case, pod, proxy, &views(case)));
}

#[test]
fn gateways_of_ingresses_are_those_of_istio() {
    replay("ingress_gateways.jsonl", |case, pod, proxy| {
        let settings = IngressSettings::parse(case.get("meshConfig")).unwrap();
        let classes = Objects::whole(views(case));
        let mut gateways: Vec<Arc<Gateway>> = views(case);
        for ingress in views::<Ingress>(case) {
            let class = ingress.spec.ingress_class_name.as_ref().map(|name| classes.lookup("", name));
            if settings.serve(&ingress, class.as_ref()).unwrap() {
                gateways.push(Arc::new(settings.gateway(&ingress).0));
            }
        }
        listeners(case, pod, proxy, &gateways)
    });
}

#[test]
fn gateways_of_the_gateway_api_are_those_of_istio() {
    replay("gateway_api_gateways.jsonl", |case, pod, proxy| {
        let namespaces: Vec<Arc<Namespace>> = views(case);
        let labels = |one: &Arc<Namespace>| (one.metadata.name.clone(), one.metadata.labels.clone());
        let namespaces: NamespacesByName = namespaces.iter().map(labels).collect();
        let classes = Objects::<GatewayClass>::whole(views(case));
        let mut gateways: Vec<Arc<Gateway>> = views(case);
        for gateway in views::<KubernetesGateway>(case) {
            let own = &gateway.metadata.namespace;
            let secrets = views::<TlsSecret>(case).into_iter().map(|secret| secret.metadata.clone());
            let secrets =
                secrets.filter(|meta| meta.namespace == *own).map(|meta| (meta.namespace, meta.name));
            let secrets: BTreeSet<_> = secrets.collect();
            let settings = GatewayApiSettings {
                cluster_domain: "cluster.local",
                namespaces: &namespaces,
                usable_secrets: Some(&secrets),
            };
            let class = &gateway.spec.gateway_class_name;
            if is_served(class, &classes.lookup("", class)).unwrap() {
                let made = listener_gateways(&gateway, &settings).into_iter();
                gateways.extend(made.map(|one| Arc::new(one.gateway)));
            }
        }
        let mut facts = listeners(case, pod, proxy, &gateways);
        let mut made: Vec<_> = gateways.iter().filter_map(|one| made_of_gateway_api(one)).collect();
        made.sort_by_key(|one| one["name"].to_string());
        if !made.is_empty() && facts.get("panic").is_none() {
            facts["made"] = made.into();
        }
        facts
    });
}

/// What was made of a listener of the Gateway API.
fn made_of_gateway_api(gateway: &Gateway) -> Option<Value> {
    let (annotations, server) = (&gateway.metadata.annotations, gateway.spec.servers.first()?);
    let services = annotations.services.as_ref()?;
    let tls = server.tls.as_ref();
    let named = tls.map(|tls| (tls.credential_names.clone(), vec![tls.credential_name.clone()]));
    let credentials = named.map(|(names, name)| if names.is_empty() { name } else { names });
    Some(json!({
        "name": format!("{}/{}", gateway.metadata.namespace, gateway.metadata.name),
        "services": services.split(',').collect::<Vec<_>>(),
        "hasAccount": annotations.service_account.as_ref().is_some_and(|account| !account.is_empty()),
        "port": server.port.number,
        "protocol": server.port.protocol,
        "hosts": server.hosts,
        "mode": tls.map_or("", |tls| &tls.mode),
        "credentials": credentials.unwrap_or_default(),
    }))
}

fn listeners(case: &Value, pod: &Pod, proxy: &Value, gateways: &[Arc<Gateway>]) -> Value {
    let proxy = GatewayProxy {
        is_unprivileged: proxy["isUnprivileged"].as_bool().unwrap(),
        is_scoped_to_namespace: case["scopesGatewaysToNamespace"].as_bool().unwrap(),
        ..GatewayProxy::with_default_settings(pod)
    };
    match gateway_listeners(&proxy, gateways, &views(case)) {
        Ok(listeners) => serde_json::to_value(listeners).unwrap(),
        Err(_) => json!({"panic": true}),
    }
}

#[test]
fn modes_of_mutual_tls_are_those_of_istio() {
    replay("mutual_tls.jsonl", |case, pod, proxy| {
        let merged = compose_peer_authentication(&pod.metadata.meta, &views(case), "istio-system").unwrap();
        let ports: Vec<u16> = serde_json::from_value(proxy["ports"].clone()).unwrap();
        let mode = |port: u16| (port.to_string(), merged.mode_of_port(port).as_str().into());
        json!({"modes": ports.into_iter().map(mode).collect::<Map<_, _>>()})
    });
}

#[test]
fn settings_are_those_of_serving() {
    replay_proxies("config_maps.jsonl", |case, _| {
        let maps: Vec<Arc<ConfigMap>> = views(case);
        let map = |name: &str| maps.iter().find(|map| map.metadata.name == name).unwrap();
        let network = NetworkConfig::parse(map("config-network")).ok();
        let host = |it: &NetworkConfig| host_by_template(&it.domain_template, "hello", "shop", "apps.test");
        let domain = ConfigDomain::parse(map("config-domain"), "cluster.local").ok();
        let routes = [json!({}), json!({"app": "a"}), json!({"app": "a", "tier": "1"}), json!({"app": "b"})];
        let domains = domain.map(|domain| {
            routes.map(|labels| {
                let labels = serde_json::from_value(labels).unwrap();
                domain.domain_for(&labels).map(ToOwned::to_owned)
            })
        });
        json!({"network": network, "host": network.as_ref().map(host), "domains": domains})
    });
}

#[test]
fn injection_is_that_of_istio() {
    replay_proxies("injection.jsonl", |case, proxy| {
        let deployments: Vec<Arc<Deployment>> = views(case);
        let namespaces: Vec<Arc<Namespace>> = views(case);
        let injector = &case["injector"];
        let settings = InjectorSettings {
            are_namespaces_enabled: injector["areNamespacesEnabled"].as_bool().unwrap(),
            is_auto_inject_enabled: injector["isAutoInjectEnabled"].as_bool().unwrap(),
        };
        let deployment =
            deployments.iter().find(|one| proxy["name"] == one.0.metadata.name.as_str()).unwrap();
        let namespace = namespaces.iter().find(|one| proxy["namespace"] == one.metadata.name.as_str());
        let template = &deployment.0.spec.template;
        let injection = injection_of_template(namespace.map(AsRef::as_ref), template, settings);
        json!({"revision": injection.revision, "isInjected": injection.is_injected})
    });
}

#[test]
fn what_authorization_policies_let_through_is_what_istio_builds() {
    replay("authorization.jsonl", |case, pod, proxy| {
        let meta = &pod.metadata.meta;
        let pod = AuthorizedPod { namespace: &meta.namespace, labels: KnownLabels::All(&meta.labels) };
        let policies: Vec<Arc<AuthorizationPolicy>> = views(case);
        let trust_domains: Vec<String> = serde_json::from_value(proxy["trustDomains"].clone()).unwrap();
        let decisions = proxy["requests"].as_array().unwrap().iter().map(|request| {
            let headers = serde_json::from_value(request["headers"].clone()).unwrap();
            let caller: Option<(String, String, String)> =
                serde_json::from_value(request["caller"].clone()).unwrap();
            let caller = caller.as_ref().map_or(Identity::Nobody, |(domain, namespace, account)| {
                let trust = Some(Trust { of_caller: domain, of_mesh: &trust_domains });
                Identity::Workload(Caller { namespace, service_account: Some(account), trust })
            });
            let headers: Option<BTreeMap<String, String>> = headers;
            let http = HttpRequest {
                host: request["host"].as_str(),
                method: request["method"].as_str(),
                path: request["path"].as_str(),
                headers: headers.as_ref(),
                has_token: request["hasToken"].as_bool(),
            };
            let request = AuthorizationRequest {
                caller,
                port: u16::try_from(request["port"].as_u64().unwrap()).unwrap(),
                http: (request["protocol"] == "http").then_some(http),
            };
            let (decision, rule) = match decide(&pod, &request, &policies, "istio-system") {
                Decision::Allowed => ("allowed", String::new()),
                Decision::NotKnown => ("notKnown", String::new()),
                Decision::Denied(Denial::NoRule(_)) => ("denied", String::new()),
                Decision::Denied(Denial::Rule(policy, place)) => {
                    ("denied", format!("{}/{}#{place}", policy.meta().namespace, policy.meta().name))
                }
            };
            json!({"decision": decision, "rule": rule})
        });
        json!({"decisions": decisions.collect::<Vec<_>>()})
    });
}

#[test]
fn outbound_clusters_are_those_of_istio() {
    replay("outbound_clusters.jsonl", |case, pod, _| {
        let objects = OutboundObjects {
            services: &views(case),
            entries: &views(case),
            sidecars: &views(case),
            rules: &views(case),
            policies: &views(case),
        };
        let clusters = outbound_clusters(&pod.metadata.meta, &objects, &case["meshConfig"]).unwrap();
        serde_json::to_value(clusters).unwrap()
    });
}

#[test]
fn network_policies_let_through_what_cyclonus_says() {
    replay("network_policy.jsonl", |case, _, proxy| {
        let (pods, namespaces): (Vec<Arc<Pod>>, Vec<Arc<Namespace>>) = (views(case), views(case));
        let policies: Vec<Arc<NetworkPolicy>> = views(case);
        let peer = |side: &Value| {
            if side["name"] == "" {
                return NetworkPeer::Outside(side["address"].as_str().unwrap().parse().unwrap());
            }
            let pod = pod(side, &pods);
            let namespace = namespaces.iter().find(|one| side["namespace"] == one.metadata.name.as_str());
            NetworkPeer::Pod(NetworkPod {
                namespace: &pod.metadata.meta.namespace,
                namespace_labels: KnownLabels::All(&namespace.unwrap().metadata.labels),
                labels: KnownLabels::All(&pod.metadata.meta.labels),
                ports: Some(&pod.spec.containers[0].ports),
                address: Some(pod.status.pod_ip.parse().unwrap()),
            })
        };
        let passages = proxy["connections"].as_array().unwrap().iter().map(|one| {
            let port = u16::try_from(one["port"].as_u64().unwrap()).unwrap();
            match passage(&peer(&one["from"]), &peer(&one["to"]), Some(port), &policies) {
                Passage::Open => "open",
                Passage::Cut(direction, _) => direction.as_str(),
                Passage::NotKnown => "notKnown",
            }
        });
        json!({"passages": passages.collect::<Vec<_>>()})
    });
}

/// Compares the facts of each case of a file, which are about the pods of its proxies.
fn replay(file: &str, facts: impl Fn(&Value, &Pod, &Value) -> Value) {
    replay_proxies(file, |case, proxy| facts(case, pod(proxy, &views(case)), proxy));
}

/// Compares the facts of each case of a file.
fn replay_proxies(file: &str, facts: impl Fn(&Value, &Value) -> Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let decided: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(decided.len() >= 50, "{} cases", decided.len());
    for decided in &decided {
        let case = &decided["case"];
        let proxies = case["proxies"].as_array().unwrap().iter();
        let facts: Vec<_> = proxies.map(|proxy| facts(case, proxy)).collect();
        assert_eq!(Value::from(facts), decided["facts"], "case {}: {case:#}", case["id"]);
    }
}

/// The pod of a proxy.
fn pod<'a>(proxy: &Value, pods: &'a [Arc<Pod>]) -> &'a Pod {
    let is_it = |pod: &&Arc<Pod>| {
        let meta = &pod.metadata.meta;
        proxy["namespace"] == meta.namespace.as_str() && proxy["name"] == meta.name.as_str()
    };
    pods.iter().find(is_it).unwrap()
}

fn views<V: View>(case: &Value) -> Vec<Arc<V>> {
    let objects = case["objects"].as_array().unwrap().iter();
    // Two groups have a Gateway.
    let group = |object: &Value| {
        object["apiVersion"].as_str().unwrap().split_once('/').map_or("", |(group, _)| group).to_owned()
    };
    let of_kind = objects.filter(|object| object["kind"] == V::KIND.kind && group(object) == V::KIND.group);
    of_kind.map(|object| Arc::new(V::from_object(object.clone()).unwrap())).collect()
}
