//! The outbound clusters of a sidecar: the hosts that it is told of, and how it calls each port.
//!
//! This is all of `egress_scope`, `destination_rules` and `client_tls` together, in the words of the oracle.

use crate::istio::client_tls::{UnknownTlsModeError, default_tls, set_tls, tls_setting};
use crate::istio::destination_rules::DestinationRules;
use crate::istio::egress_scope::{applicable_sidecar, egress_scope};
use crate::istio::gateway_listeners::Protocol;
use crate::istio::merged_peer_authentication::{NamespaceModes, UnknownSettingError};
use crate::istio::mesh_defaults::MeshDefaults;
use crate::istio::registered_service::{ServiceResolution, registered_services};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use view::destination_rule::DestinationRule;
use view::peer_authentication::PeerAuthentication;
use view::service::Service;
use view::service_entry::ServiceEntry;
use view::sidecar::Sidecar;
use vocabulary::Meta;

/// The objects that decide about the clusters of sidecars.
#[derive(Debug, Clone, Copy)]
pub struct OutboundObjects<'a> {
    /// Hosts of the cluster.
    pub services: &'a [Arc<Service>],
    /// Other hosts.
    pub entries: &'a [Arc<ServiceEntry>],
    /// Which of them proxies are told of.
    pub sidecars: &'a [Arc<Sidecar>],
    /// How they are called.
    pub rules: &'a [Arc<DestinationRule>],
    /// Which mutual TLS is spoken there.
    pub policies: &'a [Arc<PeerAuthentication>],
}

/// What a sidecar is told of other hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboundClusters {
    /// The Sidecar that applies; empty where none does.
    pub sidecar: String,
    /// The clusters, by host and port.
    pub clusters: BTreeMap<String, OutboundCluster>,
}

/// How a port of a host is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutboundCluster {
    /// The TLS, as `ClientTls::as_str` names it.
    pub tls: &'static str,
    /// The DestinationRule that names the merged one; empty where there is none.
    pub rule: String,
}

/// Why clusters are not known. An API server admits no such object.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// A rule cannot be read.
    #[error("a destination rule cannot be read")]
    Rule(#[from] UnknownTlsModeError),
    /// A policy cannot be read.
    #[error("a policy cannot be read")]
    Policy(#[from] UnknownSettingError),
}

/// The clusters of the sidecar of a pod, in a mesh with this mesh config.
///
/// # Errors
///
/// Where an object that decides has a value that Istio does not know.
pub fn outbound_clusters(
    pod: &Meta,
    objects: &OutboundObjects<'_>,
    mesh_config: &Value,
) -> Result<OutboundClusters, OutboundError> {
    let mesh = MeshDefaults::of_mesh_config("istio-system", "cluster.local", mesh_config);
    let registered = registered_services(objects.services, objects.entries, &mesh);
    let rules = DestinationRules::new(objects.rules, &mesh);
    let sidecar = applicable_sidecar(pod, objects.sidecars, &mesh.root_namespace);
    let modes = NamespaceModes::new(objects.policies, &mesh.root_namespace);
    let mut clusters = BTreeMap::new();
    for scoped in egress_scope(&pod.namespace, sidecar.map(AsRef::as_ref), &registered) {
        let service = scoped.service;
        if service.resolution == ServiceResolution::Alias {
            continue;
        }
        let rule = rules.rule_for(pod, &service.host, service.namespace);
        let mode = modes.mode_in(service.namespace)?;
        for port in scoped.ports.iter().filter(|port| port.protocol != Protocol::Udp) {
            let tls = match rule.and_then(|rule| tls_setting(rule, port.number)) {
                Some(setting) => set_tls(&setting)?,
                None => default_tls(service, mode, mesh.is_auto_mtls),
            };
            let name = |rule: &DestinationRule| format!("{}/{}", rule.metadata.namespace, rule.metadata.name);
            let rule = rule.map_or_else(String::new, |rule| name(rule.first));
            let cluster = OutboundCluster { tls: tls.as_str(), rule };
            clusters.insert(format!("{}:{}", service.host, port.number), cluster);
        }
    }
    let sidecar = sidecar.map_or_else(String::new, |sidecar| sidecar.metadata.name.clone());
    Ok(OutboundClusters { sidecar, clusters })
}
