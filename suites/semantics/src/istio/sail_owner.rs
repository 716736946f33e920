//! Ownership by an Istio resource of the Sail operator: it has the namespaces that its discovery selectors cover.

use crate::flavour::OSSM3;
use crate::istio::control_plane::REVISION_LABEL;
use crate::istio::discovery_selectors::DiscoverySelectors;
use crate::istio::mesh_owner::{MeshOwner, OwnerWeight, OwnershipObjects};
use std::sync::Arc;
use view::istio::Istio;
use vocabulary::View;

/// The resource, and the revision, that OpenShift's own ingress operator makes for the Gateway API. It injects nobody.
pub(crate) const GATEWAY_API: &str = "openshift-gateway";

/// The control planes of Sail that the namespace may belong to: first that of its revision.
pub(crate) fn sail_owners(objects: &OwnershipObjects<'_>) -> Vec<MeshOwner> {
    let revision = objects.serving().and_then(|namespace| namespace.label(REVISION_LABEL));
    let is_of_mesh = |istio: &&Arc<Istio>| {
        let name = istio.metadata.name.as_str();
        name != GATEWAY_API || Some(name) == revision
    };
    let mut resources: Vec<_> = objects.resources.iter().filter(is_of_mesh).collect();
    resources.sort_by_key(|istio| {
        (Some(istio.metadata.name.as_str()) != revision, istio.spec.namespace != objects.mesh_namespace)
    });
    let owner = |istio: &Istio| MeshOwner {
        flavour: OSSM3,
        mesh_namespace: Some(istio.spec.namespace.clone()),
        evidence: istio.object_ref().to_string(),
        weight: weight(istio, objects),
    };
    resources.into_iter().map(|istio| owner(istio)).collect()
}

/// Whether the resource looks at the namespace. Selectors that cannot be read may cover it: whoever judges by them says so.
fn weight(istio: &Istio, objects: &OwnershipObjects<'_>) -> OwnerWeight {
    let value = istio.spec.values.pointer("/meshConfig/discoverySelectors");
    match (DiscoverySelectors::parse(value), objects.serving()) {
        (Ok(selectors), _) if selectors.cover_all() => OwnerWeight::Enrols,
        (Ok(selectors), Some(namespace)) if selectors.covers(namespace) => OwnerWeight::Enrols,
        (Ok(_), Some(_)) => OwnerWeight::IsThere,
        (Ok(_), None) | (Err(_), _) => OwnerWeight::MayEnrol,
    }
}
