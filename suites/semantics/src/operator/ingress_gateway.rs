//! The Deployment and the Service of an ingress gateway, as the gateway charts of Istio and Maistra make them: the same
//! labels on both, on the pods and in both selectors.
//!
//! Read in istio/istio, `manifests/charts/gateways/istio-ingress`, and in maistra/istio-operator,
//! `resources/helm/v2.5/gateways/istio-ingress`. Charts of single releases have more ports; these are in all of them.

use crate::operator::custom_resource::CustomResource;
use crate::operator::draft::Draft;
use crate::operator::field_path::field_path;
use crate::operator::knative_workloads::forbid_injection;
use serde_json::{Value, json};
use view::service::Service;
use view::workload::Deployment;
use vocabulary::View;

/// The name of the gateway that is there without being asked for.
pub(crate) const INGRESS_GATEWAY: &str = "istio-ingressgateway";

/// An ingress gateway, with the fields of its custom resource.
#[derive(Debug)]
pub(crate) struct IngressGateway<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// Its namespace.
    pub(crate) namespace: &'a str,
    /// The value of the label `app` where none is stated.
    pub(crate) app: &'a str,
    /// Labels that are stated, each with its field.
    pub(crate) labels: Vec<(&'a str, &'a str, String)>,
    /// The type of the Service where none is stated.
    pub(crate) default_type: &'static str,
    /// The type that is stated, with its field.
    pub(crate) service_type: Option<(&'a str, String)>,
    /// The ports that are stated, with their field.
    pub(crate) ports: Option<(Value, String)>,
    /// Addresses outside the cluster, with their field.
    pub(crate) external_ips: Option<(Value, String)>,
    /// Where a person writes what is not stated.
    pub(crate) fields: GatewayFields,
}

/// The fields of a gateway in its custom resource.
#[derive(Debug)]
pub(crate) struct GatewayFields {
    /// The gateway.
    pub(crate) gateway: String,
    /// Its labels.
    pub(crate) labels: String,
    /// The type of its Service.
    pub(crate) service_type: String,
    /// The ports of its Service.
    pub(crate) ports: String,
}

impl IngressGateway<'_> {
    /// The Deployment and the Service.
    pub(crate) fn drafts(&self, origin: &CustomResource<'_>) -> Vec<Draft> {
        vec![self.deployment(origin), self.service(origin)]
    }

    fn deployment(&self, origin: &CustomResource<'_>) -> Draft {
        let mut draft = Draft::new(Deployment::KIND, self.namespace, self.name, origin, &self.fields.gateway);
        forbid_injection(&mut draft);
        self.write_labels(&mut draft, &["metadata", "labels"], Draft::echo);
        self.write_labels(&mut draft, &["spec", "selector", "matchLabels"], Draft::echo);
        self.write_labels(&mut draft, &["spec", "template", "metadata", "labels"], Draft::state_text);
        draft
    }

    fn service(&self, origin: &CustomResource<'_>) -> Draft {
        let mut draft = Draft::new(Service::KIND, self.namespace, self.name, origin, &self.fields.gateway);
        self.write_labels(&mut draft, &["metadata", "labels"], Draft::state_text);
        self.write_labels(&mut draft, &["spec", "selector"], Draft::state_text);
        draft.lead("spec.type", &self.fields.service_type);
        draft.lead("spec.ports", &self.fields.ports);
        draft.fill(&["spec", "type"], self.default_type);
        draft.fill(
            &["spec", "ports"],
            json!([
                {"name": "status-port", "port": 15021, "targetPort": 15021},
                {"name": "http2", "port": 80, "targetPort": 8080},
                {"name": "https", "port": 443, "targetPort": 8443},
            ]),
        );
        if let Some((service_type, field)) = &self.service_type {
            draft.state(&["spec", "type"], *service_type, field);
        }
        if let Some((ports, field)) = &self.ports {
            draft.state_as(&["spec", "ports"], ports.clone(), field, describe_ports);
        }
        if let Some((addresses, field)) = &self.external_ips {
            draft.state(&["spec", "externalIPs"], addresses.clone(), field);
        }
        draft
    }

    /// Writes the labels in one place. `write` tells whether those that are stated are compared there.
    fn write_labels(&self, draft: &mut Draft, place: &[&str], write: fn(&mut Draft, &[&str], &str, &str)) {
        let keys = |key| [place, &[key]].concat();
        draft.lead(&field_path(place), &self.fields.labels);
        for (key, value) in [("app", self.app), ("istio", "ingressgateway")] {
            draft.fill(&keys(key), value);
        }
        for (key, value, field) in &self.labels {
            write(draft, &keys(key), value, field);
        }
    }
}

/// Ports in the words of a person: `80 to 8080, 443 to 8443`.
fn describe_ports(ports: &Value) -> String {
    let describe = |port: &Value| match port.get("targetPort") {
        Some(target) => {
            format!("{} to {}", port["port"], target.as_str().map_or(target.to_string(), ToOwned::to_owned))
        }
        None => port["port"].to_string(),
    };
    let ports: Vec<_> = ports.as_array().into_iter().flatten().map(describe).collect();
    ports.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn drafts() -> Vec<Draft> {
        let value = json!({"metadata": {"name": "basic", "namespace": "m"}});
        let origin = CustomResource::read(&value, "ServiceMeshControlPlane", None).unwrap();
        let field = |name: &str| format!("spec.{name}");
        let gateway = IngressGateway {
            name: "g",
            namespace: "m",
            app: "g",
            labels: vec![("knative", "a", field("labels[knative]"))],
            default_type: "ClusterIP",
            service_type: None,
            ports: Some((json!([{"port": 443, "targetPort": 8443}]), field("ports"))),
            external_ips: None,
            fields: GatewayFields {
                gateway: "spec".to_owned(),
                labels: field("labels"),
                service_type: field("type"),
                ports: field("ports"),
            },
        };
        gateway.drafts(&origin)
    }

    #[test]
    fn label_that_differs_is_told_once_a_use() {
        let told = |draft: &Draft| {
            draft.differences(&json!({"spec": {"ports": [{"port": 443, "targetPort": 8443}]}}))
        };
        let fields: Vec<_> =
            drafts().iter().flat_map(told).map(|one| format!("{} {}", one.object.kind, one.field)).collect();
        let expected = [
            "Deployment spec.template.metadata.labels[knative]",
            "Service metadata.labels[knative]",
            "Service spec.selector[knative]",
        ];
        assert_eq!(fields, expected);
    }

    #[rstest]
    #[case::number(json!([{"port": 443, "targetPort": 8443}, {"port": 80}]), "443 to 8443, 80")]
    #[case::name(json!([{"port": 443, "targetPort": "https"}]), "443 to https")]
    #[case::no_ports(json!("nonsense"), "")]
    fn ports_are_told_in_words(#[case] ports: Value, #[case] expected: &str) {
        assert_eq!(describe_ports(&ports), expected);
    }
}
