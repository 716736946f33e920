//! The Gateways that `config-istio` names: net-istio binds its routes to them.

use semantics::knative::config_istio::{CONFIG_ISTIO, ConfigIstio};
use std::collections::BTreeMap;
use view::config_map::ConfigMap;
use vocabulary::{HarnessError, Lookup, ObjectRef, View};
use world::Context;

/// Where Gateways are named, the first place of each, by namespace and name.
pub type NamedGateways = BTreeMap<(String, String), (ObjectRef, String)>;

/// The Gateways that `config-istio` names, and what is missing to know them; nothing where there is no such ConfigMap. That nobody
/// can read it is another check's finding.
pub async fn configured_gateways(
    cx: &Context,
) -> Result<(Option<NamedGateways>, Option<String>), HarnessError> {
    let serving = &cx.inputs().serverless.serving_namespace;
    let map = match cx.lookup::<ConfigMap>(serving, CONFIG_ISTIO).await? {
        Lookup::There(map) => map,
        Lookup::NotThere => return Ok((None, None)),
        Lookup::NotKnown(missing) => return Ok((None, Some(missing))),
    };
    let config = match ConfigIstio::parse(&map, serving) {
        Ok(config) => config,
        Err(error) => return Ok((None, Some(format!("the Gateways of {}: {error}", map.object_ref())))),
    };
    let mut named = NamedGateways::new();
    for entry in config.external.entries().chain(config.local.entries()) {
        let place = || (map.object_ref(), entry.field.clone());
        named.entry((entry.namespace.clone(), entry.name.clone())).or_insert_with(place);
    }
    Ok((Some(named), None))
}
