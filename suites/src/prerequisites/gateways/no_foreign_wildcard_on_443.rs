//! No other Gateway of the mesh claims every host on port 443 of the pods of `knative-ingress-gateway`.
//!
//! Traffic does not show such a Gateway while it is the younger one: Istio keeps the older and drops the other, which
//! serves nothing. Whichever is created again first wins next time. `istioctl analyze` does not report it where the
//! selectors differ in text. A Service that leads 443 to 8443 makes both numbers the same port of the pods, and a server of
//! another protocol takes the port from all hosts, whatever its own are.

use crate::judging::listener_conflict::{ListenerConflictCodes, judge_listener_conflicts};
use crate::judging::rival_gateway::other_gateways;
use crate::reading::capability;
use semantics::knative::gateways::INGRESS_GATEWAY;
use std::time::Duration;
use view::gateway::GatewayServer;
use vocabulary::{CheckCard, FindingKind, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const FOREIGN_WILDCARD: &str = "foreign-wildcard";
const PROTOCOL_CONFLICT: &str = "protocol-conflict";
const PORT: u16 = 443;
const CODES: ListenerConflictCodes =
    ListenerConflictCodes { same_hosts: FOREIGN_WILDCARD, protocol: PROTOCOL_CONFLICT };

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "prerequisites::gateways::no_foreign_wildcard_on_443",
        title: "no other Gateway claims every host on port 443",
        text: include_str!("no_foreign_wildcard_on_443.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "only the Gateway of Knative binds port 443 and every host on the ingress pods of its mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.1, step 1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "name hosts in `spec.servers[].hosts` of the other Gateway instead of `*`, and give a server of another \
                      protocol a port of its own; or point its `spec.selector` at ingress pods of its own, or move it to \
                      another mesh",
        findings: &[
            FindingKind {
                code: FOREIGN_WILDCARD,
                meaning: "another Gateway claims the same hosts on the same port of the same pods; one of the two is dropped",
            },
            FindingKind {
                code: PROTOCOL_CONFLICT,
                meaning: "another Gateway speaks another protocol on the same port of the same pods; where it is the older one, \
                          Istio drops the server of Knative",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let is_judged = |server: &GatewayServer| server.port.number == PORT;
    judge_listener_conflicts(cx, INGRESS_GATEWAY, CODES, PORT, is_judged, other_gateways(cx).await?).await
}
