//! Diagnostics: what is collected on the cluster at the moment at which a check goes wrong, before anything is cleaned up.
//!
//! It is for the person who looks for the cause afterwards, when the pods are gone: what happened to the objects that the
//! check was about, the state of their containers, what these logged while the check ran, and the configuration of the
//! proxies on the way. Collecting never changes a verdict and is never an error of the run: what is missing is a line of
//! the index. What a mesh is, and which ports of its proxies hold their configuration, is known to the suites: see
//! [`DiagnosticsPlan`].

mod answer_cache;
mod client;
mod cluster_objects;
mod collector;
mod descriptions;
mod documents;
mod events;
#[cfg(test)]
mod example_check;
mod failed_check;
mod index;
mod logs;
mod objects;
mod plan;
mod pod_name;
mod pods;
mod related_pods;

pub(crate) use collector::DiagnosticsCollector;
pub(crate) use failed_check::FailedCheck;
pub use plan::{DebugEndpoint, DiagnosticsPlan, FailureContext};
pub use pod_name::PodName;
