//! The route configurations of a gateway pod.

use crate::istio::gateway_listeners::{
    GatewayProxy, HostListPanic, ServerId, gateway_listeners, sanitize_hosts,
};
use crate::istio::host_name::is_subset_of;
use crate::istio::routes::exported::ExportedServices;
use crate::istio::routes::http_routes::{RequestSource, RouteId, http_routes};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use view::gateway::{Gateway, GatewayServer};
use view::service::Service;

/// What answers for a host on a gateway.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayVirtualHost {
    /// The routes, in the order in which they are asked.
    pub routes: Vec<RouteId>,
    /// Whether plain HTTP is led to HTTPS.
    pub is_redirected: bool,
}

/// The virtual hosts of each route configuration, by the name of the configuration and by host. Read in
/// `buildGatewayHTTPRouteConfig` of `pilot/pkg/networking/core/gateway.go`.
///
/// # Errors
///
/// Where istiod itself would panic.
pub fn gateway_routes(
    proxy: &GatewayProxy<'_>,
    gateways: &[Arc<Gateway>],
    services: &[Arc<Service>],
    exported: &ExportedServices<'_>,
) -> Result<BTreeMap<String, BTreeMap<String, GatewayVirtualHost>>, HostListPanic> {
    let merged = gateway_listeners(proxy, gateways, services)?;
    let configurations = merged.routes.into_iter().map(|(name, servers)| {
        let mut configuration = Configuration::default();
        for server in servers.iter().filter_map(|id| RoutedServer::find(id, gateways)) {
            configuration.add(&server, proxy, exported);
        }
        (name, configuration.finish())
    });
    Ok(configurations.collect())
}

/// The hosts of a VirtualService that a server takes, in lower case: of its hosts and the server's those that are within one
/// of the other. `hosts`: those of the server, with their namespaces written out; `own`: those of the VirtualService, in full.
/// Read in `Intersection` and `NamesForNamespace` of `pkg/config/host/names.go`.
pub fn hosts_on_server(hosts: &[String], own: &[String], namespace: &str) -> Vec<String> {
    let of_namespace = hosts.iter().filter_map(|host| match host.split_once('/') {
        Some((of, host)) => (of == namespace || of == "*").then_some(host),
        None => Some(host.as_str()),
    });
    let mut shared = Vec::<&str>::new();
    for host in of_namespace {
        for other in own {
            let narrower = match () {
                () if is_subset_of(host, other) => host,
                () if is_subset_of(other, host) => other,
                () => continue,
            };
            if !shared.contains(&narrower) {
                shared.push(narrower);
            }
        }
    }
    shared.into_iter().map(str::to_lowercase).collect()
}

/// The hosts of a server of a Gateway, with their namespaces written out; none where istiod panics on them.
pub fn hosts_of_server(gateway: &Gateway, server: &GatewayServer) -> Vec<String> {
    sanitize_hosts(&server.hosts, &gateway.metadata.namespace).unwrap_or_default() // none: istiod does not get that far
}

/// A server with what its hosts come to.
struct RoutedServer<'a> {
    gateway: String,
    server: &'a GatewayServer,
    hosts: Vec<String>,
}

/// A route configuration in the making.
#[derive(Debug, Default)]
struct Configuration {
    hosts: BTreeMap<String, GatewayVirtualHost>,
    /// The routes by Gateway and VirtualService: built for the first server that takes it, and used for the others.
    built: BTreeMap<(String, String, String), Vec<RouteId>>,
}

impl<'a> RoutedServer<'a> {
    fn find(id: &ServerId, gateways: &'a [Arc<Gateway>]) -> Option<Self> {
        let is_it =
            |one: &&Arc<Gateway>| one.metadata.namespace == id.namespace && one.metadata.name == id.name;
        let gateway = gateways.iter().find(is_it)?;
        let server = gateway.spec.servers.get(id.index)?;
        let hosts = hosts_of_server(gateway, server);
        Some(Self { gateway: format!("{}/{}", id.namespace, id.name), server, hosts })
    }

    fn redirects(&self) -> bool {
        self.server.tls.as_ref().is_some_and(|tls| tls.https_redirect)
    }
}

impl Configuration {
    fn add(&mut self, server: &RoutedServer<'_>, proxy: &GatewayProxy<'_>, exported: &ExportedServices<'_>) {
        let pod = &proxy.pod.metadata.meta;
        let source = RequestSource {
            gateway: &server.gateway,
            port: server.server.port.number,
            namespace: &pod.namespace,
            labels: &pod.labels,
        };
        for one in exported.bound_to(&server.gateway, &pod.namespace) {
            let meta = &one.service.metadata;
            let hosts = hosts_on_server(&server.hosts, &one.hosts, &meta.namespace);
            if hosts.is_empty() {
                continue;
            }
            let key = (server.gateway.clone(), meta.namespace.clone(), meta.name.clone());
            let routes =
                self.built.get(&key).cloned().unwrap_or_else(|| http_routes(one.service, &source).routes);
            if routes.is_empty() {
                continue;
            }
            self.built.entry(key).or_insert_with(|| routes.clone());
            for host in hosts {
                let virtual_host = self.hosts.entry(host).or_default();
                virtual_host.routes.extend(routes.iter().cloned());
                virtual_host.is_redirected |= server.redirects();
            }
        }
        if server.redirects() {
            for host in &server.hosts {
                self.hosts.entry(host.to_lowercase()).or_default().is_redirected = true;
            }
        }
    }

    /// The virtual hosts, in each of which the routes for all requests come last. Without any there is one for every host,
    /// which answers nothing.
    fn finish(mut self) -> BTreeMap<String, GatewayVirtualHost> {
        for virtual_host in self.hosts.values_mut() {
            virtual_host.routes.sort_by_key(|route| route.is_catch_all);
        }
        if self.hosts.is_empty() {
            self.hosts.insert("*".to_owned(), GatewayVirtualHost::default());
        }
        self.hosts
    }
}
