//! The API server, for objects of any kind.
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, Preconditions};
use kube::core::{ApiResource, GroupVersionKind};
use kube::discovery::{Scope, pinned_kind};
use kube::{Client, ResourceExt as _};
use serde_json::{Value, json};

/// A kind by its group, its version and its name.
pub(crate) type Kind = (&'static str, &'static str, &'static str);

const FIND_KIND: &str = "find the kind of";

/// What could not be done, and to which object.
#[derive(Debug, thiserror::Error)]
#[error("could not {action} {object}")]
pub(crate) struct ClusterError {
    action: &'static str,
    object: String,
    #[source]
    source: kube::Error,
}

impl ClusterError {
    /// The answer of the API server in its own words, where there is one.
    pub(crate) fn message(&self) -> String {
        match &self.source {
            kube::Error::Api(status) => format!("{self}: {}", status.message),
            source => format!("{self}: {source}"),
        }
    }

    /// Whether the API server refuses the object as it is: a field that cannot be changed, among others.
    pub(crate) fn is_invalid(&self) -> bool {
        matches!(&self.source, kube::Error::Api(status) if status.code == 422)
    }

    /// Whether the API server does not know the kind: what defines it is not installed.
    pub(crate) fn is_not_served(&self) -> bool {
        match &self.source {
            kube::Error::Discovery(_) => true,
            // Of a group that is not served the answer is no status, but a page that says so.
            kube::Error::Api(status) => status.code == 404 && self.action == FIND_KIND,
            _ => false,
        }
    }
}

/// The API server as one operator sees it.
pub(crate) struct Cluster {
    pub(crate) client: Client,
    /// Who writes: the name of the operator.
    manager: &'static str,
    /// Kinds that were asked for before.
    served: Mutex<HashMap<GroupVersionKind, (ApiResource, bool)>>,
}

impl Cluster {
    pub(crate) fn new(client: Client, manager: &'static str) -> Self {
        Self { client, manager, served: Mutex::default() }
    }

    /// A kind that is known to be served, without asking.
    pub(crate) fn resource((group, version, kind): Kind) -> ApiResource {
        ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind))
    }

    /// Applies an object; nothing happens where it is so already.
    pub(crate) async fn apply(&self, object: &Value) -> Result<DynamicObject, ClusterError> {
        let (name, namespace) = (text(object, "/metadata/name"), text(object, "/metadata/namespace"));
        let api = self.api_of(object, namespace).await?;
        let params = PatchParams::apply(self.manager).force();
        api.patch(name, &params, &Patch::Apply(object)).await.map_err(failed("apply", object))
    }

    /// Writes the status of an object, and nothing else of it.
    pub(crate) async fn apply_status(
        &self,
        object: &DynamicObject,
        status: &Value,
    ) -> Result<(), ClusterError> {
        let types = object.types.clone().unwrap_or_default();
        let patch = json!({"apiVersion": types.api_version, "kind": types.kind,
            "metadata": {"name": object.name_any(), "namespace": object.namespace()}});
        let api = self.api_of(&patch, object.namespace().as_deref().unwrap_or_default()).await?;
        // Replaced as a whole: what an earlier status said is not to stay.
        let mut written = object.clone();
        written.data["status"] = status.clone();
        let params = kube::api::PostParams { field_manager: Some(self.manager.to_owned()), dry_run: false };
        api.replace_status(&object.name_any(), &params, &written)
            .await
            .map_err(failed("write the status of", &patch))?;
        Ok(())
    }

    /// An object by name.
    pub(crate) async fn get(
        &self,
        kind: Kind,
        namespace: &str,
        name: &str,
    ) -> Result<Option<DynamicObject>, ClusterError> {
        let wanted = reference(kind, namespace, name);
        self.api_of(&wanted, namespace).await?.get_opt(name).await.map_err(failed("read", &wanted))
    }

    /// The objects of a kind; those of all namespaces where none is named.
    pub(crate) async fn list(
        &self,
        kind: Kind,
        namespace: &str,
        labels: &str,
    ) -> Result<Vec<DynamicObject>, ClusterError> {
        let wanted = reference(kind, namespace, "");
        let params = ListParams::default().labels(labels);
        let list =
            self.api_of(&wanted, namespace).await?.list(&params).await.map_err(failed("list", &wanted))?;
        let types = kube::api::TypeMeta {
            api_version: text(&wanted, "/apiVersion").to_owned(),
            kind: kind.2.to_owned(),
        };
        let with_types = |mut object: DynamicObject| {
            object.types = Some(types.clone());
            object
        };
        Ok(list.items.into_iter().map(with_types).collect())
    }

    /// The same; none where the kind is not served, since then nobody can have made one.
    pub(crate) async fn list_if_served(
        &self,
        kind: Kind,
        namespace: &str,
        labels: &str,
    ) -> Result<Vec<DynamicObject>, ClusterError> {
        match self.list(kind, namespace, labels).await {
            Err(error) if error.is_not_served() => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// Deletes this very object.
    pub(crate) async fn delete(&self, kind: Kind, object: &DynamicObject) -> Result<(), ClusterError> {
        let namespace = object.namespace().unwrap_or_default();
        let wanted = reference(kind, &namespace, &object.name_any());
        let only_this = Preconditions { uid: object.uid(), ..Preconditions::default() };
        let params = DeleteParams { preconditions: Some(only_this), ..DeleteParams::default() };
        match self.api_of(&wanted, &namespace).await?.delete(&object.name_any(), &params).await {
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
            other => other.map(drop).map_err(failed("delete", &wanted)),
        }
    }

    /// Merges a patch into an object (RFC 7396).
    pub(crate) async fn merge(
        &self,
        kind: Kind,
        namespace: &str,
        name: &str,
        patch: &Value,
    ) -> Result<(), ClusterError> {
        let wanted = reference(kind, namespace, name);
        let params = PatchParams { field_manager: Some(self.manager.to_owned()), ..PatchParams::default() };
        let api = self.api_of(&wanted, namespace).await?;
        api.patch(name, &params, &Patch::Merge(patch)).await.map_err(failed("change", &wanted))?;
        Ok(())
    }

    async fn api_of(&self, object: &Value, namespace: &str) -> Result<Api<DynamicObject>, ClusterError> {
        let (group, version) =
            text(object, "/apiVersion").split_once('/').unwrap_or(("", text(object, "/apiVersion")));
        let kind = GroupVersionKind::gvk(group, version, text(object, "/kind"));
        let known = self.served.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
        let (resource, is_namespaced) = if let Some(known) = known {
            known
        } else {
            let (resource, capabilities) =
                pinned_kind(&self.client, &kind).await.map_err(failed(FIND_KIND, object))?;
            let found = (resource, capabilities.scope == Scope::Namespaced);
            self.served.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, found.clone());
            found
        };
        Ok(if is_namespaced && !namespace.is_empty() {
            Api::namespaced_with(self.client.clone(), namespace, &resource)
        } else {
            Api::all_with(self.client.clone(), &resource)
        })
    }
}

/// A text in an object; empty where there is none.
pub(crate) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn reference((group, version, kind): Kind, namespace: &str, name: &str) -> Value {
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}})
}

fn failed(action: &'static str, object: &Value) -> impl FnOnce(kube::Error) -> ClusterError {
    let [kind, namespace, name] =
        ["/kind", "/metadata/namespace", "/metadata/name"].map(|at| text(object, at));
    let object = format!("{kind} {namespace}/{name}");
    move |source| ClusterError { action, object, source }
}
