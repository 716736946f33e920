//! Workloads: a Deployment or a StatefulSet by its name, and the pods that are its own.

use std::sync::Arc;
use view::pod::Pod;
use view::workload::{Deployment, StatefulSet, Workload};
use vocabulary::{Meta, ObjectRef, View};

/// A workload and what it is.
#[derive(Debug, Clone, Copy)]
pub struct WorkloadRef<'a> {
    /// The workload.
    pub workload: &'a Workload,
    /// Its kind.
    pub kind: &'static str,
}

impl WorkloadRef<'_> {
    /// The object.
    pub fn object_ref(&self) -> ObjectRef {
        let meta = &self.workload.metadata;
        ObjectRef::namespaced(self.kind, &meta.namespace, &meta.name)
    }
}

/// The Deployment of this name, or the StatefulSet.
pub fn find_workload<'a>(
    deployments: &'a [Arc<Deployment>],
    stateful_sets: &'a [Arc<StatefulSet>],
    namespace: &str,
    name: &str,
) -> Option<WorkloadRef<'a>> {
    let is_it = |meta: &Meta| meta.namespace == namespace && meta.name == name;
    let deployment = deployments.iter().find(|deployment| is_it(deployment.meta()));
    let stateful_set = stateful_sets.iter().find(|set| is_it(set.meta()));
    deployment
        .map(|deployment| WorkloadRef { workload: &deployment.0, kind: Deployment::KIND.kind })
        .or_else(|| stateful_set.map(|set| WorkloadRef { workload: &set.0, kind: StatefulSet::KIND.kind }))
}

/// The current pods of a workload.
pub fn pods_of_workload<'a>(workload: &'a Workload, pods: &'a [Arc<Pod>]) -> impl Iterator<Item = &'a Pod> {
    let is_its = |pod: &&Pod| {
        pod.is_current()
            && pod.meta().namespace == workload.metadata.namespace
            && workload.spec.selector.selects(&pod.meta().labels)
    };
    pods.iter().map(AsRef::as_ref).filter(is_its)
}

/// Why nobody of a workload is available: the number, and whether none is wanted. Nothing where one is.
///
/// A Deployment that is scaled to zero is `Available`, and serves nobody.
pub fn describe_missing_replicas(workload: &Workload) -> Option<&'static str> {
    match workload {
        workload if workload.available_count() > 0 => None,
        workload if workload.is_scaled_to_zero() => Some("0, scaled to zero"),
        _ => Some("0"),
    }
}
