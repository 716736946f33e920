//! NetworkPolicies let activator and autoscaler reach the pods of revisions, and these reach istiod.
//!
//! The activator sends requests to port 8012 of a pod, and the autoscaler asks port 9090 for its metrics. A sidecar gets its
//! certificate and its configuration from istiod, and is not ready without. A namespace that lets nobody in by default needs
//! policies that let these in; one that lets nothing out, one that lets its pods ask istiod. Policies add up. Whether the network
//! of the cluster enforces them at all cannot be told from its objects.

use crate::judging::network_policy::{CONNECTION_FINDINGS, NetworkConnections, Side};
use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::cluster_workloads::cluster_workloads;
use crate::reading::revision_pods::revision_pods;
use semantics::certainty::Certainty;
use semantics::istio::component_pod::component_pods;
use semantics::istio::control_plane::{DISCOVERY_PORT, ISTIOD};
use semantics::knative::serving_call::{REVISION_PROBES, component_labels};
use std::collections::BTreeMap;
use std::time::Duration;
use vocabulary::{CheckCard, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "mesh::network::revisions_are_reached",
        title: "NetworkPolicies let Serving reach revisions",
        text: include_str!("revisions_are_reached.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "activator and autoscaler reach the pods of revisions, and the sidecars of these reach istiod, whatever else \
                        NetworkPolicies cut",
            source: "https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-policies",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "add a NetworkPolicy in the namespace of the Knative Service with a rule whose `from[].namespaceSelector` selects \
                      Serving's namespace, for the ports 8012, 8013 and 9090 of its pods; where connections leave, with one whose \
                      `to[].namespaceSelector` selects that of istiod, for port 15012",
        findings: CONNECTION_FINDINGS,
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serving = &cx.inputs().serverless.serving_namespace;
    let workloads = cluster_workloads(cx).await?;
    let revisions = revision_pods(cx, &workloads).await?;
    let app = BTreeMap::from([("app".to_owned(), ISTIOD.to_owned())]);
    let istiods = component_pods(&workloads, &cx.inputs().mesh.namespace, ISTIOD, &app);
    let callers = REVISION_PROBES.iter().map(|(name, port, _)| {
        (*name, *port, component_pods(&workloads, serving, name, &component_labels(name)))
    });
    let callers: Vec<_> = callers.collect();
    let mut connections = NetworkConnections::none(cx, CONNECTION_FINDINGS).await?;
    for pod in &revisions.pods {
        let namespace = &pod.namespace;
        for (name, port, callers) in &callers {
            for caller in callers {
                let way = format!("{name} in {serving} to port {port} of revisions in {namespace}");
                connections.judge(&way, Side::Pod(caller), Side::Pod(pod), *port);
            }
        }
        for istiod in istiods.iter().filter(|_| pod.has_proxy == Certainty::Yes) {
            let way = format!("revisions in {namespace} to port {DISCOVERY_PORT} of {ISTIOD}");
            connections.judge(&way, Side::Pod(pod), Side::Pod(istiod), DISCOVERY_PORT);
        }
    }
    if connections.is_empty() {
        let skip = || skip_not_installed("a revision of a Knative Service");
        return revisions
            .missing
            .map_or_else(|| Ok(skip()), |missing| Err(HarnessError::NotKnown { missing }));
    }
    connections.leave(revisions.missing);
    Ok(connections.verdict())
}
