//! Injection: whether a workload asks for a sidecar, and whether its pods run one that works.
//!
//! The label on the pod template is judged first: while it is missing, pods without a sidecar are only its consequence.
//! A sidecar may be a container or, as a native sidecar, an init container. A workload that is scaled to zero has no
//! pods to judge; pods that have ended or are being deleted are not judged.

use crate::control_plane::REVISION;
use crate::flavour;
use harness::check::{FindingCode, FindingKind};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::Finding;
use harness::object::ObjectRef;
use harness::view::{Meta, View};
use harness::world::Objects;
use view::container::{Container, IntOrString, SIDECAR};
use view::namespace::Namespace;
use view::pod::Pod;
use view::workload::{Deployment, PodTemplate, StatefulSet, WorkloadRef};

const WORKLOAD_MISSING: FindingCode = "workload-missing";
const INJECTION_NOT_REQUESTED: FindingCode = "injection-not-requested";
const NO_POD: FindingCode = "no-pod";
const POD_WITHOUT_SIDECAR: FindingCode = "pod-without-sidecar";
const SIDECAR_NOT_READY: FindingCode = "sidecar-not-ready";
const PROBE_NOT_REWRITTEN: FindingCode = "probe-not-rewritten";

/// What can be found.
pub const FINDINGS: &[FindingKind] = &[
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

const INJECT: &str = "sidecar.istio.io/inject";
const REWRITE: &str = "sidecar.istio.io/rewriteAppHTTPProbers";
/// The port on which the sidecar answers rewritten probes.
const AGENT_PORT: IntOrString = IntOrString::Int(15020);

/// Everything that tells.
#[derive(Debug)]
pub struct Injection {
    deployments: Objects<Deployment>,
    stateful_sets: Objects<StatefulSet>,
    namespaces: Objects<Namespace>,
    pods: Objects<Pod>,
    by_namespace: bool,
}

impl Injection {
    /// Reads what tells.
    pub async fn read(cx: &Context) -> Result<Self, HarnessError> {
        Ok(Self {
            deployments: cx.objects().await?,
            stateful_sets: cx.objects().await?,
            namespaces: cx.objects().await?,
            pods: cx.objects().await?,
            // Maistra's webhook is called for each pod of a member namespace, and then reads annotations too.
            by_namespace: cx.flavour() == flavour::OSSM2,
        })
    }

    /// Whether there is a workload of this name.
    pub fn exists(&self, namespace: &str, name: &str) -> bool {
        self.find(namespace, name).is_some()
    }

    /// How many pods of a workload there are to judge.
    pub fn count(&self, namespace: &str, name: &str) -> usize {
        self.find(namespace, name).map_or(0, |found| self.pods_of(&found).count())
    }

    /// Judges a workload and its pods.
    pub fn judge(&self, namespace: &str, name: &str) -> Vec<Finding> {
        let Some(found) = self.find(namespace, name) else {
            let object = ObjectRef::namespaced("Deployment", namespace, name);
            let finding = Finding::new(WORKLOAD_MISSING, object, "metadata.name");
            return vec![finding.expected("a workload of this name in the mesh").observed("none")];
        };
        let template = &found.workload.spec.template;
        if !self.is_requested(namespace, template) {
            let field = format!("spec.template.metadata.labels[{INJECT}]");
            let finding = Finding::new(INJECTION_NOT_REQUESTED, found.object_ref(), field);
            return vec![finding.expected("\"true\"").observed(observed_request(template)).configured()];
        }
        if template.metadata.annotations.get(REWRITE).is_some_and(|value| value == "false") {
            let field = format!("spec.template.metadata.annotations[{REWRITE}]");
            let finding = Finding::new(PROBE_NOT_REWRITTEN, found.object_ref(), field);
            return vec![finding.expected("\"true\"").observed("\"false\"").configured()];
        }
        let mut pods = self.pods_of(&found).peekable();
        if pods.peek().is_none() && !found.workload.is_scaled_to_zero() {
            let finding = Finding::new(NO_POD, found.object_ref(), "spec.replicas");
            let wanted = found.workload.spec.replicas.unwrap_or(1);
            return vec![finding.expected(format!("{wanted}, each with a sidecar")).observed("no pod")];
        }
        pods.flat_map(judge_pod).collect()
    }

    fn find(&self, namespace: &str, name: &str) -> Option<WorkloadRef<'_>> {
        let is_it = |meta: &Meta| meta.namespace == namespace && meta.name == name;
        let deployment = self.deployments.iter().find(|deployment| is_it(deployment.meta()));
        let stateful_set = self.stateful_sets.iter().find(|set| is_it(set.meta()));
        deployment
            .map(|deployment| WorkloadRef { workload: &deployment.0, kind: Deployment::KIND.kind })
            .or_else(|| {
                stateful_set.map(|set| WorkloadRef { workload: &set.0, kind: StatefulSet::KIND.kind })
            })
    }

    fn pods_of<'a>(&'a self, found: &WorkloadRef<'a>) -> impl Iterator<Item = &'a Pod> {
        let workload = found.workload;
        let is_its = |pod: &&Pod| {
            pod.is_current()
                && pod.meta().namespace == workload.metadata.namespace
                && workload.spec.selector.selects(&pod.meta().labels)
        };
        self.pods.iter().map(std::convert::AsRef::as_ref).filter(is_its)
    }

    fn is_requested(&self, namespace: &str, template: &PodTemplate) -> bool {
        let labelled = self
            .namespaces
            .iter()
            .find(|candidate| candidate.metadata.name == namespace)
            .is_some_and(|namespace| {
                namespace.label("istio-injection") == Some("enabled") || namespace.label(REVISION).is_some()
            });
        let label = template.metadata.labels.get(INJECT);
        let annotation = template.metadata.annotations.get(INJECT);
        let asked = if labelled || self.by_namespace { label.or(annotation) } else { label };
        asked.map_or(labelled, |value| value == "true")
    }
}

