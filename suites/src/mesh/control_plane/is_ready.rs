//! The control plane is there, and ready for the generation that was asked for last.
//!
//! With OpenShift Service Mesh 2 the ServiceMeshControlPlane says so, with 3 the Istio and IstioCNI resources; plain
//! Istio has only its Deployment.

use crate::judging::finding::finding_of_missing_object;
use crate::judging::readiness::{Readiness, readiness};
use crate::reading::capability;
use crate::reading::control_plane::knative_istiod;
use semantics::flavour;
use semantics::istio::control_plane::is_istiod;
use semantics::workload::describe_missing_replicas;
use std::sync::Arc;
use std::time::Duration;
use view::condition::UnmetCondition;
use view::istio::{Istio, IstioCni};
use view::service_mesh::ServiceMeshControlPlane;
use view::workload::Deployment;
use vocabulary::{
    CheckCard, FindingKind, HarnessError, Judgement, Level, ObjectRef, Objects, Requirement, Tier, Verdict,
    View, object_named,
};
use world::{Check, Context};

const CONTROL_PLANE_MISSING: &str = "control-plane-missing";
const CONTROL_PLANE_NOT_READY: &str = "control-plane-not-ready";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::control_plane::is_ready",
        title: "the control plane of the mesh is ready",
        text: include_str!("is_ready.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a control plane with the document's configuration is installed in the mesh's namespace",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_mins(2),
        remediation: "create the ServiceMeshControlPlane (or the Istio resource, or the Deployment `istiod`), or read its \
                      `status.conditions` and the log of its operator for what keeps it from being ready",
        findings: &[
            FindingKind {
                code: CONTROL_PLANE_MISSING,
                meaning: "no control plane runs in the mesh's namespace, so no sidecar is injected or configured",
            },
            FindingKind {
                code: CONTROL_PLANE_NOT_READY,
                meaning: "the control plane does not serve, or does not yet serve what was asked for last",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    cx.until(|| judge(cx)).await
}

async fn judge(cx: &Context) -> Result<Verdict, HarnessError> {
    let root = &cx.inputs().mesh.namespace;
    let mut statements = Statements::default();
    match cx.flavour() {
        flavour::UNKNOWN => return judge_any(cx).await,
        flavour::OSSM2 => {
            let planes = cx.objects::<ServiceMeshControlPlane>().await?;
            let ours = planes.iter().filter(|plane| plane.metadata.namespace == *root);
            let wanted = object_named::<ServiceMeshControlPlane>(root, "basic");
            statements
                .add_kind(&planes, ours, wanted, |plane| readiness(&planes, plane, &plane.status, "Ready"));
        }
        flavour::OSSM3 => {
            let planes = cx.objects::<Istio>().await?;
            let nodes = cx.known_objects::<IstioCni>().await?;
            let ours = planes.iter().filter(|plane| plane.spec.namespace == *root);
            let wanted = object_named::<Istio>("", "default");
            statements
                .add_kind(&planes, ours, wanted, |plane| readiness(&planes, plane, &plane.status, "Ready"));
            let wanted = object_named::<IstioCni>("", "default");
            statements.add_kind(&nodes, nodes.iter(), wanted, |node| {
                readiness(&nodes, node, &node.status, "Ready")
            });
        }
        _ => {
            let deployments = cx.objects::<Deployment>().await?;
            let istiod = knative_istiod(cx).await?;
            let wanted = object_named::<Deployment>(root, "istiod");
            statements.add_kind(&deployments, istiod.iter(), wanted, |istiod| {
                istiod_readiness(&deployments, istiod)
            });
        }
    }
    Ok(statements.verdict())
}

/// Judges where nothing tells the flavour: that there is no control plane of any needs no flavour, all else does.
async fn judge_any(cx: &Context) -> Result<Verdict, HarnessError> {
    let planes = cx.known_objects::<ServiceMeshControlPlane>().await?;
    let resources = cx.known_objects::<Istio>().await?;
    let deployments = cx.known_objects::<Deployment>().await?;
    let missing = planes.missing().or_else(|| resources.missing()).or_else(|| deployments.missing());
    let is_any = !planes.is_empty() || !resources.is_empty() || deployments.iter().any(|one| is_istiod(one));
    if missing.is_some() || is_any {
        return Err(HarnessError::UnknownFlavour);
    }
    let wanted = object_named::<Deployment>(&cx.inputs().mesh.namespace, "istiod");
    let expected = "an istiod, an Istio resource or a ServiceMeshControlPlane";
    Ok(Verdict::violated(finding_of_missing_object(CONTROL_PLANE_MISSING, wanted, expected)))
}

fn istiod_readiness(deployments: &Objects<Deployment>, istiod: &Deployment) -> Readiness {
    match readiness(deployments, istiod, &istiod.0.status.conditions, "Available") {
        Readiness::Met => describe_missing_replicas(&istiod.0).map_or(Readiness::Met, |observed| {
            Readiness::Unmet(UnmetCondition {
                field: "status.availableReplicas".to_owned(),
                expected: "at least 1".to_owned(),
                observed: observed.to_owned(),
            })
        }),
        other => other,
    }
}

/// What the objects of the control plane say of themselves.
#[derive(Default)]
struct Statements {
    judgement: Judgement,
    ready: Vec<String>,
    without_status: Vec<String>,
}

impl Statements {
    /// Adds what the objects of a kind say, of which `ours` are of the mesh; or that `wanted` is missing.
    fn add_kind<'a, V: View>(
        &mut self,
        objects: &Objects<V>,
        ours: impl Iterator<Item = &'a Arc<V>>,
        wanted: ObjectRef,
        state: impl Fn(&V) -> Readiness,
    ) {
        let mut ours = ours.peekable();
        if ours.peek().is_none() {
            // none: what is cluster-scoped has no namespace
            let missing = objects.missing_in(wanted.namespace.as_deref().unwrap_or_default());
            let expected = format!("the {} of the mesh's control plane", wanted.kind);
            let finding = finding_of_missing_object(CONTROL_PLANE_MISSING, wanted, expected);
            self.judgement.add_absence(missing, finding);
        }
        for object in ours {
            let state = state(object);
            match state {
                Readiness::Met => self.ready.push(object.object_ref().to_string()),
                Readiness::NotTold(_) => self.without_status.push(object.object_ref().to_string()),
                Readiness::Unmet(_) => {}
            }
            state.judge(&mut self.judgement, CONTROL_PLANE_NOT_READY, &**object);
        }
    }

    fn verdict(self) -> Verdict {
        let lists = [("ready", self.ready), ("there, without a status", self.without_status)];
        let told = lists.iter().filter(|(_, names)| !names.is_empty());
        let told: Vec<_> = told.map(|(what, names)| format!("{what}: {}", names.join(", "))).collect();
        self.judgement.verdict(|| told.join("; "))
    }
}
