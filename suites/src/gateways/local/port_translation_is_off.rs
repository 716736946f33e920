//! The Service `knative-local-gateway` keeps Istio from translating ports of Gateways through it.
//!
//! Without the label a Gateway on port 80 is also put on 8081, because this Service leads from one to the other. Then
//! two Gateways claim 8081, and creation order decides who gets it. Istio reads whether the label is there, not its
//! value. With OpenShift Service Mesh 3 the Gateway is on port 80 and needs the translation.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::knative_gateway::gateway_namespace;
use crate::reading::selectable_pods::selectable_pods;
use semantics::flavour;
use semantics::knative::gateways::LOCAL_GATEWAY;
use semantics::selection::{PodNames, find_service, pods_of_gateway};
use std::time::Duration;
use view::gateway::Gateway;
use view::service::Service;
use vocabulary::{CheckCard, Finding, FindingKind, HarnessError, Level, Requirement, Tier, Verdict, View};
use world::{Check, Context};

const TRANSLATION_NOT_DISABLED: &str = "translation-not-disabled";
const LABEL: &str = "experimental.istio.io/disable-gateway-port-translation";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "gateways::local::port_translation_is_off",
        title: "Istio does not translate ports through the local Service",
        text: include_str!("port_translation_is_off.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the Service `knative-local-gateway` carries the label that disables Istio's port translation",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.2, step 3",
            since: "Istio 1.11",
        },
        tier: Tier::Read,
        flavours: &[flavour::UPSTREAM, flavour::OSSM2],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_secs(30),
        remediation: "set the label `experimental.istio.io/disable-gateway-port-translation: \"true\"` on the Service \
                      `knative-local-gateway`",
        findings: &[FindingKind {
            code: TRANSLATION_NOT_DISABLED,
            meaning: "a Gateway on port 80 of the same pods takes port 8081 too, depending on which was created first",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let pods = selectable_pods(cx).await?;
    let services = cx.objects::<Service>().await?;
    let gateway = cx.lookup::<Gateway>(&cx.inputs().serverless.serving_namespace, LOCAL_GATEWAY).await?;
    let gateway_pods = gateway.found().map_or_else(PodNames::new, |gateway| pods_of_gateway(gateway, &pods));
    let namespace = gateway_namespace(&gateway_pods, cx);
    let Some(service) = find_service(&services, namespace, LOCAL_GATEWAY) else {
        if let Some(missing) = services.missing_in(namespace) {
            return Err(HarnessError::NotKnown { missing });
        }
        return Ok(skip_not_installed(format!("Service {namespace}/{LOCAL_GATEWAY}")));
    };
    let Some(value) = service.metadata.labels.get(LABEL) else {
        let field = format!("metadata.labels[{LABEL}]");
        let finding = Finding::new(TRANSLATION_NOT_DISABLED, service.object_ref(), field);
        return Ok(Verdict::violated(finding.expected("\"true\"").observed("no such label")));
    };
    Ok(Verdict::upheld(format!("`{LABEL}: \"{value}\"`: {}", service.object_ref())))
}
