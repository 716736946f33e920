//! No Ingress that the mesh serves claims the hosts of `knative-ingress-gateway` on port 443 of its pods.
//!
//! Of each Ingress of its class istiod makes a Gateway that is no object, for the pods with `istio: ingressgateway`: a server
//! for every host on port 443 where a `tls` entry names no hosts. It counts as older than any Gateway, so that Istio drops
//! the server of Knative, at once and for good. Ingresses of other controllers, rules without TLS and entries for hosts of
//! their own take nothing away. OpenShift Service Mesh 2 serves no Ingress.

use crate::judging::listener_conflict::{ListenerConflictCodes, judge_listener_conflicts};
use crate::judging::rival_gateway::ingress_gateways;
use crate::reading::capability;
use semantics::knative::gateways::INGRESS_GATEWAY;
use std::time::Duration;
use view::gateway::GatewayServer;
use vocabulary::{CheckCard, FindingKind, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const INGRESS_CLAIMS: &str = "ingress-claims";
const PORT: u16 = 443;
const CODES: ListenerConflictCodes =
    ListenerConflictCodes { same_hosts: INGRESS_CLAIMS, protocol: INGRESS_CLAIMS };

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "prerequisites::ingresses::no_ingress_claims_443",
        title: "no Ingress claims every host on port 443",
        text: include_str!("no_ingress_claims_443.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "no Ingress that the mesh serves binds port 443 and every host on the ingress pods of Knative",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.1, step 1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "name hosts in `spec.tls[].hosts` of the Ingress, or give it another class; or set `ingressSelector` in the \
                      mesh configuration to the label `istio` of other gateway pods, or `ingressControllerMode: OFF`",
        findings: &[FindingKind {
            code: INGRESS_CLAIMS,
            meaning: "an Ingress claims the same hosts on the same port of the same pods; Istio drops the server of Knative",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let is_judged = |server: &GatewayServer| server.port.number == PORT;
    judge_listener_conflicts(cx, INGRESS_GATEWAY, CODES, PORT, is_judged, ingress_gateways(cx).await?).await
}
