//! What a ServiceMeshControlPlane asks for, as the lab's Istio spells it.
use super::names::MEMBER_OF;
use serde_json::{Map, Value, json};

use crate::cluster::text;

/// The gateway of the mesh, which the operator's default profile switches on.
pub(super) const INGRESS_GATEWAY: &str = "istio-ingressgateway";

/// The name of istiod's Deployment: that of the control plane is its revision.
pub(super) fn istiod_name(plane: &str) -> String {
    format!("istiod-{plane}")
}

/// Whether the ingress gateway is on.
pub(super) fn has_ingress_gateway(spec: &Value) -> bool {
    let is_on = |pointer: &str| spec.pointer(pointer).and_then(Value::as_bool).unwrap_or(true);
    is_on("/gateways/enabled") && is_on("/gateways/ingress/enabled")
}

/// The IstioOperator of a control plane, for `istioctl manifest generate`.
pub(super) fn istio_operator(name: &str, namespace: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "install.istio.io/v1alpha1",
        "kind": "IstioOperator",
        "metadata": {"namespace": namespace},
        "spec": {
            "profile": "default",
            "hub": "docker.io/istio",
            "namespace": namespace,
            "revision": name,
            "meshConfig": mesh_config(namespace, spec),
            "components": {"ingressGateways": [ingress_gateway(namespace, spec)]},
            "values": values(namespace, spec),
        }
    })
}

/// `meshConfig`: what the technology preview says, over what Maistra sets itself. A control plane sees its members alone; Istio
/// says that with selectors where Maistra reads the roll.
fn mesh_config(namespace: &str, spec: &Value) -> Value {
    let mut config = json!({
        "rootNamespace": namespace,
        "enableAutoMtls": spec.pointer("/security/dataPlane/automtls").cloned().unwrap_or(json!(true)),
        "discoverySelectors": [
            {"matchLabels": {MEMBER_OF: namespace}},
        ],
        // The lab's proxy is the released Envoy, which lacks Istio's own filters: telemetry and ALPN.
        "extensionProviders": [{"name": "prometheus", "envoyFileAccessLog": {"path": "/dev/null"}}],
    });
    for (field, pointer) in [
        ("accessLogFile", "/proxy/accessLogging/file/name"),
        ("accessLogEncoding", "/proxy/accessLogging/file/encoding"),
        ("trustDomain", "/security/trust/domain"),
    ] {
        if let Some(value) = spec.pointer(pointer) {
            config[field] = value.clone();
        }
    }
    if let Some(mode) = spec.pointer("/proxy/networking/trafficControl/outbound/policy") {
        config["outboundTrafficPolicy"] = json!({"mode": mode});
    }
    if let Some(preview) = spec.pointer("/techPreview/meshConfig") {
        merge(&mut config, preview);
    }
    config
}

fn values(namespace: &str, spec: &Value) -> Value {
    let mut proxy = json!({
        // A pod gets a sidecar where it asks for one; its namespace does not ask for it.
        "autoInject": "disabled",
        "resources": {"requests": {"cpu": "10m", "memory": "40Mi"}},
    });
    for (field, pointer) in [
        ("excludeInboundPorts", "/proxy/networking/trafficControl/inbound/excludedPorts"),
        ("excludeOutboundPorts", "/proxy/networking/trafficControl/outbound/excludedPorts"),
    ] {
        if let Some(ports) = spec.pointer(pointer).and_then(Value::as_array) {
            let ports: Vec<_> = ports.iter().map(Value::to_string).collect();
            proxy[field] = json!(ports.join(","));
        }
    }
    json!({
        "telemetry": {"enabled": false},
        "global": {"istioNamespace": namespace, "proxy": proxy},
        "gateways": {INGRESS_GATEWAY: {"autoscaleEnabled": false}},
        "pilot": {
            "autoscaleEnabled": false,
            "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}},
            "env": {
                "PILOT_ENABLE_METADATA_EXCHANGE": "false",
                "PILOT_DISABLE_MX_ALPN": "true",
                "PILOT_ENABLE_ALPN_FILTER": "false",
            },
        },
    })
}

