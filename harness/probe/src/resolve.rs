//! Names to addresses, without the C library: a static binary has no `getaddrinfo` that works.
//!
//! The resolver reads the machine's `resolv.conf` (name servers, search domains, ndots) and hosts file, for each order
//! anew: a pod's are written once, and an answer of a cache would not be an observation.

use crate::recorder::Recorder;
use crate::transcript::{Resolution, ResolvedBy};
use crate::{Ended, Layer, Order};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::LookupIpStrategy;
use hickory_resolver::net::NetError;
use std::net::IpAddr;

/// The addresses of a host, IPv4 first.
pub(crate) async fn resolve(
    host: &str,
    order: &Order,
    recorder: &mut Recorder,
) -> Result<Vec<IpAddr>, Ended> {
    recorder.layer = Layer::Resolve;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let (by, known) = match (bare.parse::<IpAddr>(), order.hosts.get(host)) {
        (Ok(address), _) => (ResolvedBy::Itself, Some(vec![address])),
        (Err(_), Some(addresses)) => (ResolvedBy::Order, Some(addresses.clone())),
        (Err(_), None) => (ResolvedBy::Resolver, None),
    };
    let mut resolution =
        Resolution { name: host.to_owned(), by, span: recorder.begin(), addresses: Vec::new(), error: None };
    recorder.connection().resolution = Some(resolution.clone());
    let found = match known {
        Some(addresses) => Ok(addresses),
        None => look_up(host).await,
    };
    recorder.end(&mut resolution.span);
    let result = match found {
        Ok(addresses) if !addresses.is_empty() => Ok(addresses),
        Ok(_) => Err("no address".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    match &result {
        Ok(addresses) => resolution.addresses.clone_from(addresses),
        Err(reason) => resolution.error = Some(reason.clone()),
    }
    recorder.connection().resolution = Some(resolution);
    result.map_err(|reason| Ended::Unresolved { reason })
}

async fn look_up(host: &str) -> Result<Vec<IpAddr>, NetError> {
    let mut builder = TokioResolver::builder_tokio()?;
    builder.options_mut().ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    let mut addresses: Vec<IpAddr> = builder.build()?.lookup_ip(host).await?.iter().collect();
    addresses.sort_by_key(IpAddr::is_ipv6);
    Ok(addresses)
}
