//! The reconciler of KnativeKafkas.
//!
//! What it made is put back where somebody changes it, as the real one does, which watches the kinds of its manifests. All of it
//! is in the namespace of the KnativeKafka and owned by it, so that it goes with it: without the finalizer
//! `knative-kafka-openshift` of the real one, which has objects in other places, too.
use futures::stream::select_all;
use kube::ResourceExt as _;
use kube::api::DynamicObject;
use serde_json::json;

use super::kafka_plan::KafkaPlan;
use super::kafka_status::{Progress, is_available, status};
use super::kinds::{CONFIG_MAP, DEPLOYMENT, SERVICE, STATEFUL_SET};
use super::owner::{is_owned, owned};
use crate::cluster::{Cluster, ClusterError, Kind};
use crate::{changes, clock};

const KNATIVE_KAFKA: Kind = ("operator.serverless.openshift.io", "v1alpha1", "KnativeKafka");
/// Where its webhook lets it be.
const NAMESPACE: &str = "knative-eventing";
/// What it made names its owner also so.
const OWNER_ANNOTATION: &str = "kafka.knative.openshift.io/ownerName";

/// Reconciles for as long as the process lives.
pub(super) async fn run(cluster: Cluster) {
    let made = [CONFIG_MAP, SERVICE, DEPLOYMENT, STATEFUL_SET];
    let made = made.into_iter().map(|kind| changes::of(&cluster.client, kind, NAMESPACE));
    let changes = select_all(made.chain([changes::of(&cluster.client, KNATIVE_KAFKA, NAMESPACE)]));
    changes::look_after(changes, async || reconcile_all(&cluster).await).await;
}

async fn reconcile_all(cluster: &Cluster) -> Result<(), ClusterError> {
    for kafka in cluster.list(KNATIVE_KAFKA, NAMESPACE, "").await? {
        if kafka.metadata.deletion_timestamp.is_none() {
            reconcile(&kafka, cluster).await?;
        }
    }
    Ok(())
}

async fn reconcile(kafka: &DynamicObject, cluster: &Cluster) -> Result<(), ClusterError> {
    let outcome = make(kafka, cluster).await;
    let progress = match &outcome {
        Ok(progress) => progress.clone(),
        Err(error) => Progress::Failed(error.message()),
    };
    let before = &kafka.data["status"];
    let after = status(before, &progress, &clock::now());
    if after != *before {
        cluster.apply_status(kafka, &after).await?;
    }
    outcome.map(drop)
}

async fn make(kafka: &DynamicObject, cluster: &Cluster) -> Result<Progress, ClusterError> {
    let plan = KafkaPlan::of(&kafka.data["spec"], NAMESPACE);
    let (mut deployments, mut stateful_sets) = (true, true);
    for object in &plan.present {
        let mut object = owned(object, KNATIVE_KAFKA, kafka);
        object["metadata"]["annotations"][OWNER_ANNOTATION] = json!(kafka.name_any());
        let live = cluster.apply(&object).await?;
        let live = json!({"kind": object["kind"], "spec": live.data["spec"], "status": live.data["status"]});
        if object["kind"] == DEPLOYMENT.2 {
            deployments &= is_available(&live);
        } else if object["kind"] == STATEFUL_SET.2 {
            stateful_sets &= is_available(&live);
        }
    }
    for (kind, name) in &plan.absent {
        if let Some(object) = cluster.get(*kind, NAMESPACE, name).await?
            && is_owned(&object, kafka)
        {
            cluster.delete(*kind, &object).await?;
        }
    }
    Ok(Progress::Made { deployments, stateful_sets })
}
