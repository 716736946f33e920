//! Injection, judged: whether workloads ask for a sidecar, and whether their pods run one that works.

use crate::judging::finding::finding_of_flaw;
use semantics::istio::injection::ClusterWorkloads;
use semantics::istio::injection_flaw::{InjectionFlaw, InjectionFlawKind};
use std::collections::BTreeSet;
use view::namespace::Namespace;
use vocabulary::{Finding, FindingCode, FindingKind, Judgement, SkipReason, Verdict, View};

const WORKLOAD_MISSING: FindingCode = "workload-missing";
/// The finding of a template that does not ask for a sidecar.
pub const INJECTION_NOT_REQUESTED: FindingCode = "injection-not-requested";
const NO_POD: FindingCode = "no-pod";
const POD_WITHOUT_SIDECAR: FindingCode = "pod-without-sidecar";
const SIDECAR_NOT_READY: FindingCode = "sidecar-not-ready";
const PROBE_NOT_REWRITTEN: FindingCode = "probe-not-rewritten";

/// What can be found.
pub const INJECTION_FINDINGS: &[FindingKind] = &[
    FindingKind {
        code: WORKLOAD_MISSING,
        meaning: "a workload that the document puts in the mesh does not exist",
    },
    FindingKind {
        code: INJECTION_NOT_REQUESTED,
        meaning: "the pod template does not ask for a sidecar, so the next pod has none and strict mutual TLS refuses it",
    },
    FindingKind {
        code: NO_POD,
        meaning: "the workload wants pods and has none, as when the injection webhook does not answer",
    },
    FindingKind {
        code: POD_WITHOUT_SIDECAR,
        meaning: "a pod runs without a sidecar although its workload asks for one: it is older than the label, or the \
                  injection webhook did not answer",
    },
    FindingKind { code: SIDECAR_NOT_READY, meaning: "a pod has a sidecar that does not serve" },
    FindingKind {
        code: PROBE_NOT_REWRITTEN,
        meaning: "the kubelet probes the application's port, where the sidecar refuses what is not mutual TLS",
    },
];

/// Judges workloads of a namespace and their pods.
pub fn judge_injection(workloads: &ClusterWorkloads, namespace: &str, names: &[&str]) -> Verdict {
    let mut judgement = Judgement::default();
    let mut judged = Vec::new();
    let mut refusing_namespaces = BTreeSet::new();
    for name in names {
        let state = workloads.injection_state(namespace, name);
        // A namespace that refuses is told once for all of its workloads.
        let is_new = |flaw: &InjectionFlaw| {
            flaw.object.kind != Namespace::KIND.kind || refusing_namespaces.insert(flaw.object.to_string())
        };
        judgement.extend(state.flaws.into_iter().filter(is_new).map(injection_finding));
        for (kind, missing) in state.open {
            // Of the others each finding was judged.
            judgement.leave_rest(finding_code(kind), Some(missing));
        }
        if workloads.has_workload(namespace, name) {
            judged.push(*name);
        }
    }
    if judged.is_empty() && judgement.is_clean() {
        let missing = format!("whether there is a workload {}", names.join(", "));
        return Verdict::NotApplicable(SkipReason::NotKnown { missing });
    }
    judgement.verdict(|| {
        let pods: usize = judged.iter().map(|name| workloads.pod_count(namespace, name)).sum();
        format!("pods with sidecars: {pods}, of {} in {namespace}", judged.join(", "))
    })
}

fn injection_finding(flaw: InjectionFlaw) -> Finding {
    let kind = flaw.kind;
    let finding = finding_of_flaw(finding_code(kind), flaw);
    // What a template says stays so until a person changes it.
    match kind {
        InjectionFlawKind::NotRequested | InjectionFlawKind::RewriteForbidden => finding.configured(),
        _ => finding,
    }
}

fn finding_code(kind: InjectionFlawKind) -> FindingCode {
    match kind {
        InjectionFlawKind::WorkloadMissing => WORKLOAD_MISSING,
        InjectionFlawKind::NotRequested => INJECTION_NOT_REQUESTED,
        InjectionFlawKind::NoPod => NO_POD,
        InjectionFlawKind::PodWithoutSidecar => POD_WITHOUT_SIDECAR,
        InjectionFlawKind::SidecarNotReady => SIDECAR_NOT_READY,
        InjectionFlawKind::RewriteForbidden | InjectionFlawKind::ProbeNotRewritten => PROBE_NOT_REWRITTEN,
    }
}
