//! The cluster of a fault: its objects, its containers, and what is kept of it on this machine.

use crate::cluster::apply::ApplyError;
use crate::cluster::delete::DeleteError;
use crate::cluster::kinds::Kinds;
use crate::cluster::whole::WholeError;
use crate::fault::FaultError;
use crate::inputs::Inputs;
use crate::install::HaltError;
use crate::pki::PkiError;
use crate::state::State;
use kube::api::{Api, DynamicObject, ListParams};
use kube::discovery::{Discovery, Scope, verbs};
use serde_json::Value;
use std::collections::BTreeMap;
use thiserror::Error;

/// The cluster of a fault.
pub(super) struct Site {
    pub(super) kinds: Kinds,
    pub(super) inputs: Inputs,
    pub(super) state: State,
}

/// A change, or its undo, could not be made.
#[derive(Debug, Error)]
pub enum SiteError {
    /// An object could not be read or written.
    #[error(transparent)]
    Whole(#[from] WholeError),
    /// An object could not be applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// An object does not go.
    #[error(transparent)]
    Delete(#[from] DeleteError),
    /// The change does not fit the object.
    #[error(transparent)]
    Fault(#[from] FaultError),
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
    /// A certificate could not be made.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// The kinds of the cluster, or the objects of one, could not be listed.
    #[error("could not list {what}")]
    List {
        /// What.
        what: String,
        /// Why.
        #[source]
        source: crate::cluster::answer::Answer,
    },
    /// The API server does not serve a kind that the fault names.
    #[error("the API server does not serve {0}")]
    NotServed(String),
    /// An undo record does not have the shape of one.
    #[error("the undo record {name} is damaged")]
    Record {
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
pub(super) struct Resource {
    pub(super) api: kube::core::ApiResource,
    pub(super) is_namespaced: bool,
    pub(super) is_listed: bool,
}

/// The resources of an API server by full name, each in the version that it prefers.
#[derive(Debug)]
pub(super) struct Resources(BTreeMap<String, Resource>);

impl Resources {
    /// Asks the API server.
    pub(super) async fn discover(client: &kube::Client) -> Result<Self, SiteError> {
        let discovery = Discovery::new(client.clone()).run_aggregated().await;
        let discovery = discovery.map_err(|error| SiteError::List {
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
            let name = if api.group.is_empty() {
                api.plural.clone()
            } else {
                format!("{}.{}", api.plural, api.group)
            };
            resources.insert(name, Resource { api, is_namespaced, is_listed });
        }
        Ok(Self(resources))
    }

    /// A test's own.
    #[cfg(test)]
    pub(super) fn of(name: &str, resource: Resource) -> Self {
        Self(BTreeMap::from([(name.to_owned(), resource)]))
    }

    /// A resource by its full name.
    pub(super) fn find(&self, name: &str) -> Result<&Resource, SiteError> {
        self.0.get(name).ok_or_else(|| SiteError::NotServed(name.to_owned()))
    }

    /// The resources whose objects live in namespaces, and can be listed.
    pub(super) fn namespaced(&self) -> impl Iterator<Item = &Resource> {
        self.0.values().filter(|resource| resource.is_namespaced && resource.is_listed)
    }
}

/// All objects of a resource, in a namespace or everywhere, as wholes.
pub(super) async fn list(
    client: &kube::Client,
    resource: &Resource,
    namespace: Option<&str>,
    labels: Option<&str>,
) -> Result<Vec<Value>, SiteError> {
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource.api),
        None => Api::all_with(client.clone(), &resource.api),
    };
    let params = ListParams { label_selector: labels.map(str::to_owned), ..ListParams::default() };
    let listed = api.list(&params).await;
    let listed = listed
        .map_err(|error| SiteError::List { what: resource.api.plural.clone(), source: error.into() })?;
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
pub(super) fn known(api_version: &str, kind: &str, plural: &str) -> Resource {
    let gvk = crate::cluster::kinds::gvk(api_version, kind);
    let api = kube::core::ApiResource::from_gvk_with_plural(&gvk, plural);
    Resource { api, is_namespaced: true, is_listed: true }
}
