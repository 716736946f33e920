//! The mode of mutual TLS of a workload's ports: cases, the facts of `semantics`, and what tells cases apart.

mod policy_strategy;

use crate::oracle::choice::one_of;
use crate::oracle::oracle_case::{CaseProxy, OracleCase};
use crate::oracle::topic::Topic;
use anyhow::{Context, Result};
use policy_strategy::PORTS;
pub(super) use policy_strategy::policies;
use proptest::strategy::{BoxedStrategy, Strategy};
use semantics::istio::merged_peer_authentication::compose_peer_authentication;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use view::peer_authentication::PeerAuthentication;
use view::pod::Pod;

/// PeerAuthentications that speak of one workload.
pub(super) const MUTUAL_TLS: Topic =
    Topic { name: "mutual-tls", corpus: "mutual_tls.jsonl", cases, facts, signature };

/// The root namespace of the oracle's mesh.
const ROOT_NAMESPACE: &str = "istio-system";
const NAME: &str = "workload";

fn cases() -> BoxedStrategy<OracleCase> {
    let namespace = one_of(&[(5, "team"), (1, ROOT_NAMESPACE)]);
    let labels = one_of(&[(4, json!({"app": "a", "tier": "b"})), (2, json!({"app": "a"})), (1, json!({}))]);
    (namespace, labels, policies()).prop_map(case).boxed()
}

fn case((namespace, labels, mut objects): (&'static str, Value, Vec<Value>)) -> OracleCase {
    let proxy = CaseProxy { ports: PORTS.to_vec(), ..CaseProxy::new(namespace, NAME) };
    objects.push(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": NAME, "labels": labels},
        "spec": {"containers": []},
    }));
    OracleCase::new("mutualTls", proxy, objects)
}

fn facts(case: &OracleCase) -> Result<Value> {
    let policies: Vec<Arc<PeerAuthentication>> = case.views()?;
    let pods: Vec<Arc<Pod>> = case.views()?;
    let facts = case.proxies.iter().map(|proxy| {
        let pod = proxy.pod(&pods).with_context(|| format!("case {} has no such pod", case.id))?;
        let merged = compose_peer_authentication(&pod.metadata.meta, &policies, ROOT_NAMESPACE)?;
        let mode = |port: &u16| (port.to_string(), merged.mode_of_port(*port).as_str().into());
        let modes: Map<_, _> = proxy.ports.iter().map(mode).collect();
        Ok(json!({"modes": modes}))
    });
    facts.collect()
}

fn signature(case: &OracleCase, facts: &Value) -> String {
    format!("{} objects, {facts}", case.objects.len())
}
