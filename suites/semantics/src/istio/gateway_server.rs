//! The servers of a Gateway: which hosts they claim, and what they demand of clients.

use view::gateway::{Gateway, GatewayServer};

/// Whether a server claims every host, of VirtualServices of whichever namespace.
pub fn claims_every_host(server: &GatewayServer) -> bool {
    server.hosts.iter().any(|host| host.rsplit('/').next() == Some("*"))
}

/// Whether a server claims whole domains, and not single hosts only: hosts that do not exist yet are served, too.
pub fn claims_a_domain(server: &GatewayServer) -> bool {
    server.hosts.iter().any(|host| host.rsplit('/').next().is_some_and(|host| host.starts_with('*')))
}

/// Whether a server claims a host, by its name or by a wildcard. A wildcard stands for one label or more.
pub fn claims_host(server: &GatewayServer, host: &str) -> bool {
    let claims = |claimed: &String| {
        // none: a host without a namespace is all of it
        let claimed = claimed.rsplit('/').next().unwrap_or_default();
        match claimed.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => claimed == host,
        }
    };
    server.hosts.iter().any(claims)
}

/// Whether clients speak TLS to a server.
pub fn is_tls(server: &GatewayServer) -> bool {
    matches!(server.port.protocol.as_str(), "HTTPS" | "TLS")
}

/// The TLS mode of a server; empty without TLS.
pub fn tls_mode(server: &GatewayServer) -> &str {
    server.tls.as_ref().map_or("", |tls| &tls.mode)
}

/// The Secret whose certificate a server presents, if it names one.
pub fn server_credential(server: &GatewayServer) -> Option<&str> {
    server.tls.as_ref().map(|tls| tls.credential_name.as_str()).filter(|name| !name.is_empty())
}

/// The Secret of a Gateway for hosts of no particular tenant: that of the server for every host, or the first.
pub fn first_credential(gateway: &Gateway) -> Option<&str> {
    let servers = &gateway.spec.servers;
    let of_all_hosts = servers.iter().filter(|server| claims_every_host(server)).find_map(server_credential);
    of_all_hosts.or_else(|| servers.iter().find_map(server_credential))
}
