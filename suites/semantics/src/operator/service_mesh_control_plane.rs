//! What is made of a ServiceMeshControlPlane: the policy of mutual TLS with its DestinationRules, and the ingress gateways.
//!
//! Read in maistra/istio-operator (branch maistra-2.5): `resources/helm/v2.5/mesh-config/templates/enable-mesh-mtls.yaml` and
//! `enable-mesh-permissive.yaml`; `resources/smcp-templates/*/base`, the profile in which the ingress gateway is on;
//! `pkg/controller/versions/strategy_v2_5.go` and `pkg/apis/maistra/conversion/gateways.go` for gateways and their labels.
//! The settings of the mesh and of the injector are read from the resource itself, by `istio::mesh_setting`.

use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::{Draft, Drafts};
use crate::operator::ingress_gateway::{GatewayFields, INGRESS_GATEWAY, IngressGateway};
use crate::operator::note::DerivationNote;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use view::destination_rule::DestinationRule;
use view::peer_authentication::PeerAuthentication;
use vocabulary::View;

const KIND: &str = "ServiceMeshControlPlane";

/// The profiles that come with the operator. All that name gateways switch the ingress gateway on.
const KNOWN_PROFILES: &[&str] = &["default", "base", "maistra", "servicemesh", "small"];
/// Versions whose rule for the whole mesh is for this host; later ones take the domain of the cluster.
const VERSIONS_OF_LOCAL: &[&str] = &["v2.0", "v2.1", "v2.2", "v2.3", "v2.4"];
const VERSIONS_OF_DOMAIN: &[&str] = &["v2.5", "v2.6", NEWEST];
/// Where no version is written, the operator's webhook writes the newest that it has.
const NEWEST: &str = "";