/// The gateway with its Service's labels on Service and pods (`pkg/apis/maistra/conversion/gateways.go`); `ClusterIP` where no
/// type is asked for (`resources/helm/v2.6/gateways/istio-ingress/values.yaml`).
fn ingress_gateway(namespace: &str, spec: &Value) -> Value {
    let gateway = spec.pointer("/gateways/ingress").cloned().unwrap_or_default();
    let labels = gateway.pointer("/service/metadata/labels").cloned().unwrap_or(json!({}));
    let kind = match text(&gateway, "/service/type") {
        "" => "ClusterIP",
        other => other,
    };
    let mut service = json!({"type": kind});
    for field in ["ports", "externalIPs"] {
        if let Some(value) = gateway.pointer(&format!("/service/{field}")) {
            service[field] = value.clone();
        }
    }
    json!({
        "name": INGRESS_GATEWAY,
        "namespace": gateway["namespace"].as_str().unwrap_or(namespace),
        "enabled": has_ingress_gateway(spec),
        "label": labels,
        "k8s": {
            "service": service,
            "hpaSpec": {"minReplicas": 1, "maxReplicas": 1},
            "resources": {"requests": {"cpu": "10m", "memory": "40Mi"}},
        },
    })
}

/// Merges mappings; any other value replaces what is there.
fn merge(into: &mut Value, from: &Value) {
    let (Value::Object(into), Value::Object(from)) = (&mut *into, from) else {
        *into = from.clone();
        return;
    };
    for (key, value) in from {
        merge(into.entry(key).or_insert(Value::Object(Map::new())), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// The listing of the document, 1.4.2.
    fn documented() -> Value {
        json!({
            "profiles": ["default"],
            "security": {"dataPlane": {"mtls": true}},
            "techPreview": {"meshConfig": {"defaultConfig": {"terminationDrainDuration": "35s"}}},
            "gateways": {"ingress": {"service": {"metadata": {"labels": {"knative": "ingressgateway"}}}}},
            "proxy": {"networking": {"trafficControl": {"inbound": {"excludedPorts": [8444, 8022]}}}},
        })
    }

    #[rstest]
    #[case::drain("/spec/meshConfig/defaultConfig/terminationDrainDuration", json!("35s"))]
    #[case::root_namespace("/spec/meshConfig/rootNamespace", json!("istio-system"))]
    #[case::excluded_ports("/spec/values/global/proxy/excludeInboundPorts", json!("8444,8022"))]
    #[case::no_outbound_ports("/spec/values/global/proxy/excludeOutboundPorts", Value::Null)]
    #[case::labels("/spec/components/ingressGateways/0/label", json!({"knative": "ingressgateway"}))]
    #[case::service("/spec/components/ingressGateways/0/k8s/service", json!({"type": "ClusterIP"}))]
    #[case::gateway_is_on("/spec/components/ingressGateways/0/enabled", json!(true))]
    #[case::revision("/spec/revision", json!("basic"))]
    fn each_field_of_the_document_is_passed_on(#[case] pointer: &str, #[case] expected: Value) {
        let operator = istio_operator("basic", "istio-system", &documented());
        assert_eq!(operator.pointer(pointer).cloned().unwrap_or_default(), expected);
    }

    #[rstest]
    #[case::not_written(json!({}), true)]
    #[case::off(json!({"gateways": {"ingress": {"enabled": false}}}), false)]
    #[case::all_off(json!({"gateways": {"enabled": false, "ingress": {"enabled": true}}}), false)]
    fn gateway_is_on_unless_something_says_otherwise(#[case] spec: Value, #[case] expected: bool) {
        assert_eq!(has_ingress_gateway(&spec), expected);
    }

    #[test]
    fn preview_wins_over_what_the_operator_sets() {
        let spec = json!({"techPreview": {"meshConfig": {"enableAutoMtls": false}}});
        let operator = istio_operator("basic", "istio-system", &spec);
        assert_eq!(operator["spec"]["meshConfig"]["enableAutoMtls"], false);
        assert_eq!(operator["spec"]["meshConfig"]["rootNamespace"], "istio-system");
    }
}
