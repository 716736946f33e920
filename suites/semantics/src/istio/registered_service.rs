//! A registered service: a host of the mesh as Istio keeps it, of a Service or of a ServiceEntry, with whom it is told.
//!
//! Held against Istio's own code by `cargo ci oracle` (`docs/semantics.md`). Headless Services are taken for others.

use crate::istio::gateway_listeners::Protocol;
use crate::istio::mesh_defaults::{EVERY_NAMESPACE, MeshDefaults, NO_NAMESPACE, OWN_NAMESPACE};
use crate::istio::service_entry::{effective_location, effective_resolution};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use view::service::Service;
use view::service_entry::ServiceEntry;

/// A host of the mesh.
#[derive(Debug, Clone)]
pub struct RegisteredService<'a> {
    /// The host.
    pub host: String,
    /// The namespace of its object.
    pub namespace: &'a str,
    /// Whether it is a Service; a ServiceEntry otherwise.
    pub is_kubernetes: bool,
    /// How its endpoints are found.
    pub resolution: ServiceResolution,
    /// Whether it is outside the mesh.
    pub is_mesh_external: bool,
    /// The namespaces whose clients are told of it, as they are written.
    pub export_to: BTreeSet<&'a str>,
    /// Its ports.
    pub ports: Vec<RegisteredPort<'a>>,
    /// The labels of its object.
    pub labels: &'a BTreeMap<String, String>,
    /// Whether its object says so itself.
    pub(super) declares_export: bool,
    created: Option<Timestamp>,
    name: &'a str,
}

/// A port of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisteredPort<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its number.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
}

/// How the endpoints of a host are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceResolution {
    /// Among those that are known.
    Known,
    /// They are where the client wanted to go.
    Passthrough,
    /// It is another name of a host, and nothing itself: an `ExternalName`.
    Alias,
}

static NO_LABELS: BTreeMap<String, String> = BTreeMap::new();

impl<'a> RegisteredService<'a> {
    /// The Service of this host where nothing is known of it: all are told of it.
    pub fn for_all(host: &'a str, namespace: &'a str, ports: impl IntoIterator<Item = u16>) -> Self {
        let port = |number| RegisteredPort { name: "", number, protocol: Protocol::Http };
        Self {
            host: host.to_owned(),
            namespace,
            is_kubernetes: true,
            resolution: ServiceResolution::Known,
            is_mesh_external: false,
            export_to: BTreeSet::from([EVERY_NAMESPACE]),
            ports: ports.into_iter().map(port).collect(),
            labels: &NO_LABELS,
            declares_export: false,
            created: None,
            name: host,
        }
    }

    /// Whether clients of a namespace are told of it, where all that they are told of is listed. Read in
    /// `initServiceRegistry` of `pilot/pkg/model/push_context.go`.
    pub fn is_listed_in(&self, namespace: &str) -> bool {
        let is_hidden = self.export_to.contains(NO_NAMESPACE) && !self.export_to.contains(EVERY_NAMESPACE);
        !is_hidden && self.is_visible_in(namespace)
    }

    /// Whether clients of a namespace are told of it, where they ask for it by name. Read in `IsServiceVisible`, same file.
    pub fn is_visible_in(&self, namespace: &str) -> bool {
        let is_own = self.export_to.contains(OWN_NAMESPACE) && self.namespace == namespace;
        is_own || self.export_to.contains(EVERY_NAMESPACE) || self.export_to.contains(namespace)
    }
}

/// The hosts of these objects, the oldest first; of the same age by name, then by namespace. Read in `ConvertService` of
/// `pilot/pkg/serviceregistry/kube/conversion.go`, `convertServices` of `…/serviceentry/conversion.go` and
/// `SortServicesByCreationTime` of `pilot/pkg/model/push_context.go`.
pub fn registered_services<'a>(
    services: &'a [Arc<Service>],
    entries: &'a [Arc<ServiceEntry>],
    mesh: &'a MeshDefaults,
) -> Vec<RegisteredService<'a>> {
    let of_services = services.iter().map(|service| of_service(service, mesh));
    let of_entries = entries.iter().flat_map(|entry| of_entry(entry, mesh));
    let mut registered: Vec<_> = of_services.chain(of_entries).collect();
    registered.sort_by_key(|one| (one.created, one.name, one.namespace));
    registered
}

fn of_service<'a>(service: &'a Service, mesh: &'a MeshDefaults) -> RegisteredService<'a> {
    let (meta, spec) = (&service.metadata.meta, &service.spec);
    let is_alias = spec.r#type == "ExternalName";
    let ports = spec.ports.iter().map(|port| RegisteredPort {
        name: &port.name,
        number: port.port,
        protocol: Protocol::of_service_port(port),
    });
    let export_to = service.metadata.annotations.export_to.as_deref().filter(|text| !text.is_empty());
    RegisteredService {
        host: format!("{}.{}.svc.{}", meta.name, meta.namespace, mesh.cluster_domain),
        namespace: &meta.namespace,
        is_kubernetes: true,
        resolution: if is_alias { ServiceResolution::Alias } else { ServiceResolution::Known },
        is_mesh_external: is_alias,
        export_to: export_to.map_or_else(
            || mesh.service_export_to.iter().map(String::as_str).collect(),
            |text| text.split(',').map(str::trim).collect(),
        ),
        declares_export: export_to.is_some(),
        ports: ports.collect(),
        labels: &meta.labels,
        created: meta.creation_timestamp,
        name: &meta.name,
    }
}

fn of_entry<'a>(
    entry: &'a ServiceEntry,
    mesh: &'a MeshDefaults,
) -> impl Iterator<Item = RegisteredService<'a>> {
    let (meta, spec) = (&entry.metadata, &entry.spec);
    let export_to = if spec.export_to.is_empty() { &mesh.service_export_to } else { &spec.export_to };
    let is_passthrough = effective_resolution(spec) == "NONE";
    let port = |port: &'a view::service_entry::ServiceEntryPort| RegisteredPort {
        name: &port.name,
        number: port.number,
        protocol: Protocol::parse(&port.protocol),
    };
    spec.hosts.iter().map(move |host| RegisteredService {
        host: host.clone(),
        namespace: &meta.namespace,
        is_kubernetes: false,
        resolution: if is_passthrough { ServiceResolution::Passthrough } else { ServiceResolution::Known },
        is_mesh_external: effective_location(spec) == "MESH_EXTERNAL",
        export_to: export_to.iter().map(String::as_str).collect(),
        declares_export: !spec.export_to.is_empty(),
        ports: spec.ports.iter().map(port).collect(),
        labels: &meta.labels,
        created: meta.creation_timestamp,
        name: host,
    })
}
