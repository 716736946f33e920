//! NetworkPolicies let the API server through to the webhooks of Serving and Eventing.
//!
//! The API server is not a pod of the mesh: a policy that lets in the namespaces of the mesh, or those of the same namespace,
//! does not let it in. While it cannot reach a webhook, nothing that the webhook looks at can be created or changed. Some
//! networks have labels for the API server: a rule that may be about it is not judged.

use crate::judging::network_policy::{INGRESS_FINDINGS, NetworkConnections, Side};
use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use semantics::istio::component_pod::component_pods;
use semantics::knative::webhook::{EVENTING_WEBHOOKS, SERVING_WEBHOOKS, WEBHOOK_PORT, is_webhook};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

/// The port of the pods.
/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::network::webhooks_are_reached",
        title: "NetworkPolicies let the API server through to webhooks",
        text: include_str!("webhooks_are_reached.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the webhooks of Serving and Eventing are reached by the API server on port 8443, whatever else \
                        NetworkPolicies cut",
            source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "add a NetworkPolicy whose `spec.podSelector` selects the webhook (`app: webhook`), with a rule in \
                      `spec.ingress` that has no `from`, as OpenShift Serverless has it; policies add up, so the one that \
                      denies can stay",
        findings: INGRESS_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serverless = &cx.inputs().serverless;
    let workloads = cluster_workloads(cx).await?;
    let mut connections = NetworkConnections::none(cx, INGRESS_FINDINGS).await?;
    let of_namespaces = [
        (&serverless.serving_namespace, SERVING_WEBHOOKS),
        (&serverless.eventing_namespace, EVENTING_WEBHOOKS),
    ];
    for (namespace, names) in of_namespaces {
        let deployments = workloads.deployments.iter().map(|one| &one.0.metadata);
        let others = deployments.filter(|meta| meta.namespace == *namespace && is_webhook(&meta.name));
        let names: BTreeSet<_> = others.map(|meta| meta.name.as_str()).chain(names.iter().copied()).collect();
        for name in names {
            let app = BTreeMap::from([("app".to_owned(), name.to_owned())]);
            for pod in component_pods(&workloads, namespace, name, &app) {
                let way = format!("the API server to port {WEBHOOK_PORT} of {name} in {namespace}");
                connections.judge(&way, Side::ApiServer, Side::Pod(&pod), WEBHOOK_PORT);
            }
        }
    }
    if connections.is_empty() {
        let namespaces = of_namespaces.map(|(namespace, _)| namespace.as_str()).join(" or ");
        return Ok(skip_not_installed(format!("a webhook in {namespaces}")));
    }
    Ok(connections.verdict())
}
