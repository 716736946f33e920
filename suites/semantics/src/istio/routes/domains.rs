//! The names by which a sidecar knows the host of a Service.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// The names of a host for the clients of a namespace: the host itself, and the shorter and longer ones. Read in
/// `GenerateAltVirtualHosts` of `pilot/pkg/networking/core/httproute.go`.
pub(super) fn other_names(host: &str, namespace: &str, cluster_domain: &str) -> Vec<String> {
    let mut names = Vec::new();
    if host.parse::<IpAddr>().is_err() {
        names.push(format!("{host}."));
    }
    if host.ends_with(&format!(".svc.{cluster_domain}"))
        && let Some((namespaced, _)) = host.split_once(".svc.")
        && let Some((name, of)) = namespaced.split_once('.')
    {
        names.extend((of == namespace).then(|| name.to_owned()));
        names.extend([format!("{namespaced}.svc"), namespaced.to_owned()]);
    }
    names
}

/// The names that virtual hosts have taken, and the virtual hosts themselves.
#[derive(Debug, Default)]
pub(super) struct TakenDomains {
    virtual_hosts: BTreeSet<String>,
    domains: BTreeSet<String>,
    /// The hosts of Services, which are nobody's other name.
    pub(super) hosts: BTreeSet<String>,
}

impl TakenDomains {
    /// The names that a host gets: none where it has a virtual host, and none that another one has. Read in
    /// `BuildSidecarOutboundVirtualHosts` and `dedupeDomains` of `pilot/pkg/networking/core/httproute.go`.
    pub(super) fn take(&mut self, host: &str, other_names: Vec<String>) -> Vec<String> {
        if !self.virtual_hosts.insert(host.to_owned()) {
            return Vec::new();
        }
        let others = other_names.into_iter().filter(|name| !self.hosts.contains(name));
        let wanted: Vec<_> = std::iter::once(host.to_owned()).chain(others).collect();
        wanted.into_iter().filter(|name| self.domains.insert(name.to_lowercase())).collect()
    }
}
