//! The names that the operator of OpenShift Service Mesh 2 writes.

/// What writes objects, and the name that the real one has.
pub(super) const MANAGER: &str = "istio-operator";
pub(super) const FINALIZER: &str = "maistra.io/istio-operator";
/// On a namespace: the namespace of the control plane whose member it is.
pub(super) const MEMBER_OF: &str = "maistra.io/member-of";
