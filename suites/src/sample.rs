//! The sample Knative Service of 1.4.4, as it is on the cluster.

use crate::hop::{is_ok, received};
use harness::context::Context;
use harness::error::HarnessError;
use harness::view::View;
use probe::Transcript;
use std::sync::Arc;
use view::knative_service::KnativeService;
use view::pod::Pod;

/// Its name; its namespace is that of the mesh's workloads.
pub const NAME: &str = "hello";
const OF_REVISION: &str = "serving.knative.dev/revision";

/// The sample when it can be called: a later revision that is not ready leaves the one before it in its place.
#[derive(Debug)]
pub struct Sample {
    /// The object.
    pub service: Arc<KnativeService>,
    /// The host under which it is reached from outside.
    pub host: String,
    /// The name of its latest ready revision.
    pub revision: String,
}

impl Sample {
    /// Waits until it has an address and a revision that is ready.
    pub async fn ready(cx: &Context) -> Result<Self, HarnessError> {
        cx.find("sample Knative Service with a revision that is ready", || async {
            let Some(service) = object(cx).await? else { return Ok(Err("no such object".to_owned())) };
            let (Some(host), Some(revision)) =
                (service.host(), service.status.latest_ready_revision_name.clone())
            else {
                let lack = service.status.conditions.unmet(&service.metadata, "Ready");
                return Ok(Err(lack.map_or_else(|| "no address".to_owned(), |lack| lack.observed)));
            };
            Ok(Ok(Self { host: host.to_owned(), revision, service }))
        })
        .await
    }

    /// Its name inside the cluster.
    pub fn local_host(&self, cx: &Context) -> String {
        format!("{}.{}.svc.{}", NAME, self.namespace(), cx.inputs().serverless.cluster_domain)
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        &self.service.metadata.namespace
    }

    /// A pod of its latest ready revision that runs.
    pub async fn pod(&self, cx: &Context) -> Result<Arc<Pod>, HarnessError> {
        cx.find("pod of the sample Knative Service that runs", || async {
            let pods = pods_of(cx, &self.revision).await?;
            let phases: Vec<_> = pods.iter().map(|pod| pod.status.phase.clone()).collect();
            let runs = |pod: &Arc<Pod>| !pod.status.pod_ip.is_empty() && pod.status.phase == "Running";
            Ok(pods.into_iter().find(runs).ok_or_else(|| format!("its pods are {phases:?}")))
        })
        .await
    }
}

/// Whether the sample answered, with status 200: it says who it is.
pub fn is_answered_by_it(transcript: &Transcript) -> bool {
    let service = received(transcript).and_then(|received| received.identity.get("K_SERVICE").cloned());
    is_ok(transcript) && service.as_deref() == Some(NAME)
}

/// The sample, ready or not.
pub async fn object(cx: &Context) -> Result<Option<Arc<KnativeService>>, HarnessError> {
    cx.object::<KnativeService>(&cx.inputs().namespaces.mesh, NAME).await
}

/// The current pods of a revision.
pub async fn pods_of(cx: &Context, revision: &str) -> Result<Vec<Arc<Pod>>, HarnessError> {
    let namespace = &cx.inputs().namespaces.mesh;
    let is_of = |pod: &Arc<Pod>| {
        let meta = pod.meta();
        meta.namespace == *namespace
            && meta.labels.get(OF_REVISION).is_some_and(|label| label == revision)
            && pod.is_current()
    };
    Ok(cx.objects::<Pod>().await?.into_iter().filter(is_of).collect())
}
