//! No Gateway of the Gateway API claims every host on port 443 of the pods of `knative-ingress-gateway`.
//!
//! Istio serves a Gateway of its class whose `spec.addresses` name a Service of the Gateway's own namespace on the pods of that
//! Service. Each listener is then one Gateway more among those of Istio, of the age of the object: of two servers for the same
//! hosts Istio drops the younger. Without an address Istio deploys pods for a Gateway, and it is no rival; nor is one of another
//! controller, one that names a Service of another namespace, or a listener for hosts of its own. The certificates of a
//! listener are not asked for, since it claims its hosts as soon as they are there.

use crate::judging::listener_conflict::{ListenerConflictCodes, judge_listener_conflicts};
use crate::judging::rival_gateway_api::gateway_api_gateways;
use crate::reading::capability;
use semantics::knative::gateways::INGRESS_GATEWAY;
use std::time::Duration;
use view::gateway::GatewayServer;
use vocabulary::{CheckCard, FindingKind, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const LISTENER_CLAIMS: &str = "listener-claims";
const PROTOCOL_CONFLICT: &str = "protocol-conflict";
const PORT: u16 = 443;
const CODES: ListenerConflictCodes =
    ListenerConflictCodes { same_hosts: LISTENER_CLAIMS, protocol: PROTOCOL_CONFLICT };

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "prerequisites::gateway_api::no_listener_claims_443",
        title: "no Gateway API listener claims every host on port 443",
        text: include_str!("no_listener_claims_443.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "no Gateway of the Gateway API binds port 443 and every host on the ingress pods of Knative",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.1, step 1",
            since: "Istio 1.16",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "leave `spec.addresses` of the Gateway out, so that Istio deploys pods for it, or name the Service of other \
                      gateway pods there; or set `hostname` on its listener, and give one of another protocol a port of its own",
        findings: &[
            FindingKind {
                code: LISTENER_CLAIMS,
                meaning: "a listener of the Gateway API claims the same hosts on the same port of the same pods; one of the two \
                          servers is dropped",
            },
            FindingKind {
                code: PROTOCOL_CONFLICT,
                meaning: "a listener of the Gateway API speaks another protocol on the same port of the same pods; where it is the \
                          older one, Istio drops the server of Knative",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let is_judged = |server: &GatewayServer| server.port.number == PORT;
    judge_listener_conflicts(cx, INGRESS_GATEWAY, CODES, PORT, is_judged, gateway_api_gateways(cx).await?)
        .await
}
