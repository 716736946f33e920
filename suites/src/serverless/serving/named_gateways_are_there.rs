//! The Gateways that Knative binds its routes to exist.
//!
//! net-istio makes VirtualServices for the Gateways that `config-istio` names, in either format, with a selector or without
//! one, and asks each Gateway for its pods before a route becomes ready. Of a name that no Gateway has, Istio says nothing:
//! the VirtualService is bound to it, and nobody is answered there. So it is after a Gateway was renamed or moved, too, for
//! VirtualServices that net-istio made before.

use crate::judging::skip::skip_not_installed;
use crate::reading::capability;
use crate::reading::configured_gateways::configured_gateways;
use semantics::istio::virtual_service::{MESH, bound_gateways};
use semantics::knative::gateways::ROUTE_LABEL;
use std::time::Duration;
use view::gateway::Gateway;
use view::virtual_service::VirtualService;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Lookup, Requirement, Tier, Verdict, View,
};
use world::{Check, Context};

const GATEWAY_NOT_THERE: &str = "gateway-not-there";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::named_gateways_are_there",
        title: "the Gateways that Knative binds routes to exist",
        text: include_str!("named_gateways_are_there.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "the Gateways to which Knative Serving binds its routes exist",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 1, callout 3",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO],
        places: &[],
        budget: Duration::from_mins(1),
        remediation: "create the Gateway, or name one that exists: below `spec.config.istio` of the KnativeServing, where \
                      `config-istio` names it; a VirtualService of net-istio is made anew when its `kingress` changes",
        findings: &[FindingKind {
            code: GATEWAY_NOT_THERE,
            meaning: "routes are bound to a Gateway that does not exist: they do not become ready, and nobody is answered there",
        }],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    let gateways = cx.known_objects::<Gateway>().await?;
    let services = cx.known_objects::<VirtualService>().await?;
    let (configured, missing) = configured_gateways(cx).await?;
    let mut named = configured.unwrap_or_default(); // none: what is missing is told, or there is no such ConfigMap
    for service in services.iter().filter(|one| one.metadata.labels.contains_key(ROUTE_LABEL)) {
        for (index, gateway) in bound_gateways(service).iter().enumerate().filter(|(_, name)| *name != MESH) {
            let Some((namespace, name)) = gateway.split_once('/') else { continue };
            let place = || (service.object_ref(), format!("spec.gateways[{index}]"));
            named.entry((namespace.to_owned(), name.to_owned())).or_insert_with(place);
        }
    }
    let (mut not_known, missing) = (None, missing.or_else(|| services.missing()));
    if named.is_empty() {
        let skip = || skip_not_installed("a Gateway that Knative names");
        return missing.map_or_else(|| Ok(skip()), |missing| Err(HarnessError::NotKnown { missing }));
    }
    let (mut judgement, mut there) = (Judgement::default(), Vec::new());
    for ((namespace, name), (object, field)) in &named {
        match gateways.lookup(namespace, name) {
            Lookup::There(_) => there.push(format!("{namespace}/{name}")),
            Lookup::NotThere => judgement.add(
                Finding::new(GATEWAY_NOT_THERE, object.clone(), field)
                    .expected(format!("a Gateway {namespace}/{name}"))
                    .observed("no Gateway of this name"),
            ),
            Lookup::NotKnown(missing) => not_known = not_known.or(Some(missing)),
        }
    }
    judgement.leave_part(GATEWAY_NOT_THERE, not_known.or(missing), !there.is_empty());
    Ok(judgement.verdict(|| there.join(", ")))
}
