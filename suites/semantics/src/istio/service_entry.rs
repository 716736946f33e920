//! What a ServiceEntry tells the mesh: of which hosts, and to whom.

use std::sync::Arc;
use view::service_entry::{ServiceEntry, ServiceEntrySpec};

/// Whether the workloads of a namespace see a ServiceEntry.
pub fn is_visible_in(entry: &ServiceEntry, namespace: &str) -> bool {
    let is_here = entry.metadata.namespace == namespace;
    let is_exported = |to: &String| to == "*" || to == namespace || (to == "." && is_here);
    entry.spec.export_to.is_empty() || entry.spec.export_to.iter().any(is_exported)
}

/// Whether a ServiceEntry names a host, itself or by a wildcard.
pub fn names_host(entry: &ServiceEntry, host: &str) -> bool {
    let is_named = |name: &String| match name.strip_prefix('*') {
        Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
        None => name.eq_ignore_ascii_case(host),
    };
    entry.spec.hosts.iter().any(is_named)
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
