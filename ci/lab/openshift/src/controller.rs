//! The loop of a controller of one kind.
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt as _, TryFuture};
use kube::api::{Api, DynamicObject};
use kube::runtime::controller::Action;
use kube::runtime::{Controller, watcher};
use tracing::warn;

use crate::changes::told;
use crate::cluster::{Cluster, ClusterError, Kind};

/// Reconciles the objects of a kind as they change, and all of them with each of `changes`, for as long as the process lives.
/// What failed is tried again soon, and told in the log.
pub(crate) async fn run<F>(
    cluster: Cluster,
    kind: Kind,
    changes: impl Stream<Item = ()> + Send + 'static,
    retry: Duration,
    reconcile: impl FnMut(Arc<DynamicObject>, Arc<Cluster>) -> F,
) where
    F: TryFuture<Ok = Action, Error = ClusterError> + Send + 'static,
{
    let resource = Cluster::resource(kind);
    let objects: Api<DynamicObject> = Api::all_with(cluster.client.clone(), &resource);
    Controller::new_with(objects, watcher::Config::default(), resource)
        .reconcile_all_on(changes)
        .run(reconcile, |_, _, _| Action::requeue(retry), Arc::new(cluster))
        .for_each(|result| {
            if let Err(error) = result {
                warn!("{}", told(&error));
            }
            ready(())
        })
        .await;
}
