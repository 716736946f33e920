//! A case: the objects of a cluster, and the proxies that are asked about.

use crate::oracle::connection_case::ConnectionCase;
use crate::oracle::request_case::RequestCase;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use view::pod::Pod;
use vocabulary::{ObjectKind, View};

/// A case, as the oracle reads it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OracleCase {
    /// Its seed and number.
    pub(super) id: String,
    /// What is asked.
    pub(super) asks: String,
    /// The pods with these proxies.
    pub(super) proxies: Vec<CaseProxy>,
    /// `PILOT_SCOPE_GATEWAY_TO_NAMESPACE` of istiod.
    pub(super) scopes_gateways_to_namespace: bool,
    /// What the injector is set to, where injection is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) injector: Option<CaseInjector>,
    /// The mesh config, as a person writes it; nothing where Istio's defaults are asked about.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(super) mesh_config: Value,
    /// The objects, pods among them.
    pub(super) objects: Vec<Value>,
}

/// What the injector of a case is set to, for pods that say nothing.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CaseInjector {
    /// Whether namespaces without a label ask for sidecars.
    pub(super) are_namespaces_enabled: bool,
    /// Whether pods for which the webhook is called get a sidecar unless they refuse.
    pub(super) is_auto_inject_enabled: bool,
}

/// The proxy of a pod.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CaseProxy {
    /// The namespace of the pod.
    pub(super) namespace: String,
    /// Its name.
    pub(super) name: String,
    /// `ISTIO_META_UNPRIVILEGED_POD`.
    pub(super) is_unprivileged: bool,
    /// The ports of the workload that are asked about.
    pub(super) ports: Vec<u16>,
    /// The requests to the workload that are asked about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) requests: Vec<RequestCase>,
    /// The trust domain of the mesh, and then its aliases, where requests are asked about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) trust_domains: Vec<String>,
    /// The connections that are asked about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) connections: Vec<ConnectionCase>,
}

/// A case with the facts that the oracle gives, one value a proxy: a line of the corpus.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct DecidedCase {
    /// The case.
    pub(super) case: OracleCase,
    /// The facts.
    pub(super) facts: Value,
}

impl OracleCase {
    /// A case about one proxy. Of objects with the same name, the first is taken.
    pub(super) fn new(asks: &str, proxy: CaseProxy, mut objects: Vec<Value>) -> Self {
        let mut names = BTreeSet::new();
        objects.retain(|object| {
            let meta = &object["metadata"];
            let (version, kind) = (&object["apiVersion"], &object["kind"]);
            names.insert([version, kind, &meta["namespace"], &meta["name"]].map(Value::to_string))
        });
        Self {
            id: String::new(),
            asks: asks.to_owned(),
            proxies: vec![proxy],
            scopes_gateways_to_namespace: false,
            injector: None,
            mesh_config: Value::Null,
            objects,
        }
    }

    /// The views of its objects of a kind.
    pub(super) fn views<V: View>(&self) -> Result<Vec<Arc<V>>> {
        let of_kind = self.objects.iter().filter(|object| is_of_kind(object, &V::KIND));
        of_kind.map(|object| Ok(Arc::new(V::from_object(object.clone())?))).collect()
    }

    /// The case for a person: an object a line.
    pub(super) fn text(&self) -> String {
        let injector = self.injector.map_or_else(String::new, |injector| format!(", {injector:?}"));
        let (scoped, mesh_config) = (self.scopes_gateways_to_namespace, &self.mesh_config);
        let settings = format!("{:?}, scoped: {scoped}, mesh: {mesh_config}{injector}", self.proxies);
        let objects = self.objects.iter().map(Value::to_string);
        std::iter::once(settings).chain(objects).collect::<Vec<_>>().join("\n")
    }
}

/// Two groups have a Gateway.
fn is_of_kind(object: &Value, kind: &ObjectKind) -> bool {
    let version = object["apiVersion"].as_str().unwrap_or_default(); // none: each object has one
    let group = version.split_once('/').map_or("", |(group, _)| group);
    object["kind"] == kind.kind && group == kind.group
}

impl CaseProxy {
    /// The proxy of a pod.
    pub(super) fn new(namespace: &str, name: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
            is_unprivileged: false,
            ports: Vec::new(),
            requests: Vec::new(),
            trust_domains: Vec::new(),
            connections: Vec::new(),
        }
    }

    /// Its pod.
    pub(super) fn pod<'a>(&self, pods: &'a [Arc<Pod>]) -> Option<&'a Arc<Pod>> {
        pods.iter().find(|pod| {
            let meta = &pod.metadata.meta;
            meta.namespace == self.namespace && meta.name == self.name
        })
    }
}
