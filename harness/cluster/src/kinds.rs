//! Which resource an object belongs to, asked of the API server once a kind.

use kube::api::{Api, DynamicObject};
use kube::core::{ApiResource, GroupVersionKind};
use kube::discovery::{Scope, pinned_kind};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use vocabulary::ObjectRef;

type Known = HashMap<GroupVersionKind, (ApiResource, Scope)>;

/// The resources of one API server.
pub struct Kinds {
    client: kube::Client,
    known: Mutex<Known>,
}

impl std::fmt::Debug for Kinds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kinds").finish_non_exhaustive()
    }
}

impl Kinds {
    /// Nothing is asked yet.
    pub fn new(client: kube::Client) -> Self {
        Self { client, known: Mutex::default() }
    }

    /// The client.
    pub fn client(&self) -> &kube::Client {
        &self.client
    }

    /// The interface to an object's resource, in the object's namespace. `None`: the kind is not served.
    pub async fn api_of(&self, object: &Value) -> Result<Option<Api<DynamicObject>>, kube::Error> {
        let namespace = object["metadata"]["namespace"].as_str();
        self.api(&gvk_of(object), namespace).await
    }

    /// The interface to a kind, in a namespace where it has any. `None`: the kind is not served.
    pub async fn api(
        &self,
        gvk: &GroupVersionKind,
        namespace: Option<&str>,
    ) -> Result<Option<Api<DynamicObject>>, kube::Error> {
        let Some((resource, scope)) = self.resource(gvk).await? else { return Ok(None) };
        let client = self.client.clone();
        Ok(Some(match (scope, namespace) {
            (Scope::Namespaced, Some(namespace)) => Api::namespaced_with(client, namespace, &resource),
            _ => Api::all_with(client, &resource),
        }))
    }

    async fn resource(&self, gvk: &GroupVersionKind) -> Result<Option<(ApiResource, Scope)>, kube::Error> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(gvk) {
            return Ok(Some(known.clone()));
        }
        match pinned_kind(&self.client, gvk).await {
            Ok((resource, capabilities)) => {
                let found = (resource, capabilities.scope);
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(gvk.clone(), found.clone());
                Ok(Some(found))
            }
            Err(kube::Error::Discovery(_)) => Ok(None),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The group, version and kind that an object says of itself.
pub fn gvk_of(object: &Value) -> GroupVersionKind {
    gvk(object["apiVersion"].as_str().unwrap_or_default(), object["kind"].as_str().unwrap_or_default())
}

/// The group, version and kind of an `apiVersion` and a `kind`.
pub fn gvk(api_version: &str, kind: &str) -> GroupVersionKind {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    GroupVersionKind::gvk(group, version, kind)
}

/// The name of an object.
pub fn ref_of(object: &Value) -> ObjectRef {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    ObjectRef {
        kind: text(&object["kind"]).unwrap_or_default(),
        namespace: text(&object["metadata"]["namespace"]),
        name: text(&object["metadata"]["name"]).unwrap_or_default(),
    }
}
