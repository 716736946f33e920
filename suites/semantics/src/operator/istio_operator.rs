//! What is made of an IstioOperator: the ConfigMaps with the mesh configuration and the injector's values, istiod, and the
//! ingress gateways.
//!
//! Read in istio/istio: `manifests/profiles`, `manifests/charts/istio-control/istio-discovery` and
//! `manifests/charts/gateways/istio-ingress`, and `operator/pkg/translate` (releases to 1.23), which merges the labels of a
//! gateway into those of the chart. Only what the resource states, and what all these releases fill in, is derived.

use crate::istio::mesh_setting::IstioDocument;
use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::{Draft, Drafts};
use crate::operator::ingress_gateway::{GatewayFields, INGRESS_GATEWAY, IngressGateway};
use crate::operator::istio::istiod_draft;
use crate::operator::note::DerivationNote;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use view::config_map::ConfigMap;
use vocabulary::View;

const KIND: &str = "IstioOperator";
const MESH_NAMESPACE: &str = "istio-system";

/// Profiles with an istiod, and whether they have the ingress gateway.
const PROFILES: &[(&str, bool)] = &[
    ("", true),
    ("default", true),
    ("demo", true),
    ("openshift", true),
    ("preview", true),
    ("minimal", false),
    ("ambient", false),
    ("openshift-ambient", false),
];

