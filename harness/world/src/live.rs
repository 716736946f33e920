//! The objects of a cluster: each kind and scope is listed once, or watched, for all checks.

use crate::discovery::discover;
use crate::list_watcher::ListWatcher;
use crate::object_lister::ObjectLister;
use crate::store::{ListedObjects, Store, StoreState};
use crate::store_filler::StoreFiller;
use crate::view_type::ViewType;
use cluster::client::with_attempts;
use kube::core::{ApiResource, GroupVersionKind};
use record::{Scope, ServedKinds};
use std::any::TypeId;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinSet;
use vocabulary::ObjectKind;

/// How often one request of a store that is watched is sent: its watcher lists anew, and tells meanwhile why it has to.
const WATCH_ATTEMPTS: usize = 4;

type Stores = HashMap<(TypeId, Scope), OpenStore>;

/// A store, with the objects that it is for.
struct OpenStore {
    what: String,
    store: Arc<Store>,
}

/// A list that the API server has not answered yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PendingList {
    /// The objects, for a person.
    pub what: String,
    /// Why the last attempt failed, if one did.
    pub last_error: Option<String>,
}

/// The objects of a cluster, in stores that all checks share.
pub struct LiveObjects {
    client: kube::Client,
    served: ServedKinds,
    watches_changes: bool,
    /// The namespaces that are listed one by one where the whole cluster may not be.
    namespaces: Arc<BTreeSet<String>>,
    stores: Mutex<Stores>,
    fillers: Mutex<JoinSet<()>>,
}

impl std::fmt::Debug for LiveObjects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveObjects").field("watches_changes", &self.watches_changes).finish_non_exhaustive()
    }
}

impl LiveObjects {
    /// Asks the API server which kinds it serves. With `watches_changes`, stores are watched; otherwise listed once.
    pub async fn connect(client: kube::Client, watches_changes: bool) -> Result<Self, kube::Error> {
        let served = discover(&client).await?;
        let (namespaces, stores, fillers) = (Arc::default(), Mutex::default(), Mutex::default());
        Ok(Self { client, served, watches_changes, namespaces, stores, fillers })
    }

    /// The same, for a caller who may not list the whole cluster: these namespaces are listed one by one then.
    #[must_use]
    pub fn with_namespaces(self, namespaces: BTreeSet<String>) -> Self {
        Self { namespaces: Arc::new(namespaces), ..self }
    }

    pub(crate) fn client(&self) -> &kube::Client {
        &self.client
    }

    pub(crate) fn served(&self) -> &ServedKinds {
        &self.served
    }

    pub(crate) fn watches_changes(&self) -> bool {
        self.watches_changes
    }

    /// The shared store of the views of a kind.
    pub(crate) fn store(&self, view: ViewType, scope: &Scope) -> Arc<Store> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        let open = || OpenStore { what: scope.of(&view.kind), store: Arc::new(self.open(view, scope)) };
        Arc::clone(&stores.entry((view.id, scope.clone())).or_insert_with(open).store)
    }

    /// The lists that the API server has not answered yet.
    pub(crate) fn pending_lists(&self) -> Vec<PendingList> {
        let stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        let pending = stores.values().filter(|open| open.store.is_loading());
        let mut lists: Vec<_> = pending
            .map(|open| PendingList { what: open.what.clone(), last_error: open.store.last_error() })
            .collect();
        lists.sort();
        lists
    }

    fn open(&self, view: ViewType, scope: &Scope) -> Store {
        let Some(version) = self.served.version(&view.kind) else {
            return Store::fixed(StoreState::Ready(ListedObjects::default()));
        };
        let resource = api_resource(&view.kind, version);
        let client = if self.watches_changes {
            with_attempts(&self.client, WATCH_ATTEMPTS)
        } else {
            self.client.clone()
        };
        let (scope, namespaces) = (scope.clone(), Arc::clone(&self.namespaces));
        let lister = ObjectLister { view, client, resource, scope, namespaces };
        let (filler, store) = StoreFiller::new(StoreState::Loading(None));
        let watcher = ListWatcher { lister, filler };
        let mut fillers = self.fillers.lock().unwrap_or_else(PoisonError::into_inner);
        if self.watches_changes {
            fillers.spawn(watcher.list_and_watch());
        } else {
            fillers.spawn(watcher.list_once());
        }
        store
    }
}

/// The resource of a kind in this version.
fn api_resource(kind: &ObjectKind, version: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(kind.group, version, kind.kind), kind.plural)
}
