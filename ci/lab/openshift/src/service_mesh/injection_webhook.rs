//! The webhook that injects sidecars, as Maistra has it: called for every pod of a member, whatever the namespace's labels say.
//!
//! Read in maistra/istio-operator: `resources/helm/v2.5/istio-control/istio-discovery/templates/mutatingwebhook.yaml`. Its
//! `objectSelector` for `sidecar.istio.io/inject` is off by default, so that an annotation alone is seen, too.
use super::names::MEMBER_OF;
use serde_json::{Value, json};

/// Leaves of the webhooks of a configuration the first, and has it called for the members of a control plane.
pub(super) fn call_for_members(configuration: &mut Value, namespace: &str) {
    let Some(first) = configuration["webhooks"].get(0).cloned() else { return };
    let mut webhook = first;
    // The end of the name by which istiod finds the webhooks whose `caBundle` it fills in.
    webhook["name"] = json!("sidecar-injector.istio.io");
    webhook["namespaceSelector"] = json!({"matchExpressions": [
        {"key": MEMBER_OF, "operator": "In", "values": [namespace]},
        {"key": "maistra.io/ignore-namespace", "operator": "DoesNotExist"},
        {"key": "istio-injection", "operator": "NotIn", "values": ["disabled"]},
        {"key": "istio-env", "operator": "DoesNotExist"},
    ]});
    webhook["objectSelector"] =
        json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["istiod"]}]});
    configuration["webhooks"] = json!([webhook]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_is_called_for_members_alone() {
        let client = json!({"service": {"name": "istiod-basic"}});
        let mut configuration = json!({"webhooks": [
            {"name": "rev.namespace.sidecar-injector.istio.io", "clientConfig": client, "namespaceSelector": {"matchExpressions": []}},
            {"name": "rev.object.sidecar-injector.istio.io"},
        ]});
        call_for_members(&mut configuration, "istio-system");
        let webhooks = configuration["webhooks"].as_array().cloned().unwrap_or_default();
        assert_eq!(webhooks.len(), 1);
        assert_eq!(webhooks[0]["clientConfig"], client);
        assert_eq!(
            webhooks[0]["namespaceSelector"]["matchExpressions"][0]["values"],
            json!(["istio-system"])
        );
    }
}
