//! What decides about a Gateway of the Gateway API beside itself.

use std::collections::{BTreeMap, BTreeSet};

/// The labels of namespaces, by their names.
pub type NamespacesByName = BTreeMap<String, BTreeMap<String, String>>;

/// What decides about a Gateway beside itself.
#[derive(Debug, Clone, Copy)]
pub struct GatewayApiSettings<'a> {
    /// The domain of the cluster's Services.
    pub cluster_domain: &'a str,
    /// The labels of the namespaces that are known.
    pub namespaces: &'a NamespacesByName,
    /// The Secrets with a certificate and its key that the Gateway may use, by namespace and name; all where none is given.
    pub usable_secrets: Option<&'a BTreeSet<(String, String)>>,
}
