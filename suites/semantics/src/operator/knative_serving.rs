//! What is made of a KnativeServing: its workloads, its ConfigMaps and, with the Knative operator, the Gateways of net-istio.
//!
//! Read in knative/operator (`cmd/operator/kodata`, `pkg/reconciler/knativeserving`), and for OpenShift Serverless in
//! openshift-knative/serverless-operator (`openshift-knative-operator/pkg/serving`), whose manifests have neither the
//! Gateways nor the Service of the local one: the document has a person create them.

use crate::flavour::UPSTREAM;
use crate::knative::config_istio::CONFIG_ISTIO;
use crate::knative::ingress_class::CONFIG_NETWORK;
use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::{Draft, Drafts};
use crate::operator::knative_config::config_drafts;
use crate::operator::knative_gateways::{IstioIngress, gateway_drafts};
use crate::operator::knative_network::fill_network_config;
use crate::operator::knative_spec::KnativeSpec;
use crate::operator::knative_workloads::{KnativeWorkload, Scale, forbid_injection};
use crate::operator::note::DerivationNote;
use serde::Deserialize;
use serde_json::Value;
use vocabulary::Flavour;

const KIND: &str = "KnativeServing";
const NAMESPACE: &str = "knative-serving";

/// The workloads of every release. An autoscaler (HPA) decides the number of the activator's and the webhook's pods.
const WORKLOADS: &[KnativeWorkload] = &[
    KnativeWorkload::new("activator", &[("app", "activator"), ("role", "activator")]).scaled(Scale::Unknown),
    KnativeWorkload::new("autoscaler", &[("app", "autoscaler")]),
    KnativeWorkload::new("autoscaler-hpa", &[("app", "autoscaler-hpa")]),
    KnativeWorkload::new("controller", &[("app", "controller")]),
    KnativeWorkload::new("webhook", &[("app", "webhook"), ("role", "webhook")]).scaled(Scale::Unknown),
];

const ISTIO_CONTROLLER: &str = "net-istio-controller";

/// The workloads of net-istio. Its controller is kept out of the mesh, so that it can probe gateways.
const ISTIO_WORKLOADS: &[KnativeWorkload] = &[
    KnativeWorkload::new(ISTIO_CONTROLLER, &[("app", ISTIO_CONTROLLER)]),
    KnativeWorkload::new("net-istio-webhook", &[("app", "net-istio-webhook"), ("role", "net-istio-webhook")]),
];

/// The ConfigMaps of all releases.
const CONFIGS: &[&str] = &[
    "config-autoscaler",
    "config-certmanager",
    "config-contour",
    "config-defaults",
    "config-deployment",
    "config-domain",
    "config-features",
    "config-gateway",
    "config-gc",
    CONFIG_ISTIO,
    "config-kourier",
    "config-leader-election",
    "config-logging",
    CONFIG_NETWORK,
    "config-observability",
    "config-tracing",
];

/// The specification.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServingSpec {
    #[serde(flatten)]
    knative: KnativeSpec,
    ingress: Option<Ingress>,
}

/// The ingress implementations.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Ingress {
    istio: IstioIngress,
    kourier: Switch,
}

/// The switch of an ingress.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Switch {
    enabled: bool,
}

/// What is made of a KnativeServing.
pub(crate) fn serving_drafts(value: &Value, flavour: Option<Flavour>) -> Result<Drafts, DerivationNote> {
    let origin = CustomResource::read(value, KIND, Some(NAMESPACE))?;
    let (spec, namespace) = (origin.spec::<ServingSpec>()?, origin.namespace()?);
    let knative = &spec.knative;
    if !knative.manifests.is_empty() {
        return Err(
            origin.note("spec.manifests", "nothing is known of manifests that are not the operator's")
        );
    }
    let ingress = spec.ingress.as_ref();
    // Without any ingress the Knative operator installs that of Istio, and OpenShift Serverless that of Kourier.
    let has_istio = match (ingress, flavour) {
        (Some(ingress), _) => Some(ingress.istio.enabled),
        (None, Some(flavour)) => Some(flavour == UPSTREAM),
        (None, None) => None,
    };
    let mut drafts = Drafts::default();
    drafts.drafts.extend(WORKLOADS.iter().map(|workload| workload.draft(namespace, knative, &origin)));
    let has_kourier = ingress.is_none_or(|ingress| ingress.kourier.enabled || !ingress.istio.enabled);
    drafts.extend(serving_configs(
        namespace,
        knative,
        &origin,
        has_istio,
        is_openshift(flavour).then_some(has_kourier),
    ));
    match has_istio {
        None => {
            let reason = "not written: whether Istio's ingress is installed depends on the operator";
            drafts.notes.push(origin.note("spec.ingress", reason));
        }
        Some(true) => {
            drafts.drafts.extend(istio_workloads(namespace, knative, &origin));
            if flavour == Some(UPSTREAM) {
                let istio = ingress.map(|ingress| &ingress.istio);
                drafts.drafts.extend(gateway_drafts(namespace, istio, knative, &origin));
            }
        }
        Some(false) => {}
    }
    Ok(drafts)
}

