//! The Service in front of the ingress gateway carries the label that `knative-ingress-gateway` selects pods by.
//!
//! The pods need the label for Istio. The Service needs it for net-istio, which lists Services by the Gateway's selector
//! to find what to probe; without one it calls a route ready that nobody has probed. The Service is the one that
//! `config-istio` names, since others may lead to the same pods. OpenShift Service Mesh 3 documents Services without it.

use crate::judging::finding::finding_of_missing_object;
use crate::judging::skip::skip_without_gateway_pods;
use crate::reading::capability;
use crate::reading::configured_service::configured_service;
use crate::reading::knative_gateway::{gateway_namespace, knative_gateway};
use crate::reading::mesh_setting::service_mesh_setting;
use crate::reading::selectable_pods::selectable_pods;
use semantics::flavour;
use semantics::istio::mesh_setting::MeshSetting;
use semantics::knative::config_istio::CONFIG_ISTIO;
use semantics::knative::gateways::{INGRESS_GATEWAY, INGRESS_SERVICE, LOCAL_GATEWAY};
use semantics::selection::{find_service, format_pods, format_selector, pods_of_gateway, services_to};
use std::sync::Arc;
use std::time::Duration;
use view::config_map::ConfigMap;
use view::gateway::Gateway;
use view::service::Service;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Requirement, Tier, Verdict, View,
    object_named, selects,
};
use world::{Check, Context};

const SERVICE_MISSING: &str = "service-missing";
const LABEL_MISSING: &str = "label-missing";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::ingress::service_carries_the_label",
        title: "the ingress Service carries the Gateway's label",
        text: include_str!("service_carries_the_label.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the ingress gateway carries a specific label that targets only the gateway of Knative",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, callout 3",
            since: "Istio 1.5",
        },
        tier: Tier::Read,
        flavours: &[flavour::UPSTREAM, flavour::OSSM2],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set `spec.gateways.ingress.service.metadata.labels` of the ServiceMeshControlPlane to \
                      `knative: ingressgateway`; with Istio itself set the label on the Service and on the pods, by the value \
                      `labels` of the chart `gateway`",
        findings: &[
            FindingKind {
                code: SERVICE_MISSING,
                meaning: "there is no Service in front of the ingress gateway's pods",
            },
            FindingKind {
                code: LABEL_MISSING,
                meaning: "net-istio finds no Service to probe, and calls every route ready at once; or a Gateway selects by \
                          no label at all, and configures every gateway of the mesh",
            },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let serving = &cx.inputs().serverless.serving_namespace;
    let services = cx.objects::<Service>().await?;
    let pods = selectable_pods(cx).await?;
    let config = cx.lookup::<ConfigMap>(serving, CONFIG_ISTIO).await?;
    let Some(gateway) = knative_gateway(cx, INGRESS_GATEWAY).await? else {
        return Ok(skip_without_gateway_pods(INGRESS_GATEWAY));
    };
    let local = cx.lookup::<Gateway>(serving, LOCAL_GATEWAY).await?;
    let gateways = [Some(&gateway), local.found()].into_iter().flatten();
    let unspecific: Vec<_> = gateways.filter_map(|gateway| selector_finding(gateway)).collect();
    if !unspecific.is_empty() {
        return Ok(Verdict::judge(unspecific, String::new));
    }
    let gateway_pods = pods_of_gateway(&gateway, &pods);
    let configured = match config.found() {
        Some(config) => configured_service(cx, config, INGRESS_GATEWAY)?,
        None => None,
    };
    let service_name = configured.as_ref().map_or(INGRESS_SERVICE, |(_, name)| name).to_owned();
    let configured = configured.and_then(|(namespace, name)| find_service(&services, &namespace, &name));
    let mut judgement = Judgement::default();
    let not_told = judge_setting(cx, &gateway, &service_name, &mut judgement).await?;
    let mut in_front = services_to(&gateway_pods, &services, &pods).into_iter();
    let is_judged = |service: &&Arc<Service>| service.metadata.name != LOCAL_GATEWAY;
    let is_other = |service: &Service| service.metadata.name != INGRESS_SERVICE;
    let Some(service) =
        configured.or_else(|| in_front.by_ref().filter(is_judged).min_by_key(|one| is_other(one)))
    else {
        let object = object_named::<Service>(gateway_namespace(&gateway_pods, cx), INGRESS_SERVICE);
        let expected = format!("a Service in front of {}", format_pods(&gateway_pods));
        let missing = services.missing_in(gateway_namespace(&gateway_pods, cx)).or_else(|| pods.missing());
        judgement.leave_part(LABEL_MISSING, missing.clone(), !judgement.is_clean());
        judgement.add_absence(missing, finding_of_missing_object(SERVICE_MISSING, object, expected));
        return Ok(judgement.verdict(String::new));
    };
    judgement.leave_rest(LABEL_MISSING, not_told);
    // The configuration may name another Service than one that only leads there.
    let is_guessed = service.metadata.name != INGRESS_SERVICE;
    for finding in label_findings(&gateway, service) {
        judgement.add_absence(config.missing().filter(|_| is_guessed), finding);
    }
    judgement.leave_rest(LABEL_MISSING, config.missing());
    Ok(judgement.verdict(|| format!("{}: {}", format_selector(&gateway.spec.selector), service.object_ref())))
}

