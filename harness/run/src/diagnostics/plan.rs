//! What the suites know of diagnostics: which pods can tell why a check went wrong, and what they are asked.

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
    /// What it found.
    pub findings: &'a [Finding],
    /// The objects that the findings name, as far as they are there. Of Secrets and ConfigMaps only their metadata.
    pub objects: &'a [Value],
    /// The pods of all namespaces that are concerned.
    pub pods: &'a [Value],
}

/// A question to a port of a pod: a document that tells how things are, and changes nothing.
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

/// What the suites know of evidence: which pods can tell something, and what they are asked.
#[derive(Debug, Clone, Copy)]
pub struct DiagnosticsPlan {
    /// The namespaces that a check concerns beyond those of its findings, its places and what it sent to.
    pub namespaces: fn(&Check, &Inputs) -> Vec<String>,
    /// The pods that it concerns beyond those, each with the reason.
    pub concerned: fn(&FailureContext<'_>) -> Vec<(PodName, &'static str)>,
    /// What a pod that is concerned is asked.
    pub asked: fn(&Check, &Value) -> &'static [DebugEndpoint],
}

impl DiagnosticsPlan {
    /// Nothing is known.
    pub const NONE: Self =
        Self { namespaces: |_, _| Vec::new(), concerned: |_| Vec::new(), asked: |_, _| &[] };
}
