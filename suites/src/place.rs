//! The places of the base that checks send from and to: `fixtures/base`.

use harness::traffic::Position;

/// Workloads in the mesh: a client, and the server `echo`.
pub const MESH: &str = "mesh";
/// A client outside the mesh.
pub const FOREIGN: &str = "foreign";
/// The sample Knative Service.
pub const SAMPLE: &str = "sample";
/// A client in the namespace of Knative Eventing.
pub const EVENTING: &str = "eventing";
/// A client whose sidecar lets out only what the mesh knows.
pub const REGISTRY_ONLY: &str = "registry-only";

/// The client in the mesh.
pub const IN_THE_MESH: Position = Position::Place(MESH);
/// The client outside the mesh.
pub const OUTSIDE_THE_MESH: Position = Position::Place(FOREIGN);
