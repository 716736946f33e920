//! The Service that `config-istio` names for a Gateway of Knative.

use semantics::knative::config_istio::ConfigIstio;
use view::config_map::ConfigMap;
use vocabulary::{HarnessError, View};
use world::Context;

/// Namespace and name of the Service; nothing where the ConfigMap names none of this cluster. Of a ConfigMap that net-istio cannot
/// read nobody knows which Service it goes on with.
pub fn configured_service(
    cx: &Context,
    map: &ConfigMap,
    gateway: &str,
) -> Result<Option<(String, String)>, HarnessError> {
    let serverless = &cx.inputs().serverless;
    let config = ConfigIstio::parse(map, &serverless.serving_namespace)
        .map_err(|source| HarnessError::field(map.object_ref(), "data", source))?;
    let lists = [&config.external, &config.local];
    let entry = lists.into_iter().find_map(|list| list.entry(&serverless.serving_namespace, gateway));
    let name = entry.and_then(|entry| entry.service_name(&serverless.cluster_domain));
    Ok(name.map(|(namespace, name)| (namespace.to_owned(), name.to_owned())))
}
