//! What NetworkPolicies let through: cases, the facts of `semantics`, and what tells cases apart.

mod policy_strategy;

use crate::oracle::choice::one_of;
use crate::oracle::connection_case::{Cluster, ConnectionCase, connection};
use crate::oracle::oracle_case::{CaseProxy, OracleCase};
use crate::oracle::topic::Topic;
use anyhow::Result;
use policy_strategy::policies;
use proptest::collection::vec;
use proptest::strategy::{BoxedStrategy, Strategy};
use semantics::network_policy::{Passage, passage};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use view::network_policy::NetworkPolicy;

/// NetworkPolicies for a few pods, and connections between these.
pub(super) const NETWORK_POLICY: Topic =
    Topic { name: "network-policy", corpus: "network_policy.jsonl", cases, facts, signature };

fn cases() -> BoxedStrategy<OracleCase> {
    let labels =
        || one_of(&[(3, json!({"app": "a", "tier": "b"})), (2, json!({"app": "b"})), (1, json!({}))]);
    let namespaces = (
        one_of(&[(2, json!({"kubernetes.io/metadata.name": "team"})), (1, json!({"mesh": "ours"}))]),
        one_of(&[(2, json!({"kubernetes.io/metadata.name": "other"})), (1, json!({}))]),
    );
    (namespaces, (labels(), labels(), labels()), vec(connection(), 1..5), policies()).prop_map(case).boxed()
}

type CaseParts = ((Value, Value), (Value, Value, Value), Vec<ConnectionCase>, Vec<Value>);

fn case((namespaces, labels, connections, mut objects): CaseParts) -> OracleCase {
    let namespace = |name: &str, labels: Value| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}});
    let pod = |namespace: &str, name: &str, labels: Value, address: &str| {
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"namespace": namespace, "name": name, "labels": labels},
            "spec": {"containers": [{"name": "app", "ports": [{"name": "http", "containerPort": 8012}]}]},
            "status": {"podIP": address},
        })
    };
    objects.extend([
        namespace("team", namespaces.0),
        namespace("other", namespaces.1),
        pod("team", "one", labels.0, "10.0.1.1"),
        pod("team", "two", labels.1, "10.0.1.2"),
        pod("other", "three", labels.2, "10.0.2.1"),
    ]);
    let proxy = CaseProxy { connections, ..CaseProxy::new("team", "one") };
    OracleCase::new("networkPassages", proxy, objects)
}

fn facts(case: &OracleCase) -> Result<Value> {
    let policies: Vec<Arc<NetworkPolicy>> = case.views()?;
    let cluster = Cluster { pods: case.views()?, namespaces: case.views()? };
    let facts = case.proxies.iter().map(|proxy| {
        let passages = proxy.connections.iter().map(|one| {
            let (from, to) = (cluster.peer(&one.from)?, cluster.peer(&one.to)?);
            Ok(match passage(&from, &to, Some(one.port), &policies) {
                Passage::Open => "open",
                Passage::Cut(direction, _) => direction.as_str(),
                Passage::NotKnown => "notKnown",
            })
        });
        Ok(json!({"passages": passages.collect::<Result<Vec<_>>>()?}))
    });
    facts.collect()
}

/// Which fields policies have, and what came of the connections.
fn signature(case: &OracleCase, facts: &Value) -> String {
    let mut fields = BTreeSet::new();
    let policies = case.objects.iter().filter(|object| object["kind"] == "NetworkPolicy");
    for policy in policies {
        let spec = &policy["spec"];
        fields.insert(format!("types {}", spec["policyTypes"]));
        for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
            for rule in spec[direction].as_array().into_iter().flatten() {
                let items =
                    [peers, "ports"].into_iter().flat_map(|list| rule[list].as_array().into_iter().flatten());
                for item in items.filter_map(Value::as_object) {
                    fields.insert(format!("{direction} {:?}", item.keys().collect::<Vec<_>>()));
                }
            }
        }
    }
    format!("{fields:?} {}", facts["passages"])
}
