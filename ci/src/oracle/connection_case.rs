//! A connection of a case, as the oracle reads it, and the pods and namespaces of a case.

use crate::oracle::choice::one_of;
use anyhow::{Context, Result};
use proptest::strategy::{BoxedStrategy, Strategy};
use semantics::known_labels::KnownLabels;
use semantics::network_policy::{NetworkPeer, NetworkPod};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use view::namespace::Namespace;
use view::pod::Pod;
use vocabulary::View;

/// A connection in TCP.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ConnectionCase {
    /// Who connects.
    pub(super) from: SideCase,
    /// To whom.
    pub(super) to: SideCase,
    /// To which port.
    pub(super) port: u16,
}

/// A pod by its name, or an address outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SideCase {
    namespace: String,
    name: String,
    address: String,
}

/// A connection between the pods of a case, or with somebody outside.
pub(super) fn connection() -> BoxedStrategy<ConnectionCase> {
    let pod = |namespace: &'static str, name: &'static str| (namespace, name, "");
    let side = || {
        one_of(&[
            (3, pod("team", "one")),
            (2, pod("team", "two")),
            (3, pod("other", "three")),
            (1, ("", "", "192.0.2.7")),
            (1, ("", "", "10.9.9.9")),
        ])
    };
    let named = |(namespace, name, address): (&str, &str, &str)| SideCase {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        address: address.to_owned(),
    };
    (side(), side(), one_of(&[(3, 8012), (2, 8080), (1, 53)]))
        .prop_map(move |(from, to, port)| ConnectionCase { from: named(from), to: named(to), port })
        .boxed()
}

/// What a case has.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) pods: Vec<Arc<Pod>>,
    pub(super) namespaces: Vec<Arc<Namespace>>,
}

impl Cluster {
    /// A side of a connection.
    pub(super) fn peer<'a>(&'a self, side: &'a SideCase) -> Result<NetworkPeer<'a>> {
        if side.name.is_empty() {
            return Ok(NetworkPeer::Outside(side.address.parse()?));
        }
        let is_it = |pod: &&Arc<Pod>| pod.meta().namespace == side.namespace && pod.meta().name == side.name;
        let pod = self.pods.iter().find(is_it).context("no such pod")?;
        let namespace = self.namespaces.iter().find(|one| one.metadata.name == side.namespace);
        let namespace = namespace.context("no such namespace")?;
        Ok(NetworkPeer::Pod(NetworkPod {
            namespace: &side.namespace,
            namespace_labels: KnownLabels::All(&namespace.metadata.labels),
            labels: KnownLabels::All(&pod.meta().labels),
            ports: pod.spec.containers.first().map(|container| container.ports.as_slice()),
            address: Some(pod.status.pod_ip.parse()?),
        }))
    }
}
