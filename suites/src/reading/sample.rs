//! The sample Knative Service of 1.4.4, as it is on the cluster.

use crate::reading::service_host::service_host;
use semantics::knative::revision::pods_of_revision;
use std::sync::Arc;
use view::knative_service::KnativeService;
use view::pod::Pod;
use vocabulary::HarnessError;
use world::Context;

/// Its name; its namespace is that of the mesh's workloads.
pub const SAMPLE_NAME: &str = "hello";

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
    pub async fn find_ready(cx: &Context) -> Result<Self, HarnessError> {
        cx.find("sample Knative Service with a revision that is ready", || async {
            let Some(service) = sample_service(cx).await? else {
                return Ok(Err("no such object".to_owned()));
            };
            let (Some(host), Some(revision)) =
                (service.host(), service.status.latest_ready_revision_name.clone())
            else {
                let unmet = service.status.conditions.unmet(&service.metadata, "Ready");
                return Ok(Err(unmet.map_or_else(|| "no address".to_owned(), |unmet| unmet.observed)));
            };
            Ok(Ok(Self { host: host.to_owned(), revision, service }))
        })
        .await
    }

    /// Its name inside the cluster.
    pub fn local_host(&self, cx: &Context) -> String {
        service_host(cx, self.namespace(), SAMPLE_NAME)
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        &self.service.metadata.namespace
    }

    /// A pod of its latest ready revision that runs.
    pub async fn running_pod(&self, cx: &Context) -> Result<Arc<Pod>, HarnessError> {
        cx.find("pod of the sample Knative Service that runs", || async {
            let pods = sample_pods(cx, &self.revision).await?;
            let phases: Vec<_> = pods.iter().map(|pod| pod.status.phase.clone()).collect();
            let runs = |pod: &Arc<Pod>| !pod.status.pod_ip.is_empty() && pod.status.phase == "Running";
            Ok(pods.into_iter().find(runs).ok_or_else(|| format!("its pods are {phases:?}")))
        })
        .await
    }
}

/// The sample, ready or not.
pub async fn sample_service(cx: &Context) -> Result<Option<Arc<KnativeService>>, HarnessError> {
    cx.object::<KnativeService>(&cx.inputs().namespaces.mesh, SAMPLE_NAME).await
}

/// The current pods of a revision of the sample.
pub async fn sample_pods(cx: &Context, revision: &str) -> Result<Vec<Arc<Pod>>, HarnessError> {
    Ok(pods_of_revision(&cx.objects::<Pod>().await?, &cx.inputs().namespaces.mesh, revision))
}
