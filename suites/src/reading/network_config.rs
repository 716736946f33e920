//! ConfigMap `config-network`, with what Serving makes of it.

use semantics::knative::config_network::NetworkConfig;
use semantics::knative::ingress_class::CONFIG_NETWORK;
use std::sync::Arc;
use view::config_map::ConfigMap;
use vocabulary::HarnessError;
use world::Context;

/// The ConfigMap and its settings, if it is there. Of one that Serving refuses nobody knows which settings it goes on with: that is
/// an error, for which the check is skipped.
pub async fn network_config(cx: &Context) -> Result<Option<(Arc<ConfigMap>, NetworkConfig)>, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let Some(map) = cx.object::<ConfigMap>(namespace, CONFIG_NETWORK).await? else { return Ok(None) };
    match NetworkConfig::parse(&map) {
        Ok(config) => Ok(Some((map, config))),
        Err(refused) => {
            let missing =
                format!("what {CONFIG_NETWORK} is, whose `{}: {}` is refused", refused.key, refused.value);
            Err(HarnessError::NotKnown { missing })
        }
    }
}
