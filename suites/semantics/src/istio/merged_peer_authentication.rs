//! The mode of mutual TLS of a workload, port by port: what all PeerAuthentications come to for one pod.
//!
//! Held against Istio's own code by `cargo ci oracle` (`docs/semantics.md`).

use crate::istio::mutual_tls::{
    is_for_all_workloads, mesh_wide_policy, namespace_wide_policy, oldest_policy,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use view::peer_authentication::{MutualTls, PeerAuthentication};
use vocabulary::{Meta, selects};

/// A mode of mutual TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MutualTlsMode {
    /// Plaintext only.
    Disable,
    /// Plaintext, and clients with a certificate of the mesh.
    Permissive,
    /// Only clients with a certificate of the mesh.
    Strict,
}

/// The modes of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedPeerAuthentication {
    /// The mode of every port that is not named.
    pub mode: MutualTlsMode,
    /// The modes of ports of the pod.
    pub per_port: BTreeMap<u16, MutualTlsMode>,
}

/// What of a policy is no setting of Istio's. An API server admits none such.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("peer authentication {namespace}/{name} has `{text}` where Istio expects a mode or a port")]
pub struct UnknownSettingError {
    /// The namespace of the policy.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The mode or port.
    pub text: String,
}

impl MutualTlsMode {
    /// The mode as a policy writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "DISABLE",
            Self::Permissive => "PERMISSIVE",
            Self::Strict => "STRICT",
        }
    }
}

impl MergedPeerAuthentication {
    /// The mode of a port of the pod. Read in `GetMutualTLSModeForPort` of `pilot/pkg/security/authn/policy_applier.go`.
    pub fn mode_of_port(&self, port: u16) -> MutualTlsMode {
        self.per_port.get(&port).copied().unwrap_or(self.mode)
    }
}

/// The modes of a workload: those of the oldest policy that selects it, where that sets none those of the oldest one for its
/// namespace, then those of the oldest one for the mesh, and `PERMISSIVE` where none does.
///
/// Ports are named by a policy with a selector only, and a policy with a selector in the root namespace selects nothing. Of
/// two of the same age the first by name decides. Read in `ComposePeerAuthentication` of
/// `pilot/pkg/security/authn/policy_applier.go`, and `addPeerAuthentication` and `getConfigsForWorkload` of
/// `pilot/pkg/model/authentication.go`.
///
/// # Errors
///
/// Where a policy that decides has a mode or a port that Istio does not know.
pub fn compose_peer_authentication(
    pod: &Meta,
    policies: &[Arc<PeerAuthentication>],
    root_namespace: &str,
) -> Result<MergedPeerAuthentication, UnknownSettingError> {
    let mesh = mesh_wide_policy(policies, root_namespace);
    let namespace = namespace_wide_policy(policies, &pod.namespace);
    let is_for_pod = |policy: &&Arc<PeerAuthentication>| {
        let is_selected =
            policy.spec.selector.as_ref().is_some_and(|one| selects(&one.match_labels, &pod.labels));
        is_selected && !is_for_all_workloads(policy) && policy.metadata.namespace == pod.namespace
    };
    let in_root = pod.namespace == root_namespace;
    let workload = oldest_policy(policies.iter().filter(|policy| !in_root && is_for_pod(policy)));
    let mut merged = MergedPeerAuthentication { mode: MutualTlsMode::Permissive, per_port: BTreeMap::new() };
    for policy in [mesh, namespace, workload].into_iter().flatten() {
        if let Some(mtls) = &policy.spec.mtls {
            merged.mode = mode_of(policy, mtls)?.unwrap_or(merged.mode);
        }
    }
    let ports = workload
        .into_iter()
        .flat_map(|policy| policy.spec.port_level_mtls.iter().map(move |one| (policy, one)));
    for (policy, (port, mtls)) in ports {
        let port = port.parse().map_err(|_| unknown(policy, port))?;
        merged.per_port.insert(port, mode_of(policy, mtls)?.unwrap_or(merged.mode));
    }
    Ok(merged)
}

/// Policies by namespace, for whoever asks for the modes of many.
#[derive(Debug)]
pub struct NamespaceModes<'a> {
    root_namespace: &'a str,
    /// Those of each namespace, behind the one that is for the mesh.
    by_namespace: BTreeMap<&'a str, Vec<Arc<PeerAuthentication>>>,
    mesh_wide: Option<&'a Arc<PeerAuthentication>>,
}

impl<'a> NamespaceModes<'a> {
    /// The modes under these policies.
    pub fn new(policies: &'a [Arc<PeerAuthentication>], root_namespace: &'a str) -> Self {
        let mesh_wide = mesh_wide_policy(policies, root_namespace);
        let mut by_namespace = BTreeMap::<_, Vec<_>>::new();
        for policy in policies.iter().filter(|policy| is_for_all_workloads(policy)) {
            by_namespace.entry(policy.metadata.namespace.as_str()).or_default().push(Arc::clone(policy));
        }
        for list in by_namespace.values_mut() {
            // Of those for all workloads of a namespace one decides.
            let oldest = oldest_policy(list.iter()).cloned();
            *list = oldest.into_iter().chain(mesh_wide.cloned()).collect();
        }
        Self { root_namespace, by_namespace, mesh_wide }
    }

    /// The mode of all workloads of a namespace that no policy selects.
    ///
    /// # Errors
    ///
    /// Where a policy that decides has a mode that Istio does not know.
    pub fn mode_in(&self, namespace: &str) -> Result<MutualTlsMode, UnknownSettingError> {
        let anybody = Meta { namespace: namespace.to_owned(), ..Meta::default() };
        // none: there is no policy for the mesh
        let mesh_wide = self.mesh_wide.map(std::slice::from_ref).unwrap_or_default();
        let policies = self.by_namespace.get(namespace).map_or(mesh_wide, Vec::as_slice);
        Ok(compose_peer_authentication(&anybody, policies, self.root_namespace)?.mode)
    }
}

/// The mode of settings; none where they inherit it.
fn mode_of(
    policy: &PeerAuthentication,
    mtls: &MutualTls,
) -> Result<Option<MutualTlsMode>, UnknownSettingError> {
    match mtls.mode.as_deref() {
        None | Some("UNSET") => Ok(None),
        Some("DISABLE") => Ok(Some(MutualTlsMode::Disable)),
        Some("PERMISSIVE") => Ok(Some(MutualTlsMode::Permissive)),
        Some("STRICT") => Ok(Some(MutualTlsMode::Strict)),
        Some(mode) => Err(unknown(policy, mode)),
    }
}

fn unknown(policy: &PeerAuthentication, text: &str) -> UnknownSettingError {
    let meta = &policy.metadata;
    UnknownSettingError { namespace: meta.namespace.clone(), name: meta.name.clone(), text: text.to_owned() }
}
