//! The objects of a cluster: each kind and scope is listed once, or watched, for all checks.

use crate::discovery::discover;
use crate::list_watcher::{ListWatcher, Objects};
use crate::store::{Store, StoreState};
use crate::view_type::ViewType;
use kube::api::{Api, DynamicObject};
use kube::core::{ApiResource, GroupVersionKind};
use record::{Scope, ServedKinds};
use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tokio::task::JoinSet;
use vocabulary::ObjectKind;

type Stores = HashMap<(TypeId, Scope), Arc<Store>>;

/// The objects of a cluster, in stores that all checks share.
pub struct LiveObjects {
    client: kube::Client,
    served: ServedKinds,
    watches_changes: bool,
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
        Ok(Self { client, served, watches_changes, stores: Mutex::default(), fillers: Mutex::default() })
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
        let store =
            stores.entry((view.id, scope.clone())).or_insert_with(|| Arc::new(self.open(view, scope)));
        Arc::clone(store)
    }

    fn open(&self, view: ViewType, scope: &Scope) -> Store {
        let Some(version) = self.served.version(&view.kind) else {
            return Store::fixed(StoreState::Ready(Objects::new()));
        };
        let resource = api_resource(&view.kind, version);
        let api: Api<DynamicObject> = match scope {
            Scope::Object { namespace, .. } if !namespace.is_empty() => {
                Api::namespaced_with(self.client.clone(), namespace, &resource)
            }
            _ => Api::all_with(self.client.clone(), &resource),
        };
        let fields = match scope {
            Scope::Cluster => None,
            Scope::Object { name, .. } => Some(format!("metadata.name={name}")),
        };
        let (sender, receiver) = watch::channel(StoreState::Loading(None));
        let filler = ListWatcher { view, api, fields, sender };
        let mut fillers = self.fillers.lock().unwrap_or_else(PoisonError::into_inner);
        if self.watches_changes {
            fillers.spawn(filler.list_and_watch());
        } else {
            fillers.spawn(filler.list_once());
        }
        Store::new(receiver)
    }
}

/// The resource of a kind in this version.
fn api_resource(kind: &ObjectKind, version: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(kind.group, version, kind.kind), kind.plural)
}
