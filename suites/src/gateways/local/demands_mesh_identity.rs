//! `knative-local-gateway` serves port 8081 over HTTPS and demands a certificate of the mesh.
//!
//! Every other server of that Gateway has to demand one as well: a second one for plain HTTP lets in what this one
//! keeps out. net-istio's own Gateway is plain HTTP. So is that of OpenShift Serverless with OpenShift Service Mesh 3, on
//! port 80 or 8081: that difference is documented, so it is reported in the evidence and is no violation.
//!
//! Where the hosts are for VirtualServices of the Gateway's own namespace, Knative Services get no server: net-istio makes theirs
//! beside them.

use crate::judging::finding::finding_of_missing_object;
use crate::reading::capability;
use crate::reading::knative_gateway::knative_gateway;
use crate::reading::selectable_pods::selectable_pods;
use semantics::flavour;
use semantics::istio::gateway_listeners::Protocol;
use semantics::istio::gateway_server::{is_https, is_tls, serves_a_domain, tls_mode};
use semantics::knative::gateways::LOCAL_GATEWAY;
use semantics::selection::{format_pods, format_selector, pods_of_gateway};
use std::time::Duration;
use view::gateway::{Gateway, GatewayServer};
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
    object_named,
};
use world::{Check, Context};

const GATEWAY_MISSING: &str = "gateway-missing";
const NOT_ON_8081: &str = "not-on-8081";
const PLAINTEXT_ACCEPTED: &str = "plaintext-accepted";
const HTTP_NOT_ROUTED: &str = "http-not-routed";
const IDENTITY_NOT_DEMANDED: &str = "identity-not-demanded";
const HOSTS_NARROWED: &str = "hosts-narrowed";
const SELECTS_NO_POD: &str = "selects-no-pod";
const PORT: u16 = 8081;
const MODE: &str = "ISTIO_MUTUAL";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::local::demands_mesh_identity",
        title: "the local Gateway demands a certificate of the mesh",
        text: include_str!("demands_mesh_identity.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the Gateway `knative-local-gateway` serves HTTPS and answers only clients with mutual TLS of the mesh",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3, callouts 2 and 3",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_mins(1),
        remediation: "give Gateway `knative-serving/knative-local-gateway` one server with port 8081, protocol HTTPS, hosts `*` \
                      and `tls.mode: ISTIO_MUTUAL`; under the Knative operator set it below \
                      `spec.ingress.istio.knative-local-gateway` of the KnativeServing, which puts the Gateway back",
        findings: &[
            FindingKind {
                code: GATEWAY_MISSING,
                meaning: "there is no Gateway for traffic inside the cluster",
            },
            FindingKind {
                code: NOT_ON_8081,
                meaning: "no server of the Gateway is on the port that its Service leads to",
            },
            FindingKind {
                code: PLAINTEXT_ACCEPTED,
                meaning: "a server of the Gateway answers plain HTTP, from whomever",
            },
            FindingKind {
                code: HTTP_NOT_ROUTED,
                meaning: "the server passes on what TLS carries, and routes no HTTP to Knative Services",
            },
            FindingKind {
                code: IDENTITY_NOT_DEMANDED,
                meaning: "a server of the Gateway answers clients outside the mesh",
            },
            FindingKind {
                code: HOSTS_NARROWED,
                meaning: "the server is not for every host, so some Knative Services get none",
            },
            FindingKind {
                code: SELECTS_NO_POD,
                meaning: "no pod has the labels of the Gateway's selector, so nobody listens",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let pods = selectable_pods(cx).await?;
    let Some(gateway) = knative_gateway(cx, LOCAL_GATEWAY).await? else {
        let object = object_named::<Gateway>(&cx.inputs().serverless.serving_namespace, LOCAL_GATEWAY);
        let finding = finding_of_missing_object(GATEWAY_MISSING, object, "a Gateway of this name");
        return Ok(Verdict::violated(finding));
    };
    let gateway_pods = pods_of_gateway(&gateway, &pods);
    let mut judgement = Judgement::default();
    if gateway_pods.is_empty() {
        let finding = Finding::new(SELECTS_NO_POD, gateway.object_ref(), "spec.selector");
        let observed = format!("{} selects none", format_selector(&gateway.spec.selector));
        let finding = finding.expected("labels of the gateway's pods").observed(observed);
        if pods.missing().is_none() {
            return Ok(Verdict::violated(finding));
        }
        judgement.add_absence(pods.missing(), finding);
    }
    let has_documented = gateway.spec.servers.iter().any(is_documented);
    let by_flavour = cx.flavour().missing().filter(|_| has_documented);
    if by_flavour.is_some() {
        for code in [NOT_ON_8081, PLAINTEXT_ACCEPTED, HTTP_NOT_ROUTED, IDENTITY_NOT_DEMANDED, HOSTS_NARROWED]
        {
            judgement.leave(code, by_flavour.clone());
        }
        return Ok(judgement.verdict(|| format!("plain HTTP by {}", gateway.object_ref())));
    }
    let is_wide = |server: &GatewayServer| serves_a_domain(server, &gateway);
    let is_documented = |server: &GatewayServer| cx.flavour() == flavour::OSSM3 && is_documented(server);
    let servers = gateway.spec.servers.iter().enumerate().filter(|(_, server)| !is_documented(server));
    judgement.extend(servers.filter_map(|(index, server)| judge_server(&gateway, index, server, is_wide)));
    if gateway.spec.servers.iter().any(is_documented) {
        if !gateway.spec.servers.iter().any(is_wide) {
            judgement
                .extend(gateway.spec.servers.first().map(|first| narrowness_finding(&gateway, 0, first)));
        }
        let evidence = "deviates from 1.4.2 as with OpenShift Service Mesh 3: plain HTTP";
        return Ok(judgement.verdict(|| format!("{evidence} by {}", gateway.object_ref())));
    }
    let ports: Vec<_> = gateway.spec.servers.iter().map(|server| server.port.number).collect();
    if !ports.contains(&PORT) {
        let finding = Finding::new(NOT_ON_8081, gateway.object_ref(), "spec.servers[].port.number");
        let numbers: Vec<_> = ports.iter().map(ToString::to_string).collect();
        let observed = if numbers.is_empty() { "no server".to_owned() } else { numbers.join(", ") };
        judgement.add(finding.expected(PORT.to_string()).observed(observed));
    }
    Ok(judgement.verdict(|| {
        format!("{MODE} on port {PORT}: {}, on {}", gateway.object_ref(), format_pods(&gateway_pods))
    }))
}

fn judge_server(
    gateway: &Gateway,
    index: usize,
    server: &GatewayServer,
    is_wide: impl Fn(&GatewayServer) -> bool,
) -> Option<Finding> {
    let at = |code, field: &str| {
        Finding::new(code, gateway.object_ref(), format!("spec.servers[{index}].{field}"))
    };
    if !is_tls(server) {
        return Some(
            at(PLAINTEXT_ACCEPTED, "port.protocol").expected("HTTPS").observed(&server.port.protocol),
        );
    }
    // A server for single hosts may stand beside the one for all, or one that passes TLS on beside one that routes.
    let on_port = || gateway.spec.servers.iter().filter(|server| server.port.number == PORT);
    if server.port.number == PORT && !on_port().any(is_https) {
        return Some(at(HTTP_NOT_ROUTED, "port.protocol").expected("HTTPS").observed(&server.port.protocol));
    }
    if tls_mode(server) != MODE {
        let observed = if tls_mode(server).is_empty() { "not set" } else { tls_mode(server) };
        return Some(at(IDENTITY_NOT_DEMANDED, "tls.mode").expected(MODE).observed(observed));
    }
    let is_narrowed = server.port.number == PORT && !on_port().any(is_wide);
    is_narrowed.then(|| narrowness_finding(gateway, index, server))
}

fn narrowness_finding(gateway: &Gateway, index: usize, server: &GatewayServer) -> Finding {
    Finding::new(HOSTS_NARROWED, gateway.object_ref(), format!("spec.servers[{index}].hosts"))
        .expected("`*`, or a wildcard for the domain of the cluster")
        .observed(format!("`{}`", server.hosts.join("`, `")))
}

/// A server as that of OpenShift Serverless with OpenShift Service Mesh 3.
fn is_documented(server: &GatewayServer) -> bool {
    matches!(server.port.number, 80 | PORT) && Protocol::parse(&server.port.protocol).is_http()
}
