//! The KnativeEventing has the feature `istio` enabled and is ready.
//!
//! The feature is read from the ConfigMap `config-features`, which is what Eventing reads. `eventing-istio-controller` acts
//! on it: OpenShift Serverless runs it, the Knative operator does not ship it. Where it is installed it has to run; with
//! plain Knative its absence is reported in the evidence and is no violation.

use crate::judging::finding::finding_of_missing_object;
use crate::judging::readiness::readiness;
use crate::reading::capability;
use semantics::flavour;
use semantics::knative::eventing_feature::{CONFIG_FEATURES, is_feature_enabled};
use semantics::workload::describe_missing_replicas;
use std::time::Duration;
use view::config_map::ConfigMap;
use view::knative::KnativeEventing;
use view::workload::Deployment;
use vocabulary::{
    CheckCard, Finding, FindingKind, Flavour, HarnessError, Judgement, Level, Lookup, Objects, Requirement,
    Tier, Verdict, View, object_named,
};
use world::{Check, Context};

const EVENTING_MISSING: &str = "eventing-missing";
const ISTIO_NOT_ENABLED: &str = "istio-not-enabled";
const ISTIO_CONTROLLER_DOWN: &str = "istio-controller-down";
const EVENTING_NOT_READY: &str = "eventing-not-ready";
const FEATURE: &str = "istio";
const CONTROLLER: &str = "eventing-istio-controller";

/// See the module text.
pub static CHECK: Check = Check {
    card: CheckCard {
        id: "serverless::eventing::is_ready_with_istio",
        title: "Knative Eventing is ready, with its Istio feature on",
        text: include_str!("is_ready_with_istio.rs"),
        requirement: Requirement {
            level: Level::Must,
            statement: "a KnativeEventing in its namespace enables the Istio integration",
            source: "Integrating Service Mesh with OpenShift Serverless, 1.4.3, step 2, callout 1",
            since: "Knative 1.9",
        },
        tier: Tier::Read,
        flavours: &[],
        needs: &[capability::ISTIO, capability::KNATIVE_EVENTING],
        places: &[],
        budget: Duration::from_mins(5),
        remediation: "set `spec.config.features.istio: enabled` in the KnativeEventing; if it is not ready, read its \
                      `status.conditions`",
        findings: &[
            FindingKind {
                code: EVENTING_MISSING,
                meaning: "the operator is there, but is not asked for Knative Eventing",
            },
            FindingKind {
                code: ISTIO_NOT_ENABLED,
                meaning: "channels get no DestinationRule, and are refused under strict mutual TLS",
            },
            FindingKind { code: ISTIO_CONTROLLER_DOWN, meaning: "the feature is on, but nobody acts on it" },
            FindingKind { code: EVENTING_NOT_READY, meaning: "the operator has not finished, or cannot" },
        ],
        formerly: &[],
    },
    run: |cx| Box::pin(run(cx)),
};

async fn run(cx: &Context) -> Result<Verdict, HarnessError> {
    cx.until(|| judge(cx)).await
}

async fn judge(cx: &Context) -> Result<Verdict, HarnessError> {
    let namespace = &cx.inputs().serverless.eventing_namespace;
    let all = cx.objects::<KnativeEventing>().await?;
    let features = cx.lookup::<ConfigMap>(namespace, CONFIG_FEATURES).await?;
    let deployments = cx.known_objects::<Deployment>().await?;
    let Some(eventing) = all.iter().find(|eventing| eventing.metadata.namespace == *namespace) else {
        if let Some(missing) = all.missing_in(namespace) {
            return Err(HarnessError::NotKnown { missing });
        }
        let object = object_named::<KnativeEventing>(namespace, "knative-eventing");
        let expected = "a KnativeEventing in this namespace";
        let finding = finding_of_missing_object(EVENTING_MISSING, object, expected);
        return Ok(Verdict::violated(finding.configured()));
    };
    let mut judgement = Judgement::default();
    if let Some(finding) = feature_finding(namespace, features.found().map(AsRef::as_ref)) {
        let missing = if features.found().is_some() { None } else { features.missing() };
        judgement.add_absence(missing, finding);
    }
    if judgement.is_clean() {
        judge_controller(&mut judgement, namespace, &deployments, cx.flavour());
    }
    let state = readiness(&all, &**eventing, &eventing.status, "Ready");
    let is_ready = state.word();
    if judgement.is_clean() {
        state.judge(&mut judgement, EVENTING_NOT_READY, &**eventing);
    }
    let is = match deployments.lookup(namespace, CONTROLLER) {
        Lookup::There(_) => "runs",
        Lookup::NotThere => "is not installed, so channels get no DestinationRule",
        Lookup::NotKnown(_) => "is not known",
    };
    Ok(judgement.verdict(|| format!("{is_ready}with Istio: {}; {CONTROLLER} {is}", eventing.object_ref())))
}

fn feature_finding(namespace: &str, features: Option<&ConfigMap>) -> Option<Finding> {
    if features.is_some_and(|features| is_feature_enabled(features, FEATURE)) {
        return None;
    }
    let flag = features.and_then(|features| features.value(FEATURE));
    let finding =
        Finding::new(ISTIO_NOT_ENABLED, object_named::<ConfigMap>(namespace, CONFIG_FEATURES), "data.istio");
    Some(finding.expected("enabled").observed(flag.unwrap_or("not set")))
}

fn judge_controller(
    judgement: &mut Judgement,
    namespace: &str,
    deployments: &Objects<Deployment>,
    flavour: Flavour,
) {
    let (observed, missing) = match deployments.lookup(namespace, CONTROLLER) {
        Lookup::There(controller)
            if !controller.0.has_status() && !deployments.extent().covers(namespace) =>
        {
            ("no status", Some(format!("{} has no status", controller.object_ref())))
        }
        Lookup::There(controller) => match describe_missing_replicas(&controller.0) {
            Some(observed) => (observed, None),
            None => return,
        },
        // The Knative operator does not ship it.
        Lookup::NotKnown(missing) if flavour == flavour::UPSTREAM => {
            return judgement.leave_rest(ISTIO_CONTROLLER_DOWN, Some(missing));
        }
        Lookup::NotThere if flavour == flavour::UPSTREAM => return,
        Lookup::NotThere => ("no such Deployment", flavour.missing()),
        Lookup::NotKnown(missing) => ("not known", Some(missing)),
    };
    let object = object_named::<Deployment>(namespace, CONTROLLER);
    let finding = Finding::new(ISTIO_CONTROLLER_DOWN, object, "status.availableReplicas");
    judgement.add_absence(missing, finding.expected("at least 1").observed(observed));
}
