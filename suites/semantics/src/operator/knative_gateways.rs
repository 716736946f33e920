//! The Gateways of net-istio as the Knative operator makes them, and the Service in front of the local one.
//!
//! Read in knative/operator: `cmd/operator/kodata/ingress/1.22/istio/net-istio.yaml` has the defaults,
//! `pkg/reconciler/knativeserving/ingress/istio.go` the overrides, and `ingress_service.go` in which namespace the Service is
//! and what it selects. Newer releases give the Service a port 443 as well; that is left out.

use crate::knative::config_istio::CONFIG_ISTIO;
use crate::knative::gateways::{INGRESS_GATEWAY, LOCAL_GATEWAY};
use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::Draft;
use crate::operator::knative_config::config_value;
use crate::operator::knative_spec::KnativeSpec;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use view::gateway::{Gateway, GatewayServer};
use view::service::Service;
use vocabulary::View;

const MESH_NAMESPACE: &str = "istio-system";
/// Keeps Istio from taking the Service's port 80 for a listener.
const NO_TRANSLATION: &str = "experimental.istio.io/disable-gateway-port-translation";

/// Istio's ingress.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct IstioIngress {
    /// Whether it is on.
    pub(crate) enabled: bool,
    knative_ingress_gateway: GatewayOverride,
    knative_local_gateway: GatewayOverride,
}

/// What is other than in the operator's manifest of a Gateway.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct GatewayOverride {
    selector: BTreeMap<String, String>,
    servers: Vec<Value>,
}

/// Both Gateways, and the Service.
pub(crate) fn gateway_drafts(
    namespace: &str,
    ingress: Option<&IstioIngress>,
    spec: &KnativeSpec,
    origin: &CustomResource<'_>,
) -> Vec<Draft> {
    let none = IstioIngress::default();
    let ingress = ingress.unwrap_or(&none);
    let gateway = |name, written, port| gateway_draft(namespace, name, written, port, origin);
    vec![
        gateway(INGRESS_GATEWAY, &ingress.knative_ingress_gateway, 80),
        gateway(LOCAL_GATEWAY, &ingress.knative_local_gateway, 8081),
        service_draft(namespace, &ingress.knative_local_gateway, spec, origin),
    ]
}