/// The specification.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct IstioOperatorSpec {
    profile: String,
    revision: String,
    namespace: Option<String>,
    mesh_config: Map<String, Value>,
    values: Map<String, Value>,
    components: Components,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Components {
    pilot: Component,
    ingress_gateways: Vec<Gateway>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Component {
    enabled: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Gateway {
    name: String,
    namespace: Option<String>,
    enabled: Option<bool>,
    label: BTreeMap<String, String>,
    k8s: GatewaySettings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GatewaySettings {
    service: ServiceSettings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServiceSettings {
    r#type: Option<String>,
    ports: Vec<Value>,
    #[serde(rename = "externalIPs")]
    external_ips: Vec<Value>,
}

/// What is made of an IstioOperator.
pub(crate) fn istio_operator_drafts(value: &Value) -> Result<Drafts, DerivationNote> {
    let origin = CustomResource::read(value, KIND, None)?;
    let spec = origin.spec::<IstioOperatorSpec>()?;
    let profile = PROFILES.iter().find(|(name, _)| *name == spec.profile);
    let namespace = control_plane_namespace(&spec);
    let mut drafts = Drafts::default();
    match (spec.components.pilot.enabled, profile) {
        (Some(true), _) | (None, Some(_)) => {
            let revision = if spec.revision.is_empty() { "default" } else { &spec.revision };
            drafts.drafts.push(istiod_draft(namespace, revision, &origin));
            drafts.drafts.extend(document_drafts(namespace, revision, &spec, &origin));
        }
        (Some(false), _) => {}
        (None, None) => {
            let reason = "this profile is not known: whether it has an istiod is not told";
            drafts.notes.push(origin.note("spec.profile", reason));
        }
    }
    let has_gateway = profile.map(|(_, has_gateway)| *has_gateway);
    add_gateways(&mut drafts, namespace, &spec, has_gateway, &origin);
    Ok(drafts)
}

/// The namespace of the control plane.
fn control_plane_namespace(spec: &IstioOperatorSpec) -> &str {
    let global = spec.values.get("global").and_then(|global| global.get("istioNamespace"));
    spec.namespace.as_deref().or_else(|| global.and_then(Value::as_str)).unwrap_or(MESH_NAMESPACE)
}

/// The ConfigMaps with the mesh configuration and the injector's values.
fn document_drafts(
    namespace: &str,
    revision: &str,
    spec: &IstioOperatorSpec,
    origin: &CustomResource<'_>,
) -> Vec<Draft> {
    let in_values = spec.values.get("meshConfig").and_then(Value::as_object).cloned();
    let mut mesh = in_values.unwrap_or_default(); // none: nothing is written there
    merge(&mut mesh, &spec.mesh_config);
    let global = spec.values.get("global").and_then(|global| global.get("trustDomain"));
    let trust_domain = global.and_then(Value::as_str).filter(|domain| !domain.is_empty());
    let trust_domain = trust_domain.unwrap_or("cluster.local");
    for (key, default) in [("rootNamespace", namespace), ("trustDomain", trust_domain)] {
        mesh.entry(key).or_insert_with(|| Value::from(default));
    }
    let documents = [
        (IstioDocument::MeshConfig, Value::Object(mesh), "spec.meshConfig"),
        (IstioDocument::InjectorValues, Value::Object(spec.values.clone()), "spec.values"),
    ];
    let draft = |(document, text, field): (IstioDocument, Value, &str)| {
        let name = document.config_map_name(revision);
        let mut draft = Draft::new(ConfigMap::KIND, namespace, &name, origin, field);
        draft.fill(&["data", document.key()], text.to_string());
        draft.lead(&format!("data.{}", document.key()), field);
        draft.lead(&format!("data.{}: ", document.key()), &format!("{field}."));
        draft
    };
    documents.into_iter().map(draft).collect()
}

/// Writes fields over others.
fn merge(target: &mut Map<String, Value>, source: &Map<String, Value>) {
    for (key, value) in source {
        match (target.get_mut(key), value) {
            (Some(Value::Object(target)), Value::Object(source)) => merge(target, source),
            _ => drop(target.insert(key.clone(), value.clone())),
        }
    }
}

/// The gateways that are on: that of the profile unless it is switched off, and those that are switched on.
fn add_gateways(
    drafts: &mut Drafts,
    namespace: &str,
    spec: &IstioOperatorSpec,
    has_gateway: Option<bool>,
    origin: &CustomResource<'_>,
) {
    let listed = &spec.components.ingress_gateways;
    let of_profile = Gateway { name: INGRESS_GATEWAY.to_owned(), ..Gateway::default() };
    let is_listed = listed.iter().any(|gateway| gateway.name == INGRESS_GATEWAY);
    let unlisted = (!is_listed).then_some(&of_profile);
    for gateway in listed.iter().chain(unlisted).filter(|gateway| !gateway.name.is_empty()) {
        let by_profile = if gateway.name == INGRESS_GATEWAY { has_gateway } else { Some(false) };
        match gateway.enabled.or(by_profile) {
            Some(true) => drafts.drafts.extend(ingress_gateway(namespace, spec, gateway).drafts(origin)),
            Some(false) => {}
            None => {
                let field = format!("spec.components.ingressGateways[{}].enabled", gateway.name);
                let reason = "not written: the profile decides, which is not known";
                drafts.notes.push(origin.note(&field, reason));
            }
        }
    }
}

fn ingress_gateway<'a>(
    mesh_namespace: &'a str,
    spec: &'a IstioOperatorSpec,
    gateway: &'a Gateway,
) -> IngressGateway<'a> {
    let name = gateway.name.as_str();
    let field = format!("spec.components.ingressGateways[{name}]");
    // Values of the chart reach every gateway; what is written for one of them wins.
    let values = spec.values.get("gateways").and_then(|gateways| gateways.get(INGRESS_GATEWAY));
    let values_field = format!("spec.values.gateways.{INGRESS_GATEWAY}");
    let value = |key: &str| Some((values?.get(key)?, format!("{values_field}.{key}")));
    let of_chart = value("labels").and_then(|(labels, field)| Some((labels.as_object()?, field)));
    let of_chart = of_chart.into_iter().flat_map(|(labels, field)| {
        let label = move |(key, value): (&'a String, &'a Value)| {
            Some((key.as_str(), value.as_str()?, format!("{field}[{key}]")))
        };
        labels.iter().filter_map(label)
    });
    let own = gateway.label.iter();
    let own = own.map(|(key, value)| (key.as_str(), value.as_str(), format!("{field}.label[{key}]")));
    let service = &gateway.k8s.service;
    let stated = |list: &[Value], name: &str| {
        (!list.is_empty()).then(|| (Value::Array(list.to_vec()), format!("{field}.k8s.service.{name}")))
    };
    let own_type = service.r#type.as_deref().map(|text| (text, format!("{field}.k8s.service.type")));
    let chart_type = || value("type").and_then(|(text, field)| Some((text.as_str()?, field)));
    let chart_ports = || value("ports").map(|(ports, field)| (ports.clone(), field));
    IngressGateway {
        name,
        namespace: gateway.namespace.as_deref().unwrap_or(mesh_namespace),
        app: INGRESS_GATEWAY,
        labels: of_chart.chain(own).collect(),
        default_type: "LoadBalancer",
        service_type: own_type.or_else(chart_type),
        ports: stated(&service.ports, "ports").or_else(chart_ports),
        external_ips: stated(&service.external_ips, "externalIPs"),
        fields: GatewayFields {
            labels: format!("{field}.label"),
            service_type: format!("{field}.k8s.service.type"),
            ports: format!("{field}.k8s.service.ports"),
            gateway: field,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;
    use vocabulary::DerivedObject;

    fn derived(spec: &Value) -> Vec<DerivedObject> {
        let value = json!({"metadata": {"name": "mesh"}, "spec": spec});
        let drafts = istio_operator_drafts(&value).unwrap().drafts;
        drafts.into_iter().map(Draft::into_derived).collect()
    }

    fn find<'a>(objects: &'a [DerivedObject], name: &str) -> Option<&'a DerivedObject> {
        objects.iter().find(|derived| derived.object_ref.to_string() == name)
    }

    #[rstest]
    #[case::default(json!({}), true, true)]
    #[case::minimal(json!({"profile": "minimal"}), true, false)]
    #[case::unknown_profile(json!({"profile": "ours.yaml"}), false, false)]
    #[case::unknown_profile_overridden(json!({"profile": "ours.yaml", "components": {"pilot": {"enabled": true},
        "ingressGateways": [{"name": "istio-ingressgateway", "enabled": true}]}}), true, true)]
    #[case::gateway_off(json!({"components": {"ingressGateways": [{"name": "istio-ingressgateway", "enabled": false}]}}), true, false)]
    #[case::istiod_off(json!({"components": {"pilot": {"enabled": false}}}), false, true)]
    fn profile_decides_what_nothing_is_written_of(
        #[case] spec: Value,
        #[case] has_istiod: bool,
        #[case] has_gateway: bool,
    ) {
        let objects = derived(&spec);
        assert_eq!(find(&objects, "Deployment istio-system/istiod").is_some(), has_istiod);
        assert_eq!(find(&objects, "ConfigMap istio-system/istio").is_some(), has_istiod);
        assert_eq!(find(&objects, "Service istio-system/istio-ingressgateway").is_some(), has_gateway);
    }

    #[test]
    fn documents_hold_what_is_written() {
        let objects = derived(&json!({
            "meshConfig": {"defaultConfig": {"terminationDrainDuration": "35s"}},
            "values": {"meshConfig": {"defaultConfig": {"a": "b"}}, "global": {"proxy": {"excludeInboundPorts": "8444"}}},
        }));
        let mesh = find(&objects, "ConfigMap istio-system/istio").unwrap();
        let document: Value = serde_json::from_str(mesh.object["data"]["mesh"].as_str().unwrap()).unwrap();
        let expected = json!({"defaultConfig": {"terminationDrainDuration": "35s", "a": "b"},
                              "rootNamespace": "istio-system", "trustDomain": "cluster.local"});
        assert_eq!(document, expected);
        let field = mesh.origin_field("data.mesh: defaultConfig.terminationDrainDuration");
        assert_eq!(field, "spec.meshConfig.defaultConfig.terminationDrainDuration");
        let injector = find(&objects, "ConfigMap istio-system/istio-sidecar-injector").unwrap();
        let document: Value =
            serde_json::from_str(injector.object["data"]["values"].as_str().unwrap()).unwrap();
        assert_eq!(document["global"]["proxy"]["excludeInboundPorts"], "8444");
        let field = injector.origin_field("data.values: global.proxy.excludeInboundPorts");
        assert_eq!(field, "spec.values.global.proxy.excludeInboundPorts");
    }

    #[rstest]
    #[case::default(json!({}), "cluster.local")]
    #[case::of_the_mesh(json!({"meshConfig": {"trustDomain": "a.test"}}), "a.test")]
    #[case::older_value(json!({"values": {"global": {"trustDomain": "b.test"}}}), "b.test")]
    fn trust_domain_has_two_spellings(#[case] spec: Value, #[case] expected: &str) {
        let objects = derived(&spec);
        let mesh = find(&objects, "ConfigMap istio-system/istio").unwrap();
        let document: Value = serde_json::from_str(mesh.object["data"]["mesh"].as_str().unwrap()).unwrap();
        assert_eq!(document["trustDomain"], expected);
    }

    #[rstest]
    #[case::values(json!({"values": {"global": {"istioNamespace": "mesh"}}}), "mesh", "istiod", "istio")]
    #[case::namespace_first(json!({"namespace": "m", "values": {"global": {"istioNamespace": "mesh"}}}), "m", "istiod", "istio")]
    #[case::revision(json!({"revision": "canary"}), "istio-system", "istiod-canary", "istio-canary")]
    fn names_follow_namespace_and_revision(
        #[case] spec: Value,
        #[case] namespace: &str,
        #[case] istiod: &str,
        #[case] map: &str,
    ) {
        let objects = derived(&spec);
        assert!(find(&objects, &format!("Deployment {namespace}/{istiod}")).is_some());
        assert!(find(&objects, &format!("ConfigMap {namespace}/{map}")).is_some());
    }

    #[test]
    fn gateway_has_its_labels_and_type() {
        let objects = derived(&json!({"components": {"ingressGateways": [
            {"name": "knative", "namespace": "gateways", "enabled": true, "label": {"knative": "ingressgateway"},
             "k8s": {"service": {"type": "ClusterIP", "ports": [{"name": "https", "port": 443, "targetPort": 8443}]}}},
            {"name": "off"},
        ]}}));
        let service = find(&objects, "Service gateways/knative").unwrap();
        let labels =
            json!({"app": "istio-ingressgateway", "istio": "ingressgateway", "knative": "ingressgateway"});
        assert_eq!(service.object["spec"]["selector"], labels);
        assert_eq!(service.object["spec"]["type"], "ClusterIP");
        assert_eq!(service.object["spec"]["ports"].as_array().unwrap().len(), 1);
        let field = "spec.components.ingressGateways[knative].k8s.service.type";
        assert_eq!(service.origin_field("spec.type"), field);
        assert!(find(&objects, "Service istio-system/off").is_none());
        let unlisted = find(&objects, "Service istio-system/istio-ingressgateway").unwrap();
        assert_eq!(unlisted.object["spec"]["type"], "LoadBalancer");
    }

    #[test]
    fn values_of_the_chart_reach_the_gateway() {
        let values =
            json!({"gateways": {"istio-ingressgateway": {"type": "NodePort", "labels": {"a": "b"}}}});
        let objects = derived(&json!({"values": values}));
        let service = find(&objects, "Service istio-system/istio-ingressgateway").unwrap();
        assert_eq!(
            (&service.object["spec"]["type"], &service.object["spec"]["selector"]["a"]),
            (&json!("NodePort"), &json!("b"))
        );
        assert_eq!(service.origin_field("spec.type"), "spec.values.gateways.istio-ingressgateway.type");
    }

    #[rstest]
    #[case::text(json!("nonsense"))]
    #[case::gateways_by_name(json!({"components": {"ingressGateways": {"a": {}}}}))]
    #[case::mesh_config_that_is_text(json!({"meshConfig": "a: b"}))]
    fn unreadable_resource_makes_nothing(#[case] spec: Value) {
        let value = json!({"metadata": {"name": "mesh"}, "spec": spec});
        assert_eq!(istio_operator_drafts(&value).unwrap_err().field, "spec");
    }
}
