//! The hosts of a server, as Istio compares them and as it matches server names with them.

use std::collections::BTreeSet;

/// A list of hosts on which istiod panics: a host that it shortens follows `*/*`, which had replaced the list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "istiod panics: in server {index} of gateway {namespace}/{name}, `{host}` follows `*/*` among the hosts"
)]
pub struct HostListPanic {
    /// The namespace of the Gateway.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The place of the server in it.
    pub index: usize,
    /// The host.
    pub host: String,
}

/// The hosts with their namespaces written out: `./host` with that of the Gateway, `*/host` as the host alone, and of a list
/// with `*/*` nothing else remains. The error is the host on which istiod panics.
///
/// Read in `sanitizeServerHostNamespace` of `pilot/pkg/model/gateway.go`, which writes by the place in the longer list.
pub(in crate::istio) fn sanitize_hosts(hosts: &[String], namespace: &str) -> Result<Vec<String>, String> {
    let mut sanitized = hosts.to_vec();
    for (index, host) in hosts.iter().enumerate() {
        let shortened = match host.split_once('/') {
            Some(("*", "*")) => {
                sanitized = vec!["*".to_owned()];
                continue;
            }
            Some(("*", rest)) => rest.to_owned(),
            Some((".", rest)) => format!("{namespace}/{rest}"),
            _ => continue,
        };
        match sanitized.get_mut(index) {
            Some(place) => *place = shortened,
            None => return Err(host.clone()),
        }
    }
    Ok(sanitized)
}

/// The server names of hosts, each once: without namespaces. Read in `GetSNIHostsForServer` of `pilot/pkg/model/gateway.go`.
pub(super) fn sni_hosts(hosts: &[String]) -> Vec<String> {
    let names: BTreeSet<_> =
        hosts.iter().map(|host| host.split_once('/').map_or(host.as_str(), |(_, host)| host)).collect();
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::own_namespace(&["./a.test"], Ok(vec!["team/a.test"]))]
    #[case::any_namespace(&["*/a.test", "b.test"], Ok(vec!["a.test", "b.test"]))]
    #[case::all(&["a.test", "*/*", "b.test"], Ok(vec!["*"]))]
    #[case::panic(&["*/*", "./a.test"], Err("./a.test"))]
    fn namespaces_are_written_out(#[case] hosts: &[&str], #[case] expected: Result<Vec<&str>, &str>) {
        let hosts: Vec<_> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let expected = expected.map(|hosts| hosts.into_iter().map(str::to_owned).collect());
        assert_eq!(sanitize_hosts(&hosts, "team"), expected.map_err(str::to_owned));
    }
}
