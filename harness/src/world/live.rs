//! A cluster: one list, and where waiting makes sense one watch, for each kind and scope.

use super::store::{Snapshot, Store, key};
use super::{ReadError, Scope, Served};
use crate::object::ObjectKind;
use crate::view::View;
use futures::StreamExt;
use kube::api::{Api, DynamicObject, ListParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::runtime::{WatchStreamExt, watcher};
use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tokio::task::JoinSet;

const PAGE: u32 = 500;

type Stores = HashMap<(TypeId, Scope), Arc<dyn Any + Send + Sync>>;

/// A cluster, seen through shared stores.
pub struct LiveWorld {
    client: kube::Client,
    served: Served,
    patient: bool,
    stores: Mutex<Stores>,
    fillers: Mutex<JoinSet<()>>,
}

impl std::fmt::Debug for LiveWorld {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveWorld").field("patient", &self.patient).finish_non_exhaustive()
    }
}

impl LiveWorld {
    /// Discovers what the cluster serves. With `patient`, stores follow their objects' changes.
    pub async fn connect(client: kube::Client, patient: bool) -> Result<Self, kube::Error> {
        let served = Served::discover(&client).await?;
        Ok(Self { client, served, patient, stores: Mutex::default(), fillers: Mutex::default() })
    }

    pub(super) fn client(&self) -> &kube::Client {
        &self.client
    }

    pub(super) fn served(&self) -> &Served {
        &self.served
    }

    pub(super) fn is_patient(&self) -> bool {
        self.patient
    }

    pub(super) fn store<V: View>(&self, scope: &Scope) -> Arc<Store<V>> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = (TypeId::of::<V>(), scope.clone());
        if let Some(store) =
            stores.get(&entry).and_then(|store| Arc::clone(store).downcast::<Store<V>>().ok())
        {
            return store;
        }
        let store = Arc::new(self.open::<V>(scope));
        stores.insert(entry, Arc::clone(&store) as _);
        store
    }

    fn open<V: View>(&self, scope: &Scope) -> Store<V> {
        let Some(version) = self.served.version(&V::KIND) else {
            return Store::fixed(Snapshot::Ready(BTreeMap::new()));
        };
        let resource = api_resource(&V::KIND, version);
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
        let (sender, receiver) = watch::channel(Snapshot::Loading(None));
        let mut fillers = self.fillers.lock().unwrap_or_else(PoisonError::into_inner);
        if self.patient {
            fillers.spawn(follow::<V>(api, fields, sender));
        } else {
            fillers.spawn(list_once::<V>(api, fields, sender));
        }
        Store::new(receiver)
    }
}

/// The resource of a kind, in a version.
pub(crate) fn api_resource(kind: &ObjectKind, version: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(kind.group, version, kind.kind), kind.plural)
}

async fn list_once<V: View>(
    api: Api<DynamicObject>,
    fields: Option<String>,
    sender: watch::Sender<Snapshot<V>>,
) {
    let snapshot = match list_pages(&api, fields).await {
        Ok(objects) => Snapshot::Ready(objects),
        Err(error) => Snapshot::Failed(Arc::new(error)),
    };
    sender.send_replace(snapshot);
}

async fn list_pages<V: View>(
    api: &Api<DynamicObject>,
    fields: Option<String>,
) -> Result<BTreeMap<(String, String), Arc<V>>, ReadError> {
    let mut params = ListParams { field_selector: fields, limit: Some(PAGE), ..ListParams::default() };
    let mut objects = BTreeMap::new();
    loop {
        let page = api.list(&params).await.map_err(|error| read_error::<V>(error))?;
        for object in page.items {
            let object = view_of::<V>(object)?;
            objects.insert(key(&object), Arc::new(object));
        }
        match page.metadata.continue_.filter(|token| !token.is_empty()) {
            Some(token) => params.continue_token = Some(token),
            None => return Ok(objects),
        }
    }
}

async fn follow<V: View>(
    api: Api<DynamicObject>,
    fields: Option<String>,
    sender: watch::Sender<Snapshot<V>>,
) {
    let mut config = watcher::Config::default().page_size(PAGE);
    config.field_selector = fields;
    let mut events = std::pin::pin!(watcher(api, config).default_backoff());
    let mut listed = BTreeMap::new();
    while let Some(event) = events.next().await {
        match apply_event::<V>(event, &mut listed, &sender) {
            Ok(()) => {}
            Err(error) => {
                sender.send_replace(Snapshot::Failed(Arc::new(error)));
                return;
            }
        }
    }
}

fn apply_event<V: View>(
    event: watcher::Result<watcher::Event<DynamicObject>>,
    listed: &mut BTreeMap<(String, String), Arc<V>>,
    sender: &watch::Sender<Snapshot<V>>,
) -> Result<(), ReadError> {
    match event {
        Ok(watcher::Event::Init) => listed.clear(),
        Ok(watcher::Event::InitApply(object)) => {
            let object = view_of::<V>(object)?;
            listed.insert(key(&object), Arc::new(object));
        }
        Ok(watcher::Event::InitDone) => {
            sender.send_replace(Snapshot::Ready(std::mem::take(listed)));
        }
        Ok(watcher::Event::Apply(object)) => {
            let object = view_of::<V>(object)?;
            modify(sender, |objects| objects.insert(key(&object), Arc::new(object)));
        }
        Ok(watcher::Event::Delete(object)) => {
            let gone =
                (object.metadata.namespace.unwrap_or_default(), object.metadata.name.unwrap_or_default());
            modify(sender, |objects| objects.remove(&gone));
        }
        Err(watcher::Error::InitialListFailed(error)) => note_failure::<V>(error, sender)?,
        Err(error) => tracing::debug!(resource = V::KIND.plural, %error, "watch interrupted; it resumes"),
    }
    Ok(())
}

/// A refusal ends the store; anything else is retried by the watcher, and the store says so while it is empty.
fn note_failure<V: View>(error: kube::Error, sender: &watch::Sender<Snapshot<V>>) -> Result<(), ReadError> {
    if matches!(&error, kube::Error::Api(status) if matches!(status.code, 401 | 403 | 404)) {
        return Err(read_error::<V>(error));
    }
    let text = crate::error::chain(&error);
    sender.send_if_modified(|snapshot| match snapshot {
        Snapshot::Loading(last) => {
            *last = Some(text);
            true
        }
        Snapshot::Ready(_) | Snapshot::Failed(_) => false,
    });
    Ok(())
}

fn modify<V, T>(
    sender: &watch::Sender<Snapshot<V>>,
    change: impl FnOnce(&mut BTreeMap<(String, String), Arc<V>>) -> T,
) {
    sender.send_modify(|snapshot| {
        if let Snapshot::Ready(objects) = snapshot {
            change(objects);
        }
    });
}

fn view_of<V: View>(object: DynamicObject) -> Result<V, ReadError> {
    let name = format!(
        "{} {}/{}",
        V::KIND.kind,
        object.metadata.namespace.as_deref().unwrap_or_default(),
        object.metadata.name.as_deref().unwrap_or_default()
    );
    serde_json::to_value(object)
        .and_then(super::view_of)
        .map_err(|source| ReadError::Shape { object: name, source })
}

fn read_error<V: View>(error: kube::Error) -> ReadError {
    match error {
        kube::Error::Api(status) if status.code == 403 => {
            ReadError::Forbidden { resource: V::KIND.full_name() }
        }
        error => ReadError::List(error),
    }
}
