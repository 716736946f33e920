//! Routes: which VirtualServices answer for a host, on a gateway pod and in a sidecar.
//!
//! Two VirtualServices for one host of a gateway share a virtual host: the routes of the older one come first, and those for
//! all requests last. In sidecars the younger one is dropped. Which hosts meet is decided by the hosts of servers, and by
//! what each proxy is told of. `cargo ci oracle` holds all of it against what Istio builds (`docs/semantics.md`).

mod domains;
mod exported;
mod gateway_routes;
mod http_routes;
mod sidecar_routes;

pub use exported::{ExportedService, ExportedServices};
pub use gateway_routes::{GatewayVirtualHost, gateway_routes, hosts_of_server, hosts_on_server};
pub use http_routes::{RequestSource, RouteId, ServiceRoutes, http_routes};
pub use sidecar_routes::{RoutedHost, RoutedSidecar, sidecar_routes};
