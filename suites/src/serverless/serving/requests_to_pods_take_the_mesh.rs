//! Knative does not insist on calling pods by their addresses, which the mesh does not let through.
//!
//! With `mesh-compatibility-mode: disabled` activator and autoscaler call pods by their IP, and never by the Service of the
//! revision. A sidecar knows no host behind such an address unless pods are addressable in the mesh: an IP that is the host
//! of the request, as `enable-mesh-pod-addressability` makes it. Nothing set means `auto`, which finds out.

use crate::reading::capability;
use crate::reading::network_config::unrendered;
use semantics::knative::ingress_class::CONFIG_NETWORK;
use semantics::knative::pod_addressing::{MESH_COMPATIBILITY, POD_ADDRESSABILITY, is_mesh_bypassed};
use std::time::Duration;
use view::config_map::ConfigMap;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const PODS_ADDRESSED_DIRECTLY: &str = "pods-addressed-directly";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::requests_to_pods_take_the_mesh",
        title: "Knative does not call pods past the mesh",
        text: include_str!("requests_to_pods_take_the_mesh.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "Knative Serving calls the pods of revisions in a way that the mesh lets through",
            source: "Knative, config-network, https://github.com/knative/networking/blob/main/config/config-network.yaml#L189",
            since: "Knative 0.26",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "take `mesh-compatibility-mode: disabled` out of ConfigMap `config-network` (`spec.config.network` of the \
                      KnativeServing), or set it to `auto` or `enabled`",
        findings: &[FindingKind {
            code: PODS_ADDRESSED_DIRECTLY,
            meaning: "activator and autoscaler call pods by IP, which strict mutual TLS does not let through: revisions do not \
                      become ready",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let Some(network) = cx.object::<ConfigMap>(namespace, CONFIG_NETWORK).await? else {
        return Ok(Verdict::upheld(format!(
            "no ConfigMap {CONFIG_NETWORK}, so `{MESH_COMPATIBILITY}` is `auto`"
        )));
    };
    if let Some(missing) = unrendered(&network, &[MESH_COMPATIBILITY]) {
        return Err(HarnessError::NotKnown { missing });
    }
    let mode = network.value(MESH_COMPATIBILITY).unwrap_or("auto, which is the default");
    if is_mesh_bypassed(&network) {
        if let Some(missing) = unrendered(&network, &[POD_ADDRESSABILITY]) {
            return Err(HarnessError::NotKnown { missing });
        }
        let field = format!("data.{MESH_COMPATIBILITY}");
        let finding = Finding::new(PODS_ADDRESSED_DIRECTLY, network.object_ref(), field);
        return Ok(Verdict::violated(finding.expected("auto, or enabled").observed(mode).configured()));
    }
    Ok(Verdict::upheld(format!("{MESH_COMPATIBILITY}: {mode}")))
}
