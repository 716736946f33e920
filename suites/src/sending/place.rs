//! The places of the base that checks send from and to: `fixtures/base`.

use crate::reading::service_host::service_host;
use record::Position;
use world::Context;

/// Workloads in the mesh: a client, and the server [`ECHO`].
pub const MESH: &str = "mesh";
/// A client outside the mesh.
pub const FOREIGN: &str = "foreign";
/// The sample Knative Service.
pub const SAMPLE: &str = "sample";
/// A client in the namespace of Knative Eventing.
pub const EVENTING: &str = "eventing";
/// A client whose sidecar lets out only what the mesh knows.
pub const REGISTRY_ONLY: &str = "registry-only";

/// The server in the mesh, and its Service.
pub const ECHO: &str = "echo";

/// The client in the mesh.
pub const IN_THE_MESH: Position = Position::Place(MESH);
/// The client outside the mesh.
pub const OUTSIDE_THE_MESH: Position = Position::Place(FOREIGN);

/// The host of the server in the mesh.
pub fn echo_host(cx: &Context) -> String {
    service_host(cx, &cx.inputs().namespaces.mesh, ECHO)
}