/// The specification of `maistra.io/v2`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ControlPlaneSpec {
    version: String,
    profiles: Vec<String>,
    security: Security,
    gateways: Gateways,
    proxy: Proxy,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Security {
    data_plane: DataPlane,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct DataPlane {
    mtls: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Proxy {
    networking: Networking,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Networking {
    cluster_domain: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Gateways {
    enabled: Option<bool>,
    ingress: Gateway,
    additional_ingress: BTreeMap<String, Gateway>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Gateway {
    enabled: Option<bool>,
    namespace: Option<String>,
    service: GatewayService,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GatewayService {
    metadata: ServiceMetadata,
    r#type: Option<String>,
    ports: Vec<Value>,
    #[serde(rename = "externalIPs")]
    external_ips: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ServiceMetadata {
    labels: BTreeMap<String, String>,
}

/// What is made of a ServiceMeshControlPlane.
pub(crate) fn control_plane_drafts(value: &Value) -> Result<Drafts, DerivationNote> {
    let origin = CustomResource::read(value, KIND, None)?;
    let namespace = origin.namespace()?;
    if origin.version() == "v1" {
        return Err(origin.note("apiVersion", "`maistra.io/v1` holds values of a chart, which are not read"));
    }
    let spec = origin.spec::<ControlPlaneSpec>()?;
    let has_known_profiles = spec.profiles.iter().all(|profile| KNOWN_PROFILES.contains(&profile.as_str()));
    let mut drafts = Drafts::default();
    match (spec.security.data_plane.mtls, has_known_profiles) {
        (None, false) => {
            let reason = "not written: a profile that is not the operator's decides, which is not known";
            drafts.notes.push(origin.note("spec.security.dataPlane.mtls", reason));
        }
        (mtls, _) => drafts.drafts.extend(mutual_tls_drafts(namespace, &spec, mtls, &origin)),
    }
    add_gateways(&mut drafts, namespace, &spec, has_known_profiles, &origin);
    Ok(drafts)
}

/// The policy, and with strict mutual TLS the rules for clients.
fn mutual_tls_drafts(
    namespace: &str,
    spec: &ControlPlaneSpec,
    mtls: Option<bool>,
    origin: &CustomResource<'_>,
) -> Vec<Draft> {
    let field = "spec.security.dataPlane.mtls";
    let mut policy = Draft::new(PeerAuthentication::KIND, namespace, "default", origin, field);
    let mode = if mtls == Some(true) { "STRICT" } else { "PERMISSIVE" };
    let keys = ["spec", "mtls", "mode"];
    match mtls {
        Some(_) => policy.state(&keys, mode, field),
        None => policy.fill(&keys, mode),
    }
    policy.lead("spec.mtls.mode", field);
    let mut drafts = vec![policy];
    if mtls != Some(true) {
        return drafts;
    }
    let domain = spec.proxy.networking.cluster_domain.as_deref().unwrap_or("cluster.local");
    let version = spec.version.as_str();
    let host = match () {
        () if VERSIONS_OF_LOCAL.contains(&version) => Some("*.local".to_owned()),
        () if VERSIONS_OF_DOMAIN.contains(&version) => Some(format!("*.{domain}")),
        () => None,
    };
    let rules = [
        ("default", host, "ISTIO_MUTUAL"),
        ("api-server", Some(format!("kubernetes.default.svc.{domain}")), "DISABLE"),
    ];
    for (name, host, mode) in rules {
        let Some(host) = host else { continue };
        let mut rule = Draft::new(DestinationRule::KIND, namespace, name, origin, field);
        rule.fill(&["spec"], json!({"host": host, "trafficPolicy": {"tls": {"mode": mode}}}));
        drafts.push(rule);
    }
    drafts
}

/// The gateways that are on. That of the mesh is on unless something says otherwise, an additional one only where it says
/// so itself.
fn add_gateways(
    drafts: &mut Drafts,
    namespace: &str,
    spec: &ControlPlaneSpec,
    has_known_profiles: bool,
    origin: &CustomResource<'_>,
) {
    let gateways = &spec.gateways;
    let is_default_on = || {
        let names_gateways = spec.profiles.is_empty() || spec.profiles.iter().any(|name| name != "small");
        (has_known_profiles && names_gateways).then_some(true)
    };
    let is_on = match (gateways.enabled.or_else(is_default_on), gateways.ingress.enabled) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), enabled) => enabled.or_else(is_default_on),
        (None, _) => None,
    };
    match is_on {
        Some(false) => {}
        Some(true) => {
            let gateway = ingress_gateway(INGRESS_GATEWAY, namespace, "ingress", &gateways.ingress);
            drafts.drafts.extend(gateway.drafts(origin));
        }
        None => {
            let reason = "not written: a profile that is not the operator's decides, which is not known";
            drafts.notes.push(origin.note("spec.gateways.ingress.enabled", reason));
        }
    }
    let is_any_on = gateways.enabled.or_else(is_default_on) == Some(true);
    for (name, gateway) in &gateways.additional_ingress {
        if is_any_on && gateway.enabled == Some(true) {
            let field = format!("additionalIngress.{name}");
            drafts.drafts.extend(ingress_gateway(name, namespace, &field, gateway).drafts(origin));
        }
    }
}

fn ingress_gateway<'a>(
    name: &'a str,
    mesh_namespace: &'a str,
    field: &str,
    gateway: &'a Gateway,
) -> IngressGateway<'a> {
    let service = &gateway.service;
    let field = format!("spec.gateways.{field}");
    let labels_field = format!("{field}.service.metadata.labels");
    let label = |(key, value): (&'a String, &'a String)| {
        (key.as_str(), value.as_str(), format!("{labels_field}[{key}]"))
    };
    let stated = |list: Vec<Value>, name: &str| {
        (!list.is_empty()).then(|| (Value::Array(list), format!("{field}.service.{name}")))
    };
    let external_ips = service.external_ips.iter().map(|address| json!(address)).collect();
    IngressGateway {
        name,
        namespace: gateway.namespace.as_deref().unwrap_or(mesh_namespace),
        app: name,
        labels: service.metadata.labels.iter().map(label).collect(),
        default_type: "ClusterIP",
        service_type: service.r#type.as_deref().map(|text| (text, format!("{field}.service.type"))),
        ports: stated(service.ports.clone(), "ports"),
        external_ips: stated(external_ips, "externalIPs"),
        fields: GatewayFields {
            labels: labels_field.clone(),
            service_type: format!("{field}.service.type"),
            ports: format!("{field}.service.ports"),
            gateway: field,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use vocabulary::DerivedObject;

    fn drafts(spec: &Value) -> Drafts {
        let value = json!({"apiVersion": "maistra.io/v2", "metadata": {"name": "basic", "namespace": "istio-system"},
                           "spec": spec});
        control_plane_drafts(&value).unwrap()
    }

    fn derived(spec: &Value) -> Vec<DerivedObject> {
        drafts(spec).drafts.into_iter().map(Draft::into_derived).collect()
    }

    fn find<'a>(objects: &'a [DerivedObject], name: &str) -> Option<&'a DerivedObject> {
        objects.iter().find(|derived| derived.object_ref.to_string() == name)
    }

    #[rstest]
    #[case::strict(json!({"security": {"dataPlane": {"mtls": true}}}), Some("STRICT"))]
    #[case::off(json!({"security": {"dataPlane": {"mtls": false}}}), Some("PERMISSIVE"))]
    #[case::not_written(json!({}), Some("PERMISSIVE"))]
    #[case::not_written_in_a_known_profile(json!({"profiles": ["default"]}), Some("PERMISSIVE"))]
    #[case::profile_decides(json!({"profiles": ["ours"]}), None)]
    #[case::profile_overridden(json!({"profiles": ["ours"], "security": {"dataPlane": {"mtls": true}}}), Some("STRICT"))]
    fn policy_follows_the_switch(#[case] spec: Value, #[case] expected: Option<&str>) {
        let objects = derived(&spec);
        let policy = find(&objects, "PeerAuthentication istio-system/default");
        assert_eq!(
            policy.map(|policy| &policy.object["spec"]["mtls"]["mode"]),
            expected.map(Value::from).as_ref()
        );
        let field = policy.map(|policy| policy.origin_field("spec.mtls.mode"));
        assert!(field.is_none_or(|field| field == "spec.security.dataPlane.mtls"));
    }

    #[rstest]
    #[case::old("v2.4", Some("*.local"))]
    #[case::new("v2.5", Some("*.cluster.local"))]
    #[case::not_written("", Some("*.cluster.local"))]
    #[case::not_known("v2.7", None)]
    fn rule_for_clients_is_that_of_the_version(#[case] version: &str, #[case] host: Option<&str>) {
        let objects = derived(&json!({"version": version, "security": {"dataPlane": {"mtls": true}}}));
        let rule = find(&objects, "DestinationRule istio-system/default");
        assert_eq!(rule.and_then(|rule| rule.object["spec"]["host"].as_str()), host);
        assert!(find(&objects, "DestinationRule istio-system/api-server").is_some());
    }

    #[rstest]
    #[case::default(json!({}), true)]
    #[case::known_profile(json!({"profiles": ["default"]}), true)]
    #[case::switched_off(json!({"gateways": {"ingress": {"enabled": false}}}), false)]
    #[case::all_switched_off(json!({"gateways": {"enabled": false, "ingress": {"enabled": true}}}), false)]
    #[case::other_profile(json!({"profiles": ["ours"]}), false)]
    #[case::other_profile_overridden(json!({"profiles": ["ours"], "gateways": {"enabled": true, "ingress": {"enabled": true}}}), true)]
    #[case::no_gateways_in_the_profile(json!({"profiles": ["small"]}), false)]
    fn ingress_gateway_is_on_unless_something_says_otherwise(#[case] spec: Value, #[case] expected: bool) {
        let objects = derived(&spec);
        for kind in ["Deployment", "Service"] {
            let name = format!("{kind} istio-system/istio-ingressgateway");
            assert_eq!(find(&objects, &name).is_some(), expected, "{name}");
        }
    }

    #[test]
    fn labels_of_the_service_are_those_of_the_pods() {
        let objects = derived(&json!({"gateways": {"ingress": {"namespace": "gateways",
            "service": {"type": "NodePort", "metadata": {"labels": {"knative": "ingressgateway"}}}}}}));
        let labels =
            json!({"app": "istio-ingressgateway", "istio": "ingressgateway", "knative": "ingressgateway"});
        let service = find(&objects, "Service gateways/istio-ingressgateway").unwrap();
        assert_eq!(service.object["metadata"]["labels"], labels);
        assert_eq!(service.object["spec"]["selector"], labels);
        assert_eq!(service.object["spec"]["type"], "NodePort");
        assert_eq!(service.origin_field("spec.type"), "spec.gateways.ingress.service.type");
        let field = "spec.gateways.ingress.service.metadata.labels[knative]";
        assert_eq!(service.origin_field("metadata.labels[knative]"), field);
        assert_eq!(service.origin_field("spec.selector"), "spec.gateways.ingress.service.metadata.labels");
        let deployment = find(&objects, "Deployment gateways/istio-ingressgateway").unwrap();
        assert_eq!(deployment.object["spec"]["selector"]["matchLabels"], labels);
        let pods = &deployment.object["spec"]["template"]["metadata"]["labels"];
        assert_eq!(
            (&pods["knative"], &pods["sidecar.istio.io/inject"]),
            (&json!("ingressgateway"), &json!("false"))
        );
    }

    #[test]
    fn service_is_cluster_ip_by_default() {
        let objects = derived(&json!({}));
        let service = find(&objects, "Service istio-system/istio-ingressgateway").unwrap();
        assert_eq!(service.object["spec"]["type"], "ClusterIP");
        assert_eq!(
            service.object["spec"]["ports"][2],
            json!({"name": "https", "port": 443, "targetPort": 8443})
        );
    }

    #[rstest]
    #[case::on(json!({"enabled": true}), true)]
    #[case::not_written(json!({}), false)]
    fn additional_gateway_is_on_where_it_says_so(#[case] gateway: Value, #[case] expected: bool) {
        let objects = derived(&json!({"gateways": {"additionalIngress": {"knative": gateway}}}));
        let service = find(&objects, "Service istio-system/knative");
        assert_eq!(service.is_some(), expected);
        let labels = service.map(|service| &service.object["spec"]["selector"]);
        assert!(labels.is_none_or(|labels| *labels == json!({"app": "knative", "istio": "ingressgateway"})));
    }

    #[rstest]
    #[case::no_namespace(json!({"apiVersion": "maistra.io/v2", "metadata": {"name": "basic"}}), "metadata.namespace")]
    #[case::old_version(json!({"apiVersion": "maistra.io/v1", "metadata": {"name": "basic", "namespace": "m"}}), "apiVersion")]
    #[case::shape(json!({"apiVersion": "maistra.io/v2", "metadata": {"name": "basic", "namespace": "m"},
        "spec": {"security": {"dataPlane": {"mtls": "yes"}}}}), "spec")]
    fn unreadable_resource_makes_nothing(#[case] value: Value, #[case] field: &str) {
        assert_eq!(control_plane_drafts(&value).unwrap_err().field, field);
    }

    #[test]
    fn what_a_profile_decides_is_noted() {
        let fields: Vec<_> =
            drafts(&json!({"profiles": ["ours"]})).notes.into_iter().map(|note| note.field).collect();
        assert_eq!(fields, ["spec.security.dataPlane.mtls", "spec.gateways.ingress.enabled"]);
    }
}
