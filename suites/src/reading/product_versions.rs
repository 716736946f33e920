//! The versions of the products of a cluster.

use crate::reading::world_objects::all_objects;
use std::collections::{BTreeMap, BTreeSet};
use view::workload::Deployment;
use world::ObjectSource;

/// The label with a version.
const VERSION: &str = "app.kubernetes.io/version";
/// What charts of Istio say that were built and not released.
const UNRELEASED: &str = "1.0.0";
const ISTIOD: &str = "istiod";
/// The Deployments that tell, each with its product.
const PRODUCTS: &[(&str, &str)] = &[
    (ISTIOD, "Istio"),
    ("controller", "Knative Serving"),
    ("eventing-controller", "Knative Eventing"),
    ("kafka-controller", "Knative Kafka"),
];

/// Whether a Deployment is that of a product. The name of istiod ends with its revision, where it has one.
fn is_of_product(name: &str, product: &str) -> bool {
    name == product
        || (product == ISTIOD && name.strip_prefix(ISTIOD).is_some_and(|rest| rest.starts_with('-')))
}

/// The versions that Deployments name on their labels: of the control planes of the mesh and of Knative.
pub async fn product_versions(world: &ObjectSource) -> BTreeMap<String, String> {
    let mut versions = BTreeMap::<_, BTreeSet<String>>::new();
    // none: versions are told above the verdicts and decide none of them
    for deployment in all_objects::<Deployment>(world).await.ok().into_iter().flatten() {
        let meta = &deployment.0.metadata;
        let product = PRODUCTS.iter().find(|(name, _)| is_of_product(&meta.name, name));
        if let (Some((_, product)), Some(version)) = (product, meta.labels.get(VERSION))
            && version != UNRELEASED
        {
            versions.entry((*product).to_owned()).or_default().insert(version.clone());
        }
    }
    // Of two control planes with revisions both are told.
    let joined = |versions: BTreeSet<String>| versions.into_iter().collect::<Vec<_>>().join(", ");
    versions.into_iter().map(|(product, versions)| (product, joined(versions))).collect()
}
