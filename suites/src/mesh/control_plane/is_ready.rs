//! The control plane is there, and ready for the generation that was asked for last.
//!
//! With OpenShift Service Mesh 2 the ServiceMeshControlPlane says so, with 3 the Istio and IstioCNI resources; plain
//! Istio has only its Deployment.

use crate::judging::finding::{finding_of_missing_object, finding_of_unmet_condition};
use crate::reading::capability;
use crate::reading::control_plane::knative_istiod;
use semantics::flavour;
use semantics::workload::describe_missing_replicas;
use std::time::Duration;
use view::condition::{Conditions, UnmetCondition};
use view::istio::{Istio, IstioCni};
use view::service_mesh::ServiceMeshControlPlane;
use view::workload::Deployment;
use vocabulary::{
    CheckCard, FindingKind, HarnessError, Level, ObjectRef, Requirement, STATUS, Tier, Verdict, View,
    object_named,
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
        needs: &[capability::ISTIO, STATUS],
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

/// An object that says whether the control plane is ready, and what keeps it from being.
type Readiness = (ObjectRef, Option<UnmetCondition>);

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    cx.until(|| judge(cx)).await
}

async fn judge(cx: &Context) -> Result<Verdict, HarnessError> {
    let root = &cx.inputs().mesh.namespace;
    let (statements, wanted) = match cx.flavour() {
        flavour::OSSM2 => {
            let planes = cx.objects::<ServiceMeshControlPlane>().await?;
            let ours = planes.iter().filter(|plane| plane.metadata.namespace == *root);
            let statements = ours.map(|plane| readiness(&**plane, &plane.status)).collect();
            (statements, vec![object_named::<ServiceMeshControlPlane>(root, "basic")])
        }
        flavour::OSSM3 => {
            let planes = cx.objects::<Istio>().await?;
            let nodes = cx.objects::<IstioCni>().await?;
            let ours = planes.iter().filter(|plane| plane.spec.namespace == *root);
            let mut statements: Vec<_> = ours.map(|plane| readiness(&**plane, &plane.status)).collect();
            statements.extend(nodes.iter().map(|node| readiness(&**node, &node.status)));
            (statements, vec![object_named::<Istio>("", "default"), object_named::<IstioCni>("", "default")])
        }
        _ => {
            let istiod = knative_istiod(cx).await?;
            let statements =
                istiod.iter().map(|istiod| (istiod.object_ref(), istiod_unmet_condition(istiod))).collect();
            (statements, vec![object_named::<Deployment>(root, "istiod")])
        }
    };
    Ok(verdict(statements, wanted))
}

fn readiness<V: View>(object: &V, conditions: &Conditions) -> Readiness {
    (object.object_ref(), conditions.unmet(object.meta(), "Ready"))
}

fn istiod_unmet_condition(istiod: &Deployment) -> Option<UnmetCondition> {
    let unmet = istiod.0.status.conditions.unmet(istiod.meta(), "Available");
    unmet.or_else(|| {
        describe_missing_replicas(&istiod.0).map(|observed| UnmetCondition {
            field: "status.availableReplicas".to_owned(),
            expected: "at least 1".to_owned(),
            observed: observed.to_owned(),
        })
    })
}

fn verdict(statements: Vec<Readiness>, wanted: Vec<ObjectRef>) -> Verdict {
    let is_missing = |wanted: &ObjectRef| !statements.iter().any(|(object, _)| object.kind == wanted.kind);
    let missing = wanted.into_iter().filter(is_missing).map(|wanted| {
        let expected = format!("the {} of the mesh's control plane", wanted.kind);
        finding_of_missing_object(CONTROL_PLANE_MISSING, wanted, expected)
    });
    let mut findings: Vec<_> = missing.collect();
    let mut ready = Vec::new();
    for (object, unmet) in statements {
        match unmet {
            Some(unmet) => findings.push(finding_of_unmet_condition(CONTROL_PLANE_NOT_READY, object, unmet)),
            None => ready.push(object.to_string()),
        }
    }
    Verdict::judge(findings, || format!("ready: {}", ready.join(", ")))
}
