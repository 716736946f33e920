//! No other Gateway of the mesh claims every host on the port of `knative-local-gateway`.
//!
//! The document asks this of port 443 only. The same rule of Istio decides who serves the cluster-local port, and a
//! Gateway that takes it breaks calls inside the cluster as quietly as one that takes 443 breaks those from outside.
//! The port is read from the Gateway itself: 8081 in the document, 80 with OpenShift Service Mesh 3.

use crate::judging::listener_conflict::{ListenerConflictCodes, judge_listener_conflicts};
use crate::judging::rival_gateway::other_gateways;
use crate::reading::capability;
use semantics::knative::gateways::LOCAL_GATEWAY;
use std::time::Duration;
use vocabulary::{CheckCard, FindingKind, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const FOREIGN_WILDCARD: &str = "foreign-wildcard";
const PROTOCOL_CONFLICT: &str = "protocol-conflict";
const PORT: u16 = 8081;
const CODES: ListenerConflictCodes =
    ListenerConflictCodes { same_hosts: FOREIGN_WILDCARD, protocol: PROTOCOL_CONFLICT };

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "prerequisites::gateways::no_foreign_wildcard_on_local_port",
        title: "no other Gateway claims every host on the local port",
        text: include_str!("no_foreign_wildcard_on_local_port.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "no other Gateway interferes with the port and hosts of `knative-local-gateway`",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.1, step 1, note",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "name hosts in `spec.servers[].hosts` of the other Gateway instead of `*`, and give a server of another \
                      protocol a port of its own; or point its `spec.selector` at pods of its own",
        findings: &[
            FindingKind {
                code: FOREIGN_WILDCARD,
                meaning: "another Gateway claims the same hosts on the local port of the same pods; one of the two is dropped",
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
    judge_listener_conflicts(cx, LOCAL_GATEWAY, CODES, PORT, |_| true, other_gateways(cx).await?).await
}
