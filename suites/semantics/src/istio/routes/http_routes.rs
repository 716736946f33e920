//! The routes of one VirtualService for the requests that a proxy takes.

use crate::istio::virtual_service::resolve_gateway_name;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use view::virtual_service::{HttpMatch, UriMatch, VirtualService};
use vocabulary::selects;

/// The requests that a proxy takes on a port.
#[derive(Debug, Clone, Copy)]
pub struct RequestSource<'a> {
    /// The Gateway by which they come, as `namespace/name`; `mesh` in sidecars.
    pub gateway: &'a str,
    /// The port to which they are sent.
    pub port: u16,
    /// The namespace of the proxy.
    pub namespace: &'a str,
    /// The labels of its pod.
    pub labels: &'a BTreeMap<String, String>,
}

/// A route of a VirtualService. Displayed as `namespace/name#0`, or `namespace/name#0.1` with the place of its `match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteId {
    /// The namespace of the VirtualService.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The place in its `http`.
    pub http: usize,
    /// The place in the `match` there.
    pub matched: Option<usize>,
    /// Whether it is for all requests.
    pub is_catch_all: bool,
}

/// The routes of a VirtualService.
#[derive(Debug, Clone, Default)]
pub struct ServiceRoutes {
    /// Those that it has itself, in order.
    pub routes: Vec<RouteId>,
    /// Whether another VirtualService has more of them, which was not asked. Istio takes one that is not there for none.
    pub has_delegates: bool,
}

/// The routes of a VirtualService for these requests, up to the first one for all requests. Read in
/// `BuildHTTPRoutesForVirtualService`, `TranslateRoute` and `sourceMatchHTTP` of `pilot/pkg/networking/core/route/route.go`.
pub fn http_routes(service: &VirtualService, source: &RequestSource<'_>) -> ServiceRoutes {
    let mut found = ServiceRoutes::default();
    for (http, entry) in service.spec.http.iter().enumerate() {
        if entry.delegate.is_some() {
            found.has_delegates = true;
            continue;
        }
        let route = |matched, is_catch_all| RouteId {
            namespace: service.metadata.namespace.clone(),
            name: service.metadata.name.clone(),
            http,
            matched,
            is_catch_all,
        };
        if entry.matches.is_empty() {
            found.routes.push(route(None, true));
            return found;
        }
        for (place, one) in entry.matches.iter().enumerate() {
            if takes(one, service, source) {
                let is_catch_all = is_catch_all(one);
                found.routes.push(route(Some(place), is_catch_all));
                if is_catch_all {
                    return found;
                }
            }
        }
    }
    found
}

/// Whether a `match` is for requests from here at all. Labels and namespaces are not asked where Gateways are named.
fn takes(one: &HttpMatch, service: &VirtualService, source: &RequestSource<'_>) -> bool {
    if one.port != 0 && one.port != u32::from(source.port) {
        return false;
    }
    if !one.gateways.is_empty() {
        let mut named = one.gateways.iter();
        return named.any(|name| resolve_gateway_name(name, &service.metadata.namespace) == source.gateway);
    }
    let is_from_namespace = one.source_namespace.is_empty() || one.source_namespace == source.namespace;
    is_from_namespace && selects(&one.source_labels, source.labels)
}

/// Read in `TranslateRouteMatch` and `IsCatchAllRoute` of `pilot/pkg/networking/core/route/route.go`.
fn is_catch_all(one: &HttpMatch) -> bool {
    let takes_every_path = match &one.uri {
        Some(UriMatch { exact: Some(_), .. }) => false,
        Some(UriMatch { prefix: Some(prefix), .. }) => prefix == "/",
        Some(UriMatch { regex: Some(regex), .. }) => regex == ".*",
        None | Some(UriMatch { .. }) => true,
    };
    let has_names = [&one.headers, &one.without_headers, &one.query_params].iter().any(|map| !map.is_empty());
    let has_parts = [one.method, one.authority, one.scheme].iter().any(Option::is_some);
    takes_every_path && !has_names && !has_parts
}

impl Display for RouteId {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}#{}", self.namespace, self.name, self.http)?;
        self.matched.map_or(Ok(()), |place| write!(f, ".{place}"))
    }
}

impl Serialize for RouteId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
