//! What a Route is told of the router.
//!
//! Read in openshift/router, `pkg/router/controller/status.go`: an entry a router, of which it writes its own.
use serde_json::{Value, json};

use super::admission::Admission;

/// The router of a cluster that has one.
const ROUTER: &str = "default";

/// The status of a Route, where the one before was `before`.
pub(super) fn status(before: &Value, host: &str, admission: &Admission, domain: &str, now: &str) -> Value {
    let entries = before["ingress"].as_array().cloned().unwrap_or_default();
    let (own, mut others): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry["routerName"] == ROUTER);
    others.push(json!({
        "host": host,
        "routerName": ROUTER,
        "routerCanonicalHostname": format!("router-{ROUTER}.{domain}"),
        "wildcardPolicy": "None",
        "conditions": [condition(own.first(), admission, now)],
    }));
    json!({"ingress": others})
}

fn condition(before: Option<&Value>, admission: &Admission, now: &str) -> Value {
    let mut condition = match admission {
        Admission::Admitted => json!({"type": "Admitted", "status": "True"}),
        Admission::Rejected(reason, message) => {
            json!({"type": "Admitted", "status": "False", "reason": reason, "message": message})
        }
    };
    let known = before.map_or(&Value::Null, |entry| &entry["conditions"][0]);
    let since =
        if known["status"] == condition["status"] { known["lastTransitionTime"].clone() } else { json!(now) };
    condition["lastTransitionTime"] = since;
    condition
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-01-01T00:00:00Z";

    #[test]
    fn admitted_route_has_an_entry() {
        let status = status(&Value::Null, "a.example.com", &Admission::Admitted, "apps.example.com", NOW);
        let expected = json!({"ingress": [{
            "host": "a.example.com", "routerName": "default", "wildcardPolicy": "None",
            "routerCanonicalHostname": "router-default.apps.example.com",
            "conditions": [{"type": "Admitted", "status": "True", "lastTransitionTime": NOW}]}]});
        assert_eq!(status, expected);
    }

    #[test]
    fn what_does_not_change_keeps_its_time() {
        let rejected = Admission::Rejected("HostAlreadyClaimed", "older".to_owned());
        let first = status(&Value::Null, "a", &rejected, "d", NOW);
        assert_eq!(status(&first, "a", &rejected, "d", "2027-01-01T00:00:00Z"), first);
        let admitted = status(&first, "a", &Admission::Admitted, "d", "2027-01-01T00:00:00Z");
        assert_eq!(admitted["ingress"][0]["conditions"][0]["lastTransitionTime"], "2027-01-01T00:00:00Z");
    }

    #[test]
    fn entries_of_other_routers_stay() {
        let before =
            json!({"ingress": [{"routerName": "internal"}, {"routerName": "default", "host": "old"}]});
        let after = status(&before, "a", &Admission::Admitted, "d", NOW);
        let names: Vec<_> =
            after["ingress"].as_array().unwrap().iter().map(|one| one["routerName"].clone()).collect();
        assert_eq!(names, ["internal", "default"]);
    }
}
