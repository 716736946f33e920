//! The namespaces of Knative, where its resources are in others than those of the document.

use crate::reading::world_objects::all_objects;
use inputs::{DiscoveredInputs, Inputs};
use serde_json::Value;
use std::collections::BTreeMap;
use view::knative::{KnativeEventing, KnativeServing};
use vocabulary::View;
use world::ObjectSource;

/// The inputs with the namespaces that were found, and what told those.
#[derive(Debug)]
pub struct DiscoveredNamespaces {
    /// The inputs, by which the others are found.
    pub inputs: Inputs,
    /// What was found.
    pub discovered: DiscoveredInputs,
}

/// Finds the namespaces of Knative. An input that is not the document's was named by somebody, and stays.
pub async fn discover_namespaces(world: &ObjectSource, inputs: &Inputs) -> DiscoveredNamespaces {
    let (mut inputs, mut discovered) = (inputs.clone(), BTreeMap::new());
    let document = Inputs::default().serverless;
    let serverless = &mut inputs.serverless;
    if serverless.serving_namespace == document.serving_namespace
        && let Some((namespace, object)) =
            only_namespace::<KnativeServing>(world, &document.serving_namespace).await
    {
        serverless.serving_namespace.clone_from(&namespace);
        discovered.insert("serverless.serving_namespace".to_owned(), (Value::from(namespace), object));
    }
    if serverless.eventing_namespace == document.eventing_namespace
        && let Some((namespace, object)) =
            only_namespace::<KnativeEventing>(world, &document.eventing_namespace).await
    {
        serverless.eventing_namespace.clone_from(&namespace);
        discovered.insert("serverless.eventing_namespace".to_owned(), (Value::from(namespace), object));
    }
    DiscoveredNamespaces { inputs, discovered }
}

/// The namespace of the only object of a kind, where it is another than the document's; and the object.
async fn only_namespace<V: View>(world: &ObjectSource, document: &str) -> Option<(String, String)> {
    // none: the checks that judge these resources read them, too, and are errored
    let objects = all_objects::<V>(world).await.ok()?;
    let [object] = &*objects else { return None };
    let namespace = object.meta().namespace.clone();
    let is_elsewhere = !namespace.is_empty() && namespace != document;
    is_elsewhere.then(|| (namespace, object.object_ref().to_string()))
}
