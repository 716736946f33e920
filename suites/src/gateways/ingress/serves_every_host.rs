//! `knative-ingress-gateway` is for every host, and not for some domains only.
//!
//! The document writes `*`. A Gateway for the configured domain serves that; what a DomainMapping or another domain of
//! `config-domain` brings later has no server, and nobody is told. That a Gateway is for single hosts only is a Must of
//! another check.

use crate::judging::served_hosts::judge_served_hosts;
use crate::reading::capability;
use crate::reading::served_host::served_host;
use semantics::istio::gateway_server::is_tls;
use semantics::knative::gateways::INGRESS_GATEWAY;
use std::time::Duration;
use vocabulary::{CheckCard, FindingKind, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const HOSTS_LEFT_OUT: &str = "hosts-left-out";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::ingress::serves_every_host",
        title: "the ingress Gateway is for every host",
        text: include_str!("serves_every_host.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "the Gateway `knative-ingress-gateway` serves every host",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set the hosts of the server on port 443 to `*`, or see that a wildcard covers each domain that Knative is given",
        findings: &[FindingKind {
            code: HOSTS_LEFT_OUT,
            meaning: "hosts outside of the wildcards have no server: DomainMappings and further domains are not answered",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let host = served_host(cx).await?.ok(); // none: no finding rests on a host that is not known
    let hosts: Vec<_> = host.map(|host| (host, "a host of the configured domain")).into_iter().collect();
    judge_served_hosts(cx, INGRESS_GATEWAY, HOSTS_LEFT_OUT, is_tls, &hosts).await
}
