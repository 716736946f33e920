//! A capability: what a cluster must offer for a check to run.

use serde::Serialize;
use std::fmt;

/// What a cluster must offer for a check to run. Its name is printed in the reason of a skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Capability {
    /// One word in camel case: `Knative`, `Traffic`.
    pub name: &'static str,
    /// What a person does to have it.
    pub hint: &'static str,
}

/// It is known which kinds the API server serves. Files have to include the custom resource definitions.
pub const DISCOVERY: Capability = Capability {
    name: "Discovery",
    hint: "judge a cluster, or add the definitions to the files: `kubectl get customresourcedefinitions -o yaml`",
};

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
