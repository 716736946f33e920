//! The Service `knative-local-gateway` leads from port 80 to the port of the Gateway, on the Gateway's own pods.
//!
//! Selectors may differ in text (`istio: ingressgateway` here, `knative: ingressgateway` there); the pods may not. The
//! Service may have more ports: the Knative operator ships a second one, 443 to 8444. With OpenShift Service Mesh 3 the
//! Gateway may be on port 80, which its pods serve as 8080.

use crate::judging::finding::finding_of_missing_object;
use crate::judging::skip::skip_without_gateway_pods;
use crate::reading::capability;
use crate::reading::knative_gateway::{gateway_namespace, knative_gateway};
use crate::reading::selectable_pods::{SelectablePods, selectable_pods};
use semantics::istio::service_port::{is_http, protocol_hint, target_port_number};
use semantics::knative::gateways::{LOCAL_GATEWAY, local_gateway_pod_port};
use semantics::selection::{find_service, format_pods, pods_of_gateway, pods_of_service};
use std::time::Duration;
use view::service::Service;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
    object_named,
};
use world::{Check, Context};

const SERVICE_MISSING: &str = "service-missing";
const NO_PORT_80: &str = "no-port-80";
const OTHER_TARGET_PORT: &str = "other-target-port";
const PORT_NOT_HTTP: &str = "port-not-http";
const SELECTS_OTHER_PODS: &str = "selects-other-pods";
const PORT: u16 = 80;

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::local::service_maps_80_to_8081",
        title: "the local Service leads from port 80 to the Gateway",
        text: include_str!("service_maps_80_to_8081.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the Service `knative-local-gateway` leads from port 80, `http2`, to port 8081 of the gateway's pods",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "give the Service `knative-local-gateway` in the gateway's namespace a port with `name: http2`, `port: 80` \
                      and `targetPort: 8081`, and a `spec.selector` that selects the pods of the Gateway of the same name",
        findings: &[
            FindingKind {
                code: SERVICE_MISSING,
                meaning: "calls inside the cluster have no Service to go to",
            },
            FindingKind {
                code: NO_PORT_80,
                meaning: "calls inside the cluster go to port 80, where nobody listens",
            },
            FindingKind {
                code: OTHER_TARGET_PORT,
                meaning: "port 80 leads to a port on which the local Gateway does not listen",
            },
            FindingKind {
                code: PORT_NOT_HTTP,
                meaning: "Istio takes the port for plain TCP, and routes nothing by host",
            },
            FindingKind {
                code: SELECTS_OTHER_PODS,
                meaning: "the Service and the Gateway of its name speak of different pods; some calls are reset",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let pods = selectable_pods(cx).await?;
    let services = cx.objects::<Service>().await?;
    let Some(gateway) = knative_gateway(cx, LOCAL_GATEWAY).await? else {
        return Ok(skip_without_gateway_pods(LOCAL_GATEWAY));
    };
    let gateway_pods = pods_of_gateway(&gateway, &pods);
    if gateway_pods.is_empty() {
        return Ok(skip_without_gateway_pods(LOCAL_GATEWAY));
    }
    let namespace = gateway_namespace(&gateway_pods, cx);
    let Some(service) = find_service(&services, namespace, LOCAL_GATEWAY) else {
        // Where the pods are not known, the namespace is only guessed.
        if let Some(missing) = services.missing_in(namespace).or_else(|| pods.missing()) {
            return Err(HarnessError::NotKnown { missing });
        }
        let object = object_named::<Service>(namespace, LOCAL_GATEWAY);
        let finding = finding_of_missing_object(SERVICE_MISSING, object, "a Service of this name");
        return Ok(Verdict::violated(finding));
    };

    let Some(target) = local_gateway_pod_port(&gateway, cx.flavour()) else {
        return Err(HarnessError::UnknownFlavour);
    };
    let mut judgement = Judgement::default();
    judge_port(&mut judgement, target, service, &pods);
    let service_pods = pods_of_service(service, &pods);
    if service_pods != gateway_pods {
        let finding = Finding::new(SELECTS_OTHER_PODS, service.object_ref(), "spec.selector");
        let expected = format!("the pods of {}: {}", gateway.object_ref(), format_pods(&gateway_pods));
        let finding = finding.expected(expected).observed(format_pods(&service_pods));
        judgement.add_absence(pods.missing(), finding);
    }
    Ok(judgement.verdict(|| {
        format!("port {PORT} to {target}: {}, on {}", service.object_ref(), format_pods(&service_pods))
    }))
}

fn judge_port(judgement: &mut Judgement, target: u16, service: &Service, pods: &SelectablePods) {
    let at = |code, field: &str| Finding::new(code, service.object_ref(), field);
    let Some(port) = service.port(PORT) else {
        let ports: Vec<_> = service.spec.ports.iter().map(|port| port.port.to_string()).collect();
        return judgement.add(at(NO_PORT_80, "spec.ports").expected("port 80").observed(ports.join(", ")));
    };
    let number = target_port_number(port, service, pods);
    if number != Some(target) {
        let observed = port.target_port.as_ref().map_or_else(|| "not set".to_owned(), ToString::to_string);
        let finding = at(OTHER_TARGET_PORT, "spec.ports[80].targetPort");
        // The name of a port means what the pods say.
        let is_named = number.is_none() && port.target_port.is_some();
        let missing = is_named.then(|| pods.missing()).flatten();
        judgement.add_absence(missing, finding.expected(target.to_string()).observed(observed));
    } else if !is_http(port) {
        let finding = at(PORT_NOT_HTTP, "spec.ports[80].name").expected("http2, or another name of HTTP");
        judgement.add(finding.observed(protocol_hint(port)));
    }
}
