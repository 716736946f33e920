//! No other Service moves the listeners of Knative's Gateways away from the ports of the pods that clients are led to.
//!
//! Istio takes the port of a Gateway's server for that of a Service, and has the pods listen on the `targetPort` of the
//! oldest Service with that port. A second Service of the same pods with another `targetPort` takes the listener of Knative
//! along, now or when the first Service is created anew. Neither Gateway nor Service tells; clients are refused. With the
//! label `experimental.istio.io/disable-gateway-port-translation`, whatever its value, a Service moves nothing.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::configured_service::configured_service;
use crate::reading::selectable_pods::selectable_pods;
use semantics::istio::gateway_listeners::{GatewayProxy, HostListPanic};
use semantics::istio::listener_conflict::{PlacedServer, placed_servers};
use semantics::istio::moved_listener::{listener_port, moved_listener_port};
use semantics::knative::config_istio::CONFIG_ISTIO;
use semantics::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY};
use semantics::selection::{contains_pod, pods_of_gateway};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use view::config_map::ConfigMap;
use view::gateway::Gateway;
use view::service::Service;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View, chain,
};
use world::{Check, Context};

const LISTENER_MOVED: &str = "listener-moved";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "prerequisites::services::no_service_moves_a_listener",
        title: "no other Service moves a listener of the Gateways",
        text: include_str!("no_service_moves_a_listener.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "no other Service of the gateway's pods leads a port of the Gateways of Knative to another port of the pods",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.1, step 1, note",
            since: "Istio 1.11",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set the label `experimental.istio.io/disable-gateway-port-translation: \"true\"` on the Service, or give \
                      its port the `targetPort` that the Service of Knative's Gateway has",
        findings: &[FindingKind {
            code: LISTENER_MOVED,
            meaning: "by this Service the pods listen for the Gateway on another port than the one that clients are led to",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serving = &cx.inputs().serverless.serving_namespace;
    let services = cx.objects::<Service>().await?;
    let pods = selectable_pods(cx).await?;
    let config = cx.lookup::<ConfigMap>(serving, CONFIG_ISTIO).await?;
    let Some(config) = config.found() else {
        let skip = || skip_not_installed(format!("ConfigMap {serving}/{CONFIG_ISTIO}"));
        return config
            .missing()
            .map_or_else(|| Ok(skip()), |missing| Err(HarnessError::NotKnown { missing }));
    };
    let (mut fronts, mut missing) = (Vec::new(), None);
    for name in [INGRESS_GATEWAY, LOCAL_GATEWAY] {
        let Some((namespace, service)) = named_service(cx, config, name)? else { continue };
        let service = services.lookup(&namespace, &service);
        let gateway = cx.lookup::<Gateway>(serving, name).await?;
        missing = missing.or(service.missing()).or(gateway.missing());
        fronts.extend(gateway.found().cloned().zip(service.found().cloned()));
    }

    // Those of Knative itself are judged by other checks.
    let is_front = |one: &Service| fronts.iter().any(|(_, front)| front.object_ref() == one.object_ref());
    let others: Vec<_> = services.iter().map(Arc::as_ref).filter(|one| !is_front(one)).collect();
    let mut judged = JudgedListeners::default();
    for (gateway, front) in &fronts {
        let pod_names = pods_of_gateway(gateway, &pods);
        let is_near = |one: &&Service| one.metadata.namespace == front.metadata.namespace;
        let others: Vec<_> = others.iter().copied().filter(is_near).collect();
        for pod in pods.iter().filter(|pod| contains_pod(&pod_names, pod)) {
            let proxy = GatewayProxy::with_default_settings(pod);
            for server in placed_servers(gateway) {
                judged.judge(&proxy, server, front, &others).map_err(|panic| {
                    let field = format!("spec.servers[{}].hosts", server.index);
                    HarnessError::field(gateway.object_ref(), field, panic)
                })?;
            }
        }
    }
    let more = fronts.iter().find_map(|(_, front)| services.missing_in(&front.metadata.namespace));
    let missing = missing.or(more).or_else(|| pods.missing());
    if judged.served.is_empty() {
        let skip =
            || skip_not_installed("a Service of `config-istio` that leads to a listener of its Gateway");
        return missing.map_or_else(|| Ok(skip()), |missing| Err(HarnessError::NotKnown { missing }));
    }
    let mut judgement = Judgement::default();
    judgement.extend(judged.findings.into_values());
    judgement.leave_rest(LISTENER_MOVED, missing);
    Ok(judgement.verdict(|| judged.served.into_iter().collect::<Vec<_>>().join("; ")))
}

/// The Service that `config-istio` names for a Gateway. That nobody can read the ConfigMap is another check's finding.
fn named_service(
    cx: &Context,
    config: &ConfigMap,
    gateway: &str,
) -> Result<Option<(String, String)>, HarnessError> {
    configured_service(cx, config, gateway).map_err(|error| HarnessError::NotKnown {
        missing: format!("which Service leads to Gateway {gateway}: {}", chain(&error)),
    })
}

/// What was found of listeners, each once for all pods.
#[derive(Default)]
struct JudgedListeners {
    /// Where servers are served, and by which Service clients get there.
    served: BTreeSet<String>,
    /// By the Service and its port.
    findings: BTreeMap<(String, u16), Finding>,
}

impl JudgedListeners {
    fn judge(
        &mut self,
        proxy: &GatewayProxy<'_>,
        server: PlacedServer<'_>,
        front: &Arc<Service>,
        others: &[&Service],
    ) -> Result<(), HostListPanic> {
        let number = server.server.port.number;
        let Some(port) = listener_port(proxy, server, front)? else { return Ok(()) };
        self.served.insert(format!("{number} on port {port}: {}", front.object_ref()));
        for other in others {
            let Some(to) = moved_listener_port(proxy, server, port, front, other)? else { continue };
            let field = format!("spec.ports[{number}].targetPort");
            let gateway = server.gateway.object_ref();
            let finding = Finding::new(LISTENER_MOVED, other.object_ref(), field)
                .expected(format!(
                    "{port}, to which {} leads for {gateway}; or the label",
                    front.object_ref()
                ))
                .observed(format!("{to}, and no label that disables port translation"));
            self.findings.insert((other.object_ref().to_string(), number), finding);
        }
        Ok(())
    }
}
