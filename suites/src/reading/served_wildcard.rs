//! The wildcard that covers the hosts of Knative Services from outside.

use crate::reading::service_domain::service_domain;
use semantics::flavour::UPSTREAM;
use semantics::knative::config_domain::CONFIG_DOMAIN;
use semantics::knative::domain_template::{
    DOMAIN_TEMPLATE, default_template, host_by_template, wildcard_of_host,
};
use semantics::knative::ingress_class::CONFIG_NETWORK;
use view::config_map::ConfigMap;
use vocabulary::{HarnessError, Lookup};
use world::Context;

/// The wildcard that covers the hosts of Knative Services of the sample's namespace: with a template that gives namespaces
/// labels of their own, each has another. `Err`: what is missing to know it.
pub async fn served_wildcard(cx: &Context) -> Result<Result<String, String>, HarnessError> {
    let inputs = cx.inputs();
    let Some(domain) = service_domain(cx).await? else {
        let map = cx.lookup::<ConfigMap>(&inputs.serverless.serving_namespace, CONFIG_DOMAIN).await?;
        return Ok(Err(map.missing().unwrap_or_else(|| "the domain of Knative Services".to_owned())));
    };
    let template = match cx.lookup::<ConfigMap>(&inputs.serverless.serving_namespace, CONFIG_NETWORK).await? {
        Lookup::There(map) => map.value(DOMAIN_TEMPLATE).map(ToOwned::to_owned),
        Lookup::NotKnown(missing) if cx.flavour() == UPSTREAM => return Ok(Err(missing)),
        Lookup::NotThere | Lookup::NotKnown(_) => None,
    };
    let template = template.unwrap_or_else(|| default_template(cx.flavour()).to_owned());
    let host = host_by_template(&template, "hello", &inputs.namespaces.mesh, &domain);
    let wildcard = host.and_then(|host| wildcard_of_host(&host));
    Ok(wildcard.ok_or_else(|| format!("which hosts `{DOMAIN_TEMPLATE}: {template}` makes")))
}