fn is_openshift(flavour: Option<Flavour>) -> bool {
    flavour.is_some_and(|flavour| flavour != UPSTREAM)
}

/// The ConfigMaps. That of net-istio is there without any value, and that of the network with OpenShift Serverless, where
/// `openshift_kourier` says whether Kourier has the ingress class.
fn serving_configs(
    namespace: &str,
    spec: &KnativeSpec,
    origin: &CustomResource<'_>,
    has_istio: Option<bool>,
    openshift_kourier: Option<bool>,
) -> Drafts {
    let istio = (has_istio == Some(true)).then_some(CONFIG_ISTIO);
    let network = openshift_kourier.map(|_| CONFIG_NETWORK);
    let always: Vec<_> = istio.into_iter().chain(network).collect();
    let mut drafts = config_drafts((&always, CONFIGS), namespace, spec, origin);
    if let Some(has_kourier) = openshift_kourier {
        for draft in drafts.drafts.iter_mut().filter(|draft| draft.object_ref().name == CONFIG_NETWORK) {
            fill_network_config(draft, spec, has_kourier);
        }
    }
    drafts
}

fn istio_workloads(namespace: &str, spec: &KnativeSpec, origin: &CustomResource<'_>) -> Vec<Draft> {
    let draft = |workload: &KnativeWorkload| {
        let mut draft = workload.draft(namespace, spec, origin);
        if workload.name == ISTIO_CONTROLLER && spec.overrides(workload.name).next().is_none() {
            forbid_injection(&mut draft);
        }
        draft
    };
    ISTIO_WORKLOADS.iter().map(draft).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flavour::{OSSM2, OSSM3};
    use rstest::rstest;
    use serde_json::json;
    use vocabulary::DerivedObject;

    fn derived(spec: &Value, flavour: Option<Flavour>) -> Vec<DerivedObject> {
        let value = json!({"metadata": {"name": "knative-serving"}, "spec": spec});
        let drafts = serving_drafts(&value, flavour).unwrap().drafts;
        drafts.into_iter().map(Draft::into_derived).collect()
    }

    fn find<'a>(objects: &'a [DerivedObject], name: &str) -> Option<&'a DerivedObject> {
        objects.iter().find(|derived| derived.object_ref.to_string() == name)
    }

    #[rstest]
    #[case::istio(json!({"ingress": {"istio": {"enabled": true}}}), None, true)]
    #[case::another(json!({"ingress": {"kourier": {"enabled": true}}}), None, false)]
    #[case::upstream_default(json!({}), Some(UPSTREAM), true)]
    #[case::openshift_default(json!({}), Some(OSSM2), false)]
    #[case::not_known(json!({}), None, false)]
    fn net_istio_is_there_where_its_ingress_is(
        #[case] spec: Value,
        #[case] flavour: Option<Flavour>,
        #[case] expected: bool,
    ) {
        let objects = derived(&spec, flavour);
        assert!(find(&objects, "Deployment knative-serving/activator").is_some());
        for name in
            ["Deployment knative-serving/net-istio-controller", "ConfigMap knative-serving/config-istio"]
        {
            assert_eq!(find(&objects, name).is_some(), expected, "{name}");
        }
    }

    #[rstest]
    #[case::upstream(Some(UPSTREAM), true)]
    #[case::ossm2(Some(OSSM2), false)]
    #[case::ossm3(Some(OSSM3), false)]
    #[case::not_known(None, false)]
    fn gateways_are_those_of_the_upstream_operator(#[case] flavour: Option<Flavour>, #[case] expected: bool) {
        let objects = derived(&json!({"ingress": {"istio": {"enabled": true}}}), flavour);
        for name in
            ["Gateway knative-serving/knative-ingress-gateway", "Service istio-system/knative-local-gateway"]
        {
            assert_eq!(find(&objects, name).is_some(), expected, "{name}");
        }
    }

    #[rstest]
    #[case::istio(json!({"ingress": {"istio": {"enabled": true}}}), "istio.ingress.networking.knative.dev")]
    #[case::kourier_wins(json!({"ingress": {"istio": {"enabled": true}, "kourier": {"enabled": true}}}),
        "kourier.ingress.networking.knative.dev")]
    #[case::default(json!({}), "kourier.ingress.networking.knative.dev")]
    #[case::written(json!({"ingress": {"istio": {"enabled": true}}, "config": {"network": {"ingress-class": "a"}}}), "a")]
    fn openshift_fills_in_the_ingress_class(#[case] spec: Value, #[case] expected: &str) {
        let objects = derived(&spec, Some(OSSM2));
        let network = find(&objects, "ConfigMap knative-serving/config-network").unwrap();
        assert_eq!(network.object["data"]["ingress-class"], expected);
        assert_eq!(network.object["data"]["default-external-scheme"], "https");
        assert_eq!(network.origin_field("data.ingress-class"), "spec.config.network.ingress-class");
    }

    #[rstest]
    #[case::older_spelling("ingress.class")]
    #[case::today("ingress-class")]
    fn class_that_is_written_is_not_filled_in(#[case] key: &str) {
        let spec = json!({"ingress": {"istio": {"enabled": true}}, "config": {"network": {key: "a"}}});
        let objects = derived(&spec, Some(OSSM2));
        let network = find(&objects, "ConfigMap knative-serving/config-network").unwrap();
        let classes = network.object["data"].as_object().unwrap().iter();
        assert_eq!(classes.filter(|(key, _)| key.starts_with("ingress")).count(), 1);
    }

    #[test]
    fn upstream_network_has_only_what_is_written() {
        let objects = derived(&json!({"ingress": {"istio": {"enabled": true}}}), Some(UPSTREAM));
        assert!(find(&objects, "ConfigMap knative-serving/config-network").is_none());
    }

    #[rstest]
    #[case::default(json!({}), Some("false"))]
    #[case::overridden(json!({"workloads": [{"name": "net-istio-controller", "labels": {"sidecar.istio.io/inject": "true"}}]}),
        Some("true"))]
    fn net_istio_is_kept_out_of_the_mesh(#[case] mut spec: Value, #[case] expected: Option<&str>) {
        spec["ingress"] = json!({"istio": {"enabled": true}});
        let objects = derived(&spec, None);
        let controller = find(&objects, "Deployment knative-serving/net-istio-controller").unwrap();
        let labels = &controller.object["spec"]["template"]["metadata"]["labels"];
        assert_eq!(labels["sidecar.istio.io/inject"].as_str(), expected);
    }

    #[rstest]
    #[case::text(json!("nonsense"))]
    #[case::deployments_by_name(json!({"deployments": {"activator": {}}}))]
    #[case::label_that_is_no_text(json!({"workloads": [{"name": "activator", "labels": {"a": true}}]}))]
    #[case::config_that_is_no_text(json!({"config": {"autoscaler": {"max-scale": 5}}}))]
    #[case::servers_by_name(json!({"ingress": {"istio": {"enabled": true, "knative-ingress-gateway": {"servers": {}}}}}))]
    #[case::own_manifests(json!({"manifests": [{"URL": "https://a.test/serving.yaml"}]}))]
    fn unreadable_resource_makes_nothing(#[case] spec: Value) {
        let value = json!({"metadata": {"name": "knative-serving"}, "spec": spec});
        let note = serving_drafts(&value, Some(UPSTREAM)).unwrap_err();
        assert_eq!(note.origin.to_string(), "KnativeServing knative-serving/knative-serving");
    }
}
