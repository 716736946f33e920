//! What a ServiceEntry tells the mesh: of which hosts, and to whom.

use std::sync::Arc;
use view::service_entry::{ServiceEntry, ServiceEntrySpec};

/// Whether the workloads of a namespace see a ServiceEntry.
pub fn is_visible_in(entry: &ServiceEntry, namespace: &str) -> bool {
    let is_here = entry.metadata.namespace == namespace;
    let is_exported = |to: &String| to == "*" || to == namespace || (to == "." && is_here);
    entry.spec.export_to.is_empty() || entry.spec.export_to.iter().any(is_exported)
}

/// Whether a ServiceEntry names a host, itself or by a wildcard. A Service of the cluster may be spelled `kafka.shop`,
/// `kafka.shop.svc` or in full: it is one host, and the sidecar tells TCP by its port.
pub fn names_host(entry: &ServiceEntry, host: &str) -> bool {
    let service = service_of_host(host);
    let is_named = |name: &String| match name.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => name.eq_ignore_ascii_case(host) || (service.is_some() && service_of_host(name) == service),
    };
    entry.spec.hosts.iter().any(is_named)
}

/// The hosts of an entry that name a host as it is spelled, itself or by a wildcard: those by which the sidecar looks up how it
/// is called.
pub fn hosts_as_spelled<'a>(entry: &'a ServiceEntry, host: &str) -> impl Iterator<Item = &'a String> {
    let is_named = move |name: &&String| match name.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => name.eq_ignore_ascii_case(host),
    };
    entry.spec.hosts.iter().filter(is_named)
}

/// The Service that a host can stand for, as `name.namespace` in lower case: a name of two labels, with or without `svc` and
/// the domain of the cluster behind.
fn service_of_host(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let service = host.split_once(".svc").map_or(host.as_str(), |(service, rest)| {
        if rest.is_empty() || rest.starts_with('.') { service } else { host.as_str() }
    });
    (service.split('.').filter(|label| !label.is_empty()).count() == 2).then(|| service.to_owned())
}

/// The ServiceEntries that tell workloads of a namespace of a host.
pub fn entries_for_host<'a>(
    entries: &'a [Arc<ServiceEntry>],
    host: &str,
    namespace: &str,
) -> impl Iterator<Item = &'a Arc<ServiceEntry>> {
    entries.iter().filter(move |entry| names_host(entry, host) && is_visible_in(entry, namespace))
}

/// The location that Istio takes, also where none is written.
pub fn effective_location(spec: &ServiceEntrySpec) -> &str {
    spec.location.as_deref().unwrap_or("MESH_EXTERNAL")
}

/// The resolution that Istio takes, also where none is written.
pub fn effective_resolution(spec: &ServiceEntrySpec) -> &str {
    spec.resolution.as_deref().unwrap_or("NONE")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case::same("my-kafka.shop", "my-kafka.shop", true)]
    #[case::full_for_short("my-kafka.shop.svc.cluster.local", "my-kafka.shop", true)]
    #[case::short_for_full("my-kafka.shop", "my-kafka.shop.svc.cluster.local", true)]
    #[case::svc("my-kafka.shop.svc", "My-Kafka.shop", true)]
    #[case::other_namespace("my-kafka.till.svc.cluster.local", "my-kafka.shop", false)]
    #[case::broker_of_a_headless_service("broker-0.my-kafka.shop.svc", "my-kafka.shop.svc", false)]
    #[case::outside("kafka.example.com", "kafka.example.com", true)]
    #[case::outside_is_no_service("kafka.example.com", "kafka.example", false)]
    #[case::wildcard("*.shop.svc.cluster.local", "my-kafka.shop.svc.cluster.local", true)]
    fn service_has_several_spellings(#[case] named: &str, #[case] host: &str, #[case] expected: bool) {
        let object = json!({"metadata": {"name": "kafka"}, "spec": {"hosts": [named]}});
        let entry = serde_json::from_value(object).unwrap();
        assert_eq!(names_host(&entry, host), expected);
    }
}
