//! A capability: what a cluster must offer for a check to run.

use serde::Serialize;
use std::fmt;

/// What a cluster must offer for a check to run. The word is printed in the reason of a skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Capability {
    /// One word in camel case: `Knative`, `Traffic`.
    pub name: &'static str,
    /// What is missing when it is missing, and what to do about it.
    pub hint: &'static str,
}

/// What controllers write of an object is there to be judged. Manifests have none of it.
pub const STATUS: Capability = Capability {
    name: "Status",
    hint: "judge a cluster, or files that hold status: `kubectl get -o yaml`, a must-gather",
};

/// It is known which kinds the API server serves. Files tell it by the definitions among them.
pub const DISCOVERY: Capability = Capability {
    name: "Discovery",
    hint: "judge a cluster, or add the definitions to the files: `kubectl get customresourcedefinitions -o yaml`",
};

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
