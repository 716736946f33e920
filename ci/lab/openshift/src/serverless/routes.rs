//! The reconciler of Routes.
//!
//! A Route is in the namespace of the gateway, so that its Ingress cannot own it: the real one puts the finalizer `ocp-ingress`
//! on the Ingress. Here a Route goes when the Ingress that its labels name is gone, and nothing keeps an Ingress from going.
use std::collections::BTreeSet;

use futures::stream::select_all;
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::Value;
use tracing::{info, warn};

use super::route::{self, INGRESS_NAME, INGRESS_NAMESPACE};
use crate::changes;
use crate::cluster::{Cluster, ClusterError, Kind, text};

const INGRESS: Kind = ("networking.internal.knative.dev", "v1alpha1", "Ingress");
const ROUTE: Kind = ("route.openshift.io", "v1", "Route");

/// Reconciles for as long as the process lives.
pub(super) async fn run(cluster: Cluster) {
    let changes = select_all([INGRESS, ROUTE].map(|kind| changes::of(&cluster.client, kind, "")));
    changes::look_after(changes, async || reconcile_all(&cluster).await).await;
}

async fn reconcile_all(cluster: &Cluster) -> Result<(), ClusterError> {
    let ingresses = match cluster.list(INGRESS, "", "").await {
        // Without Knative Serving there are no Ingresses; nor is any other answer one that they are gone.
        Err(error) if error.is_not_served() => return Ok(()),
        other => other?,
    };
    let (mut wanted, mut waiting) = (Vec::new(), BTreeSet::new());
    for ingress in ingresses.iter().filter(|one| one.metadata.deletion_timestamp.is_none()) {
        let (namespace, name) = (ingress.namespace().unwrap_or_default(), ingress.name_any());
        let ingress = serde_json::to_value(ingress).unwrap_or_default();
        if !route::is_of_istio(&ingress) {
            continue;
        }
        match route::routes(&ingress) {
            Ok(routes) => wanted.extend(routes),
            Err(error) => {
                warn!("Failed to generate routes from ingress {namespace}/{name}: {error}");
                waiting.insert((namespace, name));
            }
        }
    }
    // One that is refused holds up no other.
    let mut refused = Ok(());
    for route in &wanted {
        refused = refused.and(cluster.apply(route).await.map(drop));
    }
    for route in cluster.list(ROUTE, "", INGRESS_NAME).await? {
        if is_obsolete(&route, &wanted, &waiting) {
            info!("Deleting route {} ({})", route.name_any(), text(&route.data, "/spec/host"));
            cluster.delete(ROUTE, &route).await?;
        }
    }
    refused
}

/// Whether a Route that was made for an Ingress is none of those that are wanted.
fn is_obsolete(route: &DynamicObject, wanted: &[Value], waiting: &BTreeSet<(String, String)>) -> bool {
    let label = |key: &str| route.labels().get(key).cloned().unwrap_or_default();
    let is_same = |one: &&Value| {
        text(one, "/metadata/name") == route.name_any()
            && Some(text(one, "/metadata/namespace")) == route.namespace().as_deref()
    };
    !wanted.iter().any(|one| is_same(&one))
        && !waiting.contains(&(label(INGRESS_NAMESPACE), label(INGRESS_NAME)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn route(name: &str) -> DynamicObject {
        let labels = json!({INGRESS_NAME: "hello", INGRESS_NAMESPACE: "default"});
        let value = json!({"apiVersion": "route.openshift.io/v1", "kind": "Route",
            "metadata": {"name": name, "namespace": "istio-system", "labels": labels}});
        serde_json::from_value(value).unwrap()
    }

    #[rstest]
    #[case::wanted("route-a", false, false)]
    #[case::not_wanted("route-b", false, true)]
    #[case::ingress_waits("route-b", true, false)]
    fn route_goes_with_what_wanted_it(#[case] name: &str, #[case] is_waiting: bool, #[case] expected: bool) {
        let wanted = [json!({"metadata": {"name": "route-a", "namespace": "istio-system"}})];
        let waiting = if is_waiting {
            BTreeSet::from([("default".to_owned(), "hello".to_owned())])
        } else {
            BTreeSet::new()
        };
        assert_eq!(is_obsolete(&route(name), &wanted, &waiting), expected);
    }
}
