//! `knative-local-gateway` is for every host, and not for the full names of Services only.
//!
//! Clients inside the cluster also use the short names: `hello.shop`, and `hello.shop.svc`. A Gateway for
//! `*.svc.cluster.local` does not answer these.

use crate::judging::served_hosts::judge_served_hosts;
use crate::reading::capability;
use semantics::knative::gateways::LOCAL_GATEWAY;
use std::time::Duration;
use vocabulary::{CheckCard, FindingKind, HarnessError, Level, Requirement, Tier, Verdict};
use world::{Check, Context};

const HOSTS_LEFT_OUT: &str = "hosts-left-out";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::local::serves_every_host",
        title: "the local Gateway is for every host",
        text: include_str!("serves_every_host.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "the Gateway `knative-local-gateway` serves every host",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set the hosts of the server of Gateway `knative-serving/knative-local-gateway` to `*`",
        findings: &[FindingKind {
            code: HOSTS_LEFT_OUT,
            meaning: "clients that use a short name of a Knative Service are not answered",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().namespaces.mesh;
    let hosts = [
        (format!("hello.{namespace}"), "a short name"),
        (format!("hello.{namespace}.svc"), "a short name"),
        (format!("hello.{namespace}.svc.{}", cx.inputs().serverless.cluster_domain), "a full name"),
    ];
    judge_served_hosts(cx, LOCAL_GATEWAY, HOSTS_LEFT_OUT, |_| true, &hosts).await
}
