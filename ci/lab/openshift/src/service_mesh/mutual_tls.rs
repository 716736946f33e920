//! What the switch for mutual TLS comes to: a policy, and rules for clients.
//!
//! Read in maistra/istio-operator: `resources/helm/v2.6/mesh-config/templates/enable-mesh-mtls.yaml` and
//! `enable-mesh-permissive.yaml`.
use serde_json::{Value, json};

use crate::cluster::text;

/// The objects of a control plane's mutual TLS.
pub(super) fn mutual_tls(namespace: &str, spec: &Value) -> Vec<Value> {
    let is_strict = spec.pointer("/security/dataPlane/mtls").and_then(Value::as_bool).unwrap_or_default();
    let mode = if is_strict { "STRICT" } else { "PERMISSIVE" };
    let policy = json!({"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication",
        "metadata": {"name": "default", "namespace": namespace}, "spec": {"mtls": {"mode": mode}}});
    if !is_strict {
        return vec![policy];
    }
    let domain = match text(spec, "/proxy/networking/clusterDomain") {
        "" => "cluster.local",
        written => written,
    };
    let rule = |name: &str, host: String, mode: &str| {
        json!({"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"host": host, "trafficPolicy": {"tls": {"mode": mode}}}})
    };
    vec![
        policy,
        rule("default", format!("*.{domain}"), "ISTIO_MUTUAL"),
        // The API server is in no mesh.
        rule("api-server", format!("kubernetes.default.svc.{domain}"), "DISABLE"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::on(json!({"security": {"dataPlane": {"mtls": true}}}), "STRICT", 3)]
    #[case::off(json!({"security": {"dataPlane": {"mtls": false}}}), "PERMISSIVE", 1)]
    #[case::not_written(json!({}), "PERMISSIVE", 1)]
    fn objects_follow_the_switch(#[case] spec: Value, #[case] mode: &str, #[case] count: usize) {
        let objects = mutual_tls("istio-system", &spec);
        assert_eq!((objects[0]["spec"]["mtls"]["mode"].as_str(), objects.len()), (Some(mode), count));
    }

    #[test]
    fn rules_are_for_the_domain_of_the_cluster() {
        let spec = json!({"security": {"dataPlane": {"mtls": true}}, "proxy": {"networking": {"clusterDomain": "corp"}}});
        let hosts: Vec<_> =
            mutual_tls("istio-system", &spec)[1..].iter().map(|rule| rule["spec"]["host"].clone()).collect();
        assert_eq!(hosts, ["*.corp", "kubernetes.default.svc.corp"]);
    }
}
