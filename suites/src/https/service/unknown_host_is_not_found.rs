//! A host that no Knative Service has is not found: the gateway itself answers 404.
//!
//! The name is within the domain, so that the wildcard certificate covers it and only routing decides. An answer from
//! anybody else says that some VirtualService claims hosts that are not its own. Behind a router of OpenShift the name of TLS
//! is that of a host with a Route: the router answers for any other itself.

use crate::judging::skip::skip_without_root_ca;
use crate::reading::capability;
use crate::reading::sample::Sample;
use crate::reading::trust::configured_roots;
use crate::sending::answer::{describe_ending, is_http_200};
use crate::sending::external_gateway::ExternalGateway;
use crate::sending::place::SAMPLE;
use semantics::knative::gateways::INGRESS_GATEWAY;
use std::time::Duration;
use view::gateway::Gateway;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, object_named,
};
use world::{Check, Context};

const UNKNOWN_HOST_ANSWERED: &str = "unknown-host-answered";
/// A name that nobody gives to a Knative Service.
const NOBODY: &str = "meshproof-nobody";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "https::service::unknown_host_is_not_found",
        title: "a host of no Knative Service is not found",
        text: include_str!("unknown_host_is_not_found.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the external Gateway leads to the hosts of Knative Services, and to no other",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 2",
            since: "Istio 1.5",
        },
        tier: Tier::Traffic,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVICES],
        places: &[SAMPLE],
        budget: Duration::from_mins(1),
        remediation: "narrow `spec.hosts` of the VirtualService that is bound to `knative-serving/knative-ingress-gateway` and claims \
                      hosts beyond its own, or take the Gateway out of its `spec.gateways`",
        findings: &[FindingKind {
            code: UNKNOWN_HOST_ANSWERED,
            meaning: "somebody answers for hosts that no Knative Service has, and would take those of Knative Services to come",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let Some(roots) = configured_roots(cx)? else { return Ok(skip_without_root_ca()) };
    let sample = Sample::find_ready(cx).await?;
    let external = ExternalGateway::find(cx).await?;
    let control = external.hop_from_this_machine(&sample.host, roots.clone());
    control.control(cx, "HTTP 200 for the sample's host", is_http_200).await?;

    let domain = sample.host.split_once('.').map_or(sample.host.as_str(), |(_, domain)| domain);
    let host = format!("{NOBODY}.{domain}");
    let act = external.hop_for_host_without_route(&sample.host, &host, roots);
    let transcript = act.send(cx).await?;
    match transcript.http() {
        Some(answer) if answer.status == 404 && is_envoy(answer.header("server")) => {
            Ok(Verdict::upheld(format!("{}: https://{host}", describe_ending(&transcript))))
        }
        Some(_) => {
            let gateway = object_named::<Gateway>(&cx.inputs().serverless.serving_namespace, INGRESS_GATEWAY);
            let finding =
                Finding::new(UNKNOWN_HOST_ANSWERED, gateway, format!("https://{host}, {}", act.client));
            Ok(Verdict::violated(
                finding.expected("HTTP 404 from the gateway itself").observed(describe_ending(&transcript)),
            ))
        }
        None => Err(act.other_manner("an answer of HTTP", &transcript)),
    }
}

fn is_envoy(server: Option<&str>) -> bool {
    server.is_some_and(|server| server.ends_with("envoy"))
}
