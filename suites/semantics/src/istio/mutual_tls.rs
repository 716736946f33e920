//! Mutual TLS: which PeerAuthentication speaks of the whole mesh, and which ones let plaintext in.

use std::sync::Arc;
use view::peer_authentication::{MutualTls, PeerAuthentication};

/// The mode that only answers clients with a certificate of the mesh.
pub const STRICT: &str = "STRICT";
/// The mode that answers plaintext, too.
pub const PERMISSIVE: &str = "PERMISSIVE";
/// The mode that answers plaintext only.
pub const DISABLE: &str = "DISABLE";
/// What inherits the mode of a wider policy.
const UNSET: &str = "UNSET";

/// The mode of a policy for all ports.
pub fn policy_mode(policy: &PeerAuthentication) -> &str {
    policy.spec.mtls.as_ref().map_or(UNSET, mutual_tls_mode)
}

/// Whether a policy speaks of every workload of its namespace.
pub fn is_for_all_workloads(policy: &PeerAuthentication) -> bool {
    policy.spec.selector.as_ref().is_none_or(|selector| selector.match_labels.is_empty())
}

/// The policy for the whole mesh: that for all of its root namespace.
pub fn mesh_wide_policy<'a>(
    policies: &'a [Arc<PeerAuthentication>],
    root_namespace: &str,
) -> Option<&'a Arc<PeerAuthentication>> {
    namespace_wide_policy(policies, root_namespace)
}

/// The policy for all workloads of a namespace: one without a selector. Its name is irrelevant; where several exist, Istio
/// takes the oldest.
pub fn namespace_wide_policy<'a>(
    policies: &'a [Arc<PeerAuthentication>],
    namespace: &str,
) -> Option<&'a Arc<PeerAuthentication>> {
    let meant = |policy: &&Arc<PeerAuthentication>| {
        policy.metadata.namespace == namespace && is_for_all_workloads(policy)
    };
    oldest_policy(policies.iter().filter(meant))
}

/// The oldest of these policies; of the same age the first by name.
pub(super) fn oldest_policy<'a>(
    policies: impl Iterator<Item = &'a Arc<PeerAuthentication>>,
) -> Option<&'a Arc<PeerAuthentication>> {
    policies.min_by_key(|policy| (policy.metadata.creation_timestamp, &policy.metadata.name))
}

/// Where a policy lets plaintext in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaintextScope<'a> {
    /// At all workloads of its namespace.
    Namespace,
    /// At the workloads that it selects.
    Workloads,
    /// At one port.
    Port(&'a str),
}

/// Each place where a policy lets plaintext in, with its mode there. A mode that Istio does not have, as a file may hold it, is
/// not taken for strict.
pub fn plaintext_scopes(policy: &PeerAuthentication) -> Vec<(PlaintextScope<'_>, &str)> {
    let all =
        if is_for_all_workloads(policy) { PlaintextScope::Namespace } else { PlaintextScope::Workloads };
    let ports = policy.spec.port_level_mtls.iter();
    std::iter::once((all, policy_mode(policy)))
        .chain(ports.map(|(port, mtls)| (PlaintextScope::Port(port), mutual_tls_mode(mtls))))
        .filter(|(_, mode)| !matches!(*mode, STRICT | UNSET))
        .collect()
}

fn mutual_tls_mode(mtls: &MutualTls) -> &str {
    mtls.mode.as_deref().unwrap_or(UNSET)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::strict("STRICT", false)]
    #[case::unset("UNSET", false)]
    #[case::permissive("PERMISSIVE", true)]
    #[case::disabled("DISABLE", true)]
    #[case::misspelt("PERMISIVE", true)]
    fn mode_that_is_not_known_is_not_strict(#[case] mode: &str, #[case] expected: bool) {
        let object = json!({"metadata": {"name": "p"}, "spec": {"mtls": {"mode": mode}}});
        let policy: PeerAuthentication = serde_json::from_value(object).unwrap();
        assert_eq!(!plaintext_scopes(&policy).is_empty(), expected);
    }
}
