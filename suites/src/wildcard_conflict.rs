//! Wildcard conflicts: Gateways that claim every host on a port of the pods that a Knative Gateway configures.
//!
//! Istio gives a host on a port of a pod to one Gateway, the oldest, and silently drops the server of the others. So
//! what matters is not the text of a selector but whether it reaches the same pods; a server that binds another address
//! is another listener. A Gateway that the control plane does not look at belongs to another mesh.

use crate::control_plane::{self, REVISION};
use crate::discovery::Discovery;
use crate::flavour;
use crate::selection::{self, INGRESS_GATEWAY, LOCAL_GATEWAY};
use harness::check::FindingCode;
use harness::context::Context;
use harness::error::HarnessError;
use harness::finding::{Finding, Verdict};
use harness::view::View;
use std::collections::BTreeSet;
use view::gateway::{Gateway, GatewayServer};
use view::namespace::Namespace;
use view::pod::Pod;
use view::service_mesh::ServiceMeshMemberRoll;
use view::workload::Deployment;

/// Judges all Gateways against a Gateway of Knative, on these of its ports; on `port` where it has none of them.
pub async fn judge(
    cx: &Context,
    knative: &str,
    code: FindingCode,
    port: u16,
    is_judged: impl Fn(&GatewayServer) -> bool,
) -> Result<Verdict, HarnessError> {
    let gateways = cx.objects::<Gateway>().await?;
    let pods = cx.objects::<Pod>().await?;
    let mesh = Mesh::read(cx).await?;
    let Some(ours) = selection::gateway(cx, knative).await? else {
        return Ok(selection::nothing_selected(knative));
    };
    let our_pods = selection::of_gateway(&ours, &pods);
    if our_pods.is_empty() {
        return Ok(selection::nothing_selected(knative));
    }

    let ours_on = ours.spec.servers.iter().filter(|server| is_judged(server));
    let mut listeners: BTreeSet<_> = ours_on.map(listener).collect();
    if listeners.is_empty() {
        listeners.insert((port, String::new()));
    }
    let mut findings = Vec::new();
    for gateway in gateways.iter().filter(|gateway| !is_knative(cx, gateway) && mesh.owns(gateway)) {
        if selection::of_gateway(gateway, &pods).is_disjoint(&our_pods) {
            continue;
        }
        for (index, server) in gateway.spec.servers.iter().enumerate() {
            if server.is_for_all_hosts() && listeners.contains(&listener(server)) {
                let field = format!("spec.servers[{index}]");
                let finding = Finding::new(code, gateway.object_ref(), field)
                    .expected(format!(
                        "only {} claims `*` on port {} of {}",
                        ours.object_ref(),
                        server.port.number,
                        selection::listed(&our_pods)
                    ))
                    .observed(format!(
                        "hosts `{}`, port {}, on the same pods by {}",
                        server.hosts.join("`, `"),
                        server.port.number,
                        selection::written(&gateway.spec.selector)
                    ));
                findings.push(finding);
            }
        }
    }
    let ports: BTreeSet<_> = listeners.iter().map(|(port, _)| port.to_string()).collect();
    Ok(Verdict::judge(findings, || {
        let ports = ports.into_iter().collect::<Vec<_>>().join(", ");
        format!("`*` on port {ports}: {} alone, on {}", ours.object_ref(), selection::listed(&our_pods))
    }))
}

fn listener(server: &GatewayServer) -> (u16, String) {
    (server.port.number, server.bind.clone())
}

fn is_knative(cx: &Context, gateway: &Gateway) -> bool {
    gateway.metadata.namespace == cx.inputs().serverless.serving_namespace
        && [INGRESS_GATEWAY, LOCAL_GATEWAY].contains(&gateway.metadata.name.as_str())
}

/// What tells whether a Gateway is one of the mesh that Knative is part of.
struct Mesh {
    namespaces: BTreeSet<String>,
    other_revisions: BTreeSet<String>,
}

impl Mesh {
    async fn read(cx: &Context) -> Result<Self, HarnessError> {
        let namespaces = cx.objects::<Namespace>().await?;
        let names = |namespaces: Vec<&Namespace>| {
            namespaces.into_iter().map(|one| one.metadata.name.clone()).collect()
        };
        if cx.flavour() == flavour::OSSM2 {
            let root = &cx.inputs().mesh.namespace;
            let rolls = cx.objects::<ServiceMeshMemberRoll>().await?;
            let ours = rolls.iter().filter(|roll| roll.metadata.namespace == *root);
            let members = ours.flat_map(|roll| roll.status.configured_members.iter().cloned());
            return Ok(Self {
                namespaces: members.chain([root.clone()]).collect(),
                other_revisions: BTreeSet::new(),
            });
        }
        let discovery = Discovery::read(cx).await?;
        let covered =
            namespaces.iter().map(AsRef::as_ref).filter(|namespace| discovery.covers(namespace)).collect();
        let ours = control_plane::istiod(cx).await?;
        let ours = ours.as_ref().map(|istiod| control_plane::revision(&istiod.0));
        let deployments = cx.objects::<Deployment>().await?;
        let revisions = deployments.iter().filter(|one| control_plane::is_istiod(one));
        let others = revisions.map(|one| control_plane::revision(&one.0)).filter(|one| Some(*one) != ours);
        Ok(Self { namespaces: names(covered), other_revisions: others.map(ToOwned::to_owned).collect() })
    }

    /// A Gateway may name a revision by a tag; only the revision of another control plane makes it another mesh's.
    fn owns(&self, gateway: &Gateway) -> bool {
        let label = gateway.metadata.labels.get(REVISION);
        let is_of_another = label.is_some_and(|label| self.other_revisions.contains(label));
        !is_of_another && self.namespaces.contains(&gateway.metadata.namespace)
    }
}
