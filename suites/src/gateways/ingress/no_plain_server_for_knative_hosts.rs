//! No other Gateway answers plain HTTP for the hosts of Knative Services on the pods of Knative's Gateways.
//!
//! `knative-ingress-gateway` serves HTTPS, and `knative-local-gateway` mutual TLS. A server of another Gateway on the same pods
//! that speaks plain HTTP for their hosts is a second door: whatever VirtualService is bound to it is asked without
//! encryption and without identity. Where a Gateway of Knative answers plain HTTP itself, as the local one may with
//! OpenShift Service Mesh 3, others take nothing away. A server that leads to HTTPS, one for hosts of other applications and
//! one for `*`, which names nobody, are no finding; nor are the Gateways that net-istio makes of single routes.

use crate::judging::rival_gateway::{RivalServer, other_gateways};
use crate::judging::skip::skip_without_gateway_pods;
use crate::reading::capability;
use crate::reading::knative_hosts::{KnownHosts, cluster_hosts, external_hosts};
use crate::reading::selectable_pods::selectable_pods;
use semantics::istio::gateway_server::{answers_plain_http, is_tls};
use semantics::istio::mesh_scope::GatewayMembership;
use semantics::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY, ROUTE_LABEL};
use semantics::selection::{
    PodNames, contains_pod, format_pods, format_selector, is_gateway_of_any, pods_of_gateway,
};
use std::sync::Arc;
use std::time::Duration;
use view::gateway::Gateway;
use view::pod::Pod;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const PLAIN_SERVER: &str = "plain-server";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::ingress::no_plain_server_for_knative_hosts",
        title: "no other Gateway answers plain HTTP for hosts of Knative",
        text: include_str!("no_plain_server_for_knative_hosts.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the hosts of Knative Services are served over TLS alone on the pods of the Gateways of Knative",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set `tls.httpsRedirect: true` on the server of the other Gateway, or take the hosts of Knative Services out \
                      of its `hosts`; or point its `spec.selector` at pods of its own",
        findings: &[FindingKind {
            code: PLAIN_SERVER,
            meaning: "a server of another Gateway speaks plain HTTP for hosts of Knative Services, on the pods of Knative's Gateways",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

/// A Gateway of Knative that serves its hosts by TLS alone.
struct TlsGateway {
    gateway: Arc<Gateway>,
    pods: Vec<Arc<Pod>>,
    pod_names: PodNames,
    hosts: KnownHosts,
}

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let rivals = other_gateways(cx).await?;
    let pods = selectable_pods(cx).await?;
    let serving = &cx.inputs().serverless.serving_namespace;
    let (mut judged, mut missing) = (Vec::new(), None);
    for name in [INGRESS_GATEWAY, LOCAL_GATEWAY] {
        let gateway = cx.lookup::<Gateway>(serving, name).await?;
        missing = missing.or(gateway.missing());
        let Some(gateway) = gateway.found().filter(|gateway| has_tls_alone(gateway)) else { continue };
        let hosts =
            if name == INGRESS_GATEWAY { external_hosts(cx).await? } else { cluster_hosts(cx).await? };
        missing = missing.or(hosts.missing.clone());
        let pod_names = pods_of_gateway(gateway, &pods);
        let pods = pods.iter().filter(|pod| contains_pod(&pod_names, pod)).cloned().collect();
        judged.push(TlsGateway { gateway: Arc::clone(gateway), pods, pod_names, hosts });
    }
    judged.retain(|one| !one.pods.is_empty());
    let missing = missing.or_else(|| pods.missing());
    if judged.is_empty() {
        let skip = || skip_without_gateway_pods(INGRESS_GATEWAY);
        return missing.map_or_else(|| Ok(skip()), |missing| Err(HarnessError::NotKnown { missing }));
    }
    let mut judgement = Judgement::default();
    for rival in &rivals.known {
        for server in rival.servers() {
            let finding = judged.iter().find_map(|ours| ours.finding(server));
            match (finding, &rival.membership) {
                (Some(finding), GatewayMembership::Inside) => judgement.add(finding),
                (Some(_), GatewayMembership::NotKnown(missing)) => {
                    judgement.leave_rest(PLAIN_SERVER, Some(missing.clone()));
                }
                (Some(_), GatewayMembership::Outside) | (None, _) => {}
            }
        }
    }
    judgement.leave_rest(PLAIN_SERVER, rivals.missing.or(missing));
    Ok(judgement.verdict(|| {
        let alone = judged.iter().map(|ours| format!("TLS alone: {}", ours.gateway.object_ref()));
        format!("{}{}", alone.collect::<Vec<_>>().join("; "), rivals.note)
    }))
}

fn has_tls_alone(gateway: &Gateway) -> bool {
    let servers = &gateway.spec.servers;
    servers.iter().any(is_tls) && !servers.iter().any(answers_plain_http)
}

impl TlsGateway {
    fn finding(&self, rival: RivalServer<'_>) -> Option<Finding> {
        let (gateway, server) = (rival.placed.gateway, rival.placed.server);
        let is_of_net_istio = gateway.metadata.labels.contains_key(ROUTE_LABEL);
        if is_of_net_istio || !answers_plain_http(server) || !is_gateway_of_any(gateway, &self.pods) {
            return None;
        }
        let named = |host: &&String| self.hosts.known.are_named_by(host, gateway);
        let hosts: Vec<_> = server.hosts.iter().filter(named).map(String::as_str).collect();
        let hosts = (!hosts.is_empty()).then(|| hosts.join("`, `"))?;
        let (ours, pods) = (self.gateway.object_ref(), format_pods(&self.pod_names));
        let selector = format_selector(&gateway.spec.selector);
        let port = &server.port;
        let finding = Finding::new(PLAIN_SERVER, rival.object.clone(), rival.field);
        Some(
            finding
                .expected(format!("TLS for hosts of Knative Services on {pods}, as {ours} has it"))
                .observed(format!(
                    "{} on port {} for `{hosts}`, on the same pods by {selector}",
                    port.protocol, port.number
                )),
        )
    }
}
