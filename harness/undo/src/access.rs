//! The cluster of a fault: its objects, its containers, and what is kept of it on this machine.

use cluster::apply::ApplyError;
use cluster::delete::DeleteError;
use cluster::kinds::Kinds;
use cluster::replace::ReplaceError;
use cluster::state::State;
use inputs::Inputs;
use kube::api::{Api, DynamicObject, ListParams};
use kube::discovery::{Discovery, Scope, verbs};
use serde_json::Value;
use stack::install::halt::HaltError;
use std::collections::BTreeMap;
use thiserror::Error;

/// The cluster of a fault.
pub struct ClusterAccess {
    /// Its API server.
    pub kinds: Kinds,
    /// The inputs of the run.
    pub inputs: Inputs,
    /// What is kept of it on this machine.
    pub state: State,
}

/// A change, or its undo, could not be made.
#[derive(Debug, Error)]
pub enum ChangeError {
    /// An object could not be read or written.
    #[error(transparent)]
    Whole(#[from] ReplaceError),
    /// An object could not be applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// An object does not go.
    #[error(transparent)]
    Delete(#[from] DeleteError),
    /// What was waited for did not come.
    #[error("waited for {what}")]
    Condition {
        /// What was waited for.
        what: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A container beside the cluster could not be stopped or started.
    #[error(transparent)]
    Container(#[from] HaltError),
    /// The kinds of the cluster, or the objects of one, could not be listed.
    #[error("could not list {what}")]
    List {
        /// What.
        what: String,
        /// Why.
        #[source]
        source: cluster::answer::Answer,
    },
    /// The API server does not serve a kind that the fault names.
    #[error("the API server does not serve {0}")]
    NotServed(String),
    /// An undo record does not have the shape of one.
    #[error("the undo record {name} is damaged")]
    UndoRecord {
        /// The Secret's name.
        name: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The time ended.
    #[error("the time for it ended")]
    TimeEnded,
}

/// A resource that the API server serves.
#[derive(Debug, Clone)]
pub struct Resource {
    /// What the API server calls it.
    pub api: kube::core::ApiResource,
    /// Whether its objects live in namespaces.
    pub is_namespaced: bool,
    /// Whether its objects can be listed and deleted.
    pub is_listed: bool,
}

/// The resources of an API server by full name, each in the version that it prefers.
#[derive(Debug)]
pub struct Resources(BTreeMap<String, Resource>);

impl Resources {
    /// Asks the API server.
    pub async fn discover(client: &kube::Client) -> Result<Self, ChangeError> {
        let discovery = Discovery::new(client.clone()).run_aggregated().await;
        let discovery = discovery.map_err(|error| ChangeError::List {
            what: "what the API server serves".to_owned(),
            source: error.into(),
        })?;
        let mut resources = BTreeMap::new();
        for (api, capabilities) in
            discovery.groups().flat_map(kube::discovery::ApiGroup::recommended_resources)
        {
            let is_listed = capabilities.supports_operation(verbs::LIST)
                && capabilities.supports_operation(verbs::DELETE);
            let is_namespaced = capabilities.scope == Scope::Namespaced;
            let name = vocabulary::full_name(&api.plural, &api.group);
            resources.insert(name, Resource { api, is_namespaced, is_listed });
        }
        Ok(Self(resources))
    }

    /// These alone.
    pub fn of(resources: impl IntoIterator<Item = (String, Resource)>) -> Self {
        Self(resources.into_iter().collect())
    }

    /// A resource by its full name.
    pub fn find(&self, name: &str) -> Result<&Resource, ChangeError> {
        self.0.get(name).ok_or_else(|| ChangeError::NotServed(name.to_owned()))
    }

    /// The resources whose objects live in namespaces, and can be listed.
    pub fn namespaced(&self) -> impl Iterator<Item = &Resource> {
        self.0.values().filter(|resource| resource.is_namespaced && resource.is_listed)
    }
}

/// All objects of a resource, in a namespace or everywhere, as wholes.
pub async fn list(
    client: &kube::Client,
    resource: &Resource,
    namespace: Option<&str>,
    labels: Option<&str>,
) -> Result<Vec<Value>, ChangeError> {
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource.api),
        None => Api::all_with(client.clone(), &resource.api),
    };
    let params = ListParams { label_selector: labels.map(str::to_owned), ..ListParams::default() };
    let listed = api.list(&params).await;
    let listed = listed
        .map_err(|error| ChangeError::List { what: resource.api.plural.clone(), source: error.into() })?;
    let whole = |object: DynamicObject| {
        let mut value = serde_json::to_value(object).ok()?;
        // A list says once what all of its objects are.
        value["apiVersion"] = Value::from(resource.api.api_version.clone());
        value["kind"] = Value::from(resource.api.kind.clone());
        Some(value)
    };
    Ok(listed.items.into_iter().filter_map(whole).collect())
}

/// The resource of a kind that every cluster has.
pub fn known(api_version: &str, kind: &str, plural: &str) -> Resource {
    let gvk = cluster::kinds::gvk(api_version, kind);
    let api = kube::core::ApiResource::from_gvk_with_plural(&gvk, plural);
    Resource { api, is_namespaced: true, is_listed: true }
}
