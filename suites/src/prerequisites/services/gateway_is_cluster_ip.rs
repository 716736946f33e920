//! Every Service in front of the gateway pods is of type `ClusterIP`, whatever its name.
//!
//! The document looks for the name `istio-ingressgateway`. A Service of another name exposes the same pods, so Services
//! are found by the pods that they lead to. External addresses of a ClusterIP Service expose them too.

use crate::judging::skip::skip_without_gateway_pods;
use crate::reading::capability;
use crate::reading::selectable_pods::selectable_pods;
use semantics::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY};
use semantics::selection::{PodNames, pods_of_gateway, services_to};
use std::time::Duration;
use view::gateway::Gateway;
use view::service::Service;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const EXPOSED_BY_TYPE: &str = "exposed-by-type";
const EXPOSED_BY_ADDRESS: &str = "exposed-by-address";
const CLUSTER_IP: &str = "ClusterIP";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "prerequisites::services::gateway_is_cluster_ip",
        title: "the gateway pods are reached inside the cluster only",
        text: include_str!("gateway_is_cluster_ip.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "no Service of type NodePort or LoadBalancer exposes the ingress gateway of the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.1, step 2",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set `spec.type: ClusterIP` in the Service and remove its `spec.externalIPs`; the Helm chart `gateway` \
                      needs `service.type=ClusterIP`, since its default is a LoadBalancer",
        findings: &[
            FindingKind {
                code: EXPOSED_BY_TYPE,
                meaning: "a NodePort or LoadBalancer Service leads from outside to the gateway pods, past the Routes",
            },
            FindingKind {
                code: EXPOSED_BY_ADDRESS,
                meaning: "a Service with external addresses leads from outside to the gateway pods, past the Routes",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let services = cx.objects::<Service>().await?;
    let pods = selectable_pods(cx).await?;
    let (mut gateway_pods, mut not_known) = (PodNames::new(), None);
    for name in [INGRESS_GATEWAY, LOCAL_GATEWAY] {
        let gateway = cx.lookup::<Gateway>(&cx.inputs().serverless.serving_namespace, name).await?;
        if let Some(gateway) = gateway.found() {
            gateway_pods.extend(pods_of_gateway(gateway, &pods));
        }
        not_known = not_known.or(gateway.missing());
    }
    if let (true, Some(missing)) = (gateway_pods.is_empty(), not_known) {
        return Err(HarnessError::NotKnown { missing });
    }
    if gateway_pods.is_empty() {
        return Ok(skip_without_gateway_pods(&format!("{INGRESS_GATEWAY} or {LOCAL_GATEWAY}")));
    }

    let in_front = services_to(&gateway_pods, &services, &pods);
    let mut judgement = Judgement::default();
    judgement.extend(in_front.iter().filter_map(|service| exposure_finding(service)));
    let missing = services.missing().or_else(|| pods.missing());
    for code in [EXPOSED_BY_TYPE, EXPOSED_BY_ADDRESS] {
        let missing = missing.clone();
        judgement.leave_part(code, missing, !in_front.is_empty());
    }
    Ok(judgement.verdict(|| {
        let names: Vec<_> = in_front.iter().map(|service| service.object_ref().to_string()).collect();
        format!("{CLUSTER_IP}: {}", names.join(", "))
    }))
}

fn exposure_finding(service: &Service) -> Option<Finding> {
    let (kind, addresses) = (&service.spec.r#type, &service.spec.external_ips);
    if kind != CLUSTER_IP {
        let finding = Finding::new(EXPOSED_BY_TYPE, service.object_ref(), "spec.type");
        return Some(finding.expected(CLUSTER_IP).observed(kind));
    }
    if !addresses.is_empty() {
        let finding = Finding::new(EXPOSED_BY_ADDRESS, service.object_ref(), "spec.externalIPs");
        return Some(finding.expected("no external address").observed(addresses.join(", ")));
    }
    None
}
