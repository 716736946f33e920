//! Lists the objects of a kind and scope: of the whole cluster; or, where that is not permitted, of the namespaces that matter,
//! one by one.
//!
//! Whoever may read some namespaces only gets the verdicts that can be had there. What is elsewhere is not known to him, and
//! is never taken for not being there.

use crate::any_view::{AnyView, ObjectKey};
use crate::page::Page;
use crate::store::{ListedObjects, StoredObjects};
use crate::view_type::ViewType;
use cluster::answer::ApiServerError;
use cluster::list::list_pages;
use futures::future::join_all;
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::{ApiResource, ObjectList};
use record::Scope;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use vocabulary::{Extent, ReadError};

/// Lists the objects of a kind and scope.
pub(crate) struct ObjectLister {
    /// The view of the objects.
    pub(crate) view: ViewType,
    /// The client.
    pub(crate) client: kube::Client,
    /// The resource of the objects.
    pub(crate) resource: ApiResource,
    /// Which objects are listed.
    pub(crate) scope: Scope,
    /// The namespaces that are listed where the whole cluster may not be.
    pub(crate) namespaces: Arc<BTreeSet<String>>,
}

impl ObjectLister {
    /// Lists what may be listed.
    pub(crate) async fn list(&self) -> Result<ListedObjects, ReadError> {
        match self.list_from(&self.api()).await {
            Err(ReadError::Forbidden { .. }) => self.list_permitted().await,
            objects => Ok(ListedObjects::new(objects?, Extent::Whole)),
        }
    }

    /// Lists what may be listed where all objects of the scope may not be.
    pub(crate) async fn list_permitted(&self) -> Result<ListedObjects, ReadError> {
        if self.scope != Scope::Cluster {
            return Ok(ListedObjects::not_permitted());
        }
        if !self.view.kind.namespaced {
            return self.read_namespaces().await;
        }
        let list =
            async |namespace: &String| (namespace.clone(), self.list_from(&self.api_in(namespace)).await);
        let (mut objects, mut permitted) = (StoredObjects::new(), BTreeSet::new());
        for (namespace, answer) in join_all(self.namespaces.iter().map(list)).await {
            match answer {
                Err(ReadError::Forbidden { .. }) => {}
                answer => {
                    objects.extend(answer?);
                    permitted.insert(namespace);
                }
            }
        }
        if permitted.is_empty() {
            return Ok(ListedObjects::not_permitted());
        }
        Ok(ListedObjects::new(objects, Extent::Namespaces(permitted)))
    }

    /// Reads the namespaces that matter, each by itself: whoever may read what is in a namespace may often read the namespace,
    /// too. Of other kinds that are in no namespace nothing can be read one by one.
    async fn read_namespaces(&self) -> Result<ListedObjects, ReadError> {
        let mut objects = StoredObjects::new();
        let api = self.api();
        if self.view.kind.full_name() == "namespaces" {
            for answer in join_all(self.namespaces.iter().map(|name| api.get_opt(name))).await {
                match answer.map_err(|error| self.read_error(error)) {
                    Err(ReadError::Forbidden { .. }) => {}
                    answer => objects.extend(answer?.map(|object| self.parse(object)).transpose()?),
                }
            }
        }
        if objects.is_empty() {
            return Ok(ListedObjects::not_permitted());
        }
        Ok(ListedObjects::new(objects, Extent::Part))
    }

    async fn list_from(&self, api: &Api<DynamicObject>) -> Result<StoredObjects, ReadError> {
        let params = ListParams { field_selector: self.fields(), ..ListParams::default() };
        let add = |objects: &mut StoredObjects, page: &str| match (self.view.read_page)(page) {
            Ok(Page { views, next }) => {
                objects.extend(views);
                Ok(next)
            }
            Err(error) => {
                tracing::debug!(%error, "a page is read again, object by object");
                self.add_objects(objects, page)
            }
        };
        let listed = list_pages(&self.client, api.resource_url(), &params, add).await;
        listed.map_err(|error| match error {
            PageError::Read(error) => error,
            PageError::List(error) => self.read_error(error),
        })
    }

    /// Adds the objects of a page one by one, so that the one that cannot be read is told.
    fn add_objects(&self, objects: &mut StoredObjects, page: &str) -> Result<Option<String>, PageError> {
        let no_page = |error| PageError::List(kube::Error::SerdeError(error));
        let page: Value = serde_json::from_str(page).map_err(no_page)?;
        if page.get("metadata").is_none() {
            // It tells whether there is another page: without it nobody knows whether the list is whole.
            return Err(ReadError::NotAList { resource: self.view.kind.full_name() }.into());
        }
        let page: ObjectList<DynamicObject> = serde_json::from_value(page).map_err(no_page)?;
        for object in page.items {
            objects.extend([self.parse(object)?]);
        }
        Ok(page.metadata.continue_)
    }

    /// The objects of the scope.
    pub(crate) fn api(&self) -> Api<DynamicObject> {
        match &self.scope {
            Scope::Object { namespace, .. } if !namespace.is_empty() => self.api_in(namespace),
            _ => Api::all_with(self.client.clone(), &self.resource),
        }
    }

    /// The objects of a namespace.
    pub(crate) fn api_in(&self, namespace: &str) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), namespace, &self.resource)
    }

    /// The field selector, where only one object is read.
    pub(crate) fn fields(&self) -> Option<String> {
        match &self.scope {
            Scope::Cluster => None,
            Scope::Object { name, .. } => Some(format!("metadata.name={name}")),
        }
    }

    /// The view of an object, with its key.
    pub(crate) fn parse(&self, object: DynamicObject) -> Result<(ObjectKey, AnyView), ReadError> {
        let name = format!(
            "{} {}/{}",
            self.view.kind.kind,
            object.metadata.namespace.as_deref().unwrap_or_default(), // none: what is cluster-scoped has no namespace
            object.metadata.name.as_deref().unwrap_or_default() // none: a list has no object without a name
        );
        serde_json::to_value(object)
            .and_then(self.view.parse)
            .map_err(|source| ReadError::Shape { object: name, source })
    }

    /// Why objects could not be read.
    pub(crate) fn read_error(&self, error: kube::Error) -> ReadError {
        match ApiServerError::from(error) {
            ApiServerError::Status { code: 403, .. } => {
                ReadError::Forbidden { resource: self.view.kind.full_name() }
            }
            ApiServerError::Status { code, message } => ReadError::Answered { code, message },
            error @ ApiServerError::None(_) => ReadError::List(Box::new(error)),
        }
    }
}

/// Why a list is not whole.
enum PageError {
    /// A page could not be read.
    List(kube::Error),
    /// An object of a page could not be read.
    Read(ReadError),
}

impl From<kube::Error> for PageError {
    fn from(error: kube::Error) -> Self {
        Self::List(error)
    }
}

impl From<ReadError> for PageError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}
