//! What is made of a KnativeEventing: its workloads and its ConfigMaps.
//!
//! Read in knative/operator (`cmd/operator/kodata/knative-eventing`), and for OpenShift Serverless in
//! openshift-knative/serverless-operator, `openshift-knative-operator/pkg/eventing`: it ships the controller of the Istio
//! integration as well, scaled by the feature flag, and scales what nobody uses to zero.

use crate::flavour::UPSTREAM;
use crate::knative::eventing_feature::CONFIG_FEATURES;
use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::Drafts;
use crate::operator::knative_config::{config_drafts, config_value};
use crate::operator::knative_spec::KnativeSpec;
use crate::operator::knative_workloads::{KnativeWorkload, Scale};
use crate::operator::note::DerivationNote;
use serde_json::Value;
use vocabulary::Flavour;

const KIND: &str = "KnativeEventing";
const NAMESPACE: &str = "knative-eventing";

const CHANNEL: (&str, &str) = ("messaging.knative.dev/channel", "in-memory-channel");

/// The workloads of every release.
const WORKLOADS: &[KnativeWorkload] = &[
    KnativeWorkload::new("eventing-controller", &[("app", "eventing-controller")]),
    KnativeWorkload::new("eventing-webhook", &[("app", "eventing-webhook"), ("role", "eventing-webhook")])
        .scaled(Scale::Unknown),
    KnativeWorkload::new("imc-controller", &[CHANNEL, ("messaging.knative.dev/role", "controller")])
        .scaled(Scale::Unknown),
    KnativeWorkload::new("imc-dispatcher", &[CHANNEL, ("messaging.knative.dev/role", "dispatcher")])
        .scaled(Scale::Unknown),
    KnativeWorkload::new("mt-broker-controller", &[("app", "mt-broker-controller")]).scaled(Scale::Unknown),
    KnativeWorkload::new("mt-broker-filter", &[("eventing.knative.dev/brokerRole", "filter")])
        .scaled(Scale::Unknown),
    KnativeWorkload::new("mt-broker-ingress", &[("eventing.knative.dev/brokerRole", "ingress")])
        .scaled(Scale::Unknown),
    // Its controller starts it with the first PingSource.
    KnativeWorkload::new(
        "pingsource-mt-adapter",
        &[("eventing.knative.dev/source", "ping-source-controller"), ("sources.knative.dev/role", "adapter")],
    )
    .scaled(Scale::Fixed(0)),
];

const ISTIO_CONTROLLER: KnativeWorkload =
    KnativeWorkload::new("eventing-istio-controller", &[("app", "eventing-istio-controller")]);

/// The ConfigMaps of all releases.
const CONFIGS: &[&str] = &[
    "config-br-default-channel",
    "config-br-defaults",
    "config-eventtype",
    CONFIG_FEATURES,
    "config-imc-event-dispatcher",
    "config-kreference-mapping",
    "config-leader-election",
    "config-logging",
    "config-observability",
    "config-ping-defaults",
    "config-sugar",
    "config-tracing",
    "default-ch-webhook",
];

/// What is made of a KnativeEventing.
pub(crate) fn eventing_drafts(value: &Value, flavour: Option<Flavour>) -> Result<Drafts, DerivationNote> {
    let origin = CustomResource::read(value, KIND, Some(NAMESPACE))?;
    let (spec, namespace) = (origin.spec::<KnativeSpec>()?, origin.namespace()?);
    if !spec.manifests.is_empty() {
        return Err(
            origin.note("spec.manifests", "nothing is known of manifests that are not the operator's")
        );
    }
    let mut drafts = config_drafts((&[CONFIG_FEATURES], CONFIGS), namespace, &spec, &origin);
    drafts.drafts.extend(WORKLOADS.iter().map(|workload| workload.draft(namespace, &spec, &origin)));
    if flavour.is_some_and(|flavour| flavour != UPSTREAM) {
        let is_on = config_value(&spec, CONFIG_FEATURES, "istio")
            .is_some_and(|flag| flag.trim().eq_ignore_ascii_case("enabled"));
        let scale = Scale::Fixed(i64::from(is_on));
        drafts.drafts.push(ISTIO_CONTROLLER.scaled(scale).draft(namespace, &spec, &origin));
    }
    Ok(drafts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flavour::OSSM2;
    use crate::operator::draft::Draft;
    use rstest::rstest;
    use serde_json::json;
    use vocabulary::DerivedObject;

    fn derived(spec: &Value, flavour: Option<Flavour>) -> Vec<DerivedObject> {
        let value = json!({"metadata": {"name": "knative-eventing"}, "spec": spec});
        let drafts = eventing_drafts(&value, flavour).unwrap().drafts;
        drafts.into_iter().map(Draft::into_derived).collect()
    }

    fn find<'a>(objects: &'a [DerivedObject], name: &str) -> Option<&'a DerivedObject> {
        objects.iter().find(|derived| derived.object_ref.name == name)
    }

    #[rstest]
    #[case::on(json!({"config": {"features": {"istio": "Enabled"}}}), Some(OSSM2), Some(1))]
    #[case::off(json!({}), Some(OSSM2), Some(0))]
    #[case::overridden(json!({"workloads": [{"name": "eventing-istio-controller", "replicas": 2}]}), Some(OSSM2), Some(2))]
    #[case::upstream(json!({"config": {"features": {"istio": "enabled"}}}), Some(UPSTREAM), None)]
    #[case::not_known(json!({"config": {"features": {"istio": "enabled"}}}), None, None)]
    fn istio_controller_comes_with_openshift(
        #[case] spec: Value,
        #[case] flavour: Option<Flavour>,
        #[case] expected: Option<i64>,
    ) {
        let objects = derived(&spec, flavour);
        let controller = find(&objects, "eventing-istio-controller");
        assert_eq!(controller.map(|derived| derived.object["spec"]["replicas"].as_i64()), expected.map(Some));
    }

    #[rstest]
    #[case::nothing(json!({}), json!({}), "spec.config.features.istio")]
    #[case::on(json!({"config": {"features": {"istio": "enabled"}}}), json!({"istio": "enabled"}), "spec.config.features.istio")]
    #[case::full_name(json!({"config": {"config-features": {"istio": "enabled"}}}), json!({"istio": "enabled"}),
        "spec.config.config-features.istio")]
    fn features_are_those_that_are_written(#[case] spec: Value, #[case] data: Value, #[case] field: &str) {
        let objects = derived(&spec, None);
        let features = find(&objects, "config-features").unwrap();
        assert_eq!((&features.object["data"], features.origin_field("data.istio").as_str()), (&data, field));
    }

    #[rstest]
    #[case::ping_source("pingsource-mt-adapter", json!(0))]
    #[case::dispatcher("imc-dispatcher", Value::Null)]
    #[case::controller("eventing-controller", json!(2))]
    fn number_of_pods_is_known_or_not(#[case] name: &str, #[case] expected: Value) {
        let objects = derived(&json!({"high-availability": {"replicas": 2}}), None);
        assert_eq!(find(&objects, name).unwrap().object["spec"]["replicas"], expected);
    }

    #[test]
    fn typo_in_a_section_is_noted() {
        let value = json!({"metadata": {"name": "e"}, "spec": {"config": {"feature": {"istio": "enabled"}}}});
        let notes = eventing_drafts(&value, None).unwrap().notes;
        assert_eq!(notes[0].field, "spec.config.feature");
    }
}
