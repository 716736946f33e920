//! The ways in which the injection of a workload fails.

use crate::flaw::Flaw;

/// The ways in which injection of a workload fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InjectionFlawKind {
    /// There is no such workload.
    WorkloadMissing,
    /// The template does not ask for a sidecar.
    NotRequested,
    /// The template forbids to rewrite probes.
    RewriteForbidden,
    /// The workload wants pods and has none.
    NoPod,
    /// A pod has no sidecar.
    PodWithoutSidecar,
    /// A sidecar does not serve.
    SidecarNotReady,
    /// A probe of the kubelet goes to the application's port.
    ProbeNotRewritten,
}

/// One way in which injection of a workload fails.
pub type InjectionFlaw = Flaw<InjectionFlawKind>;
