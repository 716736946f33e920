//! From an Ingress to its `VirtualServices`: no IO, so that the objects of the real net-istio are the test.
use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kube::core::ObjectMeta;
use kube::{Resource, ResourceExt};

use crate::hosts::{distinct_prefixes, expanded, local_hosts};
use crate::kingress::{self, HttpPath, Ingress, IngressSpec, Split, Visibility};
use crate::probe_hash::{probe_hash, with_probe};
use crate::virtual_service::{
    self, Destination, Headers, HttpRoute, Match, Port, Retries, Rewrite, StringMatch, Target,
    VirtualService, VirtualServiceSpec,
};

/// Istio's name for all sidecars.
const MESH: &str = "mesh";
const INGRESS_LABEL: &str = "networking.internal.knative.dev/ingress";
const COPIED_LABELS: [&str; 2] = ["serving.knative.dev/route", "serving.knative.dev/routeNamespace"];
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// The gateways, as `namespace/name`, that rules of each visibility are bound to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gateways {
    pub(crate) external: Vec<String>,
    pub(crate) local: Vec<String>,
}

impl Gateways {
    fn mesh() -> Self {
        Self { external: vec![MESH.to_owned()], local: vec![MESH.to_owned()] }
    }

    fn of(&self, visibility: Visibility) -> &[String] {
        match visibility {
            Visibility::ExternalIP => &self.external,
            Visibility::ClusterLocal => &self.local,
        }
    }
}

/// What an ingress asks for; `None` where it has no route of that sort, and the object must not exist.
#[derive(Debug)]
pub(crate) struct Routes {
    pub(crate) ingress: Option<VirtualService>,
    pub(crate) mesh: Option<VirtualService>,
}

/// The name of the VirtualService that is bound to gateways.
pub(crate) fn ingress_name(ingress: &Ingress) -> String {
    format!("{}-ingress", ingress.name_any())
}

/// The name of the VirtualService that is bound to sidecars.
pub(crate) fn mesh_name(ingress: &Ingress) -> String {
    format!("{}-mesh", ingress.name_any())
}

/// Both `VirtualServices` of an ingress.
pub(crate) fn plan(
    ingress: &Ingress,
    gateways: &Gateways,
    cluster_domain: &str,
) -> Result<Routes, serde_json::Error> {
    let spec = with_probe(&ingress.spec, &probe_hash(ingress)?);
    let all = spec.rules.iter().flat_map(|rule| rule.hosts.iter().cloned()).collect();
    let local = local_hosts(&all, cluster_domain);
    let object = |name: String, gateways: &Gateways, hosts: &BTreeSet<String>| {
        let spec = render(&spec, gateways, &expanded(hosts, cluster_domain), cluster_domain);
        (!spec.http.is_empty()).then(|| owned(ingress, &name, spec))
    };
    Ok(Routes {
        ingress: object(ingress_name(ingress), gateways, &all),
        mesh: object(mesh_name(ingress), &Gateways::mesh(), &local),
    })
}

fn render(
    spec: &IngressSpec,
    gateways: &Gateways,
    hosts: &BTreeSet<String>,
    cluster_domain: &str,
) -> VirtualServiceSpec {
    let mut used = BTreeSet::new();
    let mut http = Vec::new();
    for rule in &spec.rules {
        let bound = gateways.of(rule.visibility);
        let shared: BTreeSet<_> = rule.hosts.iter().filter(|host| hosts.contains(*host)).collect();
        if bound.is_empty() || shared.is_empty() {
            continue;
        }
        used.extend(bound.iter().cloned());
        let prefixes = distinct_prefixes(&shared, cluster_domain);
        http.extend(rule.http.paths.iter().map(|path| route(path, &prefixes, bound, cluster_domain)));
    }
    VirtualServiceSpec { gateways: used.into_iter().collect(), hosts: hosts.iter().cloned().collect(), http }
}

fn route(path: &HttpPath, prefixes: &[String], gateways: &[String], cluster_domain: &str) -> HttpRoute {
    let headers: BTreeMap<_, _> = path
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), StringMatch::Exact(value.exact.clone())))
        .collect();
    let matches = prefixes.iter().map(|prefix| Match {
        gateways: gateways.to_vec(),
        authority: StringMatch::Prefix(prefix.clone()),
        uri: (!path.path.is_empty()).then(|| StringMatch::Prefix(path.path.clone())),
        headers: headers.clone(),
    });
    HttpRoute {
        matches: matches.collect(),
        headers: Headers::set(&path.append_headers),
        rewrite: (!path.rewrite_host.is_empty()).then(|| Rewrite { authority: path.rewrite_host.clone() }),
        retries: Retries {},
        route: path.splits.iter().map(|split| destination(split, cluster_domain)).collect(),
    }
}

fn destination(split: &Split, cluster_domain: &str) -> Destination {
    let number = match &split.service_port {
        IntOrString::Int(number) => *number,
        IntOrString::String(text) => text.parse().unwrap_or_default(),
    };
    let host = format!("{}.{}.svc.{cluster_domain}", split.service_name, split.service_namespace);
    Destination {
        to: Target { host, port: Port { number } },
        headers: Headers::set(&split.append_headers),
        weight: split.percent,
    }
}

fn owned(ingress: &Ingress, name: &str, spec: VirtualServiceSpec) -> VirtualService {
    let mut labels: BTreeMap<_, _> = ingress.labels().clone();
    labels.retain(|key, _| COPIED_LABELS.contains(&key.as_str()));
    labels.insert(INGRESS_LABEL.to_owned(), ingress.name_any());
    let mut annotations = ingress.annotations().clone();
    annotations.remove(LAST_APPLIED);
    let owner = ingress.controller_owner_ref(&kingress::api_resource());
    let mut object = VirtualService::new(name, &virtual_service::api_resource(), spec);
    object.metadata = ObjectMeta {
        name: Some(name.to_owned()),
        namespace: ingress.namespace(),
        labels: Some(labels),
        annotations: Some(annotations),
        owner_references: owner
            .map(|owner| vec![OwnerReference { block_owner_deletion: Some(true), ..owner }]),
        ..ObjectMeta::default()
    };
    object
}

#[cfg(test)]
#[path = "routes_tests.rs"]
mod tests;
