//! Diagnostics: what is collected on the cluster at the moment at which a check goes wrong, before anything is cleaned up.
//!
//! It is for the person who looks for the cause afterwards, when the pods are gone: what happened to the objects that are
//! concerned, how their containers are, what these logged while the check ran, and how the proxies on the way were
//! configured. Collecting never changes a verdict and is never an error of the run: what could not be had is a line of
//! the index. What a mesh is, and where its proxies tell of themselves, is known to the suites: see [`DiagnosticsPlan`].

mod bounds;
mod collect;
mod containers;
mod events;
mod failed_check;
mod folder;
mod lists;
mod logs;
mod objects;
mod plan;
mod pod_name;
mod related_pod;
mod shared;
mod source;

pub(crate) use collect::Collector;
pub(crate) use failed_check::FailedCheck;
pub use plan::{DebugEndpoint, DiagnosticsPlan, FailureContext};
pub use pod_name::PodName;
