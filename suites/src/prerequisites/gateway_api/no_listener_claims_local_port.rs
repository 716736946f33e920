//! No Gateway of the Gateway API claims every host on the port of `knative-local-gateway`.
//!
//! As on port 443 (`no_listener_claims_443`), by way of whatever Service leads to the pods: a listener's port is that of the
//! Service which its Gateway names. Port 80 of the Service `knative-local-gateway` leads to the port of Knative's Gateway on the
//! pods, where a listener of plain HTTP and a server of mutual TLS do not go together.

use crate::judging::listener_conflict::{ListenerConflictCodes, judge_listener_conflicts};
use crate::judging::rival_gateway_api::gateway_api_gateways;
use crate::reading::capability;
use semantics::knative::gateways::LOCAL_GATEWAY;
use std::time::Duration;
use vocabulary::{CheckCard, FindingKind, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const LISTENER_CLAIMS: &str = "listener-claims";
const PROTOCOL_CONFLICT: &str = "protocol-conflict";
const PORT: u16 = 8081;
const CODES: ListenerConflictCodes =
    ListenerConflictCodes { same_hosts: LISTENER_CLAIMS, protocol: PROTOCOL_CONFLICT };

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "prerequisites::gateway_api::no_listener_claims_local_port",
        title: "no Gateway API listener claims the local port",
        text: include_str!("no_listener_claims_local_port.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "no Gateway of the Gateway API interferes with the port and hosts of `knative-local-gateway`",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.1, step 1, note",
            since: "Istio 1.16",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "leave `spec.addresses` of the Gateway out, so that Istio deploys pods for it, or name the Service of other \
                      gateway pods there; or give its listener a port that does not lead to that of `knative-local-gateway`",
        findings: &[
            FindingKind {
                code: LISTENER_CLAIMS,
                meaning: "a listener of the Gateway API claims the same hosts on the local port of the same pods; one of the two \
                          servers is dropped",
            },
            FindingKind {
                code: PROTOCOL_CONFLICT,
                meaning: "a listener of the Gateway API speaks another protocol on the local port of the same pods; where it is \
                          the older one, Istio drops the server of Knative",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    judge_listener_conflicts(cx, LOCAL_GATEWAY, CODES, PORT, |_| true, gateway_api_gateways(cx).await?).await
}
