//! Fills one store from an API server: by one list, or by a list and a watch.

use crate::object_lister::ObjectLister;
use crate::store::{ListedObjects, StoredObjects};
use crate::store_filler::StoreFiller;
use cluster::answer::ApiServerError;
use cluster::list::PAGE;
use cluster::watch::{WatchEvents, watch};
use futures::StreamExt;
use futures::future::join_all;
use kube::api::{Api, DynamicObject};
use kube::runtime::watcher;
use std::collections::BTreeSet;
use std::sync::Arc;
use vocabulary::{Extent, ReadError, chain};

/// What a watch tells next.
type WatchEvent = watcher::Result<watcher::Event<DynamicObject>>;

/// Fills one store.
pub(crate) struct ListWatcher {
    /// Lists the objects.
    pub(crate) lister: ObjectLister,
    /// The store.
    pub(crate) filler: StoreFiller,
}

impl ListWatcher {
    /// Fills the store once.
    pub(crate) async fn list_once(self) {
        self.filler.fill(self.lister.list().await);
    }

    /// Fills the store, and follows the changes of the objects.
    pub(crate) async fn list_and_watch(self) {
        let mut events = self.watch(self.lister.api());
        let mut listed = StoredObjects::new();
        while let Some(event) = events.next().await {
            let event = match unless_refused(event) {
                Ok(event) => event,
                Err(error) => return self.filler.unfollow(Arc::new(error)),
            };
            match self.apply_event(event, None, &mut listed) {
                Ok(()) => {}
                Err(ReadError::Forbidden { .. }) => return self.list_and_watch_permitted().await,
                Err(error) => return self.filler.fill(Err(error)),
            }
        }
    }

    /// Fills the store with what may be listed where all objects may not be, and follows the changes in those namespaces.
    async fn list_and_watch_permitted(&self) {
        let listed = self.lister.list_permitted().await;
        let namespaces = match &listed {
            Ok(ListedObjects { extent: Extent::Namespaces(namespaces), .. }) => namespaces.clone(),
            _ => BTreeSet::new(),
        };
        self.filler.fill(listed);
        let follow = async |namespace: String| {
            let mut events = self.watch(self.lister.api_in(&namespace));
            let mut listed = StoredObjects::new();
            while let Some(event) = events.next().await {
                let event = match unless_refused(event) {
                    Ok(event) => event,
                    Err(error) => return self.filler.unfollow(Arc::new(error)),
                };
                if let Err(error) = self.apply_event(event, Some(&namespace), &mut listed) {
                    return self.filler.fill(Err(error));
                }
            }
        };
        join_all(namespaces.into_iter().map(follow)).await;
    }

    fn watch(&self, api: Api<DynamicObject>) -> WatchEvents {
        let mut config = watcher::Config::default().page_size(PAGE);
        config.field_selector = self.lister.fields();
        watch(api, config)
    }

    /// Applies an event of the whole scope, or of one namespace of it.
    fn apply_event(
        &self,
        event: WatchEvent,
        namespace: Option<&str>,
        listed: &mut StoredObjects,
    ) -> Result<(), ReadError> {
        match event {
            Ok(watcher::Event::Init) => listed.clear(),
            Ok(watcher::Event::InitApply(object)) => listed.extend([self.lister.parse(object)?]),
            Ok(watcher::Event::InitDone) => match (namespace, std::mem::take(listed)) {
                (None, listed) => self.filler.fill(Ok(ListedObjects::new(listed, Extent::Whole))),
                (Some(namespace), listed) => self.filler.fill_namespace(namespace, listed),
            },
            Ok(watcher::Event::Apply(object)) => {
                let (key, object) = self.lister.parse(object)?;
                self.filler.put(key, object);
            }
            Ok(watcher::Event::Delete(object)) => {
                let deleted =
                    (object.metadata.namespace.unwrap_or_default(), object.metadata.name.unwrap_or_default());
                self.filler.remove(&deleted);
            }
            Err(watcher::Error::InitialListFailed(error)) => self.note_failure(error)?,
            Err(error) => {
                let resource = self.lister.view.kind.plural;
                tracing::debug!(resource, %error, "watch interrupted; it resumes");
            }
        }
        Ok(())
    }

    /// A refusal is final. Any other error is retried by the watcher, and kept while the store is being filled.
    fn note_failure(&self, error: kube::Error) -> Result<(), ReadError> {
        if is_refusal(&error) {
            return Err(self.lister.read_error(error));
        }
        self.filler.note_failure(chain(&ApiServerError::from(error)));
        Ok(())
    }
}

/// An event; or why nobody may follow the changes, though the objects may be listed.
fn unless_refused(event: WatchEvent) -> Result<WatchEvent, ReadError> {
    match event {
        Err(watcher::Error::WatchStartFailed(error)) if lacks_right(&error) => Err(refused_watch(error)),
        event => Ok(event),
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