fn observed_request(template: &PodTemplate) -> String {
    match (template.metadata.labels.get(INJECT), template.metadata.annotations.get(INJECT)) {
        (Some(label), _) => format!("\"{label}\""),
        (None, Some(annotation)) => {
            format!("no such label; an annotation \"{annotation}\" does not call the webhook")
        }
        (None, None) => "no such label".to_owned(),
    }
}

fn judge_pod(pod: &Pod) -> Vec<Finding> {
    if pod.sidecar().is_none() {
        let names: Vec<_> = pod.all_containers().map(|container| container.name.as_str()).collect();
        let finding =
            Finding::new(POD_WITHOUT_SIDECAR, pod.object_ref(), "spec.initContainers, spec.containers");
        return vec![
            finding
                .expected(format!("a container `{SIDECAR}`"))
                .observed(format!("only `{}`", names.join("`, `"))),
        ];
    }
    if !pod.has_ready_sidecar() {
        let list = if pod.has_native_sidecar() { "initContainerStatuses" } else { "containerStatuses" };
        let field = format!("status.{list}[{SIDECAR}].ready");
        return vec![
            Finding::new(SIDECAR_NOT_READY, pod.object_ref(), field).expected("true").observed("false"),
        ];
    }
    let probes =
        pod.spec.containers.iter().filter(|container| container.name != SIDECAR).flat_map(http_probes);
    probes
        .filter(|(_, port)| **port != AGENT_PORT)
        .map(|(field, port)| {
            Finding::new(PROBE_NOT_REWRITTEN, pod.object_ref(), field)
                .expected(AGENT_PORT.to_string())
                .observed(port.to_string())
        })
        .collect()
}

fn http_probes(container: &Container) -> impl Iterator<Item = (String, &IntOrString)> {
    let probes =
        [("readinessProbe", &container.readiness_probe), ("livenessProbe", &container.liveness_probe)];
    probes.into_iter().filter_map(|(kind, probe)| {
        let port = &probe.as_ref()?.http_get.as_ref()?.port;
        Some((format!("spec.containers[{}].{kind}.httpGet.port", container.name), port))
    })
}
