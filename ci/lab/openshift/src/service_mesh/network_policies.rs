//! The NetworkPolicies that the mesh puts into its own namespace and into each member.
//!
//! Read in maistra/istio-operator: `resources/helm/overlays/mesh-config/templates/networkpolicy.yaml`, which
//! `pkg/controller/servicemesh/memberroll` copies into members; `spec.security.manageNetworkPolicy: false` leaves them out.
use super::names::MEMBER_OF;
use serde_json::{Value, json};

/// The label of the router's namespace.
const INGRESS_GROUP: (&str, &str) = ("network.openshift.io/policy-group", "ingress");

/// Whether the mesh puts policies anywhere.
pub(super) fn are_managed(spec: &Value) -> bool {
    spec.pointer("/security/manageNetworkPolicy").and_then(Value::as_bool).unwrap_or(true)
}

/// The policies of one namespace.
pub(super) fn of_member(plane: &str, mesh_namespace: &str, namespace: &str) -> Vec<Value> {
    let policy = |name: String, spec: Value| {
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": namespace, "labels": {"maistra.io/member-policy-of": mesh_namespace}},
            "spec": spec})
    };
    let from =
        |key: &str, value: &str| json!([{"from": [{"namespaceSelector": {"matchLabels": {key: value}}}]}]);
    let (group, ingress) = INGRESS_GROUP;
    let mut policies = vec![
        policy(
            format!("istio-mesh-{plane}"),
            json!({"podSelector": {}, "ingress": from(MEMBER_OF, mesh_namespace)}),
        ),
        policy(
            format!("istio-expose-route-{plane}"),
            json!({"podSelector": {"matchLabels": {"maistra.io/expose-route": "true"}}, "ingress": from(group, ingress)}),
        ),
    ];
    if namespace == mesh_namespace {
        // Into the namespace of the gateways the router may go; and to istiod, which Istio's chart exempts, anybody.
        policies.push(policy(
            format!("istio-ingressgateway-{plane}"),
            json!({"podSelector": {"matchLabels": {"istio": "ingressgateway"}}, "ingress": [{}]}),
        ));
        policies.push(policy(
            format!("istiod-{plane}"),
            json!({"podSelector": {"matchLabels": {"app": "istiod"}}, "ingress": [{}]}),
        ));
    }
    policies
}

/// The selector of what was put into members.
pub(super) fn label_of_members(mesh_namespace: &str) -> String {
    format!("maistra.io/member-policy-of={mesh_namespace}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_let_in_members_and_the_router() {
        let policies = of_member("basic", "istio-system", "shop");
        let names: Vec<_> = policies.iter().map(|one| one["metadata"]["name"].clone()).collect();
        assert_eq!(names, ["istio-mesh-basic", "istio-expose-route-basic"]);
        let from = &policies[0]["spec"]["ingress"][0]["from"][0]["namespaceSelector"]["matchLabels"];
        assert_eq!(from, &json!({"maistra.io/member-of": "istio-system"}));
    }

    #[test]
    fn gateways_and_istiod_let_in_anybody() {
        assert_eq!(of_member("basic", "istio-system", "istio-system").len(), 4);
    }
}
