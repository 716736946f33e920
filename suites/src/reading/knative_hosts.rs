//! The hosts by which Knative Services are asked for, from outside and within the cluster.

use crate::reading::served_host::external_host;
use crate::reading::service_domain::service_domain;
use crate::reading::service_host::service_host;
use semantics::knative::config_domain::CONFIG_DOMAIN;
use semantics::knative::knative_hosts::KnativeHosts;
use std::collections::BTreeSet;
use view::config_map::ConfigMap;
use view::knative_service::KnativeService;
use vocabulary::HarnessError;
use world::Context;

/// Hosts, and what is missing to know that there are no others.
#[derive(Debug, Default)]
pub struct KnownHosts {
    /// Those that are known.
    pub known: KnativeHosts,
    /// What is missing.
    pub missing: Option<String>,
}

/// The hosts from outside: those in the domain of Knative Services, and those that Knative Services have.
pub async fn external_hosts(cx: &Context) -> Result<KnownHosts, HarnessError> {
    let services = cx.known_objects::<KnativeService>().await?;
    let mut hosts = KnownHosts { missing: services.missing(), ..KnownHosts::default() };
    if let Some(domain) = service_domain(cx).await? {
        hosts.known.domains.insert(domain);
    } else {
        let map = cx.lookup::<ConfigMap>(&cx.inputs().serverless.serving_namespace, CONFIG_DOMAIN).await?;
        hosts.missing = map.missing().or(hosts.missing);
    }
    for service in &services {
        let meta = &service.metadata;
        let host = match service.host() {
            Some(host) => Ok(host.to_owned()),
            None => external_host(cx, &meta.namespace, &meta.name).await?,
        };
        match host {
            Ok(host) => drop(hosts.known.hosts.insert(host, meta.namespace.clone())),
            Err(missing) => hosts.missing = Some(missing),
        }
    }
    Ok(hosts)
}

/// The hosts within the cluster: those of all Services, among which those of Knative Services are.
pub async fn cluster_hosts(cx: &Context) -> Result<KnownHosts, HarnessError> {
    let services = cx.known_objects::<KnativeService>().await?;
    let domain = &cx.inputs().serverless.cluster_domain;
    let host = |service: &KnativeService| {
        let meta = &service.metadata;
        (service_host(cx, &meta.namespace, &meta.name), meta.namespace.clone())
    };
    let known = KnativeHosts {
        domains: [domain.clone(), format!("svc.{domain}")].into(),
        hosts: services.iter().map(|service| host(service)).collect(),
    };
    Ok(KnownHosts { known, missing: services.missing() })
}

/// The hosts for which net-istio makes VirtualServices.
#[derive(Debug, Default)]
pub struct ClaimedHosts {
    /// On the Gateways of Knative.
    pub everywhere: BTreeSet<String>,
    /// Those of them that it claims in sidecars, too: within the cluster.
    pub in_cluster: BTreeSet<String>,
    /// What is missing to know that there are no others.
    pub missing: Option<String>,
}

/// The hosts that the known Knative Services have, each with its shorter names within the cluster.
pub async fn claimed_hosts(cx: &Context) -> Result<ClaimedHosts, HarnessError> {
    let (within, outside) = (cluster_hosts(cx).await?, external_hosts(cx).await?);
    let domain = format!(".{}", cx.inputs().serverless.cluster_domain);
    let mut hosts = ClaimedHosts { missing: within.missing.or(outside.missing), ..ClaimedHosts::default() };
    for host in within.known.hosts.into_keys() {
        // `name.namespace.svc`, and without the `.svc`.
        let namespaced = host.strip_suffix(&domain).unwrap_or(&host);
        let short = namespaced.strip_suffix(".svc").unwrap_or(namespaced);
        hosts.in_cluster.extend([short.to_owned(), namespaced.to_owned(), host]);
    }
    hosts.everywhere = hosts.in_cluster.iter().cloned().chain(outside.known.hosts.into_keys()).collect();
    Ok(hosts)
}
