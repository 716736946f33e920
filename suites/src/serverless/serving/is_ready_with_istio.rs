//! The KnativeServing has Istio as its ingress and is ready.
//!
//! `spec.ingress.istio.enabled` installs the ingress; which ingress serves is decided by the class in `config-network`.
//! On OpenShift an enabled Kourier would take the class. Readiness is waited for: a change of a workload makes the
//! object not ready while the workload is rolled out.

use crate::judging::finding::finding_of_missing_object;
use crate::judging::readiness::readiness;
use crate::reading::capability;
use crate::reading::network_config::unrendered;
use semantics::knative::ingress_class::{CONFIG_NETWORK, ISTIO_CLASS, has_kourier, ingress_class};
use std::time::Duration;
use view::config_map::ConfigMap;
use view::knative::KnativeServing;
use vocabulary::{
    CheckCard, Finding, FindingKind, HarnessError, Judgement, Level, Lookup, Requirement, Tier, Verdict,
    View, object_named,
};
use world::{Check, Context};

const SERVING_MISSING: &str = "serving-missing";
const ISTIO_NOT_ENABLED: &str = "istio-not-enabled";
const OTHER_INGRESS_CLASS: &str = "other-ingress-class";
const SERVING_NOT_READY: &str = "serving-not-ready";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::serving::is_ready_with_istio",
        title: "Knative Serving is ready, with Istio as its ingress",
        text: include_str!("is_ready_with_istio.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a KnativeServing in its namespace enables the Istio integration",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 1, callout 1",
            since: "Knative 1.0",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_SERVING],
        places: &[],
        budget: Duration::from_mins(5),
        remediation: "set `spec.ingress.istio.enabled: true` in the KnativeServing and no other ingress; leave \
                      `spec.config.network.ingress-class` unset or at `istio.ingress.networking.knative.dev`; if it is not \
                      ready, read its `status.conditions`",
        findings: &[
            FindingKind {
                code: SERVING_MISSING,
                meaning: "the operator is there, but is not asked for Knative Serving",
            },
            FindingKind {
                code: ISTIO_NOT_ENABLED,
                meaning: "the operator does not install the Istio ingress",
            },
            FindingKind {
                code: OTHER_INGRESS_CLASS,
                meaning: "routes are made by another ingress than Istio's",
            },
            FindingKind { code: SERVING_NOT_READY, meaning: "the operator has not finished, or cannot" },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    cx.until(|| judge(cx)).await
}

async fn judge(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.serving_namespace;
    let all = cx.objects::<KnativeServing>().await?;
    let network = cx.lookup::<ConfigMap>(namespace, CONFIG_NETWORK).await?;
    let Some(serving) = all.iter().find(|serving| serving.metadata.namespace == *namespace) else {
        if let Some(missing) = all.missing_in(namespace) {
            return Err(HarnessError::NotKnown { missing });
        }
        let object = object_named::<KnativeServing>(namespace, "knative-serving");
        let finding =
            finding_of_missing_object(SERVING_MISSING, object, "a KnativeServing in this namespace");
        return Ok(Verdict::violated(finding.configured()));
    };
    let mut judgement = Judgement::default();
    match ingress_finding(serving) {
        Some(finding) => judgement.add(finding),
        None => judge_class(&mut judgement, serving, &network),
    }
    let state = readiness(&all, &**serving, &serving.status, "Ready");
    let is_ready = state.word();
    if judgement.is_clean() {
        state.judge(&mut judgement, SERVING_NOT_READY, &**serving);
    }
    Ok(judgement.verdict(|| format!("{is_ready}with Istio: {}", serving.object_ref())))
}

fn ingress_finding(serving: &KnativeServing) -> Option<Finding> {
    let istio = serving.spec.ingress.istio.as_ref();
    if istio.is_some_and(|istio| istio.enabled) {
        return None;
    }
    let observed = if istio.is_some() { "false" } else { "not set" };
    let finding = Finding::new(ISTIO_NOT_ENABLED, serving.object_ref(), "spec.ingress.istio.enabled");
    Some(finding.expected("true").observed(observed).configured())
}

fn judge_class(judgement: &mut Judgement, serving: &KnativeServing, network: &Lookup<ConfigMap>) {
    if let Some((network, class)) =
        network.found().and_then(|network| Some((network, ingress_class(network)?)))
    {
        if let Some(missing) = unrendered(network, &["ingress-class", "ingress.class"]) {
            judgement.leave(OTHER_INGRESS_CLASS, Some(missing));
        } else if class != ISTIO_CLASS {
            let finding = Finding::new(OTHER_INGRESS_CLASS, network.object_ref(), "data.ingress-class");
            judgement.add(finding.expected(ISTIO_CLASS).observed(class));
        }
    } else if has_kourier(serving) {
        let finding = Finding::new(OTHER_INGRESS_CLASS, serving.object_ref(), "spec.ingress.kourier.enabled")
            .expected("no ingress besides Istio, or an ingress class")
            .observed("true, and no ingress class is set");
        judgement.add_absence(network.missing(), finding);
    } else {
        judgement.leave(OTHER_INGRESS_CLASS, network.missing());
    }
}
