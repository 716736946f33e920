//! ConfigMap `config-network`, with what Serving makes of it.

use semantics::knative::config_network::{NetworkConfig, is_unrendered, without_unrendered};
use semantics::knative::ingress_class::CONFIG_NETWORK;
use std::sync::Arc;
use view::config_map::ConfigMap;
use vocabulary::{HarnessError, View};
use world::Context;

/// The ConfigMap and its settings, if it is there, for a check that judges by the settings of these keys. Of one that Serving refuses
/// nobody knows which settings it goes on with: that is an error, for which the check is skipped; and so it is where one of these
/// settings is filled in by whoever applies the file.
pub async fn network_config(
    cx: &Context,
    keys: &[&str],
) -> Result<Option<(Arc<ConfigMap>, NetworkConfig)>, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let Some(map) = cx.object::<ConfigMap>(namespace, CONFIG_NETWORK).await? else { return Ok(None) };
    if let Some(missing) = unrendered(&map, keys) {
        return Err(HarnessError::NotKnown { missing });
    }
    match NetworkConfig::parse(&without_unrendered(&map).0) {
        Ok(config) => Ok(Some((map, config))),
        Err(refused) => {
            let missing =
                format!("what {CONFIG_NETWORK} is, whose `{}: {}` is refused", refused.key, refused.value);
            Err(HarnessError::NotKnown { missing })
        }
    }
}

/// What is missing where one of these settings is filled in by whoever applies the file.
pub fn unrendered(map: &ConfigMap, keys: &[&str]) -> Option<String> {
    let key = keys.iter().find(|key| is_unrendered(map, key))?;
    Some(format!("what `data.{key}` of {} is filled in with", map.object_ref()))
}
