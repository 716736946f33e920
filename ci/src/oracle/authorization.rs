//! What AuthorizationPolicies let through: cases, the facts of `semantics`, and what tells cases apart.

mod policy_strategy;
mod request_strategy;

use crate::oracle::choice::one_of;
use crate::oracle::oracle_case::{CaseProxy, OracleCase};
use crate::oracle::request_case::RequestCase;
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
use policy_strategy::policies;
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use request_strategy::request;
use semantics::istio::authorization::{AuthorizedPod, Decision, Denial, decide};
use semantics::known_labels::KnownLabels;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use view::authorization_policy::AuthorizationPolicy;
use view::pod::Pod;
use vocabulary::View;

/// AuthorizationPolicies for one workload, and requests to it.
pub(super) const AUTHORIZATION: Topic =
    Topic { name: "authorization", corpus: "authorization.jsonl", cases, facts, signature };

/// The root namespace of the oracle's mesh.
const ROOT_NAMESPACE: &str = "istio-system";
const NAME: &str = "workload";

fn cases() -> BoxedStrategy<OracleCase> {
    let labels = one_of(&[
        (5, json!({"app": "a", "tier": "b"})),
        (2, json!({"app": "a"})),
        (1, json!({})),
        (1, json!({"app": "a", "gateway.networking.k8s.io/gateway-name": "a"})),
    ]);
    let namespace = one_of(&[(6, "team"), (1, ROOT_NAMESPACE)]);
    let trust_domains = one_of(&[
        (4, vec!["cluster.local"]),
        (2, vec!["east.test", "west.test"]),
        (1, vec!["cluster.local", "west.test"]),
    ]);
    (namespace, labels, trust_domains, vec(request(), 1..4), policies()).prop_map(case).boxed()
}

type CaseParts = (&'static str, Value, Vec<&'static str>, Vec<RequestCase>, Vec<Value>);

fn case((namespace, labels, trust_domains, requests, mut objects): CaseParts) -> OracleCase {
    let trust_domains = trust_domains.into_iter().map(ToOwned::to_owned).collect();
    let proxy = CaseProxy { requests, trust_domains, ..CaseProxy::new(namespace, NAME) };
    objects.push(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": NAME, "labels": labels},
        "spec": {"containers": []},
    }));
    OracleCase::new("authorization", proxy, objects)
}

fn facts(case: &OracleCase) -> Result<Value> {
    let policies: Vec<Arc<AuthorizationPolicy>> = case.views()?;
    let pods: Vec<Arc<Pod>> = case.views()?;
    let facts = case.proxies.iter().map(|proxy| {
        let pod = proxy.pod(&pods).with_context(|| format!("case {} has no such pod", case.id))?;
        let meta = pod.meta();
        let pod = AuthorizedPod { namespace: &meta.namespace, labels: KnownLabels::All(&meta.labels) };
        let decisions = proxy.requests.iter().map(|request| {
            let request = request.with_trust(&proxy.trust_domains);
            fact(&decide(&pod, &request, &policies, ROOT_NAMESPACE))
        });
        Ok(json!({"decisions": decisions.collect::<Vec<_>>()}))
    });
    facts.collect()
}

fn fact(decision: &Decision<'_>) -> Value {
    let rule = match decision {
        Decision::Denied(Denial::Rule(policy, place)) => {
            format!("{}/{}#{place}", policy.meta().namespace, policy.meta().name)
        }
        _ => String::new(),
    };
    let word = match decision {
        Decision::Allowed => "allowed",
        Decision::Denied(_) => "denied",
        Decision::NotKnown => "notKnown",
    };
    json!({"decision": word, "rule": rule})
}

/// Which fields of policies are asked about by whom, and what came of it.
fn signature(case: &OracleCase, facts: &Value) -> String {
    let mut asked = BTreeSet::new();
    let policies = case.objects.iter().filter(|object| object["kind"] == "AuthorizationPolicy");
    for policy in policies {
        let spec = &policy["spec"];
        asked.insert(format!("action {}", spec["action"]));
        for rule in spec["rules"].as_array().into_iter().flatten() {
            for (list, inner) in [("from", "source"), ("to", "operation")] {
                let items = rule[list].as_array().into_iter().flatten();
                let fields = items.flat_map(|item| item[inner].as_object().into_iter().flatten());
                asked.extend(fields.map(|(field, _)| field.clone()));
            }
            let keys = rule["when"].as_array().into_iter().flatten().map(|one| one["key"].to_string());
            asked.extend(keys);
        }
    }
    let protocols: BTreeSet<_> =
        case.proxies.iter().flat_map(|proxy| &proxy.requests).map(RequestCase::is_tcp).collect();
    let decisions = facts["decisions"].as_array().into_iter().flatten();
    let words: BTreeSet<_> = decisions.map(|one| (one["decision"].to_string(), one["rule"] != "")).collect();
    format!("{asked:?} {protocols:?} {words:?}")
}
