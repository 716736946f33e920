//! The domain of Knative Services.

use semantics::knative::config_domain::{CONFIG_DOMAIN, default_domain};
use view::config_map::ConfigMap;
use vocabulary::HarnessError;
use world::Context;

/// The configured domain, or the one that `config-domain` gives to every Knative Service.
pub async fn service_domain(cx: &Context) -> Result<Option<String>, HarnessError> {
    let serverless = &cx.inputs().serverless;
    let map = cx.lookup::<ConfigMap>(&serverless.serving_namespace, CONFIG_DOMAIN).await?;
    let default = || map.found().and_then(|map| default_domain(map));
    Ok(serverless.domain.clone().or_else(default))
}
