//! The pods of the revisions of Knative Services: those that are known, or what is written for them where they are not.

use semantics::certainty::Certainty;
use semantics::istio::component_pod::ComponentPod;
use semantics::istio::excluded_ports::has_cni_node;
use semantics::istio::injection::ClusterWorkloads;
use semantics::istio::possible_injection::possible_injection;
use semantics::knative::revision::{REVISION_LABEL, SERVICE_LABEL};
use std::collections::{BTreeMap, BTreeSet};
use view::knative_service::KnativeService;
use view::pod::Pod;
use view::workload::PodTemplate;
use vocabulary::{HarnessError, Meta, View};
use world::Context;

/// Pods of revisions.
#[derive(Debug)]
pub struct RevisionPods {
    /// One a revision.
    pub pods: Vec<ComponentPod>,
    /// What is missing to know that there are no others; nothing where that is known.
    pub missing: Option<String>,
}

/// One pod of each revision: of several that are known one with a proxy. A Knative Service whose revisions are not known has one.
pub async fn revision_pods(cx: &Context, workloads: &ClusterWorkloads) -> Result<RevisionPods, HarnessError> {
    let services = cx.known_objects::<KnativeService>().await?;
    let is_cni_installed = has_cni_node(&workloads.pods);
    let mut known = BTreeMap::<(&str, &str), Vec<&Pod>>::new();
    for pod in workloads.pods.iter().filter(|pod| pod.is_current()) {
        let Some(revision) = pod.meta().labels.get(REVISION_LABEL) else { continue };
        known.entry((&pod.meta().namespace, revision)).or_default().push(pod);
    }
    let (mut pods, mut served) = (Vec::new(), BTreeSet::new());
    for deployment in &workloads.deployments {
        let (meta, template) = (&deployment.0.metadata, &deployment.0.spec.template);
        let Some(revision) = meta.labels.get(REVISION_LABEL) else { continue };
        served.extend(meta.labels.get(SERVICE_LABEL).map(|name| (meta.namespace.as_str(), name.as_str())));
        let of_revision = known.get(&(meta.namespace.as_str(), revision.as_str())).into_iter().flatten();
        let of_revision = of_revision.map(|pod| ComponentPod::of_pod(pod, is_cni_installed));
        let written = || written_pod(workloads, meta, template);
        pods.push(of_revision.max_by_key(|pod| pod.has_proxy).unwrap_or_else(written));
    }
    for service in &services {
        let meta = &service.metadata;
        if !served.contains(&(meta.namespace.as_str(), meta.name.as_str())) {
            let mut pod = written_pod(workloads, meta, &service.spec.template);
            pod.labels.insert(SERVICE_LABEL.to_owned(), meta.name.clone());
            // What its first revision will be called, by which Serving labels the pods.
            pod.labels.insert("app".to_owned(), format!("{}-00001", meta.name));
            pods.push(pod);
        }
    }
    let missing = services.missing().or_else(|| workloads.deployments.missing());
    Ok(RevisionPods { pods, missing })
}

fn written_pod(workloads: &ClusterWorkloads, meta: &Meta, template: &PodTemplate) -> ComponentPod {
    let is_injected = possible_injection(&workloads.ground(&meta.namespace), template);
    let has_proxy = is_injected.map_or(Certainty::Possible, Certainty::from);
    ComponentPod::of_template(&meta.namespace, template, has_proxy)
}
