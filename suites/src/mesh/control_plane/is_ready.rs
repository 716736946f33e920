//! The control plane is there, and ready for the generation that was asked for last.
//!
//! With OpenShift Service Mesh 2 the ServiceMeshControlPlane says so, with 3 the Istio and IstioCNI resources; plain
//! Istio has only its Deployment.

use crate::{capability, control_plane, flavour};
use harness::check::{Check, FindingKind, Level, Requirement, STATUS, Tier};
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::{Finding, Verdict};
use harness::object::ObjectRef;
use harness::view::{View, named};
use std::time::Duration;
use view::condition::{Conditions, UnmetCondition};
use view::istio::{Istio, IstioCni};
use view::service_mesh::ServiceMeshControlPlane;
use view::workload::Deployment;

const CONTROL_PLANE_MISSING: &str = "control-plane-missing";
const CONTROL_PLANE_NOT_READY: &str = "control-plane-not-ready";

/// See the module text.
pub static CHECK: Check = Check {
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
    run: |cx| Box::pin(run(cx)),
};

/// An object that says whether the control plane is ready, and what keeps it from being.
type Teller = (ObjectRef, Option<UnmetCondition>);

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    cx.until(|| judge(cx)).await
}

async fn judge(cx: &Context) -> Result<Verdict, HarnessError> {
    let root = &cx.inputs().mesh.namespace;
    let (tellers, wanted) = match cx.flavour() {
        flavour::OSSM2 => {
            let planes = cx.objects::<ServiceMeshControlPlane>().await?;
            let ours = planes.iter().filter(|plane| plane.metadata.namespace == *root);
            let tellers = ours.map(|plane| teller(&**plane, &plane.status)).collect();
            (tellers, vec![named::<ServiceMeshControlPlane>(root, "basic")])
        }
        flavour::OSSM3 => {
            let planes = cx.objects::<Istio>().await?;
            let nodes = cx.objects::<IstioCni>().await?;
            let ours = planes.iter().filter(|plane| plane.spec.namespace == *root);
            let mut tellers: Vec<_> = ours.map(|plane| teller(&**plane, &plane.status)).collect();
            tellers.extend(nodes.iter().map(|node| teller(&**node, &node.status)));
            (tellers, vec![named::<Istio>("", "default"), named::<IstioCni>("", "default")])
        }
        _ => {
            let istiod = control_plane::istiod(cx).await?;
            let tellers = istiod.iter().map(|istiod| (istiod.object_ref(), lack_of(istiod))).collect();
            (tellers, vec![named::<Deployment>(root, "istiod")])
        }
    };
    Ok(verdict(tellers, wanted))
}

fn teller<V: View>(object: &V, status: &Conditions) -> Teller {
    (object.object_ref(), status.unmet(object.meta(), "Ready"))
}

/// A Deployment that is scaled to zero is `Available`, and serves nobody.
fn lack_of(istiod: &Deployment) -> Option<UnmetCondition> {
    let nobody = || UnmetCondition {
        field: "status.availableReplicas".to_owned(),
        expected: "at least 1".to_owned(),
        observed: if istiod.0.is_scaled_to_zero() { "0, scaled to zero" } else { "0" }.to_owned(),
    };
    let lack = istiod.0.status.conditions.unmet(istiod.meta(), "Available");
    lack.or_else(|| (istiod.0.available_count() == 0).then(nobody))
}

fn verdict(tellers: Vec<Teller>, wanted: Vec<ObjectRef>) -> Verdict {
    let is_there = |wanted: &ObjectRef| tellers.iter().any(|(object, _)| object.kind == wanted.kind);
    let missing = wanted.into_iter().filter(|wanted| !is_there(wanted)).map(|wanted| {
        let kind = wanted.kind.clone();
        Finding::new(CONTROL_PLANE_MISSING, wanted, "metadata.name")
            .expected(format!("the {kind} of the mesh's control plane"))
            .observed("none")
    });
    let mut findings: Vec<_> = missing.collect();
    let mut ready = Vec::new();
    for (object, lack) in tellers {
        match lack {
            Some(UnmetCondition { field, expected, observed }) => {
                let finding = Finding::new(CONTROL_PLANE_NOT_READY, object, field);
                findings.push(finding.expected(expected).observed(observed));
            }
            None => ready.push(object.to_string()),
        }
    }
    Verdict::judge(findings, || format!("ready: {}", ready.join(", ")))
}
