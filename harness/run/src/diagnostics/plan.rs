//! What the suites know of diagnostics: which pods can show why a check went wrong, and which of their ports are asked.

use crate::diagnostics::pod_name::PodName;
use inputs::Inputs;
use serde_json::Value;
use vocabulary::Finding;
use world::Check;

/// What is known of a check that went wrong, as the API server returned it.
#[derive(Debug, Clone, Copy)]
pub struct FailureContext<'a> {
    /// The check.
    pub check: &'static Check,
    /// The inputs.
    pub inputs: &'a Inputs,
    /// Its findings; none of a check that errored.
    pub findings: &'a [Finding],
    /// The objects that the findings name, as far as they are there. Of Secrets and ConfigMaps only their metadata.
    pub objects: &'a [Value],
    /// The pods of all namespaces that the check is about.
    pub pods: &'a [Value],
}

/// A document at a port of a pod. Reading it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebugEndpoint {
    /// The port.
    pub port: u16,
    /// The path and query of the GET request.
    pub path: &'static str,
    /// The name of the file that is made of the answer.
    pub file: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
}

/// What the suites know of diagnostics.
#[derive(Debug, Clone, Copy)]
pub struct DiagnosticsPlan {
    /// The namespaces that a check is about, beyond those of its findings, of its places and of what it sent to.
    pub namespaces: fn(&Check, &Inputs) -> Vec<String>,
    /// The pods that can show why a check went wrong, beyond those that its findings and exchanges lead to; each with the
    /// reason.
    pub related_pods: fn(&FailureContext<'_>) -> Vec<(PodName, &'static str)>,
    /// What is read from the ports of a related pod.
    pub debug_endpoints: fn(&Check, &Value) -> &'static [DebugEndpoint],
}

impl DiagnosticsPlan {
    /// Nothing is known.
    pub const NONE: Self =
        Self { namespaces: |_, _| Vec::new(), related_pods: |_| Vec::new(), debug_endpoints: |_, _| &[] };
}
