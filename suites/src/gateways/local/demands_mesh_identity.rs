//! `knative-local-gateway` serves port 8081 over HTTPS and demands a certificate of the mesh.
//!
//! Every other server of that Gateway has to demand one as well: a second one for plain HTTP lets in what this one
//! keeps out. net-istio's own Gateway is plain HTTP. So is that of OpenShift Serverless with OpenShift Service Mesh 3, on
//! port 80 or 8081: that difference is documented, so it is reported in the evidence and is no violation.

use crate::judging::finding::finding_of_missing_object;
use crate::reading::capability;
use crate::reading::knative_gateway::knative_gateway;
use crate::reading::selectable_pods::selectable_pods;
use semantics::flavour;
use semantics::istio::gateway_server::{claims_a_domain, claims_every_host, is_tls, tls_mode};
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
    let by_flavour = cx.flavour().missing().filter(|_| is_documented(&gateway));
    if by_flavour.is_some() {
        for code in [NOT_ON_8081, PLAINTEXT_ACCEPTED, IDENTITY_NOT_DEMANDED, HOSTS_NARROWED] {
            judgement.leave(code, by_flavour.clone());
        }
        return Ok(judgement.verdict(|| format!("plain HTTP by {}", gateway.object_ref())));
    }
    if cx.flavour() == flavour::OSSM3 && is_documented(&gateway) {
        let evidence = "deviates from 1.4.2 as with OpenShift Service Mesh 3: plain HTTP";
        return Ok(Verdict::upheld(format!("{evidence} by {}", gateway.object_ref())));
    }
    let servers = gateway.spec.servers.iter().enumerate();
    judgement.extend(servers.filter_map(|(index, server)| judge_server(&gateway, index, server)));
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

fn judge_server(gateway: &Gateway, index: usize, server: &GatewayServer) -> Option<Finding> {
    let at = |code, field: &str| {
        Finding::new(code, gateway.object_ref(), format!("spec.servers[{index}].{field}"))
    };
    if !is_tls(server) {
        return Some(
            at(PLAINTEXT_ACCEPTED, "port.protocol").expected("HTTPS").observed(&server.port.protocol),
        );
    }
    if tls_mode(server) != MODE {
        let observed = if tls_mode(server).is_empty() { "not set" } else { tls_mode(server) };
        return Some(at(IDENTITY_NOT_DEMANDED, "tls.mode").expected(MODE).observed(observed));
    }
    // A server for single hosts may stand beside the one for all.
    let mut on_port = gateway.spec.servers.iter().filter(|server| server.port.number == PORT);
    let is_narrowed = server.port.number == PORT && !on_port.any(claims_a_domain);
    let observed = || format!("`{}`", server.hosts.join("`, `"));
    is_narrowed.then(|| {
        at(HOSTS_NARROWED, "hosts")
            .expected("`*`, or a wildcard for the domain of the cluster")
            .observed(observed())
    })
}

/// The Gateway of OpenShift Serverless with OpenShift Service Mesh 3.
fn is_documented(gateway: &Gateway) -> bool {
    let is_plain =
        |server: &GatewayServer| matches!(server.port.number, 80 | PORT) && server.port.protocol == "HTTP";
    let servers = &gateway.spec.servers;
    !servers.is_empty() && servers.iter().all(|server| is_plain(server) && claims_every_host(server))
}
