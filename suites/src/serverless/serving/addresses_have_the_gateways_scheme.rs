//! The addresses of Knative Services have a scheme that a Gateway of the mesh serves.
//!
//! Serving writes `http://` into the status of a Knative Service unless it is told otherwise, and whoever reads the address asks
//! there: people, tests, brokers and sources. The document's Gateway serves HTTPS alone. Where any Gateway on its pods has a server
//! for plain HTTP on port 80, if only one that redirects, the address is answered; and where Serving makes certificates, it says
//! `https://` by itself.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::network_config::network_config;
use crate::reading::selectable_pods::selectable_pods;
use semantics::istio::gateway_listeners::Protocol;
use semantics::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY};
use semantics::knative::ingress_class::{CONFIG_NETWORK, ISTIO_CLASS};
use semantics::selection::pods_of_gateway;
use std::sync::Arc;
use std::time::Duration;
use view::gateway::{Gateway, GatewayServer};
use view::pod::Pod;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const SCHEME_NOT_SERVED: &str = "scheme-not-served";
const SCHEME_KEY: &str = "default-external-scheme";
/// It and its older spelling, and what else decides about the scheme.
const READ_KEYS: [&str; 7] = [
    SCHEME_KEY,
    "defaultExternalScheme",
    "external-domain-tls",
    "auto-tls",
    "autoTLS",
    "ingress-class",
    "ingress.class",
];

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::addresses_have_the_gateways_scheme",
        title: "addresses of Knative Services say https",
        text: include_str!("addresses_have_the_gateways_scheme.rs"),
        requirement: Requirement {
            level: Level::Should,
            statement: "the addresses of Knative Services have the scheme that the Gateway `knative-ingress-gateway` serves",
            source: "Knative, config-network, https://github.com/knative/networking/blob/main/config/config-network.yaml#L160",
            since: "Knative 0.24",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set `default-external-scheme: https` in ConfigMap `config-network` (`spec.config.network` of the \
                      KnativeServing)",
        findings: &[FindingKind {
            code: SCHEME_NOT_SERVED,
            meaning: "the addresses of Knative Services begin with `http://`, and no Gateway serves plain HTTP",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let gateways = cx.known_objects::<Gateway>().await?;
    let Some((map, config)) = network_config(cx, &READ_KEYS).await? else {
        return Ok(skip_not_installed(format!("ConfigMap {namespace}/{CONFIG_NETWORK}")));
    };
    if config.ingress_class != ISTIO_CLASS {
        return Ok(skip_not_installed("the ingress class of Istio"));
    }
    let Some(gateway) = gateways.named(namespace, INGRESS_GATEWAY) else {
        return match gateways.missing_in(namespace) {
            Some(missing) => Err(HarnessError::NotKnown { missing }),
            None => Ok(skip_not_installed(format!("Gateway {namespace}/{INGRESS_GATEWAY}"))),
        };
    };
    let pods = selectable_pods(cx).await?;
    let serves_https = gateway.spec.servers.iter().any(|server| server.tls.is_some());
    let mut judgement = Judgement::default();
    // One without servers is another check's finding.
    if config.scheme() == "http" && serves_https && !is_plain_served(gateway, &gateways, &pods) {
        let is_written = map.data.keys().any(|key| key == SCHEME_KEY || key == "defaultExternalScheme");
        let finding = Finding::new(SCHEME_NOT_SERVED, map.object_ref(), format!("data.{SCHEME_KEY}"))
            .expected(format!("https, which is all that Gateway {namespace}/{INGRESS_GATEWAY} serves"))
            .observed(if is_written { "http" } else { "http, which is the default" });
        // Where nobody chose a scheme, a Gateway that is not among the files may serve plain HTTP.
        judgement.add_absence(gateways.missing().filter(|_| !is_written), finding.configured());
    }
    Ok(judgement.verdict(|| format!("{}://, as it is served", config.scheme())))
}

/// Whether a Gateway on the same pods serves plain HTTP. That for traffic within the cluster serves no address from outside.
fn is_plain_served(gateway: &Gateway, gateways: &[Arc<Gateway>], pods: &[Arc<Pod>]) -> bool {
    let own = pods_of_gateway(gateway, pods);
    let is_local = |other: &Gateway| {
        other.metadata.namespace == gateway.metadata.namespace && other.metadata.name == LOCAL_GATEWAY
    };
    let is_beside = |other: &Gateway| own.is_empty() || !own.is_disjoint(&pods_of_gateway(other, pods));
    gateways.iter().any(|other| has_plain_server(other) && !is_local(other) && is_beside(other))
}

fn has_plain_server(gateway: &Gateway) -> bool {
    let is_plain = |server: &GatewayServer| Protocol::parse(&server.port.protocol).is_http();
    gateway.spec.servers.iter().any(|server| server.port.number == 80 && is_plain(server))
}
