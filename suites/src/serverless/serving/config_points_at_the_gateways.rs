//! `config-istio` names the Gateways of Knative, and the Services that lead to their pods.
//!
//! Two formats are read, and their mixture is refused, as net-istio does. An empty ConfigMap means the defaults, which
//! are right for a mesh in `istio-system`. Other checks judge whether the Service of the document's name exists, and where
//! `knative-local-gateway` leads. Any other Service has to exist and lead to the pods of the Gateway.

use crate::judging::finding::finding_of_missing_object;
use crate::reading::capability;
use crate::reading::knative_gateway::gateway_namespace;
use crate::reading::selectable_pods::selectable_pods;
use semantics::knative::config_istio::{
    CONFIG_ISTIO, ConfigIstio, ConfigIstioError, GatewayEntry, RouteGateways,
};
use semantics::knative::gateways::{INGRESS_GATEWAY, INGRESS_SERVICE, LOCAL_GATEWAY};
use semantics::selection::{PodNames, find_service, format_pods, pods_of_gateway, pods_of_service};
use std::sync::Arc;
use std::time::Duration;
use view::config_map::ConfigMap;
use view::gateway::Gateway;
use view::pod::Pod;
use view::service::Service;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
    object_named,
};
use world::{Check, Context};

const CONFIG_MISSING: &str = "config-missing";
const FORMATS_MIXED: &str = "formats-mixed";
const LIST_UNREADABLE: &str = "list-unreadable";
const NO_SINGLE_DEFAULT: &str = "no-single-default";
const NO_SERVICE_HOST: &str = "no-service-host";
const GATEWAY_NOT_NAMED: &str = "gateway-not-named";
const OTHER_SERVICE: &str = "other-service";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::config_points_at_the_gateways",
        title: "config-istio names the Gateways and their Services",
        text: include_str!("config_points_at_the_gateways.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "Knative Serving is configured with the Gateways of Knative and the Services in the mesh's namespace",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 1, callout 3",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_mins(1),
        remediation: "below `spec.config.istio` of the KnativeServing set \
                      `gateway.knative-serving.knative-ingress-gateway` and \
                      `local-gateway.knative-serving.knative-local-gateway` to the hosts of the Services in front of the \
                      gateway's pods, or both in `external-gateways` and `local-gateways`; never in both formats",
        findings: &[
            FindingKind {
                code: CONFIG_MISSING,
                meaning: "net-istio has no configuration, and does not start",
            },
            FindingKind {
                code: FORMATS_MIXED,
                meaning: "net-istio refuses the old and the new format beside each other",
            },
            FindingKind { code: LIST_UNREADABLE, meaning: "net-istio cannot read the list of Gateways" },
            FindingKind {
                code: NO_SINGLE_DEFAULT,
                meaning: "net-istio refuses a list in which not exactly one Gateway has no selector",
            },
            FindingKind {
                code: NO_SERVICE_HOST,
                meaning: "routes are bound to a Gateway besides, behind what is no host of a Service, and do not become ready",
            },
            FindingKind {
                code: GATEWAY_NOT_NAMED,
                meaning: "routes are not bound to the Gateway of Knative",
            },
            FindingKind {
                code: OTHER_SERVICE,
                meaning: "routes are told to be reached through a Service that does not lead there",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let pods = selectable_pods(cx).await?;
    let services = cx.known_objects::<Service>().await?;
    let Some(map) = cx.object::<ConfigMap>(namespace, CONFIG_ISTIO).await? else {
        let object = object_named::<ConfigMap>(namespace, CONFIG_ISTIO);
        let finding = finding_of_missing_object(CONFIG_MISSING, object, "a ConfigMap of this name");
        return Ok(Verdict::violated(finding));
    };
    let config = match ConfigIstio::parse(&map, namespace) {
        Ok(config) => config,
        Err(error) => return Ok(Verdict::violated(finding_of_config_error(&map, &error))),
    };
    let mut judgement = Judgement::default();
    let entries = config.external.defaults.iter().chain(&config.local.defaults);
    judgement.extend(entries.filter_map(|entry| host_finding(&map, entry)));
    let missing = services.missing().or_else(|| pods.missing());
    for (gateways, name) in [(&config.external, INGRESS_GATEWAY), (&config.local, LOCAL_GATEWAY)] {
        let gateway = cx.lookup::<Gateway>(namespace, name).await?;
        let gateway_pods =
            gateway.found().map_or_else(PodNames::new, |gateway| pods_of_gateway(gateway, &pods));
        let finding = judge_gateway(cx, &map, gateways, name, &gateway_pods, &services, &pods);
        match finding {
            Some(finding) if finding.code == OTHER_SERVICE => {
                judgement.add_absence(missing.clone().or_else(|| gateway.missing()), finding);
            }
            Some(finding) => judgement.add(finding),
            // Without its Gateway, or its Service, an entry is held against the names of the document only.
            None => judgement.leave_rest(OTHER_SERVICE, gateway.missing().or_else(|| services.missing())),
        }
    }
    Ok(judgement.verdict(|| {
        let entries = config.external.defaults.iter().chain(&config.local.defaults);
        let pairs: Vec<_> = entries.map(|entry| format!("{} by {}", entry.name, entry.service)).collect();
        pairs.join(", ")
    }))
}

fn finding_of_config_error(map: &ConfigMap, error: &ConfigIstioError) -> Finding {
    let (code, key, expected) = match error {
        ConfigIstioError::Mixed { legacy, .. } => (FORMATS_MIXED, legacy, "one of the two formats"),
        ConfigIstioError::NoSingleDefault { key, .. } => {
            (NO_SINGLE_DEFAULT, key, "one Gateway without a selector")
        }
        ConfigIstioError::Unreadable { key, .. } => (LIST_UNREADABLE, key, "a list of Gateways in YAML"),
    };
    Finding::new(code, map.object_ref(), format!("data.{key}")).expected(expected).observed(error.to_string())
}

/// An entry whose Service cannot be one: of a Gateway of Knative, too, that is all there is to say.
fn host_finding(map: &ConfigMap, entry: &GatewayEntry) -> Option<Finding> {
    (!entry.is_service_host()).then(|| {
        Finding::new(NO_SERVICE_HOST, map.object_ref(), &entry.field)
            .expected("the host of a Service: `name.namespace.svc.cluster.local`")
            .observed(&entry.service)
    })
}

fn judge_gateway(
    cx: &Context,
    map: &ConfigMap,
    gateways: &RouteGateways,
    name: &str,
    gateway_pods: &PodNames,
    services: &[Arc<Service>],
    pods: &[Arc<Pod>],
) -> Option<Finding> {
    let serverless = &cx.inputs().serverless;
    let at = |code| Finding::new(code, map.object_ref(), &gateways.field);
    let Some(entry) = gateways.entry(&serverless.serving_namespace, name) else {
        let expected = format!("Gateway {}/{name}", serverless.serving_namespace);
        return Some(at(GATEWAY_NOT_NAMED).expected(expected).observed(format_entries(&gateways.defaults)));
    };
    if !entry.is_service_host() {
        return None;
    }
    let leads_there = entry.service_name(&serverless.cluster_domain).is_some_and(|(namespace, service)| {
        let is_documented = namespace == gateway_namespace(gateway_pods, cx)
            && service == if name == LOCAL_GATEWAY { LOCAL_GATEWAY } else { INGRESS_SERVICE };
        let reaches = |one: &Arc<Service>| !pods_of_service(one, pods).is_disjoint(gateway_pods);
        if is_documented && (name == LOCAL_GATEWAY || gateway_pods.is_empty()) {
            return true;
        }
        find_service(services, namespace, service).map_or(is_documented, reaches)
    });
    let expected = || format!("the host of a Service in front of {}", format_pods(gateway_pods));
    (!leads_there).then(|| at(OTHER_SERVICE).expected(expected()).observed(&entry.service))
}

fn format_entries(entries: &[GatewayEntry]) -> String {
    let names: Vec<_> = entries.iter().map(|entry| format!("{}/{}", entry.namespace, entry.name)).collect();
    if names.is_empty() { "no Gateway".to_owned() } else { names.join(", ") }
}
