//! Claims of hosts: where a VirtualService answers for a host of Knative, on a Gateway of Knative or in the sidecars.

use crate::reading::configured_gateways::configured_gateways;
use crate::reading::knative_hosts::ClaimedHosts;
use semantics::istio::gateway_server::takes_requests;
use semantics::istio::routes::{
    ExportedService, RequestSource, hosts_of_server, hosts_on_server, http_routes,
};
use semantics::istio::virtual_service::MESH;
use semantics::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY};
use std::collections::{BTreeMap, BTreeSet};
use view::gateway::Gateway;
use view::virtual_service::VirtualService;
use vocabulary::{HarnessError, Lookup, View};
use world::Context;

/// The port by which clients in the mesh call Knative.
const MESH_PORT: u16 = 80;

/// The servers of Knative's Gateways that take requests.
#[derive(Debug)]
pub struct KnativeServers {
    servers: Vec<KnativeServer>,
    /// The Gateways that are not known, each with what is missing to know it.
    not_known: BTreeMap<String, String>,
    /// The names of all Gateways that are taken for Knative's.
    names: BTreeSet<String>,
    /// What is missing to know whether others are.
    unconfigured: Option<String>,
    pods_namespace: String,
}

/// One of them.
#[derive(Debug)]
struct KnativeServer {
    gateway: String,
    port: u16,
    hosts: Vec<String>,
    labels: BTreeMap<String, String>,
}

/// Whether a VirtualService answers for one of its hosts in the place of Knative.
#[derive(Debug, PartialEq, Eq)]
pub enum HostClaim {
    /// It does not.
    None,
    /// It does for this host, at this place.
    There(String, String),
    /// Nobody knows: what is missing.
    NotKnown(String),
}

impl KnativeServers {
    /// Reads the Gateways that net-istio binds routes to: those that `config-istio` names, or those of the document, which are its
    /// defaults.
    pub async fn read(cx: &Context) -> Result<Self, HarnessError> {
        let serving = &cx.inputs().serverless.serving_namespace;
        let (configured, unconfigured) = configured_gateways(cx).await?;
        let names: Vec<_> = match configured {
            Some(named) => named.into_keys().collect(),
            None => [INGRESS_GATEWAY, LOCAL_GATEWAY].map(|name| (serving.clone(), name.to_owned())).into(),
        };
        let (mut servers, mut not_known) = (Vec::new(), BTreeMap::new());
        for (namespace, name) in &names {
            let key = format!("{namespace}/{name}");
            let gateway = match cx.lookup::<Gateway>(namespace, name).await? {
                Lookup::There(gateway) => gateway,
                Lookup::NotThere => continue,
                Lookup::NotKnown(missing) => {
                    not_known.insert(key, missing);
                    continue;
                }
            };
            let taking = gateway.spec.servers.iter().filter(|server| takes_requests(server));
            servers.extend(taking.map(|server| KnativeServer {
                gateway: key.clone(),
                port: server.port.number,
                hosts: hosts_of_server(&gateway, server),
                labels: gateway.spec.selector.clone(),
            }));
        }
        let pods_namespace = cx.inputs().mesh.gateway_namespace.clone();
        let names = names.into_iter().map(|(namespace, name)| format!("{namespace}/{name}")).collect();
        Ok(Self { servers, not_known, names, unconfigured, pods_namespace })
    }

    /// What a VirtualService claims by one of its hosts, written in full.
    pub fn claim(&self, service: &ExportedService<'_>, host: &String, knative: &ClaimedHosts) -> HostClaim {
        let namespace = &service.service.metadata.namespace;
        let mut claim = HostClaim::None;
        for server in self.servers.iter().filter(|server| service.gateways.contains(&server.gateway)) {
            let shared = hosts_on_server(&server.hosts, std::slice::from_ref(host), namespace);
            let Some(host) = shared.into_iter().find(|host| knative.everywhere.contains(host)) else {
                continue;
            };
            if !service.is_seen_in(&self.pods_namespace) {
                continue;
            }
            let (gateway, namespace) = (server.gateway.as_str(), self.pods_namespace.as_str());
            let source = RequestSource { gateway, port: server.port, namespace, labels: &server.labels };
            let place = format!("on Gateway {gateway}");
            claim = claim.or_else(|| claim_by_routes(service.service, &source, host, place));
            if asks_for_labels(service.service) {
                // A pod may have more labels than a Gateway asks for.
                let labels = || HostClaim::NotKnown(format!("all labels of the pods of Gateway {gateway}"));
                claim = claim.or_else(labels);
            }
        }
        let is_of_knative = |one: &String| {
            !hosts_on_server(std::slice::from_ref(one), std::slice::from_ref(host), namespace).is_empty()
        };
        if knative.everywhere.iter().any(is_of_knative) && service.is_seen_in(&self.pods_namespace) {
            let missing = service.gateways.iter().find_map(|gateway| self.missing_of(gateway));
            let not_known =
                || missing.map_or(HostClaim::None, |missing| HostClaim::NotKnown(missing.clone()));
            claim = claim.or_else(not_known);
        }
        let host = host.to_lowercase();
        let is_in_sidecars = service.gateways.iter().any(|name| name == MESH) && service.is_seen_everywhere();
        if is_in_sidecars && knative.in_cluster.contains(&host) {
            // What is for clients of some labels or of one namespace takes nothing from the others.
            let source =
                RequestSource { gateway: MESH, port: MESH_PORT, namespace: "", labels: &BTreeMap::new() };
            let place = "in the sidecars (`mesh`)".to_owned();
            claim = claim.or_else(|| claim_by_routes(service.service, &source, host, place));
        }
        claim
    }
}

