//! The hosts that servers with TLS settings claim on a port.

use std::collections::BTreeMap;

/// Hosts, each with the bind of the server that claimed it last.
#[derive(Debug, Default)]
pub(super) struct ClaimedHosts {
    binds: BTreeMap<String, String>,
}

impl ClaimedHosts {
    /// Claims hosts for a server; or none of them, and false, where one was claimed with the same bind before.
    ///
    /// Hosts are compared as texts: with a namespace, or below a wildcard, a host is another. A claim with another bind
    /// replaces the one before it, which is then forgotten. Read in `CheckDuplicates` of `pilot/pkg/model/gateway.go`.
    pub(super) fn claim(&mut self, hosts: &[String], bind: &str) -> bool {
        if hosts.iter().any(|host| self.binds.get(host).is_some_and(|claimed| claimed == bind)) {
            return false;
        }
        self.binds.extend(hosts.iter().map(|host| (host.clone(), bind.to_owned())));
        true
    }
}
