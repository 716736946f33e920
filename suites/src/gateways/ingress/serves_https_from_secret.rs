//! `knative-ingress-gateway` serves HTTPS on port 443 for every host, with the certificate of a Secret.
//!
//! Whether that Secret exists and holds a usable certificate is another check's question. Any selector that matches pods
//! will do here; whether they are the right pods is judged by the checks of the Services in front of them. A certificate in a
//! file of the gateway's pods is one as well, and nothing tells what is in it. Clients may be asked for a certificate, and must
//! not need one.

use crate::judging::finding::finding_of_missing_object;
use crate::reading::capability;
use crate::reading::knative_gateway::knative_gateway;
use crate::reading::selectable_pods::selectable_pods;
use semantics::istio::gateway_server::{
    is_https, narrowness, server_certificate_file, server_credential, serves_a_domain, tls_mode,
};
use semantics::knative::gateways::INGRESS_GATEWAY;
use semantics::selection::{format_pods, format_selector, pods_of_gateway};
use std::time::Duration;
use view::gateway::{Gateway, GatewayServer};
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
    object_named,
};
use world::{Check, Context};

const GATEWAY_MISSING: &str = "gateway-missing";
const NO_HTTPS_ON_443: &str = "no-https-on-443";
const HOSTS_NARROWED: &str = "hosts-narrowed";
const MODE_NOT_SIMPLE: &str = "mode-not-simple";
const NO_SECRET_NAMED: &str = "no-secret-named";
const SELECTS_NO_POD: &str = "selects-no-pod";
const PORT: u16 = 443;

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::ingress::serves_https_from_secret",
        title: "the ingress Gateway serves HTTPS with a named Secret",
        text: include_str!("serves_https_from_secret.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the Gateway `knative-ingress-gateway` serves every host over HTTPS on port 443 from a named Secret",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3, callout 1",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_mins(1),
        remediation: "give Gateway `knative-serving/knative-ingress-gateway` a server with port 443, protocol HTTPS, hosts \
                      `*`, `tls.mode: SIMPLE` and `tls.credentialName`; under the Knative operator set them below \
                      `spec.ingress.istio.knative-ingress-gateway` of the KnativeServing, which puts the Gateway back",
        findings: &[
            FindingKind { code: GATEWAY_MISSING, meaning: "there is no Gateway for traffic from outside" },
            FindingKind {
                code: NO_HTTPS_ON_443,
                meaning: "no server of the Gateway speaks HTTPS on port 443",
            },
            FindingKind {
                code: HOSTS_NARROWED,
                meaning: "the server is for single hosts only, or for VirtualServices of its own namespace, so the next Knative \
                          Service gets none",
            },
            FindingKind {
                code: MODE_NOT_SIMPLE,
                meaning: "the server does not end TLS with its own certificate alone",
            },
            FindingKind {
                code: NO_SECRET_NAMED,
                meaning: "the server names no Secret, so it has no certificate",
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
    let Some(gateway) = knative_gateway(cx, INGRESS_GATEWAY).await? else {
        let object = object_named::<Gateway>(&cx.inputs().serverless.serving_namespace, INGRESS_GATEWAY);
        let finding = finding_of_missing_object(GATEWAY_MISSING, object, "a Gateway of this name");
        return Ok(Verdict::violated(finding));
    };
    let gateway_pods = pods_of_gateway(&gateway, &pods);
    let mut judgement = Judgement::default();
    if gateway_pods.is_empty() {
        let finding = Finding::new(SELECTS_NO_POD, gateway.object_ref(), "spec.selector");
        let observed = format!("{} selects none", format_selector(&gateway.spec.selector));
        let finding = finding.expected("labels of the ingress gateway's pods").observed(observed);
        judgement.add_absence(pods.missing(), finding);
    }
    let servers = gateway.spec.servers.iter().enumerate();
    let https: Vec<_> =
        servers.filter(|(_, server)| server.port.number == PORT && is_https(server)).collect();
    let is_wide = |server: &GatewayServer| serves_a_domain(server, &gateway);
    // A server for the hosts of one tenant may stand beside the one for all.
    if let Some((index, server)) =
        https.iter().min_by_key(|(_, server)| (!is_wide(server), narrowness(server)))
    {
        if is_wide(server) {
            judge_server(&gateway, *index, server, &mut judgement);
        } else {
            judgement.add(narrowness_finding(&gateway, *index, server));
        }
    } else {
        let finding = Finding::new(NO_HTTPS_ON_443, gateway.object_ref(), "spec.servers");
        judgement.add(finding.expected("port 443, protocol HTTPS").observed(format_ports(&gateway)));
    }
    Ok(judgement.verdict(|| {
        format!("HTTPS on port 443: {}, on {}", gateway.object_ref(), format_pods(&gateway_pods))
    }))
}

fn narrowness_finding(gateway: &Gateway, index: usize, server: &GatewayServer) -> Finding {
    Finding::new(HOSTS_NARROWED, gateway.object_ref(), format!("spec.servers[{index}].hosts"))
        .expected("`*`, or a wildcard for the domain")
        .observed(format!("`{}`", server.hosts.join("`, `")))
}

fn judge_server(gateway: &Gateway, index: usize, server: &GatewayServer, judgement: &mut Judgement) {
    let at = |code, field: &str| {
        Finding::new(code, gateway.object_ref(), format!("spec.servers[{index}].{field}"))
    };
    if !["SIMPLE", "OPTIONAL_MUTUAL"].contains(&tls_mode(server)) {
        let observed = if tls_mode(server).is_empty() { "not set" } else { tls_mode(server) };
        return judgement.add(at(MODE_NOT_SIMPLE, "tls.mode").expected("SIMPLE").observed(observed));
    }
    match (server_credential(server), server_certificate_file(server)) {
        (Some(_), _) => {}
        (None, Some(file)) => {
            judgement.leave(NO_SECRET_NAMED, Some(format!("what {file} of the gateway's pods holds")));
        }
        (None, None) => judgement.add(
            at(NO_SECRET_NAMED, "tls.credentialName").expected("the name of a Secret").observed("not set"),
        ),
    }
}

fn format_ports(gateway: &Gateway) -> String {
    let servers = gateway.spec.servers.iter();
    let ports: Vec<_> = servers
        .map(|server| format!("port {}, protocol {}", server.port.number, server.port.protocol))
        .collect();
    if ports.is_empty() { "no server".to_owned() } else { ports.join("; ") }
}
