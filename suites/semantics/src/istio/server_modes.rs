//! Which servers demand mutual TLS, in a mesh that demands it: what the policies of namespaces and workloads leave of it.

use crate::istio::merged_peer_authentication::{MutualTlsMode, compose_peer_authentication};
use std::collections::BTreeMap;
use std::sync::Arc;
use view::peer_authentication::{MutualTls, PeerAuthentication, PeerAuthenticationSpec};
use vocabulary::Meta;

/// The modes of servers.
#[derive(Debug)]
pub struct ServerModes<'a> {
    root_namespace: &'a str,
    /// The policies of each namespace, behind the strict one of the mesh.
    by_namespace: BTreeMap<&'a str, Vec<Arc<PeerAuthentication>>>,
}

impl<'a> ServerModes<'a> {
    /// The modes under a strict policy for the whole mesh, whatever is there instead: that it is strict is a requirement of its
    /// own.
    pub fn under_strict(policies: &'a [Arc<PeerAuthentication>], root_namespace: &'a str) -> Self {
        let mtls = Some(MutualTls { mode: Some("STRICT".to_owned()) });
        let strict = Arc::new(PeerAuthentication {
            metadata: Meta { namespace: root_namespace.to_owned(), ..Meta::default() },
            spec: PeerAuthenticationSpec { mtls, ..PeerAuthenticationSpec::default() },
        });
        let mut by_namespace = BTreeMap::<_, Vec<_>>::new();
        for policy in policies.iter().filter(|policy| policy.metadata.namespace != root_namespace) {
            let list = by_namespace.entry(policy.metadata.namespace.as_str());
            list.or_insert_with(|| vec![Arc::clone(&strict)]).push(Arc::clone(policy));
        }
        Self { root_namespace, by_namespace }
    }

    /// Whether a port of a pod lets clients in only with a certificate of the mesh. A policy that cannot be read loosens nothing
    /// here; another check tells of it.
    pub fn is_strict(&self, pod: &Meta, port: u16) -> bool {
        let Some(policies) = self.by_namespace.get(pod.namespace.as_str()) else { return true };
        compose_peer_authentication(pod, policies, self.root_namespace)
            .map_or(true, |merged| merged.mode_of_port(port) == MutualTlsMode::Strict)
    }
}
