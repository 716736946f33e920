//! Fills one store from an API server: by one list, or by a list and a watch.

use crate::store::{Listed, StoreState};
use crate::view_type::{AnyView, ObjectKey, ViewType};
use cluster::answer::ApiServerError;
use cluster::list::{PAGE, list_pages};
use cluster::watch::watch;
use futures::StreamExt;
use kube::api::{Api, DynamicObject, ListParams};
use kube::runtime::watcher;
use std::collections::BTreeMap;
use std::sync::Arc;
use vocabulary::{Extent, ReadError, chain};

/// The objects of a store, by namespace and name.
type Objects = BTreeMap<ObjectKey, AnyView>;

/// Fills one store.
pub(crate) struct ListWatcher {
    /// The view of the objects.
    pub(crate) view: ViewType,
    /// The resource of the objects.
    pub(crate) api: Api<DynamicObject>,
    /// The field selector, where only one object is read.
    pub(crate) fields: Option<String>,
    /// The store.
    pub(crate) sender: tokio::sync::watch::Sender<StoreState>,
}

impl ListWatcher {
    /// Fills the store once.
    pub(crate) async fn list_once(self) {
        let params = ListParams { field_selector: self.fields.clone(), ..ListParams::default() };
        let add = |objects: &mut Objects, object| -> Result<(), PageError> {
            objects.extend([self.parse(object)?]);
            Ok(())
        };
        let state = match list_pages(&self.api, &params, add).await {
            Ok(objects) => StoreState::Ready(whole(objects)),
            Err(PageError::Read(error)) => StoreState::Failed(Arc::new(error)),
            Err(PageError::List(error)) => StoreState::Failed(Arc::new(self.read_error(error))),
        };
        self.sender.send_replace(state);
    }

    /// Fills the store, and follows the changes of the objects.
    pub(crate) async fn list_and_watch(self) {
        let mut config = watcher::Config::default().page_size(PAGE);
        config.field_selector.clone_from(&self.fields);
        let mut events = watch(self.api.clone(), config);
        let mut listed = Objects::new();
        while let Some(event) = events.next().await {
            let event = match event {
                Err(watcher::Error::WatchStartFailed(error)) if lacks_right(&error) => {
                    return self.end_watch(Arc::new(refused_watch(error)));
                }
                event => event,
            };
            if let Err(error) = self.apply_event(event, &mut listed) {
                self.sender.send_replace(StoreState::Failed(Arc::new(error)));
                return;
            }
        }
    }

    fn apply_event(
        &self,
        event: watcher::Result<watcher::Event<DynamicObject>>,
        listed: &mut Objects,
    ) -> Result<(), ReadError> {
        match event {
            Ok(watcher::Event::Init) => listed.clear(),
            Ok(watcher::Event::InitApply(object)) => listed.extend([self.parse(object)?]),
            Ok(watcher::Event::InitDone) => {
                self.sender.send_replace(StoreState::Ready(whole(std::mem::take(listed))));
            }
            Ok(watcher::Event::Apply(object)) => {
                let (key, object) = self.parse(object)?;
                self.modify(|objects| objects.insert(key, object));
            }
            Ok(watcher::Event::Delete(object)) => {
                let deleted =
                    (object.metadata.namespace.unwrap_or_default(), object.metadata.name.unwrap_or_default());
                self.modify(|objects| objects.remove(&deleted));
            }
            Err(watcher::Error::InitialListFailed(error)) => self.note_failure(error)?,
            Err(error) => {
                tracing::debug!(resource = self.view.kind.plural, %error, "watch interrupted; it resumes");
            }
        }
        Ok(())
    }

    /// A refusal is final. Any other error is retried by the watcher, and kept while the store is being filled.
    fn note_failure(&self, error: kube::Error) -> Result<(), ReadError> {
        if is_refusal(&error) {
            return Err(self.read_error(error));
        }
        let text = chain(&ApiServerError::from(error));
        self.sender.send_if_modified(|state| match state {
            StoreState::Loading(last_error) => {
                *last_error = Some(text);
                true
            }
            StoreState::Ready(_) | StoreState::Unfollowed(..) | StoreState::Failed(_) => false,
        });
        Ok(())
    }

    /// What was listed stays, and whoever waits for it to change is told why that cannot be seen.
    fn end_watch(&self, error: Arc<ReadError>) {
        self.sender.send_modify(|state| {
            *state = match state {
                StoreState::Ready(listed) => StoreState::Unfollowed(std::mem::take(listed), error),
                _ => StoreState::Failed(error),
            };
        });
    }

    fn modify<T>(&self, change: impl FnOnce(&mut Objects) -> T) {
        self.sender.send_modify(|state| {
            if let StoreState::Ready(listed) = state {
                change(&mut listed.objects);
            }
        });
    }

    fn parse(&self, object: DynamicObject) -> Result<(ObjectKey, AnyView), ReadError> {
        let name = format!(
            "{} {}/{}",
            self.view.kind.kind,
            object.metadata.namespace.as_deref().unwrap_or_default(),
            object.metadata.name.as_deref().unwrap_or_default()
        );
        serde_json::to_value(object)
            .and_then(self.view.parse)
            .map_err(|source| ReadError::Shape { object: name, source })
    }

    fn read_error(&self, error: kube::Error) -> ReadError {
        match ApiServerError::from(error) {
            ApiServerError::Status { code: 403, .. } => {
                ReadError::Forbidden { resource: self.view.kind.full_name() }
            }
            ApiServerError::Status { code, message } => ReadError::Answered { code, message },
            error @ ApiServerError::None(_) => ReadError::List(Box::new(error)),
        }
    }
}

/// A list of the API server: all objects of its scope.
fn whole(objects: Objects) -> Listed {
    Listed { objects, extent: Extent::Whole }
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

/// Whether the user may not do it, or is not known any more.
fn lacks_right(error: &kube::Error) -> bool {
    matches!(error, kube::Error::Api(status) if matches!(status.code, 401 | 403))
}

/// The error of a watch, in the words of the API server: the right to list is there.
fn refused_watch(error: kube::Error) -> ReadError {
    match ApiServerError::from(error) {
        ApiServerError::Status { code, message } => ReadError::Answered { code, message },
        error @ ApiServerError::None(_) => ReadError::List(Box::new(error)),
    }
}

/// Whether the same request would be refused again.
fn is_refusal(error: &kube::Error) -> bool {
    let kube::Error::Api(status) = error else { return false };
    (400..500).contains(&status.code) && !matches!(status.code, 408 | 409 | 410 | 429)
}
