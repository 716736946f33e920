//! Injection: whether a workload asks for a sidecar, and whether its pods run one that works.
//!
//! The label on the pod template is judged first: while it is missing, pods without a sidecar are only its consequence.
//! A workload that is scaled to zero has no pods to judge; pods that have ended or are being deleted are not judged.

use crate::flaw::Flaw;
use crate::istio::injection_flaw::{InjectionFlaw, InjectionFlawKind};
use crate::istio::injection_request::{INJECT, is_injection_requested, refusing_field};
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
    /// What is missing to know that; nothing where it is known.
    pub missing_flavour: Option<String>,
}

/// What is wrong with the injection of a workload, and of what nobody knows whether it is.
#[derive(Debug, Default)]
pub struct InjectionState {
    /// What is wrong.
    pub flaws: Vec<InjectionFlaw>,
    /// What may be wrong, and what is missing to know that.
    pub open: Vec<(InjectionFlawKind, String)>,
}

impl InjectionState {
    /// Adds a flaw, which is an open question where something is missing.
    fn add_absence(&mut self, flaw: InjectionFlaw, missing: Option<String>) {
        match missing {
            None => self.flaws.push(flaw),
            Some(missing) => self.open.push((flaw.kind, missing)),
        }
    }
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

    /// What is wrong with the injection of a workload and its pods, as far as they are known.
    pub fn injection_state(&self, namespace: &str, name: &str) -> InjectionState {
        let mut state = InjectionState::default();
        let Some(object) = self.find(namespace, name) else {
            let missing = self.deployments.missing_in(namespace);
            let missing = missing.or_else(|| self.stateful_sets.missing_in(namespace));
            state.add_absence(missing_workload(namespace, name), missing);
            return state;
        };
        let workload = object.workload;
        if let Some(flaw) = self.template_flaw(namespace, &object, &workload.spec.template) {
            // A namespace may ask for its pods, unless they refuse by an annotation, which is read then. What is neither
            // `true` nor `false` is read otherwise from version to version.
            let template = &workload.spec.template.metadata;
            let is_refused = template.annotations.get(INJECT).is_some_and(|value| value == "false");
            let is_namespace_decisive = flaw.kind == InjectionFlawKind::NotRequested
                && !template.labels.contains_key(INJECT)
                && !is_refused
                && self.namespaces.named("", namespace).is_none();
            let missing = is_namespace_decisive.then(|| self.namespaces.missing()).flatten();
            let is_flavour_decisive = flaw.kind == InjectionFlawKind::NotRequested
                && is_injection_requested(None, &workload.spec.template, true);
            let by_flavour = is_flavour_decisive.then(|| self.missing_flavour.clone()).flatten();
            let missing = missing.or(by_flavour);
            state.add_absence(flaw, missing);
            return state;
        }
        let pods: Vec<_> = pods_of_workload(workload, &self.pods).collect();
        let missing = self.pods.missing_in(namespace);
        if pods.is_empty() && !workload.is_scaled_to_zero() {
            let replicas = workload.spec.replicas.unwrap_or(1);
            let flaw = Flaw {
                kind: InjectionFlawKind::NoPod,
                object: object.object_ref(),
                field: "spec.replicas".to_owned(),
                expected: format!("{replicas}, each with a sidecar"),
                observed: "no pod".to_owned(),
            };
            for kind in [InjectionFlawKind::PodWithoutSidecar, InjectionFlawKind::SidecarNotReady] {
                state.open.extend(missing.clone().map(|missing| (kind, missing)));
            }
            state.add_absence(flaw, missing);
            return state;
        }
        for pod in pods {
            for flaw in pod_injection_flaws(pod) {
                let is_told = flaw.kind != InjectionFlawKind::SidecarNotReady || !pod.status.phase.is_empty();
                let no_status = || format!("{} has no status", pod.object_ref());
                state.add_absence(flaw, if is_told { None } else { missing.clone().map(|_| no_status()) });
            }
        }
        state
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
            let (field, observed) = refusing_field(namespace, template, self.is_webhook_for_all);
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