impl KnativeServers {
    /// What is missing to know whether a Gateway is one of Knative, and which servers it has; nothing where that is known.
    fn missing_of(&self, gateway: &String) -> Option<&String> {
        let may_be_configured = || gateway != MESH && !self.names.contains(gateway);
        self.not_known.get(gateway).or_else(|| self.unconfigured.as_ref().filter(|_| may_be_configured()))
    }
}

impl HostClaim {
    fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::None => other(),
            Self::There(..) => self,
            Self::NotKnown(_) => match other() {
                known @ Self::There(..) => known,
                Self::None | Self::NotKnown(_) => self,
            },
        }
    }
}

/// Whether a `match` is for requests by way of pods with some labels, whatever Gateway they come by.
fn asks_for_labels(service: &VirtualService) -> bool {
    let mut matches = service.spec.http.iter().flat_map(|entry| &entry.matches);
    matches.any(|one| one.gateways.is_empty() && !one.source_labels.is_empty())
}

/// A VirtualService without any route for these requests answers none of them. One that does not say at all what it does is
/// taken for one that does something: no API server has it.
fn claim_by_routes(
    service: &VirtualService,
    source: &RequestSource<'_>,
    host: String,
    place: String,
) -> HostClaim {
    let spec = &service.spec;
    let is_unfinished = spec.http.is_empty() && spec.tcp.is_empty() && spec.tls.is_empty();
    let routes = http_routes(service, source);
    match () {
        () if is_unfinished || !routes.routes.is_empty() => HostClaim::There(host, place),
        () if routes.has_delegates => {
            HostClaim::NotKnown(format!("what {} delegates to", service.object_ref()))
        }
        () => HostClaim::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use semantics::istio::mesh_defaults::MeshDefaults;
    use serde_json::{Value, json};

    fn claim(hosts: &[&str], spec: &Value) -> HostClaim {
        claim_where(hosts, None, spec)
    }

    fn claim_where(hosts: &[&str], unconfigured: Option<&str>, spec: &Value) -> HostClaim {
        let server = KnativeServer {
            gateway: "knative-serving/knative-ingress-gateway".to_owned(),
            port: 443,
            hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
            labels: BTreeMap::new(),
        };
        let (servers, not_known) =
            (vec![server], BTreeMap::from([(OTHER_GATEWAY.to_owned(), "it".to_owned())]));
        let servers = KnativeServers {
            servers,
            not_known,
            names: [GATEWAY, OTHER_GATEWAY].map(str::to_owned).into(),
            unconfigured: unconfigured.map(str::to_owned),
            pods_namespace: "istio-system".to_owned(),
        };
        let knative = ClaimedHosts {
            everywhere: ["cart.apps.test", "cart.shop"].map(str::to_owned).into(),
            in_cluster: ["cart.shop".to_owned()].into(),
            missing: None,
        };
        let object = json!({"metadata": {"name": "v", "namespace": "shop"}, "spec": spec});
        let service = serde_json::from_value(object).unwrap();
        let mesh = MeshDefaults::new("istio-system", "cluster.local");
        let exported = ExportedService::new(&service, &mesh);
        servers.claim(&exported, &exported.hosts[0], &knative)
    }

    fn there(host: &str, place: &str) -> HostClaim {
        HostClaim::There(host.to_owned(), place.to_owned())
    }

    const OTHER_GATEWAY: &str = "knative-serving/knative-local-gateway";
    const GATEWAY: &str = "knative-serving/knative-ingress-gateway";
    const ON_GATEWAY: &str = "on Gateway knative-serving/knative-ingress-gateway";

    #[rstest]
    #[case::same_host(&["*"], "cart.apps.test", there("cart.apps.test", ON_GATEWAY))]
    #[case::domain(&["*"], "*.apps.test", HostClaim::None)]
    #[case::domain_on_a_narrow_server(&["cart.apps.test"], "*.apps.test", there("cart.apps.test", ON_GATEWAY))]
    #[case::server_of_its_namespace(&["shop/*"], "cart.apps.test", there("cart.apps.test", ON_GATEWAY))]
    #[case::server_of_another_namespace(&["knative-serving/*"], "cart.apps.test", HostClaim::None)]
    #[case::other_host(&["*"], "other.apps.test", HostClaim::None)]
    fn hosts_of_the_server_decide(#[case] hosts: &[&str], #[case] host: &str, #[case] expected: HostClaim) {
        let http = json!([{"route": []}]);
        assert_eq!(claim(hosts, &json!({"hosts": [host], "gateways": [GATEWAY], "http": http})), expected);
    }

    #[rstest]
    #[case::everything(json!({"http": [{}]}), there("cart.apps.test", ON_GATEWAY))]
    #[case::unfinished(json!({}), there("cart.apps.test", ON_GATEWAY))]
    #[case::path(json!({"http": [{"match": [{"uri": {"prefix": "/api"}}]}]}), there("cart.apps.test", ON_GATEWAY))]
    #[case::connections(json!({"tcp": [{}]}), HostClaim::None)]
    #[case::another_port(json!({"http": [{"match": [{"port": 9443}]}]}), HostClaim::None)]
    #[case::labels(json!({"http": [{"match": [{"sourceLabels": {"app": "gateway"}}]}]}), HostClaim::NotKnown(format!("all labels of the pods of Gateway {GATEWAY}")))]
    #[case::sidecars(json!({"http": [{"match": [{"gateways": ["mesh"]}]}]}), HostClaim::None)]
    #[case::delegate(json!({"http": [{"delegate": {"name": "other"}}]}), HostClaim::NotKnown("what VirtualService shop/v delegates to".to_owned()))]
    #[case::delegate_and_own(json!({"http": [{"delegate": {"name": "other"}}, {}]}), there("cart.apps.test", ON_GATEWAY))]
    fn routes_decide(#[case] rules: Value, #[case] expected: HostClaim) {
        let mut spec = json!({"hosts": ["cart.apps.test"], "gateways": [GATEWAY]});
        spec.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
        assert_eq!(claim(&["*"], &spec), expected);
    }

    #[rstest]
    #[case::host_of_knative("cart.apps.test", HostClaim::NotKnown("it".to_owned()))]
    #[case::wildcard("*.apps.test", HostClaim::NotKnown("it".to_owned()))]
    #[case::other_host("other.apps.test", HostClaim::None)]
    fn gateway_that_is_not_known_leaves_it_open(#[case] host: &str, #[case] expected: HostClaim) {
        let spec = json!({"hosts": [host], "gateways": [OTHER_GATEWAY], "http": [{}]});
        assert_eq!(claim(&["*"], &spec), expected);
    }

    #[rstest]
    #[case::configured("shop/own", None, HostClaim::None)]
    #[case::not_known_which("shop/own", Some("config-istio"), HostClaim::NotKnown("config-istio".to_owned()))]
    #[case::sidecars("mesh", Some("config-istio"), HostClaim::None)]
    #[case::of_the_document(GATEWAY, Some("config-istio"), there("cart.apps.test", ON_GATEWAY))]
    fn other_gateways_are_knatives_if_they_are_configured(
        #[case] gateway: &str,
        #[case] unconfigured: Option<&str>,
        #[case] expected: HostClaim,
    ) {
        let spec = json!({"hosts": ["cart.apps.test"], "gateways": [gateway], "http": [{}]});
        assert_eq!(claim_where(&["*"], unconfigured, &spec), expected);
    }

    #[rstest]
    #[case::all_clients(json!([{}]), there("cart.shop", "in the sidecars (`mesh`)"))]
    #[case::some_clients(json!([{"match": [{"sourceNamespace": "trials"}]}]), HostClaim::None)]
    fn clients_decide(#[case] http: Value, #[case] expected: HostClaim) {
        assert_eq!(claim(&["*"], &json!({"hosts": ["cart.shop"], "http": http})), expected);
    }
}
