//! Injection: whether a workload asks for a sidecar, and whether its pods run one that works.
//!
//! The label on the pod template is judged first: while it is missing, pods without a sidecar are only its consequence.
//! A workload that is scaled to zero has no pods to judge; pods that have ended or are being deleted are not judged.

use crate::flaw::Flaw;
use crate::istio::injection_flaw::{InjectionFlaw, InjectionFlawKind};
use crate::istio::injection_request::{injection_refusal, is_injection_requested};
use crate::istio::pod_injection::pod_injection_flaws;
use crate::istio::possible_injection::{InjectionGround, possible_injection};
use crate::workload::{WorkloadRef, find_workload, pods_of_workload};
use view::namespace::Namespace;
use view::pod::Pod;
use view::workload::{Deployment, StatefulSet};
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
        let template = &workload.spec.template;
        match possible_injection(&self.ground(namespace), template) {
            Ok(true) => {}
            Ok(false) => {
                state.flaws.push(self.refusal_flaw(namespace, &object));
                return state;
            }
            Err(missing) => {
                state.open.push((InjectionFlawKind::NotRequested, missing));
                // Pods that ask themselves are judged, whatever is not known of their namespace.
                if !is_injection_requested(None, template, self.is_webhook_for_all) {
                    return state;
                }
            }
        }
        if template.metadata.annotations.get(REWRITE).is_some_and(|value| value == "false") {
            state.flaws.push(rewrite_flaw(&object));
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

    /// What decides about the injection of pods of a namespace.
    pub fn ground(&self, namespace: &str) -> InjectionGround<'_> {
        let missing_flavour = self.missing_flavour.clone();
        InjectionGround::of_namespace(namespace, &self.namespaces, self.is_webhook_for_all, missing_flavour)
    }

    fn refusal_flaw(&self, namespace: &str, workload: &WorkloadRef<'_>) -> InjectionFlaw {
        let ground = self.ground(namespace);
        let template = &workload.workload.spec.template;
        let refusal = injection_refusal(ground.namespace, template, ground.is_webhook_for_all);
        Flaw {
            kind: InjectionFlawKind::NotRequested,
            object: refusal.namespace.unwrap_or_else(|| workload.object_ref()),
            field: refusal.field,
            expected: refusal.expected.to_owned(),
            observed: refusal.observed,
        }
    }
}

fn rewrite_flaw(workload: &WorkloadRef<'_>) -> InjectionFlaw {
    Flaw {
        kind: InjectionFlawKind::RewriteForbidden,
        object: workload.object_ref(),
        field: format!("spec.template.metadata.annotations[{REWRITE}]"),
        expected: "\"true\"".to_owned(),
        observed: "\"false\"".to_owned(),
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
