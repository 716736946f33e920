//! The host by which a Knative Service is asked for from outside.

use crate::reading::network_config::unrendered;
use crate::reading::service_domain::service_domain;
use semantics::knative::config_domain::CONFIG_DOMAIN;
use semantics::knative::domain_template::{DOMAIN_TEMPLATE, default_template, host_by_template};
use semantics::knative::ingress_class::CONFIG_NETWORK;
use view::config_map::ConfigMap;
use vocabulary::{HarnessError, Lookup};
use world::Context;

/// The host of a Knative Service of the sample's namespace. `Err`: what is missing to know it.
pub async fn served_host(cx: &Context) -> Result<Result<String, String>, HarnessError> {
    external_host(cx, &cx.inputs().namespaces.mesh, "hello").await
}

/// The host of a Knative Service. `Err`: what is missing to know it.
pub async fn external_host(
    cx: &Context,
    namespace: &str,
    name: &str,
) -> Result<Result<String, String>, HarnessError> {
    let inputs = cx.inputs();
    let serving = &inputs.serverless.serving_namespace;
    let Some(domain) = service_domain(cx).await? else {
        let map = cx.lookup::<ConfigMap>(serving, CONFIG_DOMAIN).await?;
        return Ok(Err(map.missing().unwrap_or_else(|| "the domain of Knative Services".to_owned())));
    };
    let network = match cx.lookup::<ConfigMap>(serving, CONFIG_NETWORK).await? {
        Lookup::There(map) => Some(map),
        Lookup::NotThere => None,
        Lookup::NotKnown(missing) => return Ok(Err(missing)),
    };
    if let Some(missing) = network.as_ref().and_then(|map| unrendered(map, &[DOMAIN_TEMPLATE])) {
        return Ok(Err(missing));
    }
    let template = match (network.as_ref().and_then(|map| map.value(DOMAIN_TEMPLATE)), cx.flavour().missing())
    {
        (Some(template), _) => template,
        (None, Some(missing)) => return Ok(Err(missing)),
        (None, None) => default_template(cx.flavour()),
    };
    let host = host_by_template(template, name, namespace, &domain);
    Ok(host.ok_or_else(|| format!("which hosts `{DOMAIN_TEMPLATE}: {template}` makes")))
}
