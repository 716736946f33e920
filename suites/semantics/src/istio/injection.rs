//! Injection: whether a workload asks for a sidecar, and whether its pods run one that works.
//!
//! The label on the pod template is judged first: while it is missing, pods without a sidecar are only its consequence.
//! A workload that is scaled to zero has no pods to judge; pods that have ended or are being deleted are not judged.

use crate::flaw::Flaw;
use crate::istio::injection_flaw::{InjectionFlaw, InjectionFlawKind};
use crate::istio::injection_request::{INJECT, describe_injection_request, is_injection_requested};
use crate::istio::pod_injection::pod_injection_flaws;
use crate::workload::{WorkloadRef, find_workload, pods_of_workload};
use view::namespace::Namespace;
use view::pod::Pod;
use view::workload::{Deployment, PodTemplate, StatefulSet};
use vocabulary::{ObjectRef, Objects, View};

const REWRITE: &str = "sidecar.istio.io/rewriteAppHTTPProbers";

/// All workloads of a cluster, with what decides about their injection.
#[derive(Debug)]
pub struct ClusterWorkloads {
    /// Workloads.
    pub deployments: Objects<Deployment>,
    /// More workloads.
    pub stateful_sets: Objects<StatefulSet>,
    /// The namespaces, which may ask for sidecars.
    pub namespaces: Objects<Namespace>,
    /// The pods of the workloads.
    pub pods: Objects<Pod>,
    /// Whether the webhook is called for each pod, whatever its namespace asks for.
    pub is_webhook_for_all: bool,
}

impl ClusterWorkloads {
    /// Whether there is a workload of this name.
    pub fn has_workload(&self, namespace: &str, name: &str) -> bool {
        self.find(namespace, name).is_some()
    }

    /// How many pods of a workload there are to judge.
    pub fn pod_count(&self, namespace: &str, name: &str) -> usize {
        self.find(namespace, name).map_or(0, |it| pods_of_workload(it.workload, &self.pods).count())
    }

    /// What is wrong with the injection of a workload and its pods.
    pub fn injection_flaws(&self, namespace: &str, name: &str) -> Vec<InjectionFlaw> {
        let Some(object) = self.find(namespace, name) else {
            return vec![missing_workload(namespace, name)];
        };
        let workload = object.workload;
        if let Some(flaw) = self.template_flaw(namespace, &object, &workload.spec.template) {
            return vec![flaw];
        }
        let mut pods = pods_of_workload(workload, &self.pods).peekable();
        if pods.peek().is_none() && !workload.is_scaled_to_zero() {
            let replicas = workload.spec.replicas.unwrap_or(1);
            return vec![Flaw {
                kind: InjectionFlawKind::NoPod,
                object: object.object_ref(),
                field: "spec.replicas".to_owned(),
                expected: format!("{replicas}, each with a sidecar"),
                observed: "no pod".to_owned(),
            }];
        }
        pods.flat_map(pod_injection_flaws).collect()
    }

    fn find(&self, namespace: &str, name: &str) -> Option<WorkloadRef<'_>> {
        find_workload(&self.deployments, &self.stateful_sets, namespace, name)
    }

    fn template_flaw(
        &self,
        namespace: &str,
        workload: &WorkloadRef<'_>,
        template: &PodTemplate,
    ) -> Option<InjectionFlaw> {
        let flaw = |kind, field, observed| Flaw {
            kind,
            object: workload.object_ref(),
            field,
            expected: "\"true\"".to_owned(),
            observed,
        };
        let namespace = self.namespaces.iter().find(|candidate| candidate.metadata.name == namespace);
        let namespace = namespace.map(AsRef::as_ref);
        if !is_injection_requested(namespace, template, self.is_webhook_for_all) {
            let field = format!("spec.template.metadata.labels[{INJECT}]");
            let observed = describe_injection_request(template);
            return Some(flaw(InjectionFlawKind::NotRequested, field, observed));
        }
        let is_forbidden = template.metadata.annotations.get(REWRITE).is_some_and(|value| value == "false");
        is_forbidden.then(|| {
            let field = format!("spec.template.metadata.annotations[{REWRITE}]");
            flaw(InjectionFlawKind::RewriteForbidden, field, "\"false\"".to_owned())
        })
    }
}

fn missing_workload(namespace: &str, name: &str) -> InjectionFlaw {
    Flaw {
        kind: InjectionFlawKind::WorkloadMissing,
        object: ObjectRef::namespaced(Deployment::KIND.kind, namespace, name),
        field: "metadata.name".to_owned(),
        expected: "a workload of this name in the mesh".to_owned(),
        observed: "none".to_owned(),
    }
}