/// A Gateway that has no selector configures every gateway of the mesh.
fn selector_finding(gateway: &Gateway) -> Option<Finding> {
    gateway.spec.selector.is_empty().then(|| {
        Finding::new(LABEL_MISSING, gateway.object_ref(), "spec.selector")
            .expected("a label of the gateway of Knative alone")
            .observed("no selector, which selects every gateway")
    })
}

/// Judges what the control plane of OpenShift Service Mesh 2 makes of the Service, known or not; of one that is not known
/// itself it gives the reason.
async fn judge_setting(
    cx: &Context,
    gateway: &Gateway,
    service_name: &str,
    judgement: &mut Judgement,
) -> Result<Option<String>, HarnessError> {
    if cx.flavour() != flavour::OSSM2 {
        return Ok(None);
    }
    let place = match service_name {
        INGRESS_SERVICE => "/gateways/ingress".to_owned(),
        // Maistra makes the Service of an additional gateway under the gateway's name.
        name => {
            let place = format!("/gateways/additionalIngress/{name}");
            match service_mesh_setting(cx, &place).await {
                Ok(setting) if setting.value.is_some() => place,
                // Somebody else made the Service, or nobody knows who did: it is judged itself.
                Ok(_) => return Ok(None),
                Err(error) => return Ok(Some(error.reason_to_skip().ok_or(error)?.to_string())),
            }
        }
    };
    match service_mesh_setting(cx, &format!("{place}/service/metadata/labels")).await {
        Ok(setting) => {
            judgement.extend(setting_finding(gateway, service_name, &setting));
            Ok(None)
        }
        Err(error) => Ok(Some(error.reason_to_skip().ok_or(error)?.to_string())),
    }
}

/// Maistra puts a label back, or takes it away, as its own object says.
fn setting_finding(gateway: &Gateway, service_name: &str, setting: &MeshSetting) -> Option<Finding> {
    let label = |key: &str| setting.value.as_ref().and_then(|labels| labels.get(key)?.as_str());
    // An additional gateway has labels with its name, whatever else is set.
    let is_given = |key: &str| service_name != INGRESS_SERVICE && ["app", "istio"].contains(&key);
    let is_selected = |(key, value): (&String, &String)| match label(key) {
        Some(label) => label == value,
        None => is_given(key),
    };
    let is_selected = gateway.spec.selector.iter().all(is_selected);
    let finding = || {
        Finding::new(LABEL_MISSING, setting.object.clone(), &setting.field)
            .expected(format_selector(&gateway.spec.selector))
            .observed(setting.describe_value())
    };
    (!is_selected).then(finding)
}

fn label_findings(gateway: &Gateway, service: &Service) -> Vec<Finding> {
    let (selector, labels) = (&gateway.spec.selector, &service.metadata.labels);
    if selects(selector, labels) {
        return Vec::new();
    }
    let missing = selector.iter().filter(|(key, value)| labels.get(*key) != Some(*value));
    missing
        .map(|(key, value)| {
            let observed =
                labels.get(key).map_or_else(|| "no such label".to_owned(), |label| format!("`{label}`"));
            Finding::new(LABEL_MISSING, service.object_ref(), format!("metadata.labels[{key}]"))
                .expected(format!("`{value}`, by which {} selects", gateway.object_ref()))
                .observed(observed)
        })
        .collect()
}
