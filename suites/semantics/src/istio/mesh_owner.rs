//! The owner of a mesh: a control plane that the namespace of Knative Serving may belong to, and the objects that tell it.

use view::istio::Istio;
use view::namespace::Namespace;
use view::pod::Pod;
use view::service_mesh::{ServiceMeshControlPlane, ServiceMeshMember, ServiceMeshMemberRoll};
use view::workload::Deployment;
use vocabulary::{Flavour, Objects, Provenance};

/// How much it says that a control plane is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OwnerWeight {
    /// It has the namespace, or will have it.
    Enrols,
    /// It may have it: nothing that is known keeps it out.
    MayEnrol,
    /// It is there, and the namespace is not known to be its own.
    IsThere,
}

/// A control plane that the namespace may belong to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeshOwner {
    /// Which product it is.
    pub flavour: Flavour,
    /// Its namespace, where that is told.
    pub mesh_namespace: Option<String>,
    /// What says so.
    pub evidence: String,
    /// How much it says.
    pub weight: OwnerWeight,
}

/// What tells who owns the namespace of Knative Serving, as far as it is known.
#[derive(Debug, Clone)]
pub struct OwnershipObjects<'a> {
    /// The namespace of Knative Serving.
    pub serving_namespace: &'a str,
    /// The configured namespace of the mesh, which may be the document's. Of two control planes that say the same, that in it
    /// counts.
    pub mesh_namespace: &'a str,
    /// Namespaces.
    pub namespaces: Objects<Namespace>,
    /// Member rolls.
    pub rolls: Objects<ServiceMeshMemberRoll>,
    /// What asks for membership.
    pub members: Objects<ServiceMeshMember>,
    /// Control planes of OpenShift Service Mesh 2.
    pub planes: Objects<ServiceMeshControlPlane>,
    /// Control planes of OpenShift Service Mesh 3.
    pub resources: Objects<Istio>,
    /// Deployments, istiods among them.
    pub deployments: Objects<Deployment>,
    /// Pods, sidecars within.
    pub pods: Objects<Pod>,
    /// Where a person edits what operators make of custom resources.
    pub provenances: &'a [Provenance],
}

impl OwnershipObjects<'_> {
    /// The namespace of Knative Serving, where it is known.
    pub fn serving(&self) -> Option<&Namespace> {
        self.namespaces.named("", self.serving_namespace).map(AsRef::as_ref)
    }
}