fn gateway_draft(
    namespace: &str,
    name: &str,
    written: &GatewayOverride,
    port: u16,
    origin: &CustomResource<'_>,
) -> Draft {
    let field = format!("spec.ingress.istio.{name}");
    let mut draft = Draft::new(Gateway::KIND, namespace, name, origin, &field);
    draft.lead("spec", &field);
    draft.fill(&["spec", "selector"], json!({"istio": "ingressgateway"}));
    let default = json!([{"port": {"number": port, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}]);
    draft.fill(&["spec", "servers"], default);
    if !written.selector.is_empty() {
        draft.state(&["spec", "selector"], json!(written.selector), &format!("{field}.selector"));
    }
    if !written.servers.is_empty() {
        let servers = Value::Array(written.servers.clone());
        draft.state_as(&["spec", "servers"], servers, &format!("{field}.servers"), describe_servers);
    }
    draft
}

fn service_draft(
    namespace: &str,
    written: &GatewayOverride,
    spec: &KnativeSpec,
    origin: &CustomResource<'_>,
) -> Draft {
    let key = format!("local-gateway.{namespace}.{LOCAL_GATEWAY}");
    let host = config_value(spec, CONFIG_ISTIO, &key);
    let mesh_namespace = host.and_then(|host| host.split('.').nth(1)).unwrap_or(MESH_NAMESPACE);
    let field = format!("spec.services[{LOCAL_GATEWAY}]");
    let selector_field = format!("spec.ingress.istio.{LOCAL_GATEWAY}.selector");
    let mut draft = Draft::new(Service::KIND, mesh_namespace, LOCAL_GATEWAY, origin, &field);
    draft.lead("metadata.labels", &format!("{field}.labels"));
    draft.lead("spec.selector", &selector_field);
    draft.fill(&["metadata", "labels", NO_TRANSLATION], "true");
    draft.fill(&["spec", "type"], "ClusterIP");
    draft.fill(&["spec", "selector"], json!({"istio": "ingressgateway"}));
    draft.fill(&["spec", "ports"], json!([{"name": "http2", "port": 80, "targetPort": 8081}]));
    for one in spec.services.iter().filter(|one| one.name == LOCAL_GATEWAY) {
        for (key, value) in &one.labels {
            draft.state(&["metadata", "labels", key], value.as_str(), &format!("{field}.labels[{key}]"));
        }
        // The operator reads the Gateway's own selector last, and takes it whole.
        for (key, value) in one.selector.iter().filter(|_| written.selector.is_empty()) {
            draft.state(&["spec", "selector", key], value.as_str(), &format!("{field}.selector[{key}]"));
        }
    }
    if !written.selector.is_empty() {
        draft.state(&["spec", "selector"], json!(written.selector), &selector_field);
    }
    draft
}

/// The servers of a Gateway in the words of a person: port, protocol, hosts and TLS.
fn describe_servers(servers: &Value) -> String {
    let describe = |value: &Value| match GatewayServer::deserialize(value) {
        Err(_) => value.to_string(),
        Ok(server) => {
            let tls = server.tls.unwrap_or_default(); // none: the server has no TLS, and no word says so
            let words = [
                server.port.number.to_string(),
                server.port.protocol,
                server.hosts.join(" "),
                tls.mode,
                tls.credential_name,
            ];
            let words: Vec<_> = words.into_iter().filter(|word| !word.is_empty()).collect();
            words.join(" ")
        }
    };
    let servers: Vec<_> = servers.as_array().into_iter().flatten().map(describe).collect();
    servers.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use vocabulary::DerivedObject;

    fn derived(spec: &Value) -> Vec<DerivedObject> {
        let value = json!({"metadata": {"name": "s", "namespace": "knative-serving"}, "spec": spec});
        let origin = CustomResource::read(&value, "KnativeServing", None).unwrap();
        let ingress = IstioIngress::deserialize(&value["spec"]["ingress"]["istio"]).unwrap();
        let drafts = gateway_drafts("knative-serving", Some(&ingress), &origin.spec().unwrap(), &origin);
        drafts.into_iter().map(Draft::into_derived).collect()
    }

    fn istio(gateways: &Value) -> Value {
        let mut istio = gateways.clone();
        istio["enabled"] = json!(true);
        json!({"ingress": {"istio": istio}})
    }

    #[test]
    fn defaults_are_those_of_net_istio() {
        let objects = derived(&istio(&json!({})));
        let [ingress, local, service] = &objects[..] else { panic!("{objects:?}") };
        for (gateway, port) in [(ingress, 80), (local, 8081)] {
            assert_eq!(gateway.object["spec"]["selector"], json!({"istio": "ingressgateway"}));
            assert_eq!(gateway.object["spec"]["servers"][0]["port"]["number"], port);
        }
        let field = "spec.ingress.istio.knative-ingress-gateway.servers[0].port.protocol";
        assert_eq!(ingress.origin_field("spec.servers[0].port.protocol"), field);
        assert_eq!(service.object_ref.to_string(), "Service istio-system/knative-local-gateway");
        assert_eq!(
            service.object["spec"]["ports"][0],
            json!({"name": "http2", "port": 80, "targetPort": 8081})
        );
        assert_eq!(service.object["spec"]["type"], "ClusterIP");
        let field = "spec.ingress.istio.knative-local-gateway.selector";
        assert_eq!(service.origin_field("spec.selector"), field);
    }

    #[rstest]
    #[case::default(istio(&json!({})), json!({"istio": "ingressgateway"}))]
    #[case::of_the_gateway(istio(&json!({"knative-local-gateway": {"selector": {"knative": "a"}}})), json!({"knative": "a"}))]
    #[case::of_the_service(
        {
            let mut spec = istio(&json!({}));
            spec["services"] = json!([{"name": "knative-local-gateway", "selector": {"knative": "a"}}]);
            spec
        },
        json!({"istio": "ingressgateway", "knative": "a"})
    )]
    #[case::of_both(
        {
            let mut spec = istio(&json!({"knative-local-gateway": {"selector": {"knative": "a"}}}));
            spec["services"] = json!([{"name": "knative-local-gateway", "selector": {"b": "c"}}]);
            spec
        },
        json!({"knative": "a"})
    )]
    fn service_selects_what_is_written(#[case] spec: Value, #[case] expected: Value) {
        assert_eq!(derived(&spec)[2].object["spec"]["selector"], expected);
    }

    #[rstest]
    #[case::default(json!({}), "istio-system")]
    #[case::of_the_map(json!({"istio": {"local-gateway.knative-serving.knative-local-gateway":
        "knative-local-gateway.mesh.svc.cluster.local"}}), "mesh")]
    #[case::of_another_gateway(json!({"istio": {"local-gateway.other.knative-local-gateway": "a.b.svc.cluster.local"}}), "istio-system")]
    #[case::host_without_a_namespace(json!({"istio": {"local-gateway.knative-serving.knative-local-gateway": "a"}}), "istio-system")]
    fn service_is_where_config_istio_says(#[case] config: Value, #[case] expected: &str) {
        let mut spec = istio(&json!({}));
        spec["config"] = config;
        assert_eq!(derived(&spec)[2].object_ref.namespace.as_deref(), Some(expected));
    }

    #[rstest]
    #[case::https(json!([{"port": {"number": 443, "name": "https", "protocol": "HTTPS"}, "hosts": ["*"],
        "tls": {"mode": "SIMPLE", "credentialName": "c"}}]), "443 HTTPS * SIMPLE c")]
    #[case::two(json!([{"port": {"number": 80, "protocol": "HTTP"}, "hosts": ["a", "b"]}, {"port": {"number": 81}}]),
        "80 HTTP a b, 81")]
    #[case::no_servers(json!("nonsense"), "")]
    fn servers_are_told_in_words(#[case] servers: Value, #[case] expected: &str) {
        assert_eq!(describe_servers(&servers), expected);
    }
}
