//! The resources that an API server serves, and their objects as JSON.

use crate::change_error::ChangeError;
use cluster::kinds::gvk;
use cluster::list::list_all;
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::ApiResource;
use kube::discovery::{ApiGroup, Discovery, Scope, verbs};
use serde_json::Value;
use std::collections::BTreeMap;
use vocabulary::full_name;

/// A resource that an API server serves.
#[derive(Debug, Clone)]
pub struct ServedResource {
    /// Its group, version, kind and plural name.
    pub api: ApiResource,
    /// Whether its objects are in namespaces.
    pub is_namespaced: bool,
    /// Whether its objects can be listed and deleted.
    pub is_listed: bool,
}

/// The resources of an API server by full name, each in the version that the server prefers.
#[derive(Debug)]
pub struct ServedResources(BTreeMap<String, ServedResource>);

impl ServedResources {
    /// Asks the API server.
    pub async fn discover(client: &kube::Client) -> Result<Self, ChangeError> {
        let discovery = Discovery::new(client.clone()).run_aggregated().await;
        let discovery = discovery.map_err(|error| ChangeError::List {
            what: "what the API server serves".to_owned(),
            source: error.into(),
        })?;
        let mut resources = BTreeMap::new();
        for (api, capabilities) in discovery.groups().flat_map(ApiGroup::recommended_resources) {
            let is_listed = capabilities.supports_operation(verbs::LIST)
                && capabilities.supports_operation(verbs::DELETE);
            let is_namespaced = capabilities.scope == Scope::Namespaced;
            let name = full_name(&api.plural, &api.group);
            resources.insert(name, ServedResource { api, is_namespaced, is_listed });
        }
        Ok(Self(resources))
    }

    /// These resources, by full name.
    pub fn of(resources: impl IntoIterator<Item = (String, ServedResource)>) -> Self {
        Self(resources.into_iter().collect())
    }

    /// A resource by its full name.
    pub fn find(&self, full_name: &str) -> Result<&ServedResource, ChangeError> {
        self.0.get(full_name).ok_or_else(|| ChangeError::NotServed(full_name.to_owned()))
    }

    /// The resources whose objects are in namespaces, and can be listed.
    pub fn namespaced(&self) -> impl Iterator<Item = &ServedResource> {
        self.0.values().filter(|resource| resource.is_namespaced && resource.is_listed)
    }
}

/// A resource that every API server serves.
pub fn builtin_resource(api_version: &str, kind: &str, plural: &str) -> ServedResource {
    let api = ApiResource::from_gvk_with_plural(&gvk(api_version, kind), plural);
    ServedResource { api, is_namespaced: true, is_listed: true }
}

/// The objects of a resource as JSON, in a namespace or in all, with these labels if any are given.
pub async fn list_objects(
    client: &kube::Client,
    resource: &ServedResource,
    namespace: Option<&str>,
    labels: Option<&str>,
) -> Result<Vec<Value>, ChangeError> {
    let api: Api<DynamicObject> = match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource.api),
        None => Api::all_with(client.clone(), &resource.api),
    };
    let params = ListParams { label_selector: labels.map(str::to_owned), ..ListParams::default() };
    let list = list_all(&api, &params).await;
    let list =
        list.map_err(|error| ChangeError::List { what: resource.api.plural.clone(), source: error.into() })?;
    let with_type = |object: DynamicObject| {
        let mut value = serde_json::to_value(object).ok()?;
        // The items of a list do not repeat their type.
        value["apiVersion"] = Value::from(resource.api.api_version.clone());
        value["kind"] = Value::from(resource.api.kind.clone());
        Some(value)
    };
    Ok(list.into_iter().filter_map(with_type).collect())
}
