//! The servers of a Gateway: which hosts they claim, and what they demand of clients.

use crate::istio::gateway_listeners::Protocol;
use view::gateway::{Gateway, GatewayServer};

/// Whether a server claims every host, of VirtualServices of whichever namespace.
pub fn claims_every_host(server: &GatewayServer) -> bool {
    server.hosts.iter().any(|host| host.rsplit('/').next() == Some("*"))
}

/// The host of a claim that is for VirtualServices of every namespace; nothing where it names theirs.
fn host_for_all(claimed: &str) -> Option<&str> {
    match claimed.split_once('/') {
        None => Some(claimed),
        Some(("*", host)) => Some(host),
        Some(_) => None,
    }
}

/// Whether a server is for every host of VirtualServices of every namespace: net-istio makes them beside the Knative Services.
pub fn serves_every_host(server: &GatewayServer) -> bool {
    server.hosts.iter().filter_map(|claimed| host_for_all(claimed)).any(|host| host == "*")
}

/// Whether a server may be for Knative Services that do not exist yet: it claims whole domains, for VirtualServices that need not be
/// in the namespace of the Gateway.
pub fn serves_a_domain(server: &GatewayServer, gateway: &Gateway) -> bool {
    server.hosts.iter().any(|claimed| {
        let (namespace, host) = claimed.split_once('/').unwrap_or(("*", claimed));
        ![".", &gateway.metadata.namespace].contains(&namespace) && host.starts_with('*')
    })
}

/// Whether a server claims whole domains, and not single hosts only: hosts that do not exist yet are served, too.
fn claims_a_domain(server: &GatewayServer) -> bool {
    server.hosts.iter().any(|host| host.rsplit('/').next().is_some_and(|host| host.starts_with('*')))
}

/// For how few hosts a server is: for every host before whole domains, and these before single hosts.
pub fn narrowness(server: &GatewayServer) -> u8 {
    match () {
        () if claims_every_host(server) => 0,
        () if claims_a_domain(server) => 1,
        () => 2,
    }
}

/// Whether a server claims a host, by its name or by a wildcard, for VirtualServices of every namespace. A wildcard stands for one
/// label or more.
pub fn claims_host(server: &GatewayServer, host: &str) -> bool {
    server.hosts.iter().filter_map(|claimed| host_for_all(claimed)).any(|claimed| covers_host(claimed, host))
}

/// Whether a host, or a wildcard for one label or more, stands for a host.
pub fn covers_host(claimed: &str, host: &str) -> bool {
    match claimed.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => claimed == host,
    }
}

/// Whether clients speak TLS to a server.
pub fn is_tls(server: &GatewayServer) -> bool {
    matches!(Protocol::parse(&server.port.protocol), Protocol::Https | Protocol::Tls)
}

/// Whether a server answers plain HTTP, and does not only lead to HTTPS.
pub fn answers_plain_http(server: &GatewayServer) -> bool {
    let redirects = server.tls.as_ref().is_some_and(|tls| tls.https_redirect);
    Protocol::parse(&server.port.protocol).is_http() && !redirects
}

/// Whether VirtualServices say what becomes of the requests to a server: HTTP, after TLS that ends there or without any.
pub fn takes_requests(server: &GatewayServer) -> bool {
    Protocol::parse(&server.port.protocol).is_http()
        || (is_https(server) && !tls_mode(server).ends_with("PASSTHROUGH"))
}

/// Whether clients speak HTTPS to a server.
pub fn is_https(server: &GatewayServer) -> bool {
    Protocol::parse(&server.port.protocol) == Protocol::Https
}

/// The TLS mode of a server; empty without TLS.
pub fn tls_mode(server: &GatewayServer) -> &str {
    server.tls.as_ref().map_or("", |tls| &tls.mode)
}

/// The Secret whose certificate a server presents, if it names one; the first of several.
pub fn server_credential(server: &GatewayServer) -> Option<&str> {
    let tls = server.tls.as_ref()?;
    let names = std::iter::once(&tls.credential_name).chain(&tls.credential_names);
    names.map(String::as_str).find(|name| !name.is_empty())
}

/// The file of the gateway's pods whose certificate a server presents, if it names one.
pub fn server_certificate_file(server: &GatewayServer) -> Option<&str> {
    let tls = server.tls.as_ref()?;
    let files = tls.tls_certificates.iter().map(|one| &one.server_certificate);
    std::iter::once(&tls.server_certificate).chain(files).map(String::as_str).find(|file| !file.is_empty())
}

/// The Secret of a Gateway for hosts of no particular tenant: that of the server for most hosts, the first of several.
pub fn first_credential(gateway: &Gateway) -> Option<&str> {
    let named = gateway.spec.servers.iter().filter(|server| server_credential(server).is_some());
    named.min_by_key(|server| narrowness(server)).and_then(server_credential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn gateway(servers: &[(&str, &str)]) -> Gateway {
        let server = |(host, secret): &(&str, &str)| json!({"hosts": [host], "port": {"number": 443, "protocol": "HTTPS"}, "tls": {"credentialName": secret}});
        let servers: Vec<_> = servers.iter().map(server).collect();
        serde_json::from_value(json!({"metadata": {"name": "g"}, "spec": {"servers": servers}})).unwrap()
    }

    #[rstest]
    #[case::every_host_after_a_tenant(&[("*.team.test", "team"), ("*", "all")], "all")]
    #[case::domain_after_a_host(&[("shop.apps.test", "shop"), ("*.apps.test", "apps")], "apps")]
    #[case::domain_with_a_namespace(&[("shop.apps.test", "shop"), ("knative/*.apps.test", "apps")], "apps")]
    #[case::first_of_two(&[("*.a.test", "a"), ("*.b.test", "b")], "a")]
    #[case::none_named(&[("*", ""), ("shop.apps.test", "shop")], "shop")]
    fn secret_is_that_of_the_server_for_most_hosts(#[case] servers: &[(&str, &str)], #[case] expected: &str) {
        assert_eq!(first_credential(&gateway(servers)), Some(expected));
    }

    #[rstest]
    #[case::all("*", true, true)]
    #[case::all_of_all_namespaces("*/*", true, true)]
    #[case::own_namespace("./*", false, false)]
    #[case::own_namespace_by_name("knative/*", false, false)]
    #[case::of_a_team("team/*", false, true)]
    #[case::domain("*/*.apps.test", false, true)]
    #[case::one_host("shop.apps.test", false, false)]
    fn domain_is_served_to_other_namespaces(
        #[case] claimed: &str,
        #[case] every_host: bool,
        #[case] domain: bool,
    ) {
        let mut gateway = gateway(&[(claimed, "s")]);
        gateway.metadata.meta.namespace = "knative".to_owned();
        let server = &gateway.spec.servers[0];
        assert_eq!(serves_every_host(server), every_host);
        assert_eq!(serves_a_domain(server, &gateway), domain);
    }

    #[rstest]
    #[case::domain("*.apps.test", "a-b.apps.test", true)]
    #[case::two_labels("*.apps.test", "a.b.apps.test", true)]
    #[case::domain_itself("*.apps.test", "apps.test", false)]
    #[case::other("*.apps.test", "a.mapps.test", false)]
    #[case::single("a.apps.test", "b.apps.test", false)]
    fn wildcard_claims_what_is_below(#[case] claimed: &str, #[case] host: &str, #[case] expected: bool) {
        assert_eq!(claims_host(&gateway(&[(claimed, "s")]).spec.servers[0], host), expected);
    }
}
