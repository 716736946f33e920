//! The versions of the products of a cluster.

use crate::reading::world_objects::all_objects;
use std::collections::BTreeMap;
use view::workload::Deployment;
use world::ObjectSource;

/// The label with a version.
const VERSION: &str = "app.kubernetes.io/version";
/// What charts of Istio say that were built and not released.
const UNRELEASED: &str = "1.0.0";
/// The Deployments that tell, each with its product.
const PRODUCTS: &[(&str, &str)] = &[
    ("istiod", "Istio"),
    ("controller", "Knative Serving"),
    ("eventing-controller", "Knative Eventing"),
    ("kafka-controller", "Knative Kafka"),
];

/// The versions that Deployments name on their labels: of the control planes of the mesh and of Knative.
pub async fn product_versions(world: &ObjectSource) -> BTreeMap<String, String> {
    let mut versions = BTreeMap::new();
    // none: versions are told above the verdicts and decide none of them
    for deployment in all_objects::<Deployment>(world).await.ok().into_iter().flatten() {
        let meta = &deployment.0.metadata;
        let product = PRODUCTS.iter().find(|(name, _)| *name == meta.name);
        if let (Some((_, product)), Some(version)) = (product, meta.labels.get(VERSION))
            && version != UNRELEASED
        {
            versions.insert((*product).to_owned(), version.clone());
        }
    }
    versions
}
