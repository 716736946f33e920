//! Removes what runs made: a run's own objects at its end, and what killed runs left, by its labels.
//!
//! Objects are deleted by UID, so that an object of the same name that somebody else made meanwhile stays. Pods get a grace
//! period of one second, since nobody is served by them any more.

use crate::ledger::{Ledger, LedgerContent};
use cluster::answer::ApiServerError;
use cluster::delete::request_deletion;
use cluster::kinds::{Kinds, gvk, gvk_of, ref_of};
use cluster::labels::{RUN, UNDO_NAMESPACE};
use cluster::list::list_all;
use cluster::wait::{self, Readiness};
use fixtures::FixtureError;
use futures::future::join_all;
use inputs::Inputs;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, TypeMeta};
use kube::core::GroupVersionKind;
use kube::discovery::{Discovery, verbs};
use serde_json::Value;
use std::time::Duration;
use thiserror::Error;
use tokio::time::Instant;
use vocabulary::{ObjectRef, chain, full_name};

/// How long removing all that runs made may take, where the factor of budgets is 1.
const REMOVAL: Duration = Duration::from_secs(90);
/// The pause between two deletions of the pods that controllers make anew.
const PAUSE: Duration = Duration::from_millis(500);

/// What runs made could not be removed.
#[derive(Debug, Error)]
pub enum SweepError {
    /// The API server did not say what it serves.
    #[error("could not find out what there is")]
    Discover(#[source] ApiServerError),
    /// The API server did not list a resource.
    #[error("could not list {kind}, so something may be left")]
    List {
        /// The resource.
        kind: String,
        /// Why.
        #[source]
        source: ApiServerError,
    },
    /// A place cannot be read, so nobody knows what runs make.
    #[error("could not tell what runs make")]
    Places(#[from] FixtureError),
    /// The lock of the cluster, a file on this machine, could not be written.
    #[error("could not note that nothing is left")]
    Note(#[source] std::io::Error),
    /// Some objects could not be removed, or are still there.
    #[error("could not remove {0}")]
    Left(String),
}

/// What a sweep removed, and where it could not look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// What is removed.
    pub removed: Vec<ObjectRef>,
    /// The resources that this user has no right to list, by full name. Something may be left there.
    pub unlisted: Vec<String>,
    /// Whether no resource that runs make objects of is among them.
    pub is_whole: bool,
}

/// How long removing all that runs made may take: longer on a cluster that is said to be slow, and never shorter.
pub fn removal_limit(inputs: &Inputs) -> Duration {
    inputs.scaled_budget(REMOVAL).max(REMOVAL)
}

/// Removes the objects of a ledger within some time, and returns them.
pub async fn remove_all(ledger: &Ledger, limit: Duration) -> Result<Vec<ObjectRef>, SweepError> {
    let LedgerContent { objects, unknown } = ledger.content().await;
    let removed = remove(ledger.kinds(), objects, limit).await?;
    if unknown.is_empty() { Ok(removed) } else { Err(SweepError::Left(unknown.join("; "))) }
}

/// Removes what runs left, found by its labels in every resource that the caller may list, within some time.
pub async fn sweep(client: kube::Client, limit: Duration) -> Result<SweepReport, SweepError> {
    let kinds = Kinds::new(client);
    let Labelled { objects, unlisted } = list_labelled(kinds.client()).await?;
    let made = kinds_of_places()?;
    let may_be_made = |kind: &GroupVersionKind| {
        made.iter().any(|made| (&made.group, &made.kind) == (&kind.group, &kind.kind))
    };
    let is_whole = !unlisted.iter().any(|(kind, _)| may_be_made(kind));
    let removed = remove(&kinds, objects, limit).await?;
    Ok(SweepReport { removed, unlisted: unlisted.into_iter().map(|(_, name)| name).collect(), is_whole })
}

/// The kinds of the objects that the places of a testbed are made of.
fn kinds_of_places() -> Result<Vec<GroupVersionKind>, FixtureError> {
    // Of every flavour: who sweeps does not know that of the run.
    Ok(fixtures::objects_of_places()?.iter().map(gvk_of).collect())
}

/// The objects with the label of a run, and the resources of which they could not be listed.
#[derive(Debug, Default)]
struct Labelled {
    objects: Vec<DynamicObject>,
    /// Each by its kind, with its full name.
    unlisted: Vec<(GroupVersionKind, String)>,
}

/// Lists the objects that runs made, without the undo records and without objects that follow their owner.
async fn list_labelled(client: &kube::Client) -> Result<Labelled, SweepError> {
    let discovery = Discovery::new(client.clone()).run_aggregated().await;
    let discovery = discovery.map_err(|error| SweepError::Discover(error.into()))?;
    let params = ListParams::default().labels(RUN);
    let listable = discovery.groups().flat_map(kube::discovery::ApiGroup::recommended_resources).filter(
        |(_, capabilities)| {
            capabilities.supports_operation(verbs::LIST) && capabilities.supports_operation(verbs::DELETE)
        },
    );
    let lists = listable.map(|(resource, _)| {
        let api: Api<DynamicObject> = Api::all_with(client.clone(), &resource);
        let params = &params;
        async move {
            let name = full_name(&resource.plural, &resource.group);
            let listed = match list_all(&api, params).await {
                Ok(listed) => listed,
                Err(kube::Error::Api(status)) if status.code == 403 => {
                    let kind = gvk(&resource.api_version, &resource.kind);
                    return Ok(Labelled { objects: Vec::new(), unlisted: vec![(kind, name)] });
                }
                // What is not served any more, or cannot be listed, has no objects.
                Err(kube::Error::Api(status)) if matches!(status.code, 404 | 405) => Vec::new(),
                Err(error) => return Err(SweepError::List { kind: name, source: error.into() }),
            };
            let types = TypeMeta { api_version: resource.api_version, kind: resource.kind };
            let with_types = |object| DynamicObject { types: Some(types.clone()), ..object };
            Ok(Labelled { objects: listed.into_iter().map(with_types).collect(), unlisted: Vec::new() })
        }
    });
    // Undo records are removed by a heal.
    let is_undo_record = |object: &DynamicObject| {
        let meta = &object.metadata;
        [&meta.namespace, &meta.name].into_iter().any(|name| name.as_deref() == Some(UNDO_NAMESPACE))
    };
    // An object with an owner (an EndpointSlice with its Service) is garbage-collected.
    let has_owner =
        |object: &DynamicObject| object.metadata.owner_references.as_ref().is_some_and(|all| !all.is_empty());
    let mut all = Labelled::default();
    for listed in join_all(lists).await {
        let Labelled { objects, unlisted } = listed?;
        all.objects
            .extend(objects.into_iter().filter(|object| !is_undo_record(object) && !has_owner(object)));
        all.unlisted.extend(unlisted);
    }
    Ok(all)
}

/// Deletes objects, the last first and namespaces at the end, and waits until they are gone.
async fn remove(
    kinds: &Kinds,
    objects: Vec<DynamicObject>,
    limit: Duration,
) -> Result<Vec<ObjectRef>, SweepError> {
    let deadline = Instant::now() + limit;
    let (namespaces, others): (Vec<_>, Vec<_>) = objects.into_iter().partition(is_namespace);
    let mut failures: Vec<String> = Vec::new();
    let mut removed = Vec::new();
    for object in others.iter().rev().chain(&namespaces) {
        match delete(kinds, object).await {
            Ok(()) => removed.push(name_of(object)),
            Err(error) => {
                failures.push(format!("{}: {}", name_of(object), chain(&ApiServerError::from(error))));
            }
        }
    }
    let names: Vec<_> = namespaces.iter().filter_map(|object| object.metadata.name.clone()).collect();
    let all_gone = async {
        let waits = others.iter().chain(&namespaces).map(|object| await_gone(kinds, object, deadline));
        join_all(waits).await
    };
    let waits = tokio::select! {
        waits = all_gone => waits,
        () = delete_new_pods(kinds, &names) => Vec::new(),
    };
    failures.extend(waits.into_iter().flatten());
    if failures.is_empty() { Ok(removed) } else { Err(SweepError::Left(failures.join("; "))) }
}

fn is_namespace(object: &DynamicObject) -> bool {
    object.types.as_ref().is_some_and(|types| types.kind == "Namespace")
}

async fn delete(kinds: &Kinds, object: &DynamicObject) -> Result<(), kube::Error> {
    let Some(api) = api_of(kinds, object).await? else { return Ok(()) };
    let is_pod = object.types.as_ref().is_some_and(|types| types.kind == "Pod");
    request_deletion(&api, object, is_pod.then_some(1)).await.map(drop)
}

/// Waits until an object is gone. `Some`: it is still there at the deadline, with the reason.
async fn await_gone(kinds: &Kinds, object: &DynamicObject, deadline: Instant) -> Option<String> {
    let name = name_of(object);
    let api = match api_of(kinds, object).await {
        Ok(api) => api?,
        Err(error) => return Some(format!("{name}: {}", chain(&ApiServerError::from(error)))),
    };
    let uid = &object.metadata.uid;
    let is_gone =
        |objects: &wait::WatchedObjects| match objects.values().find(|other| other.metadata.uid == *uid) {
            None => Readiness::Ready,
            Some(_) => Readiness::Pending("being deleted".to_owned()),
        };
    let waited = wait::await_readiness(api, wait::single_object(&name.name), deadline, is_gone, |_| {}).await;
    waited.err().map(|error| format!("{name}: {}", error.last_seen))
}

/// Deletes the pods of these namespaces again and again, without an end: controllers make new ones until they are gone.
async fn delete_new_pods(kinds: &Kinds, namespaces: &[String]) {
    let mut ticks = tokio::time::interval(PAUSE);
    loop {
        ticks.tick().await;
        for namespace in namespaces {
            let Ok(Some(api)) = kinds.api(&gvk("v1", "Pod"), Some(namespace)).await else { continue };
            let Ok(pods) = list_all(&api, &ListParams::default()).await else { continue };
            for pod in pods {
                let params = DeleteParams { grace_period_seconds: Some(1), ..DeleteParams::background() };
                // An error is ignored: the pod may be gone already, and one that stays is reported at the deadline.
                let _ = api.delete(pod.metadata.name.as_deref().unwrap_or_default(), &params).await;
            }
        }
    }
}

async fn api_of(kinds: &Kinds, object: &DynamicObject) -> Result<Option<Api<DynamicObject>>, kube::Error> {
    let types = object.types.clone().unwrap_or_default();
    kinds.api(&gvk(&types.api_version, &types.kind), object.metadata.namespace.as_deref()).await
}

fn name_of(object: &DynamicObject) -> ObjectRef {
    ref_of(&serde_json::to_value(object).unwrap_or(Value::Null))
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
