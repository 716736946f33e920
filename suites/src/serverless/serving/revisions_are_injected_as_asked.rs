//! A Knative Service that asks for a sidecar gets one.
//!
//! Istio's webhook is called for pods with the label `sidecar.istio.io/inject: "true"`, or in a namespace that asks for
//! injection; an annotation alone calls nobody in any other namespace, and neither does a label on the Knative Service itself,
//! which its pods do not get. Then the revision runs without a sidecar, and without a word: strict peers refuse its calls, and
//! nobody is kept from calling it. With OpenShift Service Mesh 2 annotations are read, in the namespaces of members alone. A
//! Knative Service that asks for nothing is no finding.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use crate::reading::mesh_scope::mesh_scope;
use semantics::istio::injection::ClusterWorkloads;
use semantics::istio::injection_request::injection_refusal;
use semantics::istio::injection_webhook::INJECT;
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::istio::possible_injection::possible_injection;
use std::time::Duration;
use view::knative_service::KnativeService;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const ASKED_IN_VAIN: &str = "asked-in-vain";
const NAMESPACE_NOT_IN_MESH: &str = "namespace-not-in-mesh";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::revisions_are_injected_as_asked",
        title: "Knative Services that ask for a sidecar get one",
        text: include_str!("revisions_are_injected_as_asked.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a Knative Service that asks for a sidecar is injected with one of the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.4, step 1, callouts 1 and 2",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "write `sidecar.istio.io/inject: \"true\"` into `spec.template.metadata.labels` of the Knative Service, or label \
                      its namespace with `istio-injection: enabled`; have the control plane discover the namespace, or add it to \
                      the ServiceMeshMemberRoll",
        findings: &[
            FindingKind {
                code: ASKED_IN_VAIN,
                meaning: "it asks where the webhook of the mesh does not look, and its pods run without a sidecar",
            },
            FindingKind {
                code: NAMESPACE_NOT_IN_MESH,
                meaning: "the control plane does not serve its namespace: its pods have no sidecar of the mesh",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let services = cx.known_objects::<KnativeService>().await?;
    let workloads = cluster_workloads(cx).await?;
    let scope = mesh_scope(cx).await?;
    let asking: Vec<_> = services.iter().filter(|service| is_asking(service)).collect();
    if asking.is_empty() {
        return match services.missing() {
            Some(missing) => Err(HarnessError::NotKnown { missing }),
            None => Ok(skip_not_installed("a Knative Service that asks for a sidecar")),
        };
    }
    let mut judgement = Judgement::default();
    for service in &asking {
        let (meta, template) = (&service.metadata, &service.spec.template);
        match (possible_injection(&workloads.ground(&meta.namespace), template), scope.membership(meta)) {
            (Ok(false), _) => judgement.add(refusal_finding(&workloads, service)),
            (_, GatewayMembership::Outside) => {
                let finding = Finding::new(NAMESPACE_NOT_IN_MESH, service.object_ref(), "metadata.namespace");
                let finding = finding.expected("a namespace that the control plane of the mesh serves");
                // One that was made since the namespaces were read is not known not to be served.
                let is_known = workloads.namespaces.named("", &meta.namespace).is_some();
                let missing = (!is_known).then(|| format!("the namespace {}", meta.namespace));
                judgement.add_absence(missing, finding.observed(&meta.namespace).configured());
            }
            (Err(missing), _) => judgement.leave_rest(ASKED_IN_VAIN, Some(missing)),
            (Ok(true), GatewayMembership::NotKnown(missing)) => {
                judgement.leave_rest(NAMESPACE_NOT_IN_MESH, Some(missing));
            }
            (Ok(true), GatewayMembership::Inside) => {}
        }
    }
    for code in [ASKED_IN_VAIN, NAMESPACE_NOT_IN_MESH] {
        judgement.leave_rest(code, services.missing());
    }
    Ok(judgement.verdict(|| format!("{} Knative Services ask for a sidecar", asking.len())))
}

/// Whether its pods are to have one, wherever that is written. A template that refuses is obeyed.
fn is_asking(service: &KnativeService) -> bool {
    let template = &service.spec.template.metadata;
    let of_pods = template.labels.get(INJECT).or_else(|| template.annotations.get(INJECT));
    of_pods.or_else(|| service.metadata.labels.get(INJECT)).is_some_and(|value| value == "true")
}

fn refusal_finding(workloads: &ClusterWorkloads, service: &KnativeService) -> Finding {
    let ground = workloads.ground(&service.metadata.namespace);
    let template = &service.spec.template;
    let refusal = injection_refusal(ground.namespace, template, ground.is_webhook_for_all);
    let is_on_itself =
        !template.metadata.annotations.contains_key(INJECT) && !template.metadata.labels.contains_key(INJECT);
    let observed = if is_on_itself {
        "no such label; that of the Knative Service itself is not its pods'".to_owned()
    } else {
        refusal.observed
    };
    let object = refusal.namespace.unwrap_or_else(|| service.object_ref());
    Finding::new(ASKED_IN_VAIN, object, refusal.field)
        .expected(refusal.expected)
        .observed(observed)
        .configured()
}
