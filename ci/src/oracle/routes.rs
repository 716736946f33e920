//! Which VirtualServices answer for a host, on a gateway and in a sidecar: cases, the facts of `semantics`, and what tells cases
//! apart.

mod gateway_strategy;
mod host_strategy;
mod route_strategy;

use crate::oracle::answer::panic_fact;
use crate::oracle::choice::one_of;
use crate::oracle::gateway_listeners::{gateway_case, gateway_proxy};
use crate::oracle::oracle_case::{CaseProxy, OracleCase};
use crate::oracle::outbound_clusters::{hosts, sidecars};
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
use gateway_strategy::small_gateway_case;
use host_strategy::http_hosts;
use proptest::prop_oneof;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use route_strategy::{gateway_services, mesh_services};
use semantics::istio::egress_scope::applicable_sidecar;
use semantics::istio::mesh_defaults::MeshDefaults;
use semantics::istio::registered_service::registered_services;
use semantics::istio::routes::{ExportedServices, RoutedSidecar, gateway_routes, sidecar_routes};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use view::pod::Pod;

/// VirtualServices that meet at one gateway pod, or in one sidecar.
pub(super) const ROUTES: Topic = Topic { name: "routes", corpus: "routes.jsonl", cases, facts, signature };

/// What is asked about gateways, and about sidecars.
const OF_GATEWAY: &str = "gatewayRoutes";
const OF_SIDECAR: &str = "sidecarRoutes";
const NAME: &str = "client";
const PORTS: [u16; 2] = [80, 8080];

fn cases() -> BoxedStrategy<OracleCase> {
    prop_oneof![1 => of_gateway(), 1 => of_sidecar()].boxed()
}

fn of_gateway() -> BoxedStrategy<OracleCase> {
    let case = |(case, services, mesh_config): (OracleCase, Vec<Value>, Value)| {
        let proxy = case.proxies[0].clone();
        let scopes_gateways_to_namespace = case.scopes_gateways_to_namespace;
        let objects = case.objects.into_iter().chain(services).collect();
        OracleCase {
            scopes_gateways_to_namespace,
            mesh_config,
            ..OracleCase::new(OF_GATEWAY, proxy, objects)
        }
    };
    let gateways = prop_oneof![2 => small_gateway_case(), 1 => gateway_case()];
    (gateways, gateway_services(), mesh_config()).prop_map(case).boxed()
}

fn of_sidecar() -> BoxedStrategy<OracleCase> {
    let namespace = one_of(&[(5, "team"), (1, "istio-system")]);
    let labels = one_of(&[(3, json!({"app": "a", "tier": "b"})), (2, json!({"app": "a"})), (1, json!({}))]);
    let all = |(some, others): (Vec<_>, Vec<_>)| others.into_iter().chain(some).collect();
    let hosts = prop_oneof![2 => http_hosts(), 1 => (hosts(), http_hosts()).prop_map(all)];
    let sidecars = prop_oneof![2 => Just(Vec::new()), 1 => sidecars()];
    (namespace, labels, hosts, sidecars, mesh_services(), mesh_config()).prop_map(sidecar_case).boxed()
}

type SidecarParts = (&'static str, Value, Vec<Value>, Vec<Value>, Vec<Value>, Value);

fn sidecar_case((namespace, labels, hosts, sidecars, services, mesh_config): SidecarParts) -> OracleCase {
    let pod = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": NAME, "labels": labels},
        "spec": {"containers": []},
    });
    // Other names of hosts are no matter of routes alone.
    let hosts = hosts.into_iter().filter(|host| host["spec"]["type"] != "ExternalName");
    let objects = hosts.chain(sidecars).chain(services).chain([pod]).collect();
    let proxy = CaseProxy { ports: PORTS.to_vec(), ..CaseProxy::new(namespace, NAME) };
    OracleCase { mesh_config, ..OracleCase::new(OF_SIDECAR, proxy, objects) }
}

/// The settings of the mesh that say who sees a VirtualService that says nothing itself.
fn mesh_config() -> BoxedStrategy<Value> {
    let export_to = one_of(&[
        (8, Value::Null),
        (2, json!(["."])),
        (1, json!(["*"])),
        (1, json!(["~"])),
        (1, json!(["team", "."])),
    ]);
    let config = |export_to: Value| {
        if export_to.is_null() { json!({}) } else { json!({"defaultVirtualServiceExportTo": export_to}) }
    };
    export_to.prop_map(config).boxed()
}

fn facts(case: &OracleCase) -> Result<Value> {
    let mesh = MeshDefaults::of_mesh_config("istio-system", "cluster.local", &case.mesh_config);
    let services = case.views()?;
    let exported = ExportedServices::new(&services, &mesh);
    let pods: Vec<Arc<Pod>> = case.views()?;
    let facts = case.proxies.iter().map(|proxy| {
        let pod = proxy.pod(&pods).with_context(|| format!("case {} has no such pod", case.id))?;
        if case.asks == OF_GATEWAY {
            let proxy = gateway_proxy(case, proxy, pod);
            return match gateway_routes(&proxy, &case.views()?, &case.views()?, &exported) {
                Ok(routes) => Ok(serde_json::to_value(routes)?),
                Err(_) => Ok(panic_fact()),
            };
        }
        let (services, entries, sidecars) = (case.views()?, case.views()?, case.views()?);
        let pod = &pod.metadata.meta;
        let sidecar = RoutedSidecar {
            pod,
            sidecar: applicable_sidecar(pod, &sidecars, &mesh.root_namespace).map(AsRef::as_ref),
            registered: &registered_services(&services, &entries, &mesh),
            exported: &exported,
            cluster_domain: &mesh.cluster_domain,
        };
        let of_port =
            |port: &u16| Ok((port.to_string(), serde_json::to_value(sidecar_routes(&sidecar, *port))?));
        Ok(Value::Object(proxy.ports.iter().map(of_port).collect::<Result<Map<_, _>>>()?))
    });
    facts.collect()
}

/// How many VirtualServices answer for one host, how many of their routes there are, and what is redirected.
fn signature(case: &OracleCase, facts: &Value) -> String {
    let tables = facts.as_object().into_iter().flatten().filter_map(|(_, table)| table.as_object());
    let answers = tables.flatten().map(|(host, answer)| {
        let routes = answer.get("routes").unwrap_or(answer).as_array();
        let services: BTreeSet<_> =
            routes.into_iter().flatten().filter_map(|route| route.as_str()?.split('#').next()).collect();
        let is_wildcard = host.starts_with('*');
        let count = routes.map_or(0, Vec::len).min(3);
        format!("{is_wildcard}{}{count}{}", services.len(), answer["isRedirected"])
    });
    let answers: BTreeSet<_> = answers.collect();
    format!("{} {answers:?} {}", case.asks, facts.get("panic").is_some())
}
